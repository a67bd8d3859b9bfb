# shellcheck shell=bash
# How the scripts of this folder come by images; sourced, never run, and only where an engine answers.
#
# Official images are used where a registry hands them out. Where none does, stand-ins are made of Debian packages, under
# names of their own (health-agent-test/…) and tagged with what they are made from, so that a change makes a new one.

docker=${HEALTH_AGENT_TEST_DOCKER:?start with: eval "\$(tests/environment/engine.sh start)"}
export DOCKER_BUILDKIT=1

have_image() { "$docker" image inspect "$1" >/dev/null 2>&1; }

# A registry that is out of reach costs seconds, not minutes: it is asked for the image's manifest first.
pull() { # IMAGE
    have_image "$1" && return 0
    timeout 5 "$docker" manifest inspect "$1" >/dev/null 2>&1 || return 1
    say "pulling $1"
    timeout 300 "$docker" pull -q "$1" >/dev/null 2>&1
}

# A minimal Debian with PACKAGES as image NAME, straight from the mirror that this machine's apt uses.
debian_image() { # NAME PACKAGE...
    have_image "$1" && return 0
    local name=$1 mirror id log=$log_dir/${1//[\/:]/-}.log
    shift
    if ! is_root_on_debian; then
        say "making $name takes root on Debian"
        return 1
    fi
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        say "no Debian mirror among apt's sources"
        return 1
    fi
    install_packages mmdebstrap debian-archive-keyring || return 1
    say "making $name"
    # Named only when whole: half an archive is an image too.
    id=$(mmdebstrap --quiet --mode=root --variant=minbase --include="$(tr ' ' , <<<"$*")" \
        --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$debian_suite" - "deb [signed-by=$debian_keyring] $mirror $debian_suite main" 2>"$log" |
        "$docker" import -) && "$docker" tag "$id" "$name" || {
        say "mmdebstrap: $(last_line_of "$log")"
        return 1
    }
}

build_image() { # NAME CONTEXT ARGUMENT...
    have_image "$1" && return 0
    local name=$1 context=$2 log
    shift 2
    log=$log_dir/${name//[\/:]/-}.log
    "$docker" build -q -t "$name" "$@" "$context" >"$log" 2>&1 || {
        say "docker build: $(last_line_of "$log")"
        return 1
    }
}

# The stand-in FOLDER (of images/) on BASE, its name printed. CONTEXT is the folder itself if not given; where it is
# another, VERSION says what is in it.
stand_in() { # FOLDER BASE [CONTEXT VERSION]
    local folder=$environment_dir/images/$1 name
    name=health-agent-test/$1:$(content_hash "$2" "${4:-}" "$folder"/*)
    build_image "$name" "${3:-$folder}" -f "$folder/Dockerfile" --build-arg "BASE=$2" || return 1
    echo "$name"
}
