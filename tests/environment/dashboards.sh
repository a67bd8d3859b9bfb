#!/usr/bin/env bash
# TypeScript and Grafana's types, which dashboards are checked against, as tests/dashboards pins them.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

pinned=$repo_dir/tests/dashboards
folder=$cache_dir/dashboards-$(content_hash "$pinned/package-lock.json")

main() {
    command -v node >/dev/null || unavailable dashboards "checking takes node"
    if [ ! -d "$folder" ]; then fetch; fi
    provide HEALTH_AGENT_TEST_DASHBOARDS "$folder"
    say "dashboards: Grafana's types $(node -p 'require(process.argv[1]).version' "$folder/node_modules/@grafana/schema/package.json")"
}

fetch() {
    command -v npm >/dev/null || unavailable dashboards "fetching Grafana's types takes npm"
    local log=$log_dir/dashboards.log
    work=$(mktemp -d "$cache_dir/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "fetching Grafana's types"
    cp "$pinned/package.json" "$pinned/package-lock.json" "$pinned/.npmrc" "$work"
    (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 || unavailable dashboards "$(last_line_of "$log")"
    chmod 755 "$work"
    mv "$work" "$folder"
}

with_lock dashboards main
