#!/usr/bin/env bash
# A Docker engine for the tests: the one that already answers, which is left as it is, or else one of our own.
#
#   engine.sh start     prints the environment that reaches it; an engine started here is left running
#   engine.sh stop      stops the engine that `start` started, with what the tests left in it
#   engine.sh running   whether the engine of our own runs
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

own=$environment_dir/offline/engine.sh

main() {
    case ${1:-start} in
        start) with_lock engine start ;;
        stop) with_lock engine "$own" stop ;;
        running) "$own" running ;;
        *) say "usage: engine.sh [start|stop|running]"; exit 2 ;;
    esac
}

start() {
    if "$own" running || ! an_engine_answers; then
        local environment
        environment=$("$own" start) || exit
        eval "$environment"
        if [ -n "$environment" ]; then echo "$environment"; fi
    fi
    choose_client || unavailable docker "no Docker client here speaks to the engine with BuildKit"
    describe
}

an_engine_answers() {
    local candidate
    while read -r candidate; do
        if timeout 10 "$candidate" version >/dev/null 2>&1; then return 0; fi
    done < <(type -aP docker)
    return 1
}

# There can be several clients, and not every one speaks to every engine or brings BuildKit along.
choose_client() {
    local candidate
    hash -r # one may just have been installed
    while read -r candidate; do
        if timeout 10 "$candidate" version >/dev/null 2>&1 &&
            DOCKER_BUILDKIT=1 "$candidate" build --help 2>/dev/null | grep -q -- --secret; then
            docker=$candidate
            return 0
        fi
    done < <(type -aP docker)
    return 1
}

describe() {
    local version api
    read -r version api < <("$docker" version --format '{{.Server.Version}} {{.Server.APIVersion}}')
    provide HEALTH_AGENT_TEST_DOCKER "$docker"
    # Testcontainers asks for a fixed version of the API, which an older engine refuses.
    if [ "$(printf '%s\n' "$api" 1.44 | sort -V | head -n 1)" != 1.44 ]; then provide DOCKER_API_VERSION "$api"; fi
    # Ports are published on IPv4's loopback only; `localhost` could be tried as ::1 first.
    case ${DOCKER_HOST:-unix:} in unix:*) provide TESTCONTAINERS_HOST_OVERRIDE 127.0.0.1 ;; esac
    say "Docker $version, API $api"
}

main "$@"
