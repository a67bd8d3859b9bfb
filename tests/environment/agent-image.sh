#!/usr/bin/env bash
# The product's own image, built from the repository's Dockerfile.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

name=health-agent-test/agent
official_sdk=mcr.microsoft.com/dotnet/sdk:10.0
official_runtime=mcr.microsoft.com/dotnet/aspnet:10.0
base_packages=(ca-certificates tzdata libicu76 libssl3t64 libstdc++6 zlib1g)
base=health-agent-test/base-dotnet:$(content_hash "$debian_suite" "${base_packages[@]}")

main() {
    local sdk runtime
    if pull "$official_sdk" && pull "$official_runtime"; then
        sdk=$official_sdk runtime=$official_runtime
    else
        debian_image "$base" "${base_packages[@]}" || unavailable agent-image "no base images: neither official ones nor stand-ins"
        local root
        root=$(dirname "$(readlink -f "$(command -v dotnet)")")
        sdk=$(stand_in dotnet-sdk "$base" "$root" "$(dotnet --version)") &&
            runtime=$(stand_in dotnet-aspnet "$base" "$root" "$(dotnet --list-runtimes)") ||
            unavailable agent-image "the stand-ins of the base images could not be built"
    fi
    build "$sdk" "$runtime" || unavailable agent-image "docker build failed, see $log: $(reason)"
    # What the former build of the same name left.
    "$docker" image prune -f --filter "label=org.opencontainers.image.title=Health Agent" >/dev/null 2>&1 || true
    provide HEALTH_AGENT_TEST_AGENT_IMAGE "$name"
    say "agent-image: $name on $runtime"
}

log=$log_dir/agent-image.log

# A restore in the build has to reach what a restore on this machine reaches: through its own network, NuGet
# configuration and certificates. The latter two are lent as secrets, which end up in no layer.
build() { # SDK-IMAGE RUNTIME-IMAGE
    local arguments=(--network host --build-arg "SDK_IMAGE=$1" --build-arg "RUNTIME_IMAGE=$2") config certificates
    config=$(first_file "$HOME/.nuget/NuGet/NuGet.Config" "$HOME/.config/NuGet/NuGet.Config")
    certificates=$(first_file "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt)
    if [ -n "$config" ]; then arguments+=(--secret "id=nuget,src=$config"); fi
    if [ -n "$certificates" ]; then arguments+=(--secret "id=ca,src=$certificates"); fi
    # Taken from this environment where they are set; the builder keeps them out of the image.
    arguments+=(--build-arg HTTP_PROXY --build-arg HTTPS_PROXY --build-arg NO_PROXY)
    arguments+=(--progress=plain -t "$name" "$repo_dir")
    "$docker" build "${arguments[@]}" >"$log" 2>&1 && return 0
    # A restore can fail once and pass the second time.
    grep -qE 'error NU|dotnet restore .*exit code' "$log" && "$docker" build "${arguments[@]}" >"$log" 2>&1
}

first_file() { # FILE...: the first that is there
    local file
    for file in "$@"; do
        if [ -s "$file" ]; then
            echo "$file"
            return
        fi
    done
}

reason() { { grep -m 1 -E 'error|ERROR' "$log" || last_line_of "$log"; } | cut -c1-300; }

with_lock agent-image main
