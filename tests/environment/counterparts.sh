#!/usr/bin/env bash
# The systems that the agent watches in the tests: PostgreSQL, Redis and RabbitMQ, as images.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

packages=(ca-certificates tzdata postgresql-17 redis-server rabbitmq-server)
base=health-agent-test/base-counterparts:$(content_hash "$debian_suite" "${packages[@]}")

main() {
    pull "$(pinned_image ryuk)" || provide TESTCONTAINERS_RYUK_DISABLED true
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
        unavailable "${missing[*]}" "neither the official image nor a stand-in is available"
    fi
}

image_of() { # KIND
    local official
    official=$(pinned_image "$1")
    if pull "$official"; then
        echo "$official"
    else
        debian_image "$base" "${packages[@]}" && stand_in "$1" "$base"
    fi
}

with_lock counterparts main
