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

content_hash() { # FILE-OR-TEXT...: a short name for "made from exactly this"
    local part
    for part in "$@"; do
        if [ -f "$part" ]; then cat "$part"; else printf '%s\n' "$part"; fi
    done | sha256sum | cut -c1-12
}

last_line_of() { # FILE
    grep -v '^[[:space:]]*$' "$1" 2>/dev/null | tail -n 1 | cut -c1-300
}
