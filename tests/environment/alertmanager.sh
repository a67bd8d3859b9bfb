#!/usr/bin/env bash
# Alertmanager and amtool: those on PATH, or those of the image that deploy/compose.yaml runs, or else Debian's, unpacked
# into the cache and not installed, so that no service of theirs starts. See debian_suite in offline/debian.sh for the release.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/programs.sh"
source "$environment_dir/offline/debian.sh"

image=$(pinned_image alertmanager "$repo_dir/deploy/compose.yaml")
official=$cache_dir/alertmanager-$(content_hash "$image")
unpacked=$cache_dir/alertmanager-$debian_suite

main() {
    local server tool version
    server=$(command -v alertmanager || command -v prometheus-alertmanager || true)
    tool=$(command -v amtool || true)
    if [ -z "$server" ] || [ -z "$tool" ]; then
        if [ -d "$official" ] || programs_from_image "$image" "$official" /bin/alertmanager /bin/amtool; then
            server=$official/alertmanager tool=$official/amtool
        else
            if [ ! -d "$unpacked" ]; then unpack; fi
            server=$unpacked/alertmanager tool=$unpacked/usr/bin/amtool
            launcher >"$server"
            chmod +x "$server"
        fi
    fi
    version=$("$server" --version 2>&1) || unavailable alertmanager "it does not start: $(head -n 1 <<<"$version")"
    provide HEALTH_AGENT_TEST_ALERTMANAGER "$server"
    provide HEALTH_AGENT_TEST_AMTOOL "$tool"
    say "alertmanager: $(head -n 1 <<<"$version" | cut -d' ' -f3)"
}

unpack() {
    say "unpacking Debian's alertmanager"
    unpack_packages alertmanager "$debian_suite" "$unpacked" prometheus-alertmanager
}

# Debian's reads its templates below /usr/share, wherever it is itself: so it is started with its own /usr/share in that
# place, which no other process sees. All of it is exec, so that the process that was started is the one that is ended.
launcher() {
    cat <<END
#!/usr/bin/env bash
namespaces=(--mount)
if [ "\$(id -u)" != 0 ]; then namespaces+=(--user --map-root-user); fi
exec unshare "\${namespaces[@]}" -- bash -c 'mount --bind "\$0/usr/share" /usr/share && exec "\$0/usr/bin/prometheus-alertmanager" "\$@"' \\
    $(printf %q "$unpacked") "\$@"
END
}

with_lock alertmanager main
