# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# Requests a second that the agent answers, beside a bare Kestrel that answers a constant of the same length; and how
# long one caller waits. With all healthy, with all that is watched hanging, and with many checks.

measure_endpoints() {
    start_nginx
    start silence "$silent_port" "$out/tool/side-by-side" silence "$silent_port"
    endpoints "50 checks" 50 "$nginx_url/" 5
    endpoints "50 checks, all hang" 50 "http://127.0.0.1:$silent_port/" 5
    # Each has its turn within a minute, so that what is measured is the answers more than the checks.
    endpoints "$COUNT checks" "$COUNT" "$nginx_url/" 60
    stop silence nginx
}

endpoints() { # LABEL COUNT URL INTERVAL
    local label=$1 large round subject
    {
        echo "agent: { listen: '$agent_url' }"
        echo "defaults: { interval: $4s, timeout: 2s }"
        echo "checks:"
        awk -v count="$2" -v url="$3" 'BEGIN {
            for (number = 1; number <= count; number++) print "  - { name: check-" number ", kind: http, url: \x27" url "\x27 }"
        }'
    } >"$work/agent.yaml"
    start_agent
    # Until all have a verdict.
    sleep "$(calculate "15 + $2 / 900")"
    large=$(curl --silent --max-time 10 "$agent_url/health" | wc -c)
    start peer "$peer_port" "$out/tool/side-by-side" peer "$peer_port" 2
    start large-peer "$large_peer_port" "$out/tool/side-by-side" peer "$large_peer_port" "$large"

    declare -A urls=([bare]=http://127.0.0.1:$peer_port/ [/livez]=$agent_url/livez [/readyz]=$agent_url/readyz
        ["bare, long"]=http://127.0.0.1:$large_peer_port/ [/health]=$agent_url/health)
    local subjects=(bare /livez /readyz "bare, long" /health)
    rm -f "$work"/load.*
    for subject in "${subjects[@]}"; do
        load "${urls[$subject]}" 32 3 >"$work/warm-up"
    done
    # Alternately, so that what else the machine does affects all.
    for ((round = 1; round <= ROUNDS; round++)); do
        for subject in "${subjects[@]}"; do
            load "${urls[$subject]}" 32 10 >>"$work/load.many.${subject//\//}"
        done
    done
    for subject in "${subjects[@]}"; do
        load "${urls[$subject]}" 1 10 >"$work/load.one.${subject//\//}"
        result endpoints "$label: $subject" "bytes" "$(curl --silent --max-time 10 "${urls[$subject]}" | wc -c)"
        endpoint_results "$label" "$subject"
    done
    stop large-peer peer agent
}

load() { # URL CONNECTIONS LENGTH: requests a second, and the 99th percentile of latency in µs
    wrk --threads 1 --connections "$2" --duration "$(seconds "$3")s" --latency "$1" >"$work/wrk.txt"
    awk '$1 == "99%" { unit = $2; sub(/[0-9.]+/, "", unit); p99 = $2 * (unit == "s" ? 1e6 : unit == "ms" ? 1000 : 1) }
        $1 == "Requests/sec:" { print $2, p99 }' "$work/wrk.txt"
}

endpoint_results() { # LABEL SUBJECT
    local file=$work/load.many.${2//\//} bare=$work/load.many.bare
    case $2 in /health | "bare, long") bare="$work/load.many.bare, long" ;; esac
    result endpoints "$1: $2" "requests/s" "$(cut -d ' ' -f 1 "$file" | median)"
    result endpoints "$1: $2" "of bare" "$(calculate "$(cut -d ' ' -f 1 "$file" | median) / $(cut -d ' ' -f 1 "$bare" | median)" %.2f)"
    result endpoints "$1: $2" "p99 µs, 32 callers" "$(cut -d ' ' -f 2 "$file" | median)"
    result endpoints "$1: $2" "p99 µs, 1 caller" "$(cut -d ' ' -f 2 "$work/load.one.${2//\//}")"
}
