#!/usr/bin/env bash
# Alertmanager and amtool: those on PATH, or else Debian's, unpacked into the cache and not installed, so that no service
# of theirs starts. See debian_suite in lib.sh for the release.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unpacked=$cache_dir/alertmanager-$debian_suite

main() {
    local server version
    server=$(installed)
    if [ -z "$server" ] || [ -z "$(command -v amtool)" ]; then
        if [ ! -d "$unpacked" ]; then unpack; fi
        PATH=$unpacked/usr/bin:$PATH
        server=$(installed)
    fi
    version=$("$server" --version 2>&1) || unavailable alertmanager "it does not start: $(head -n 1 <<<"$version")"
    provide HEALTH_AGENT_TEST_ALERTMANAGER "$server"
    provide HEALTH_AGENT_TEST_AMTOOL "$(command -v amtool)"
    say "alertmanager: $(head -n 1 <<<"$version" | cut -d' ' -f3)"
}

installed() { # Debian's has a longer name.
    command -v alertmanager || command -v prometheus-alertmanager || true
}

unpack() {
    say "unpacking Debian's alertmanager"
    unpack_packages alertmanager "$debian_suite" "$unpacked" prometheus-alertmanager
}

with_lock alertmanager main
