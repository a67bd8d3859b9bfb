#!/usr/bin/env bash
# First start: makes the cluster, its user and its database. Every start: runs the server in the foreground.
set -euo pipefail
if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi

if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

initialise() {
    local user=${POSTGRES_USER:-postgres}
    local database=${POSTGRES_DB:-$user}
    if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
        echo "Error: set POSTGRES_PASSWORD (or POSTGRES_HOST_AUTH_METHOD=trust)." >&2
        exit 1
    fi
    # shellcheck disable=SC2086 # the arguments are words
    initdb --username="$user" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-}") \
        --auth-local=trust --auth-host=scram-sha-256 --no-sync ${POSTGRES_INITDB_ARGS:-} >/dev/null
    echo "host all all all ${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"

    # On its socket only: whoever waits for the port must not take this short-lived server for the real one.
    pg_ctl --wait --silent --options="-c listen_addresses='' -c fsync=off" start >/dev/null
    local psql=(psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$user")
    if [ "$database" != postgres ]; then
        "${psql[@]}" --dbname=postgres --set=name="$database" <<<'create database :"name";'
    fi
    local script
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sql) "${psql[@]}" --dbname="$database" --file="$script" ;;
            *.sh) bash "$script" ;;
        esac
    done
    pg_ctl --wait --silent --mode=fast stop
}

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then initialise; fi
exec "$@"
