#!/usr/bin/env bash
# Dagu, the workflow scheduler that the agent's `dagu` kind watches: the binary inside its npm package.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=1.30.2
binary=$cache_dir/dagu-$version/dagu

main() {
    if [ ! -x "$binary" ]; then fetch; fi
    provide HEALTH_AGENT_TEST_DAGU "$binary"
    say "dagu: $version"
}

fetch() {
    [ "$(uname -sm)" = "Linux x86_64" ] || unavailable dagu "its package holds a binary for x64 Linux only"
    command -v npm >/dev/null || unavailable dagu "fetching it takes npm"
    local log=$log_dir/dagu.log
    work=$(mktemp -d "$cache_dir/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "fetching dagu $version"
    # Packed and unpacked rather than installed, so that no script of the package runs.
    (cd "$work" && npm pack --silent "@dagu-org/dagu-linux-x64@$version" && tar -xzf ./*.tgz) >"$log" 2>&1 ||
        unavailable dagu "$(last_line_of "$log")"
    mkdir -p "$(dirname "$binary")"
    install -m 755 "$work/package/bin/dagu" "$binary"
}

with_lock dagu main
