# shellcheck shell=bash
# What the scripts of this folder share; sourced, never run.
#
# Each script prepares one thing. Its standard output is `export NAME=value` lines for the tests and nothing else;
# what people should read goes to standard error. A thing that cannot be had ends its script with status 3 and one line
# saying why: the tests that need it are then skipped.
set -euo pipefail

environment_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo_dir=$(cd "$environment_dir/../.." && pwd)
cache_dir=${HEALTH_AGENT_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/health-agent-test}
log_dir=$cache_dir/logs
mkdir -p "$log_dir"

# Stand-ins come from this suite: its PostgreSQL 17, Redis 8 and RabbitMQ 4 are what the official images pinned in
# counterparts.sh hold, and its Prometheus is 2.53, where Debian 12 still has 2.42.
debian_suite=trixie
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf 'environment: %s\n' "$*" >&2; }

unavailable() { # WHAT REASON
    say "not available: $1: $2"
    exit 3
}

provide() { # NAME VALUE: one line for the tests' environment
    printf 'export %s=%q\n' "$1" "$2"
}

is_root_on_debian() { [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null; }

# Waits its turn, so that two scripts (or two runs) never build the same thing at once.
with_lock() { # NAME COMMAND...
    local lock=$log_dir/$1.lock
    shift
    (
        flock 9
        "$@" 9>&-
    ) 9>"$lock"
}

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
        # One source of several being out of reach is no reason to stop: the installation itself tells.
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

content_hash() { # FILE-OR-TEXT...: a short name for "made from exactly this"
    local part
    for part in "$@"; do
        if [ -f "$part" ]; then cat "$part"; else printf '%s\n' "$part"; fi
    done | sha256sum | cut -c1-12
}

last_line_of() { # FILE
    grep -v '^[[:space:]]*$' "$1" 2>/dev/null | tail -n 1 | cut -c1-300
}
