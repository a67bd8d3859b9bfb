# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# Programs out of official images, for tests that run them as processes; sourced after lib.sh, never run.

# The files of the image in a folder of the cache, whole or not at all. They are static programs, which need nothing else of it.
programs_from_image() { # IMAGE FOLDER FILE...
    local image=$1 folder=$2 engine container file work status=0
    shift 2
    [ "$(uname -s)" = Linux ] || return 1
    engine=$("$environment_dir/engine.sh" start 2>/dev/null) || return 1
    eval "$engine"
    source "$environment_dir/images.sh"
    pull "$image" && container=$("$docker" create "$image" 2>/dev/null) || return 1
    work=$(mktemp -d "$cache_dir/unpack.XXXXXX")
    for file in "$@"; do
        "$docker" cp "$container:$file" "$work/" >/dev/null 2>&1 && chmod 755 "$work/${file##*/}" || status=1
    done
    "$docker" rm "$container" >/dev/null
    if [ $status = 0 ] && chmod 755 "$work" && mv "$work" "$folder"; then return 0; fi
    rm -rf "$work"
    return 1
}
