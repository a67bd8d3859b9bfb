# The agent's image. What can be chosen, each with --build-arg:
#
#   EDITION=native   the program compiled ahead of time, on a base without shell or package manager; the default
#   EDITION=full     the program compiled as it runs (JIT), on ASP.NET Core's base
#   VERSION=1.2.3    the version that the program reports
#   *_IMAGE          base images, so that a mirror's or a company's own can take their place
ARG EDITION=native
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG NATIVE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
ARG FULL_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble

# The SDK runs on the platform of the builder, since .NET does not run under QEMU, and compiles for the target platform.
FROM --platform=$BUILDPLATFORM $SDK_IMAGE AS sdk-full
ENV PUBLISH=-p:PublishReadyToRun=true

# Native programs take a compiler and linker, and for another platform than the builder's those and the C library of that one.
FROM --platform=$BUILDPLATFORM $SDK_IMAGE AS sdk-native
ARG TARGETARCH
ENV PUBLISH="-p:PublishAot=true -p:CopyOutputSymbolsToPublishDirectory=false"
RUN case $(uname -m)-$TARGETARCH in \
        x86_64-arm64) packages="clang llvm gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;; \
        aarch64-amd64) packages="clang llvm gcc-x86-64-linux-gnu libc6-dev-amd64-cross" ;; \
        *) if command -v clang; then exit; fi; packages=clang ;; \
    esac; \
    apt-get update && apt-get install -y --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*

FROM sdk-$EDITION AS build
ARG TARGETARCH
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source

# What decides the restore, and nothing else: sources can change without packages being fetched again.
COPY global.json Directory.*.props Directory.*.targets ./
COPY src/Engine/Engine.csproj src/Engine/packages.lock.json src/Engine/
COPY src/Kinds/Kinds.csproj src/Kinds/packages.lock.json src/Kinds/
COPY src/Agent/Agent.csproj src/Agent/packages.lock.json src/Agent/
# Not in locked mode: compiling ahead of time for one platform takes packages for it, which the lock file can hold only
# by making every developer download them too, for every platform. All versions are pinned all the same.
# Both secrets may be left out: a NuGet configuration (a private feed, say), and certificates to trust besides the
# image's own. They are there for this one step and end up in no layer.
RUN --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config \
    --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi; \
    dotnet restore src/Agent -a "$TARGETARCH" $PUBLISH

COPY .editorconfig BannedSymbols.txt ./
COPY src src
# The context has no repository to take the version from. Analyzers, which take three quarters of the time of compiling, judge the
# sources in every build of the solution; warnings of trimming and AOT come from the compiler of native code, and fail this build.
ARG VERSION
RUN MinVerVersionOverride="$VERSION" dotnet publish src/Agent -c Release -a "$TARGETARCH" --no-restore $PUBLISH \
    -warnaserror -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true -o /app

FROM $FULL_IMAGE AS base-full

FROM $NATIVE_IMAGE AS base-native
# The time zones of maintenance windows, which this base lacks.
COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo

FROM base-$EDITION
LABEL org.opencontainers.image.title="Health Agent" \
      org.opencontainers.image.description="Keeps watch over a service and all that it depends on." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
# All addresses, IPv6 and IPv4: within a container nobody could reach loopback. The configuration is looked for in the working directory.
ENV HEALTH_AGENT_LISTEN=http://*:9464 ASPNETCORE_HTTP_PORTS=
WORKDIR /etc/health-agent
USER $APP_UID
EXPOSE 9464
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["/app/health-agent", "healthcheck"]
ENTRYPOINT ["/app/health-agent"]
