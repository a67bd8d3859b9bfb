# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# How the scripts of this folder come by images; sourced, never run, and only where an engine answers.
#
# Official images, as compose.yaml pins them, are used where a registry hands them out. Where none does, offline/images.sh
# makes stand-ins.

docker=${HEALTH_AGENT_TEST_DOCKER:?start with: eval "\$(tests/environment/engine.sh start)"}
export DOCKER_BUILDKIT=1

# shellcheck source=tests/environment/offline/images.sh
source "$environment_dir/offline/images.sh"

have_image() { "$docker" image inspect "$1" >/dev/null 2>&1; }

# A registry that is out of reach costs seconds, not minutes: it is asked for the image's manifest first.
pull() { # IMAGE
    have_image "$1" && return 0
    timeout 5 "$docker" manifest inspect "$1" >/dev/null 2>&1 || return 1
    say "pulling $1"
    timeout 300 "$docker" pull -q "$1" >/dev/null 2>&1
}

# Debian with some packages: the official image, or a stand-in, and offline/images/NAME/Dockerfile above it. Provides its name.
provide_debian_image() { # NAME VARIABLE PACKAGE...
    local name=$1 variable=$2 official base image from
    shift 2
    official=$(pinned_image debian)
    base=health-agent-test/base-$name:$(content_hash "$debian_suite" "$@")
    from=$official
    pull "$official" || { debian_image "$base" "$@" && from=$base; } ||
        unavailable "$name" "neither the official image of Debian nor a stand-in is available"
    image=health-agent-test/$name:$(content_hash "$from" "$offline_dir/images/$name/Dockerfile" "$@")
    build_image "$image" "$offline_dir/images/$name" --build-arg "BASE=$from" --build-arg "PACKAGES=$*" ||
        unavailable "$name" "its image could not be built"
    provide "$variable" "$image"
    say "$name: $image"
}
