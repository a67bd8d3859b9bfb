#!/usr/bin/env bash
# The systems that the agent watches in the tests: PostgreSQL, Redis and RabbitMQ, as images.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

declare -A official=([postgres]=postgres:17 [redis]=redis:8.0 [rabbitmq]=rabbitmq:4.0)
# The one that removes what a killed test run leaves behind, as Testcontainers pins it.
ryuk=testcontainers/ryuk:0.14.0@sha256:7c1a8a9a47c780ed0f983770a662f80deb115d95cce3e2daa3d12115b8cd28f0
packages=(ca-certificates tzdata postgresql-17 redis-server rabbitmq-server)
base=health-agent-test/base-counterparts:$(content_hash "$debian_suite" "${packages[@]}")

main() {
    pull "$ryuk" || provide TESTCONTAINERS_RYUK_DISABLED true
    local kind image missing=()
    for kind in postgres redis rabbitmq; do
        if image=$(image_of "$kind"); then
            provide "HEALTH_AGENT_TEST_${kind^^}_IMAGE" "$image"
            say "$kind: $image"
        else
            missing+=("$kind")
        fi
    done
    if [ ${#missing[@]} -gt 0 ]; then
        unavailable "${missing[*]}" "neither the official image nor a stand-in could be had"
    fi
}

image_of() { # KIND
    if pull "${official[$1]}"; then
        echo "${official[$1]}"
    else
        debian_image "$base" "${packages[@]}" && stand_in "$1" "$base"
    fi
}

with_lock counterparts main
