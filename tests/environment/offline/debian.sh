# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# Debian's packages, for machines that reach its mirrors but no registry of images; sourced after lib.sh, never run.
#
# unpack_packages changes nothing outside the cache. install_packages changes the machine: only the engine of
# our own, and the making of images in it, may use it.

# Stand-ins come from this suite: its PostgreSQL 17, Redis 8 and RabbitMQ 4 are what the images pinned in compose.yaml
# hold, and its Prometheus is 2.53, where Debian 12 still has 2.42.
debian_suite=trixie
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

is_root_on_debian() { [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; }

install_packages() { # PACKAGE...: through apt, only what is missing
    with_lock apt install_missing "$@"
}

install_missing() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    {
        # One source of several being out of reach is no reason to stop: the installation itself shows it.
        apt-get -qq update || true
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"
    } >"$log_dir/apt.log" 2>&1 </dev/null
}

debian_mirror() { # the mirror that apt already uses
    { grep -rhoE '^(URIs:|deb) .*' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null || true; } |
        grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' '
}

# apt with lists of its own, for packages of any suite: neither the machine's sources nor its installed packages matter, nor
# are changed. It is the array `suite_apt`, and `suite_work` a folder that ends with the script.
open_suite() { # WHAT SUITE
    [ "${suite_open:-}" = "$2" ] && return 0
    local what=$1 suite=$2 mirror log=$log_dir/$1.log
    command -v apt-get >/dev/null && [ -f /etc/debian_version ] ||
        unavailable "$what" "not on PATH, and unpacking Debian's takes apt"
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || unavailable "$what" "no Debian mirror among apt's sources"
    suite_work=$(mktemp -d "$cache_dir/unpack.XXXXXX")
    trap 'rm -rf "$suite_work"' EXIT
    mkdir -p "$suite_work/lists/partial" "$suite_work/debs"
    echo "deb [signed-by=$debian_keyring] $mirror $suite main" >"$suite_work/suite.list"
    suite_apt=(-o "Dir::Etc::sourcelist=$suite_work/suite.list" -o Dir::Etc::sourceparts=-
        -o "Dir::State::lists=$suite_work/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
        -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
    apt-get "${suite_apt[@]}" -qq update >"$log" 2>&1 || unavailable "$what" "$(last_line_of "$log")"
    suite_open=$suite
}

# Packages of any suite, unpacked into a folder and not installed; what they depend on is not followed.
unpack_packages() { # WHAT SUITE FOLDER PACKAGE...
    local what=$1 suite=$2 folder=$3 log=$log_dir/$1.log package
    shift 3
    open_suite "$what" "$suite"
    (
        cd "$suite_work/debs" && apt-get "${suite_apt[@]}" -qq download "$@" &&
            for package in ./*.deb; do dpkg-deb -x "$package" "$suite_work/root"; done
    ) >"$log" 2>&1 || unavailable "$what" "$(last_line_of "$log")"
    mv "$suite_work/root" "$folder"
}
