#!/bin/sh
# Arguments are the server's own, as in `--requirepass secret`, or a whole command.
set -eu
case ${1:-} in -* | *.conf) set -- redis-server "$@" ;; esac

if [ "$1" = redis-server ]; then
    # Without protected mode, as in the official image: a container is reached from outside by intent.
    shift
    case ${1:-} in
        *.conf) config=$1; shift; set -- redis-server "$config" --protected-mode no "$@" ;;
        *) set -- redis-server --protected-mode no "$@" ;;
    esac
    if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=redis --regid=redis --init-groups "$@"; fi
fi
exec "$@"
