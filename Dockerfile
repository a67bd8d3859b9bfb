# The base images are arguments, so that a mirror's or a company's own can take their place.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM --platform=$BUILDPLATFORM $SDK_IMAGE AS build
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
    dotnet restore src/Agent -a "$TARGETARCH" -p:PublishReadyToRun=true

COPY .editorconfig BannedSymbols.txt ./
COPY src src
RUN dotnet publish src/Agent -c Release -a "$TARGETARCH" --no-restore --self-contained false \
    -p:PublishReadyToRun=true -p:ContinuousIntegrationBuild=true -o /app

FROM $RUNTIME_IMAGE
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
