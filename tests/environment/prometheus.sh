#!/usr/bin/env bash
# Prometheus and promtool: those on PATH, or else Debian's, unpacked into the cache and not installed, so that no service
# of theirs starts. Not the machine's own release, whose Prometheus can be years old: see debian_suite in lib.sh.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unpacked=$cache_dir/prometheus-$debian_suite

main() {
    if [ -z "$(command -v prometheus)" ] || [ -z "$(command -v promtool)" ]; then
        if [ ! -d "$unpacked" ]; then unpack; fi
        PATH=$unpacked/usr/bin:$PATH
    fi
    local version
    version=$(prometheus --version 2>&1) || unavailable prometheus "it does not start: $(head -n 1 <<<"$version")"
    provide HEALTH_AGENT_TEST_PROMETHEUS "$(command -v prometheus)"
    provide HEALTH_AGENT_TEST_PROMTOOL "$(command -v promtool)"
    say "prometheus: $(head -n 1 <<<"$version" | cut -d' ' -f3)"
}

# apt with lists of its own: neither the machine's sources nor its installed packages matter, nor are changed.
unpack() {
    command -v apt-get >/dev/null && [ -f /etc/debian_version ] ||
        unavailable prometheus "not on PATH, and unpacking Debian's takes apt"
    local mirror log=$log_dir/prometheus.log
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || unavailable prometheus "no Debian mirror among apt's sources"
    work=$(mktemp -d "$cache_dir/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/lists/partial" "$work/debs" "$work/root"
    echo "deb [signed-by=$debian_keyring] $mirror $debian_suite main" >"$work/suite.list"
    local apt=(-o "Dir::Etc::sourcelist=$work/suite.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$work/lists"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
    say "unpacking Debian's prometheus"
    (
        cd "$work/debs" && apt-get "${apt[@]}" -qq update && apt-get "${apt[@]}" -qq download prometheus promtool &&
            dpkg-deb -x prometheus_*.deb "$work/root" && dpkg-deb -x promtool_*.deb "$work/root"
    ) >"$log" 2>&1 || unavailable prometheus "$(last_line_of "$log")"
    mv "$work/root" "$unpacked"
}

with_lock prometheus main
