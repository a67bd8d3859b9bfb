#!/usr/bin/env bash
# PgBouncer, as an image: the pooler that stands before many a PostgreSQL, and answers in its own way.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

packages=(pgbouncer)
official=$(pinned_image debian)
base=health-agent-test/base-pgbouncer:$(content_hash "$debian_suite" "${packages[@]}")

main() {
    local image from=$official
    pull "$official" || { debian_image "$base" "${packages[@]}" && from=$base; } ||
        unavailable pgbouncer "neither the official image of Debian nor a stand-in is available"
    image=health-agent-test/pgbouncer:$(content_hash "$from" "$offline_dir/images/pgbouncer/Dockerfile" "${packages[@]}")
    build_image "$image" "$offline_dir/images/pgbouncer" --build-arg "BASE=$from" --build-arg "PACKAGES=${packages[*]}" ||
        unavailable pgbouncer "its image could not be built"
    provide HEALTH_AGENT_TEST_PGBOUNCER_IMAGE "$image"
    say "pgbouncer: $image"
}

with_lock pgbouncer main
