#!/usr/bin/env bash
# Sets the agent beside its peers on this machine, and prints what each costs:
#
#   bench/side-by-side.sh [start | checks | scale | endpoints | modes | all]
#
#   start       from the start to the first answer, and the memory of an idle process: native, JIT, and blackbox_exporter
#   checks      the same HTTP and TCP checks by the agent and by Prometheus' blackbox_exporter, one after the other
#   scale       many checks at once: how late they start, and what they take; once native, once JIT
#   endpoints   how fast the agent answers, beside a bare Kestrel, also while all that it watches hangs
#   modes       /health?mode=full beside light, where a fifth of many checks are scenarios
#
# Fetches what it lacks (on Debian and its like, as root), listens on loopback only, and ends all that it started.
# Results are printed as a table, and kept in artifacts/side-by-side/results.tsv. To be changed by variables:
#
#   QUICK=1           a tenth of the time, to see that it works; the figures then mean little
#   RATE=300          checks: runs a second
#   COUNT=10000       scale, endpoints, modes: checks of a large agent
#   INTERVAL=10       scale: seconds between two runs of a check
#   HTTP_SHARE=50     scale: per cent of the checks that are http; the others are tcp
#   ROUNDS=5          start, endpoints, modes: rounds, of which the median counts
#   FIRST_PORT=18180  the first of the ports to listen on
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

RATE=${RATE:-300} COUNT=${COUNT:-10000} INTERVAL=${INTERVAL:-10} HTTP_SHARE=${HTTP_SHARE:-50}
ROUNDS=${ROUNDS:-5} FIRST_PORT=${FIRST_PORT:-18180}

source bench/side-by-side/prepare.sh
source bench/side-by-side/processes.sh
source bench/side-by-side/results.sh
source bench/side-by-side/start.sh
source bench/side-by-side/checks.sh
source bench/side-by-side/scale.sh
source bench/side-by-side/endpoints.sh
source bench/side-by-side/modes.sh

part=${1:-all}
case $part in
    start | checks | scale | endpoints | modes) parts=("$part") ;;
    all) parts=(start checks scale endpoints modes) ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' bench/side-by-side.sh; exit 2 ;;
esac

prepare
for part in "${parts[@]}"; do
    "measure_$part"
done
print_results
