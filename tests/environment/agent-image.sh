#!/usr/bin/env bash
# The product's own images of both editions, built from the repository's Dockerfile; and the native program out of the first,
# for tests that run it as a process.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

name=health-agent-test/agent
version=0.0.0-test
# Where no registry hands out the official base images: Debian with the SDK of this machine, and with its runtimes.
runtime_packages=(ca-certificates tzdata libicu76 libssl3t64 libstdc++6 zlib1g)
sdk_packages=("${runtime_packages[@]}" clang)
base_runtime=health-agent-test/base-dotnet:$(content_hash "$debian_suite" "${runtime_packages[@]}")
base_sdk=health-agent-test/base-dotnet-sdk:$(content_hash "$debian_suite" "${sdk_packages[@]}")

main() {
    base_images || unavailable agent-image "no base images: neither official ones nor stand-ins"
    # One after the other: each takes a whole machine.
    image native "$name" AGENT_IMAGE
    native_program
    image full "$name-full" AGENT_FULL_IMAGE
}

image() { # EDITION NAME VARIABLE
    local log=$log_dir/agent-image-$1.log
    build "$1" "$2" "$log" || unavailable agent-image "docker build of edition $1 failed, see $log: $(reason "$log")"
    # What the previous build of the same name left.
    "$docker" image prune -f --filter "label=org.opencontainers.image.title=Health Agent" >/dev/null 2>&1 || true
    provide "HEALTH_AGENT_TEST_$3" "$2"
    say "agent-image: $2, $("$docker" image inspect --format '{{.Size}}' "$2") bytes," \
        "on $(if [ "$1" = native ]; then echo "$native"; else echo "$full"; fi)"
}

base_images() {
    sdk=$(default_of SDK_IMAGE) native=$(default_of NATIVE_IMAGE) full=$(default_of FULL_IMAGE)
    if pull "$sdk" && pull "$native" && pull "$full"; then return; fi
    local root
    root=$(dirname "$(readlink -f "$(command -v dotnet)")")
    debian_image "$base_runtime" "${runtime_packages[@]}" && debian_image "$base_sdk" "${sdk_packages[@]}" &&
        sdk=$(stand_in dotnet-sdk "$base_sdk" "$root" "$(dotnet --version)") &&
        native=$(stand_in dotnet-chiseled "$base_runtime") &&
        full=$(stand_in dotnet-aspnet "$base_runtime" "$root" "$(dotnet --list-runtimes)")
}

default_of() { sed -n "s/^ARG $1=//p" "$repo_dir/Dockerfile"; } # ARGUMENT

# A restore in the build has to reach what a restore on this machine reaches: through its own network, NuGet
# configuration and certificates. The latter two are lent as secrets, which end up in no layer.
build() { # EDITION NAME LOG
    local arguments=(--network host --build-arg "EDITION=$1" --build-arg "VERSION=$version") config certificates log=$3
    arguments+=(--build-arg "SDK_IMAGE=$sdk" --build-arg "NATIVE_IMAGE=$native" --build-arg "FULL_IMAGE=$full")
    config=$(first_file "$HOME/.nuget/NuGet/NuGet.Config" "$HOME/.config/NuGet/NuGet.Config")
    certificates=$(first_file "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt)
    if [ -n "$config" ]; then arguments+=(--secret "id=nuget,src=$config"); fi
    if [ -n "$certificates" ]; then arguments+=(--secret "id=ca,src=$certificates"); fi
    # Taken from this environment where they are set; the builder keeps them out of the image.
    arguments+=(--build-arg HTTP_PROXY --build-arg HTTPS_PROXY --build-arg NO_PROXY)
    arguments+=(--progress=plain -t "$2" "$repo_dir")
    "$docker" build "${arguments[@]}" >"$log" 2>&1 && return 0
    # A restore can fail once and pass the second time.
    grep -qE 'error NU|dotnet restore .*exit code' "$log" && "$docker" build "${arguments[@]}" >"$log" 2>&1
}

# It runs on this machine unless the C library here is much older than the one it was linked with.
native_program() {
    local folder=$cache_dir/native container said
    rm -rf "$folder"
    mkdir -p "$folder"
    container=$("$docker" create "$name")
    "$docker" cp "$container:/app/health-agent" "$folder/health-agent" >/dev/null
    "$docker" rm "$container" >/dev/null
    if said=$("$folder/health-agent" --version 2>&1) && [ "${said%%+*}" = "$version" ]; then
        provide HEALTH_AGENT_TEST_NATIVE "$folder/health-agent"
    else
        say "not available: native: the image's program does not run on this machine: $(head -n 1 <<<"$said")"
    fi
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

reason() { { grep -m 1 -E 'error|ERROR' "$1" || last_line_of "$1"; } | cut -c1-300; } # LOG

with_lock agent-image main
