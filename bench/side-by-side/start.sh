# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# From the start of a process to its first answer, and what it takes while it has little to do: the native agent, the one that is
# compiled as it runs, and blackbox_exporter, alternately, so that what else the machine does happens to all.

measure_start() {
    local round subject subjects=("agent, native" "agent, JIT" "blackbox_exporter")
    {
        echo "agent: { listen: '$agent_url' }"
        echo "checks: [{ name: self, kind: self }]"
    } >"$work/agent.yaml"
    rm -f "$work"/first.* "$work"/idle.*
    for ((round = 1; round <= ROUNDS; round++)); do
        first_answer "agent, native" "$agent_port" /livez "$native/health-agent" run --config "$work/agent.yaml"
        first_answer "agent, JIT" "$agent_port" /livez "$out/agent/health-agent" run --config "$work/agent.yaml"
        first_answer "blackbox_exporter" "$blackbox_port" /-/healthy prometheus-blackbox-exporter \
            "--config.file=$pieces/blackbox.yml" "--web.listen-address=127.0.0.1:$blackbox_port" --log.level=error
    done
    for subject in "${subjects[@]}"; do
        result start "$subject" "ms to the first answer" "$(median <"$work/first.$subject")"
        result start "$subject" "beside blackbox_exporter" "$(median_share first "$subject")"
        result start "$subject" "idle RSS MiB" "$(median <"$work/idle.$subject")"
        result start "$subject" "its share" "$(median_share idle "$subject")"
    done
}

# The clock is looked at by the process that asks, so that neither a shell nor curl is in the figure.
first_answer() { # SUBJECT PORT PATH COMMAND...
    local subject=$1 port=$2 path=$3 pid
    shift 3
    "$out/tool/side-by-side" first "http://127.0.0.1:$port$path" "$@" >"$work/first.txt" 2>"$work/start.log" &
    pid=$!
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        if [ "$(wc -l <"$work/first.txt")" -ge 1 ]; then break; fi
        kill -0 "$pid" 2>/dev/null || unavailable side-by-side "$subject does not start: $(last_line_of "$work/start.log")"
        sleep 0.05
    done
    local id ms
    read -r id ms <"$work/first.txt"
    running[started]=$pid
    sleep "$(seconds 15)"
    echo "$ms" >>"$work/first.$subject"
    memory_of "$id" >>"$work/idle.$subject"
    echo >>"$work/idle.$subject"
    stop started
}

median_share() { # FILE SUBJECT
    calculate "$(median <"$work/$1.$2") / $(median <"$work/$1.blackbox_exporter")" %.1f
}
