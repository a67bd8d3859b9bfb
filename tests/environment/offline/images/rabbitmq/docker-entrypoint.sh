#!/usr/bin/env bash
# Writes the configuration from the environment, then runs the broker in the foreground.
set -euo pipefail

if [ "$1" = rabbitmq-server ]; then
    {
        # From outside too, which the broker refuses its `guest` by default.
        echo "loopback_users = none"
        echo "default_user = ${RABBITMQ_DEFAULT_USER:-guest}"
        echo "default_pass = ${RABBITMQ_DEFAULT_PASS:-guest}"
        echo "default_vhost = ${RABBITMQ_DEFAULT_VHOST:-/}"
    } >/etc/rabbitmq/conf.d/10-defaults.conf
    # Erlang makes a table of as many entries as files may be open, and an engine may allow a billion.
    ulimit -n 65536 2>/dev/null || true # not where less is allowed already
    if [ "$(id -u)" = 0 ]; then
        chown -R rabbitmq:rabbitmq /var/lib/rabbitmq /etc/rabbitmq
        exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$@"
    fi
fi
exec "$@"
