# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# Many checks in one agent: how late they start, whether they start all at once, and what they take.

measure_scale() {
    program=$native measure_many "native, $COUNT checks every $INTERVAL s"
    program=$out/agent measure_many "JIT, $COUNT checks every $INTERVAL s"
}

measure_many() { # SUBJECT
    local subject=$1 length cpu started
    start_nginx
    scale_configuration >"$work/agent.yaml"
    started=$(now)
    start_agent
    # All have run once, and what is compiled as it is needed has been.
    sleep "$(calculate "$INTERVAL + $(seconds 30)")"
    result scale "$subject" "most http starts in 1 s, first 15 s" "$(most_starts "$started" 15)"
    result scale "$subject" "http starts/s, mean" "$((COUNT * HTTP_SHARE / 100 / INTERVAL))"
    result scale "$subject" "RSS MiB, never scraped" "$(memory_of "${running[agent]}")"
    result scale "$subject" "heap a check, never scraped" "$(heap_a_check)"

    length=$(seconds 120)
    lag >"$work/lag.before"
    cpu=$(cpu_of "${running[agent]}")
    sleep "$length"
    cpu=$(($(cpu_of "${running[agent]}") - cpu))
    lag >"$work/lag.after"
    all_pass

    result scale "$subject" "starts/s" "$(calculate "$(lag_quantile 1 count) / $length")"
    result scale "$subject" "late p50 ms" "$(lag_quantile 0.5)"
    result scale "$subject" "late p99 ms" "$(lag_quantile 0.99)"
    result scale "$subject" "late max ms" "$(lag_quantile 1 bound)"
    result scale "$subject" "CPU % of a core" "$(calculate "$cpu / $(getconf CLK_TCK) / $length * 100" %.1f)"
    result scale "$subject" "RSS MiB" "$(memory_of "${running[agent]}")"
    result scale "$subject" "heap a check, scraped" "$(heap_a_check)"
    measure_reload "$subject"
    measure_scrapes "$subject"
    stop agent nginx
}

# One check of all is changed. It is read and applied beside the runs of the others, which should not start later for it.
measure_reload() { # SUBJECT
    lag >"$work/lag.before"
    sed -i 's/name: check-7,/&  retries: 1,/' "$work/agent.yaml"
    result scale "$1" "reload ms" "$(curl --silent --show-error --fail --max-time 60 --output "$work/reload.json" --request POST \
        --write-out '%{time_total}' "$agent_url/reload" | awk '{ printf "%.0f", $1 * 1000 }')"
    sleep "$INTERVAL"
    lag >"$work/lag.after"
    all_pass
    result scale "$1" "late p99 ms while reloading" "$(lag_quantile 0.99)"
}

# Some while apart: two within 300 ms are given the same text.
measure_scrapes() { # SUBJECT
    local times=() size time
    for _ in 1 2 3 4 5 6 7 8 9; do
        sleep 2
        # As Prometheus asks: compressed.
        read -r size time < <(curl --silent --header 'Accept-Encoding: gzip' --output /dev/null --max-time 60 \
            --write-out '%{size_download} %{time_total}\n' "$agent_url/metrics")
        times+=("$time")
    done
    result scale "$1" "/metrics" "$(printf '%s\n' "${times[@]}" | sort -g |
        awk -v size="$size" '
            { time[NR] = $1 * 1000 }
            END { printf "%.1f MB in %.0f ms, at most %.0f", size / 1e6, time[int((NR + 1) / 2)], time[NR] }')"
    result scale "$1" "RSS MiB, scraped ten times" "$(memory_of "${running[agent]}")"
    result scale "$1" "largest RSS MiB" "$(awk '/^VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/${running[agent]}/status")"
}

heap_a_check() { # bytes; a native program has nothing to ask for it
    if [ "$program" = "$native" ]; then echo -; return; fi
    calculate "$("$out/tool/side-by-side" heap "${running[agent]}") / $COUNT"
}

scale_configuration() {
    echo "agent: { listen: '$agent_url' }"
    echo "defaults: { interval: ${INTERVAL}s, timeout: 5s }"
    echo "checks:"
    awk -v count="$COUNT" -v share="$HTTP_SHARE" -v url="$nginx_url/timed" -v address="127.0.0.1:$nginx_port" 'BEGIN {
        for (number = 1; number <= count; number++)
            if (number % 100 < share) print "  - { name: check-" number ", kind: http, url: \x27" url "\x27 }"
            else print "  - { name: check-" number ", kind: tcp, address: \x27" address "\x27 }"
    }'
}

most_starts() { # SINCE SECONDS: within any second, as nginx saw them come
    awk -v since="$1" -v within="$2" '
        $1 < since + within {
            moment[++n] = $1
            while (moment[n] - moment[first + 1] > 1) first++
            if (n - first > most) most = n - first
        }
        END { print most + 0 }' <(sort -n "$work/moments.log")
}

lag() { # the histogram: upper bound and cumulative count
    ask "$agent_url/metrics" | sed -nE 's/^health_agent_scheduler_lag_seconds_bucket\{.*le="([^"]+)".*\} ([0-9]+).*/\1 \2/p'
}

# QUANTILE [bound|count]: ms within the bucket by its share, as Prometheus does; or the bucket's bound; or the number of starts
lag_quantile() {
    paste -d ' ' "$work/lag.before" "$work/lag.after" | awk -v quantile="$1" -v as="${2:-}" '
        { bound[NR] = $1; count[NR] = $4 - $2 }
        END {
            total = count[NR]
            if (as == "count") { print total; exit }
            for (i = 1; count[i] < quantile * total; i++);
            if (bound[i] == "+Inf") { print "> " bound[i - 1] * 1000; exit }
            if (as == "bound") { print "≤ " bound[i] * 1000; exit }
            printf "%.2f", 1000 * (bound[i - 1] + (bound[i] - bound[i - 1]) * (quantile * total - count[i - 1]) / (count[i] - count[i - 1]))
        }'
}
