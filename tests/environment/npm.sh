# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# Packages of npm for checks that Node.js runs; sourced after lib.sh, never run.

# The packages that package.json and package-lock.json of a folder pin, in a folder of the cache, whole or not at all.
packages_of() { # WHAT PINNED: sets $folder
    local what=$1 pinned=$2 log=$log_dir/$1.log
    folder=$cache_dir/$what-$(content_hash "$pinned/package-lock.json")
    command -v node >/dev/null || unavailable "$what" "it takes node"
    if [ -d "$folder" ]; then return; fi
    command -v npm >/dev/null || unavailable "$what" "fetching its packages takes npm"
    work=$(mktemp -d "$cache_dir/unpack.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "fetching the packages of $what"
    cp "$pinned/package.json" "$pinned/package-lock.json" "$pinned/.npmrc" "$work"
    (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 || unavailable "$what" "$(npm_error_in "$log")"
    chmod 755 "$work"
    mv "$work" "$folder"
}

package_version() { # PACKAGE: that in $folder
    node -p 'require(process.argv[1]).version' "$folder/node_modules/$1/package.json"
}

npm_error_in() { # LOG: what npm says first; its last lines are advice
    grep '^npm error' "$1" | grep -v '^npm error code' | head -n 1 | cut -c1-300
}
