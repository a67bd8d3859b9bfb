#!/usr/bin/env bash
# PgBouncer, as an image: the pooler that stands before many a PostgreSQL, and answers in its own way.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$environment_dir/images.sh"

main() {
    provide_debian_image pgbouncer HEALTH_AGENT_TEST_PGBOUNCER_IMAGE pgbouncer
}

with_lock pgbouncer main
