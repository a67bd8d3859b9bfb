# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# What the scripts of this folder share; sourced, never run.
#
# Each script prepares one thing. Its standard output is `export NAME=value` lines for the tests and nothing else;
# what people should read goes to standard error. A thing that is unavailable ends its script with status 3 and one line
# saying why: the tests that need it are then skipped.
set -euo pipefail

environment_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo_dir=$(cd "$environment_dir/../.." && pwd)
cache_dir=${HEALTH_AGENT_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/health-agent-test}
log_dir=$cache_dir/logs
mkdir -p "$log_dir"

say() { printf 'environment: %s\n' "$*" >&2; }

unavailable() { # WHAT REASON
    say "not available: $1: $2"
    exit 3
}

provide() { # NAME VALUE: one line for the tests' environment
    printf 'export %s=%q\n' "$1" "$2"
}

# Waits its turn, so that two scripts (or two runs) never build the same thing at once.
with_lock() { # NAME COMMAND...
    local lock=$log_dir/$1.lock
    shift
    (
        flock 9
        "$@" 9>&-
    ) 9>"$lock"
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

pinned_image() { # SERVICE [COMPOSE-FILE]: the image that it runs
    sed -n "/^  $1:\$/,/^ *image:/s/^ *image: *//p" "${2:-$environment_dir/compose.yaml}"
}
