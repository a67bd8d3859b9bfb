#!/usr/bin/env bash
# A Docker engine of our own, for root on Debian where none answers. It changes the machine: packages are installed, and
# while it runs, dockerd has a bridge and its rules in the firewall; `stop` sets the network as it was before.
# ../engine.sh decides whether it is needed, and waits its turn.
#
#   offline/engine.sh start     prints the environment that reaches it
#   offline/engine.sh stop      stops it, with what the tests left in it
#   offline/engine.sh running   whether it runs
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
source "$environment_dir/offline/debian.sh"

run_dir=/run/health-agent-test # short, because a socket's path has at most 108 characters
socket=$run_dir/docker.sock
pid_file=$run_dir/dockerd.pid
exec_root=$run_dir/exec
data_root=$cache_dir/docker
before_file=$run_dir/before # how the network was set before dockerd changed it
log=$log_dir/dockerd.log

main() {
    case ${1:-} in
        start) start ;;
        stop) stop ;;
        running) own_engine_runs ;;
        *) say "usage: offline/engine.sh start|stop|running"; exit 2 ;;
    esac
}

start() {
    if ! own_engine_runs; then
        is_root_on_debian || unavailable docker "no engine answers, and starting one takes root on Debian"
        install_engine || unavailable docker "it could not be installed: $(last_line_of "$log_dir/apt.log")"
        # Where services are started when they are installed, there is one now.
        if timeout 10 docker version >/dev/null 2>&1; then return 0; fi
        start_own_engine
    fi
    provide DOCKER_HOST "unix://$socket"
}

own_engine_runs() { is_process "$pid_file" dockerd && [ -S "$socket" ]; }

# A pid file outlives its process, the number may be somebody else's by now, and what was killed stays as a zombie until
# its parent looks.
is_process() { # PID-FILE NAME
    local pid name state
    pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] || return 1
    { read -r name <"/proc/$pid/comm" && state=$(sed -n 's/^State:[[:space:]]*//p' "/proc/$pid/status"); } 2>/dev/null || return 1
    [ "$name" = "$2" ] && [ "${state:0:1}" != Z ]
}

start_own_engine() {
    sweep
    mkdir -p "$run_dir" "$data_root"
    remember_network
    # Loopback only, a packet size that tunnels let through, and no helper process for every published port.
    setsid dockerd -H "unix://$socket" --pidfile "$pid_file" --exec-root "$exec_root" --data-root "$data_root" \
        --ip 127.0.0.1 --mtu 1400 --userland-proxy=false >"$log" 2>&1 </dev/null &
    local pid=$! deadline=$((SECONDS + 60))
    until timeout 5 docker -H "unix://$socket" version >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || unavailable docker "dockerd ended: $(last_line_of "$log")"
        if [ $SECONDS -ge $deadline ]; then
            kill "$pid"
            unavailable docker "dockerd did not answer within 60 s: $(last_line_of "$log")"
        fi
        sleep 0.2
    done
}

install_engine() {
    local command package
    for command in dockerd iptables docker; do
        command -v "$command" >/dev/null && continue
        install_packages docker.io iptables || return 1
        # Debian 12 has the client in docker.io; later releases have it, and BuildKit, in packages of their own.
        for package in docker-cli docker-buildx; do
            if apt-cache show "$package" >/dev/null 2>&1; then install_packages "$package" || return 1; fi
        done
        return 0
    done
}

# An engine that was killed leaves containers, its containerd, mounts and pid files behind, and the next one would trip
# over them.
sweep() {
    local containerd_pid=$exec_root/containerd/containerd.pid shim mount
    if is_process "$containerd_pid" containerd; then kill -KILL "$(cat "$containerd_pid")" || true; fi
    for shim in $(pgrep -f "^[^ ]*containerd-shim[^ ]* .*-address $exec_root/" 2>/dev/null || true); do
        pkill -KILL -P "$shim" || true
        kill -KILL "$shim" || true
    done
    while read -r mount; do umount "$mount" || true; done < <(
        awk -v run="$exec_root/" -v data="$data_root" '$2 == data || index($2, run) == 1 { print $2 }' /proc/mounts
    )
    rm -rf --one-file-system "$exec_root" "$pid_file" "$socket"
}

remember_network() {
    [ ! -e "$before_file" ] || return 0 # an engine that was killed has restored nothing: what was before it counts
    {
        iptables -S FORWARD | sed -n 's/^-P FORWARD //p'
        cat /proc/sys/net/ipv4/ip_forward
        if [ -e /sys/class/net/docker0 ]; then echo bridge; else echo none; fi
    } >"$before_file"
}

stop() {
    own_engine_runs || return 0
    local pid deadline=$((SECONDS + 30))
    pid=$(cat "$pid_file")
    remove_leftovers || true
    kill -TERM "$pid"
    while is_process "$pid_file" dockerd; do
        if [ $SECONDS -ge $deadline ]; then kill -KILL "$pid" || true; fi
        sleep 0.2
    done
    sweep
    restore_network || true
}

remove_leftovers() { # what a test run that was killed could not remove itself
    local client containers
    client=(docker -H "unix://$socket")
    containers=$("${client[@]}" ps -aq)
    if [ -n "$containers" ]; then xargs "${client[@]}" rm -fv <<<"$containers"; fi
    "${client[@]}" network prune -f
    "${client[@]}" volume prune -f
} >/dev/null 2>&1

restore_network() {
    local policy forward bridge
    { read -r policy && read -r forward && read -r bridge; } <"$before_file"
    iptables -P FORWARD "$policy"
    echo "$forward" >/proc/sys/net/ipv4/ip_forward
    if [ "$bridge" = none ]; then ip link delete docker0; fi
    rm "$before_file"
} >/dev/null 2>&1

main "$@"
