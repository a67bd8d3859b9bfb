# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# Images made of Debian's packages, where no registry hands out the official ones; sourced by ../images.sh, never run.
#
# They have names of their own (health-agent-test/…), never an official one, and are tagged with what they are made from,
# so that a change makes a new one.
offline_dir=$environment_dir/offline
# shellcheck source=tests/environment/offline/debian.sh
source "$offline_dir/debian.sh"

in_own_engine() { "$offline_dir/engine.sh" running; }

# A minimal Debian with PACKAGES as image NAME, straight from the mirror that this machine's apt uses.
debian_image() { # NAME PACKAGE...
    have_image "$1" && return 0
    local name=$1 mirror id log=$log_dir/${1//[\/:]/-}.log
    shift
    if ! is_root_on_debian; then
        say "making $name takes root on Debian"
        return 1
    fi
    # Packages are installed beside an engine of our own, never beside one that ran before.
    if in_own_engine; then
        install_packages mmdebstrap debian-archive-keyring || return 1
    elif ! command -v mmdebstrap >/dev/null; then
        say "making $name takes mmdebstrap, which is not installed beside an engine that ran before"
        return 1
    fi
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        say "no Debian mirror among apt's sources"
        return 1
    fi
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
    local folder=$offline_dir/images/$1 name
    name=health-agent-test/$1:$(content_hash "$2" "${4:-}" "$folder"/*)
    build_image "$name" "${3:-$folder}" -f "$folder/Dockerfile" --build-arg "BASE=$2" || return 1
    echo "$name"
}
