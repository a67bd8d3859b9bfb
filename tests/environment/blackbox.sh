#!/usr/bin/env bash
# blackbox_exporter, whose answers /probe is compared with: that on PATH, or that of the image pinned in compose.yaml, or else
# that of Debian's sid, unpacked into the cache and not installed, so that no service of its starts. Older ones lack metrics.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/programs.sh"
source "$environment_dir/offline/debian.sh"

image=$(pinned_image blackbox)
official=$cache_dir/blackbox-$(content_hash "$image")
unpacked=$cache_dir/blackbox-exporter-sid

main() {
    local program
    program=$(command -v blackbox_exporter || command -v prometheus-blackbox-exporter || true)
    if [ -z "$program" ] || ! is_new "$program"; then
        if [ -d "$official" ] || programs_from_image "$image" "$official" /bin/blackbox_exporter; then
            program=$official/blackbox_exporter
        else
            if [ ! -d "$unpacked" ]; then unpack; fi
            program=$unpacked/usr/bin/prometheus-blackbox-exporter
        fi
    fi
    is_new "$program" || unavailable blackbox "$program does not start, or is older than 0.28"
    provide HEALTH_AGENT_TEST_BLACKBOX "$program"
    say "blackbox_exporter: $("$program" --version 2>&1 | head -n 1 | cut -d' ' -f3)"
}

is_new() { "$1" --version 2>&1 | grep -qE 'version (0\.(2[89]|[3-9][0-9])|[1-9])'; }

unpack() {
    say "unpacking blackbox_exporter of Debian's sid"
    unpack_packages blackbox sid "$unpacked" prometheus-blackbox-exporter
}

with_lock blackbox main
