#!/usr/bin/env bash
# Debian with systemd as its first process and with lintian, as an image: there the .deb is judged, installed, upgraded and purged.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

main() {
    command -v dpkg-deb >/dev/null || unavailable systemd "packing a .deb takes dpkg-deb"
    provide_debian_image systemd HEALTH_AGENT_TEST_SYSTEMD_IMAGE \
        systemd systemd-sysv dbus lintian ca-certificates tzdata libssl3t64
}

with_lock systemd main
