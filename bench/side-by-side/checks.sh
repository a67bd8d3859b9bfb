# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# The same checks at the same rate, by the agent and by others, one after the other. Both look at the status and the
# body. What was checked is counted by nginx, for all alike: connections that it accepted.

measure_checks() {
    start_nginx
    agent_checks http "http" "url: '$nginx_url/', expect: ['status == 200', 'body matches \"status\":\"healthy\"']"
    agent_checks http "http, traced" "url: '$nginx_url/', expect: ['status == 200', 'body matches \"status\":\"healthy\"']" \
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=$nginx_url/v1/traces" OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf
    blackbox_checks http "http" "$nginx_url/"
    floor_requests
    agent_checks tcp "tcp" "address: '127.0.0.1:$nginx_port'"
    blackbox_checks tcp "tcp" "127.0.0.1:$nginx_port"
    stop nginx
    result checks "http, agent" "of blackbox_exporter" "$(share_of "http, agent" "http, blackbox_exporter")"
    result checks "http, traced, agent" "of blackbox_exporter" "$(share_of "http, traced, agent" "http, blackbox_exporter")"
    result checks "tcp, agent" "of blackbox_exporter" "$(share_of "tcp, agent" "tcp, blackbox_exporter")"
}

agent_checks() { # KIND LABEL SETTINGS NAME=VALUE...
    local kind=$1 label=$2 settings=$3 number
    shift 3
    {
        echo "agent: { listen: '$agent_url' }"
        echo "defaults: { interval: 1s, timeout: 1s }"
        echo "checks:"
        for ((number = 1; number <= RATE; number++)); do
            echo "  - { name: check-$number, kind: $kind, $settings }"
        done
    } >"$work/agent.yaml"
    start_agent "$@"
    take "$label, agent" "${running[agent]}"
    all_pass
    stop agent
}

blackbox_checks() { # MODULE LABEL TARGET
    start blackbox "$blackbox_port" prometheus-blackbox-exporter \
        "--config.file=$pieces/blackbox.yml" "--web.listen-address=127.0.0.1:$blackbox_port" --log.level=error
    # It asks for longer than is measured, and ends by itself.
    start driver 0 "$out/tool/side-by-side" probe "http://127.0.0.1:$blackbox_port/probe?module=$1&target=$3" "$RATE" 600
    take "$2, blackbox_exporter" "${running[blackbox]}"
    kill -0 "${running[driver]}" 2>/dev/null || unavailable side-by-side "a probe failed: $(last_line_of "$work/driver.log")"
    stop driver blackbox
}

floor_requests() {
    start floor 0 "$out/tool/side-by-side" floor "$nginx_url/" "$RATE"
    take "http, HttpClient alone" "${running[floor]}"
    stop floor
}

take() { # SUBJECT PID: after a warm-up, what the process takes for a check
    local subject=$1 pid=$2 length cpu checked
    sleep "$(seconds 30)"
    length=$(seconds 60)
    checked=$(accepted)
    cpu=$(cpu_of "$pid")
    sleep "$length"
    cpu=$(($(cpu_of "$pid") - cpu))
    checked=$(($(accepted) - checked - 1))
    if ((checked < RATE * length * 9 / 10)); then unavailable side-by-side "$subject: only $checked checks in $length s"; fi
    result checks "$subject" "checks/s" "$(calculate "$checked / $length")"
    result checks "$subject" "CPU µs a check" "$(calculate "$cpu / $(getconf CLK_TCK) / $checked * 1e6")"
    result checks "$subject" "checks a CPU second" "$(calculate "$checked * $(getconf CLK_TCK) / $cpu")"
    result checks "$subject" "RSS MiB" "$(memory_of "$pid")"
}

accepted() { ask "$nginx_url/accepted" | awk 'NR == 3 { print $1 }'; }

share_of() { # SUBJECT OF
    awk -F '\t' -v subject="$1" -v of="$2" '
        $3 == "CPU µs a check" { cpu[$2] = $4 }
        END { printf "%.2f", cpu[subject] / cpu[of] }' "$out/results.tsv"
}
