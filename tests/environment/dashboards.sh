#!/usr/bin/env bash
# TypeScript and Grafana's types, which dashboards are checked against, as tests/dashboards pins them.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/npm.sh"

main() {
    packages_of dashboards "$repo_dir/tests/dashboards"
    provide HEALTH_AGENT_TEST_DASHBOARDS "$folder"
    say "dashboards: Grafana's types $(package_version @grafana/schema)"
}

with_lock dashboards main
