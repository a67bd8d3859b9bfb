# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# What /health?mode=full costs beside light, where a fifth of many checks are scenarios: size, the time to render, and requests a
# second beside a bare Kestrel that answers a constant of the same length.

measure_modes() {
    start_nginx
    {
        echo "agent: { listen: '$agent_url' }"
        echo "access: { anonymous: [probes, health], tokens: [{ name: viewer, role: viewer, token: viewer-of-the-bench }] }"
        echo "defaults: { interval: 60s, timeout: 5s }"
        echo "checks:"
        awk -v count="$COUNT" -v url="$nginx_url/" 'BEGIN {
            step = "kind: http, url: \x27" url "\x27 }"
            for (number = 1; number <= count; number++)
                if (number % 5) print "  - { name: check-" number ", " step
                else print "  - { name: function-" number ", kind: scenario, steps: [{ name: login, " step \
                    ", { name: order, " step ", { name: stored, " step "], cleanup: [{ name: cancel, " step "] }"
        }'
    } >"$work/agent.yaml"
    program=$native start_agent
    # Until all have a verdict.
    sleep "$(calculate "15 + $COUNT / 450")"
    result modes "all, before" "RSS MiB" "$(memory_of "${running[agent]}")"
    mode "light, anonymous" "/health"
    mode "full, anonymous" "/health?mode=full"
    mode "light, text" "/health" text/plain
    mode "full, text" "/health?mode=full" text/plain
    mode "light" "/health" application/json
    mode "full" "/health?mode=full" application/json
    not_modified
    result modes "all, after" "RSS MiB" "$(memory_of "${running[agent]}")"
    stop agent nginx
}

# As a viewer where a form is given.
mode() { # LABEL PATH [FORM]
    local label=$1 url=$agent_url$2 round size
    headers=()
    if [ -n "${3:-}" ]; then headers=(--header "Accept: $3" --header "Authorization: Bearer viewer-of-the-bench"); fi
    size=$(curl --silent --fail --max-time 30 "${headers[@]}" "$url" | wc -c)
    start peer "$peer_port" "$out/tool/side-by-side" peer "$peer_port" "$size"
    rm -f "$work"/load.*
    load_with "$url" 3 >"$work/warm-up"
    for ((round = 1; round <= ROUNDS; round++)); do
        load "http://127.0.0.1:$peer_port/" 8 5 >>"$work/load.bare"
        load_with "$url" 5 >>"$work/load.agent"
    done
    stop peer
    result modes "$label" "bytes" "$size"
    result modes "$label" "render ms" "$(rendered "$url")"
    local ours bare
    ours=$(cut -d ' ' -f 1 "$work/load.agent" | median)
    bare=$(cut -d ' ' -f 1 "$work/load.bare" | median)
    result modes "$label" "requests/s" "$ours"
    result modes "$label" "of bare" "$(calculate "$ours / $bare" %.2f)"
}

not_modified() { # the largest, to a caller that has it
    local tag seen
    headers=(--header "Authorization: Bearer viewer-of-the-bench" --header "Accept: application/json")
    tag=$(curl --silent --head "${headers[@]}" "$agent_url/health?mode=full" | tr -d '\r' | awk 'tolower($1) == "etag:" { print $2 }')
    seen=$(curl --silent --output /dev/null --write-out '%{http_code}: %{size_download}' "${headers[@]}" \
        --header "If-None-Match: $tag" "$agent_url/health?mode=full")
    result modes "full, not modified" "bytes" "$seen"
}

# The first byte comes when the answer is rendered; an answer is kept for at most a second.
rendered() { # URL
    local try
    for try in 1 2 3 4 5 6 7 8 9; do
        sleep 1.1
        curl --silent --output /dev/null --max-time 30 --write-out '%{time_starttransfer}\n' "${headers[@]}" "$1"
    done | median | awk '{ printf "%.1f", $1 * 1000 }'
}

load_with() { # URL LENGTH: by eight callers, with $headers
    local options=() at
    for ((at = 1; at < ${#headers[@]}; at += 2)); do options+=(-H "${headers[at]}"); done
    wrk --threads 1 --connections 8 --duration "$(seconds "$2")s" "${options[@]}" "$1" | awk '$1 == "Requests/sec:" { print $2 }'
}
