#!/usr/bin/env bash
# An OpenTelemetry Collector: the one on PATH, or the one of the image that deploy/compose.yaml runs, or else one that is
# built from Debian's Go packages (offline/collector/main.go), which takes about three minutes and 1.5 GB the first time;
# 30 MB of that are kept.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/programs.sh"
source "$environment_dir/offline/debian.sh"

image=$(pinned_image collector "$repo_dir/deploy/compose.yaml")
# The first suite whose collector knows the exporters by the names that otel-collector.yaml gives them.
suite=sid
library=golang-opentelemetry-collector-dev
source=$environment_dir/offline/collector/main.go
binary=$cache_dir/collector-$(content_hash "$image" "$suite" "$source")/otelcol

main() {
    local found
    found=$(command -v otelcol || command -v otelcol-contrib || command -v "$binary") || {
        rm -rf "$cache_dir"/collector-????????????
        programs_from_image "$image" "$(dirname "$binary")" /otelcol || build
        found=$binary
    }
    local version
    version=$("$found" --version 2>&1) || unavailable collector "it does not start: $(head -n 1 <<<"$version")"
    provide HEALTH_AGENT_TEST_COLLECTOR "$found"
    say "collector: $version"
}

build() {
    local go libraries version log=$log_dir/collector.log
    [ "$(uname -s)" = Linux ] || unavailable collector "not on PATH, and a Linux is needed to build one"
    say "building a collector of Debian's Go packages"
    open_suite collector "$suite"
    go=$(apt-cache "${suite_apt[@]}" search --names-only '^golang-1\.[0-9]+-go$' | awk '{print $1}' | sort -V | tail -n 1)
    mapfile -t libraries < <(apt-get "${suite_apt[@]}" -s install --no-install-recommends "$library" |
        awk '/^Inst golang-.*-dev /{print $2}')
    version=$(apt-cache "${suite_apt[@]}" show "$library" | sed -n 's/^Version: \([0-9.]*\).*/\1/p' | head -n 1)
    if [ -z "$go" ] || [ ${#libraries[@]} -eq 0 ]; then unavailable collector "Debian's $suite has no $library"; fi
    local tree=$suite_work/tree
    unpack_packages collector "$suite" "$tree" "$go" "${go%-go}-src" "${libraries[@]}"
    # Go finds the libraries where Debian puts them: below a GOPATH, as before there were modules.
    mkdir -p "$suite_work/go/src/otelcol"
    cp "$source" "$suite_work/go/src/otelcol/"
    local root=$tree/usr/lib/go-${go//[!0-9.]/}
    GOROOT=$root GOPATH=$suite_work/go:$tree/usr/share/gocode GOCACHE=$suite_work/cache GOFLAGS='' GOENV=off \
        GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 \
        "$root/bin/go" build -trimpath -ldflags "-s -w -X main.version=$version" -o "$suite_work/otelcol" otelcol \
        >"$log" 2>&1 </dev/null || unavailable collector "$(last_line_of "$log")"
    mkdir "$suite_work/result"
    mv "$suite_work/otelcol" "$suite_work/result/"
    mv "$suite_work/result" "$(dirname "$binary")"
}

with_lock collector main
