#!/usr/bin/env bash
# Prepares everything that the integration tests use, as far as this machine allows, and prints the environment for them:
#
#   eval "$(tests/environment/prepare.sh)"; dotnet test tests/Integration
#
# Images and programs come from the registries of images that the pins in compose.yaml and deploy/compose.yaml name. Where
# none is in reach, offline/ makes them of Debian's packages, and where no Docker engine answers, it starts one (as root, on
# Debian). An engine that already runs is used as it is, and nothing is installed beside it.
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
    prepare pgbouncer &
    prepare systemd &
    prepare k3s &
    wait
}

tools=(dagu prometheus alertmanager blackbox collector dashboards grpc-client kubernetes)
if [ -n "${HEALTH_AGENT_TEST_WITH_N8N:-}" ]; then tools+=(n8n); fi
for tool in "${tools[@]}"; do
    prepare "$tool" &
done
containers
wait

cat "$work"/*.env

prepared=() missing=()
note() { # WHAT VARIABLE
    if grep -qs "^export HEALTH_AGENT_TEST_$2=" "$work"/*.env; then prepared+=("$1"); else missing+=("$1"); fi
}
note docker DOCKER
note postgres POSTGRES_IMAGE
note redis REDIS_IMAGE
note rabbitmq RABBITMQ_IMAGE
note pgbouncer PGBOUNCER_IMAGE
note agent-image AGENT_FULL_IMAGE
note native NATIVE
note systemd SYSTEMD_IMAGE
note dagu DAGU
note prometheus PROMTOOL
note alertmanager ALERTMANAGER
note blackbox BLACKBOX
note collector COLLECTOR
note dashboards DASHBOARDS
note grpc-client GRPC_CLIENT
note kubernetes KUBECTL
if [ -n "${HEALTH_AGENT_TEST_WITH_N8N:-}" ]; then note n8n N8N; fi
provide HEALTH_AGENT_TEST_PREPARED "$(IFS=,; echo "${prepared[*]:-}")"
provide HEALTH_AGENT_TEST_MISSING "$(IFS=,; echo "${missing[*]:-}")"
