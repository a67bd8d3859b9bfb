#!/usr/bin/env bash
# Debian with systemd as its first process and with lintian, as an image: there the .deb is judged, installed, upgraded and purged.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

packages=(systemd systemd-sysv dbus lintian ca-certificates tzdata libssl3t64)
official=$(pinned_image debian)
base=health-agent-test/base-systemd:$(content_hash "$debian_suite" "${packages[@]}")

main() {
    command -v dpkg-deb >/dev/null || unavailable systemd "packing a .deb takes dpkg-deb"
    local image from=$official
    pull "$official" || { debian_image "$base" "${packages[@]}" && from=$base; } ||
        unavailable systemd "neither the official image of Debian nor a stand-in is available"
    image=health-agent-test/systemd:$(content_hash "$from" "$offline_dir/images/systemd/Dockerfile" "${packages[@]}")
    build_image "$image" "$offline_dir/images/systemd" --build-arg "BASE=$from" --build-arg "PACKAGES=${packages[*]}" ||
        unavailable systemd "its image could not be built"
    provide HEALTH_AGENT_TEST_SYSTEMD_IMAGE "$image"
    say "systemd: $image"
}

with_lock systemd main
