# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# Starting processes, ending them, and what they took.

# Ports, in the order in which they are used below.
nginx_port=$((FIRST_PORT + 1)) agent_port=$((FIRST_PORT + 2)) blackbox_port=$((FIRST_PORT + 3))
peer_port=$((FIRST_PORT + 4)) large_peer_port=$((FIRST_PORT + 5)) silent_port=$((FIRST_PORT + 6))
agent_url=http://127.0.0.1:$agent_port
nginx_url=http://127.0.0.1:$nginx_port

declare -A running=()
# The edition that start_agent starts.
program=$out/agent

start() { # NAME PORT COMMAND...: returns when something listens on the port; 0 is none
    local name=$1 port=$2
    shift 2
    if [ "$port" != 0 ] && listens "$port"; then
        unavailable side-by-side "port $port is in use; set FIRST_PORT to the first of seven free ones"
    fi
    # Ends also when this script is killed.
    setpriv --pdeathsig KILL "$@" >"$work/$name.log" 2>&1 &
    running[$name]=$!
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if [ "$port" = 0 ] || listens "$port"; then return; fi
        kill -0 "${running[$name]}" 2>/dev/null || break
        sleep 0.1
    done
    unavailable side-by-side "$name does not start: $(last_line_of "$work/$name.log")"
}

listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

stop() { # NAME...
    local name
    for name in "$@"; do
        kill "${running[$name]}" 2>/dev/null || true
        wait "${running[$name]}" 2>/dev/null || true
        unset "running[$name]"
    done
}

clean_up() {
    local name
    for name in "${!running[@]}"; do
        stop "$name"
    done
    if [ -n "$work" ]; then rm -rf "$work"; fi
}
trap clean_up EXIT

start_nginx() {
    sed "s/18181/$nginx_port/" "$pieces/nginx.conf" >"$work/nginx.conf"
    start nginx "$nginx_port" nginx -p "$work/" -c nginx.conf
}

start_agent() { # NAME=VALUE...: with the configuration in $work/agent.yaml, and with these variables
    start agent "$agent_port" env "$@" "$program/health-agent" run --config "$work/agent.yaml"
}

ask() { curl --silent --show-error --fail --max-time 30 "$1"; }

all_pass() { # fails when a check of the agent does not
    curl --silent --max-time 30 --output "$work/health.json" "$agent_url/health?mode=full"
    grep -q '"status": *"pass"' "$work/health.json" || unavailable side-by-side "not every check passes: $(head -c 300 "$work/health.json")"
}

seconds() { # LENGTH: in full, or a tenth of it
    echo $((${QUICK:-0} == 1 ? ($1 + 9) / 10 : $1))
}

cpu_of() { # PID: seconds of CPU until now, in ticks of the clock
    awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

memory_of() { # PID: MiB
    awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"
}

now() { date +%s.%N; }

calculate() { # EXPRESSION FORMAT
    awk "BEGIN { printf \"${2:-%.0f}\", $1 }"
}
