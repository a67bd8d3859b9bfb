# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# What the measurements need: programs, fetched where they are missing, and the agent and its peers, built for release.
# shellcheck source=tests/environment/lib.sh
source tests/environment/lib.sh
# shellcheck source=tests/environment/offline/debian.sh
source tests/environment/offline/debian.sh

out=$repo_dir/artifacts/side-by-side
pieces=$repo_dir/bench/side-by-side
work=
native=$repo_dir/artifacts/native/program
unpacked=$cache_dir/side-by-side
# Where Debian keeps what it does not put on every PATH, and where the unpacked ones are.
PATH=$PATH:/usr/sbin:$unpacked/usr/bin:$unpacked/usr/sbin

prepare() {
    command -v dotnet >/dev/null || unavailable side-by-side "dotnet, the .NET SDK, is not on PATH"
    with_installed curl wrk
    with_unpacked nginx nginx
    with_blackbox_exporter
    rm -rf "$out"
    mkdir -p "$out"
    work=$(mktemp -d)
    say "building"
    build src/Agent agent
    .ci/native >"$log_dir/build.log" 2>&1 || unavailable side-by-side "building the native agent: $(last_line_of "$log_dir/build.log")"
    build bench/side-by-side tool
    say "$(nginx -v 2>&1 | head -n 1)"
    say "$(prometheus-blackbox-exporter --version 2>&1 | head -n 1)"
}

with_installed() { # COMMAND...: by apt, where the command is missing; packages of the same name, with no service in them
    local command
    for command in "$@"; do
        if command -v "$command" >/dev/null; then continue; fi
        is_root_on_debian || unavailable side-by-side "$command is not on PATH, and installing it takes root on Debian or its like"
        install_packages "$command" || unavailable side-by-side "installing $command: $(last_line_of "$log_dir/apt.log")"
    done
}

with_unpacked() { # COMMAND PACKAGE: unpacked and not installed, since installing it would start its service
    if command -v "$1" >/dev/null; then return; fi
    is_root_on_debian || unavailable side-by-side "$1 is not on PATH, and fetching it takes root on Debian or its like"
    say "unpacking Debian's $2"
    local debs log=$log_dir/$2.log
    debs=$(mktemp -d)
    (
        cd "$debs"
        # As another user apt could not write here.
        fetch() { apt-get -o APT::Sandbox::User=root -qq download "$1"; }
        fetch "$2" || { apt-get -qq update || true; fetch "$2"; }
        dpkg-deb -x ./*.deb "$unpacked"
    ) >"$log" 2>&1 || unavailable side-by-side "unpacking $2: $(last_line_of "$log")"
    rm -rf "$debs"
    "$1" --version >/dev/null 2>&1 || "$1" -v >/dev/null 2>&1 ||
        unavailable side-by-side "Debian's $1 does not start: install its package $2"
}

# Its 0.28, a static program; Debian 12 has 0.23.
with_blackbox_exporter() {
    local folder=$cache_dir/blackbox-exporter-sid
    if [ ! -e "$folder" ] && ! prometheus-blackbox-exporter --version 2>&1 | grep -q 'version 0\.2[8-9]'; then
        say "unpacking blackbox_exporter of Debian's sid"
        unpack_packages side-by-side sid "$folder" prometheus-blackbox-exporter
    fi
    PATH=$folder/usr/bin:$PATH
}

build() { # PROJECT NAME
    dotnet publish "$1" -c Release -o "$out/$2" -v quiet -nologo >"$log_dir/build.log" 2>&1 ||
        unavailable side-by-side "building $1: $(last_line_of "$log_dir/build.log")"
}
