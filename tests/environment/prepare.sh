#!/usr/bin/env bash
# Prepares everything that the integration tests use, as far as this machine allows, and prints the environment for them:
#
#   eval "$(tests/environment/prepare.sh)"; dotnet test tests/Integration
#
# The first time takes minutes, later ones seconds: all is kept in lib.sh's cache_dir. An engine that was started for
# this is left running; `tests/environment/engine.sh stop` ends it.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

prepare() { # WHAT: runs its script; its output and success are kept for the end
    if "$environment_dir/$1.sh" >"$work/$1.env"; then touch "$work/$1.done"; fi
}

containers() {
    prepare engine
    [ -f "$work/engine.done" ] || return 0
    # shellcheck disable=SC1091
    source "$work/engine.env"
    prepare counterparts &
    prepare agent-image &
    wait
}

for tool in dagu prometheus alertmanager collector dashboards; do
    prepare "$tool" &
done
containers
wait

cat "$work"/*.env

prepared=()
has() { grep -qs "^export $1=" "$work"/*.env; }
if has HEALTH_AGENT_TEST_DOCKER; then prepared+=(docker); fi
if has HEALTH_AGENT_TEST_POSTGRES_IMAGE; then prepared+=(postgres); fi
if has HEALTH_AGENT_TEST_REDIS_IMAGE; then prepared+=(redis); fi
if has HEALTH_AGENT_TEST_RABBITMQ_IMAGE; then prepared+=(rabbitmq); fi
if has HEALTH_AGENT_TEST_AGENT_IMAGE; then prepared+=(agent-image); fi
if has HEALTH_AGENT_TEST_DAGU; then prepared+=(dagu); fi
if has HEALTH_AGENT_TEST_PROMTOOL; then prepared+=(prometheus); fi
if has HEALTH_AGENT_TEST_ALERTMANAGER; then prepared+=(alertmanager); fi
if has HEALTH_AGENT_TEST_COLLECTOR; then prepared+=(collector); fi
if has HEALTH_AGENT_TEST_DASHBOARDS; then prepared+=(dashboards); fi
provide HEALTH_AGENT_TEST_PREPARED "$(IFS=,; echo "${prepared[*]:-}")"
