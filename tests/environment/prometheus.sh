#!/usr/bin/env bash
# Prometheus and promtool: those on PATH, or those of the image that deploy/compose.yaml runs, or else Debian's, unpacked into
# the cache and not installed, so that no service of theirs starts. Not the machine's own release, whose Prometheus can be
# years old: see debian_suite in offline/debian.sh.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/programs.sh"
source "$environment_dir/offline/debian.sh"

image=$(pinned_image prometheus "$repo_dir/deploy/compose.yaml")
official=$cache_dir/prometheus-$(content_hash "$image")
unpacked=$cache_dir/prometheus-$debian_suite

main() {
    if [ -z "$(command -v prometheus)" ] || [ -z "$(command -v promtool)" ]; then
        if [ -d "$official" ] || programs_from_image "$image" "$official" /bin/prometheus /bin/promtool; then
            PATH=$official:$PATH
        else
            if [ ! -d "$unpacked" ]; then unpack; fi
            PATH=$unpacked/usr/bin:$PATH
        fi
    fi
    local version
    version=$(prometheus --version 2>&1) || unavailable prometheus "it does not start: $(head -n 1 <<<"$version")"
    provide HEALTH_AGENT_TEST_PROMETHEUS "$(command -v prometheus)"
    provide HEALTH_AGENT_TEST_PROMTOOL "$(command -v promtool)"
    say "prometheus: $(head -n 1 <<<"$version" | cut -d' ' -f3)"
}

unpack() {
    say "unpacking Debian's prometheus"
    unpack_packages prometheus "$debian_suite" "$unpacked" prometheus promtool
}

with_lock prometheus main
