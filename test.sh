#!/usr/bin/env bash
# Builds everything and runs the tests. Ends with one line: N passed, N failed, N skipped.
#
#   ./test.sh [ARGUMENT...]          all tests, with everything they need as far as this machine can provide it
#   ./test.sh unit [ARGUMENT...]     the unit tests alone, which need nothing; on macOS too
#   ./test.sh abuse [ARGUMENT...]    the attacks of tests/abuse alone, the quick ones or those that are named
#   ./test.sh --require-all          an error where a test is skipped although this machine could provide what it needs
#
# Further arguments go to `dotnet test`, such as --filter FullyQualifiedName~Postgres; with `abuse` to tests/abuse/run.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

results=artifacts/test-results
suites=(Unit Integration Abuse)
require_all=false
arguments=()
failures=0
compiler=health-agent-test-$$

main() {
    parse "$@"
    rm -rf "$results"
    mkdir -p "$results"
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
    trap clean_up EXIT
    # What is started here may leave files behind: `dotnet build` does, and whatever is killed. A short name, as it is part of sockets'.
    temporary=$(mktemp -d "${TMPDIR:-/tmp}/ha.XXXXXX")
    export TMPDIR=$temporary

    if includes Integration; then prepare_in_background; fi
    timed "restore" restore || give_up
    timed "build" build || give_up

    local suite
    for suite in "${suites[@]}"; do
        # Waited for only when it is needed: the unit tests run while the native program is compiled.
        if [ "$suite" = Integration ]; then timed "environment" enter_environment; fi
        timed "$suite tests" run_suite "$suite" || failures=$((failures + 1))
    done
    conclude
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
            unit | --no-docker) suites=(Unit) ;;
            abuse) suites=(Abuse) ;;
            --require-all) require_all=true ;;
            -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' test.sh; exit ;;
            *) arguments+=("$1") ;;
        esac
        shift
    done
    # An argument for `dotnet test` means nothing to the attacks.
    if [ ${#arguments[@]} -gt 0 ] && [ ${#suites[@]} -gt 1 ]; then suites=(Unit Integration); fi
}

includes() { [[ " ${suites[*]} " == *" $1 "* ]]; } # SUITE

timed() { # WHAT COMMAND...
    local what=$1 started=$SECONDS status=0
    shift
    echo "== $what"
    "$@" || status=$?
    echo "== $what: $((SECONDS - started)) s"
    return $status
}

restore() {
    local command=(dotnet restore Agent.sln -v quiet)
    if $require_all; then command+=(--locked-mode); fi
    # It can fail once and pass the second time.
    "${command[@]}" || "${command[@]}"
}

# One compiler process for all projects takes half the time of one for each. It is of this run alone, and ends with the build.
build() {
    local status=0
    dotnet build Agent.sln -c Release --no-restore -v quiet -nologo \
        -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" || status=$?
    end_compiler
    return $status
}

# Without pkill, as in Git's bash, it ends by itself after ten idle minutes. Its socket is in /tmp whatever TMPDIR says.
end_compiler() {
    pkill -f -- "-pipename:$compiler( |\$)" 2>/dev/null || true
    rm -f "/tmp/$compiler"
}

# Fetching and making images takes minutes the first time, so it goes on while the build does.
prepare_in_background() {
    if ! tests/environment/engine.sh running; then engine_is_ours=true; fi
    setsid tests/environment/prepare.sh >"$results/environment.sh" &
    preparation=$!
}

engine_is_ours=false
preparation=
temporary=

clean_up() {
    end_compiler
    # Its process group: what it has started ends with it.
    if [ -n "$preparation" ]; then kill -- "-$preparation" 2>/dev/null || true; fi
    # The engine that was started here, and none that ran before.
    if $engine_is_ours; then tests/environment/engine.sh stop; fi
    engine_is_ours=false
    if [ -n "$temporary" ]; then rm -rf "$temporary"; fi
}

enter_environment() {
    wait "$preparation" || echo "error: preparing the environment ended early"
    preparation=
    # shellcheck disable=SC1091
    source "$results/environment.sh"
    if $require_all; then export HEALTH_AGENT_TEST_REQUIRE=${HEALTH_AGENT_TEST_PREPARED:-}; fi
}

run_suite() { # SUITE
    local status=0 report=$results/$1.trx
    case $1 in
        Abuse) run_attacks "$report" || status=$? ;;
        *) run_tests "$1" || status=$? ;;
    esac
    # A failed test is in the report. A run that ended otherwise, or ran nothing unasked, counts as one more failure.
    if [ "$status" -ne 0 ] && ! grep -qs '<UnitTestResult .*outcome="Failed"' "$report"; then
        echo "error: the $1 tests ended with $status"
        return 1
    fi
    if [ ${#arguments[@]} -eq 0 ] && ! grep -qs '<UnitTestResult ' "$report"; then
        echo "error: the $1 tests ran no test"
        return 1
    fi
}

# Bash 3.2, which macOS has, takes an empty array for an unset one: hence ${arguments[@]+…}.
run_tests() { # SUITE
    bounded dotnet test "tests/$1/bin/Release/net10.0/$1.dll" \
        --logger "trx;LogFileName=$1.trx" --logger "console;verbosity=minimal" --results-directory "$results" \
        --blame-hang-timeout 5m --blame-hang-dump-type none ${arguments[@]+"${arguments[@]}"}
}

run_attacks() { # REPORT
    local quick=--quick
    if [ ${#arguments[@]} -gt 0 ]; then quick=; fi
    tests/environment/python.sh >/dev/null || true # they are skipped without it
    local built=$PWD/src/Agent/bin/Release/net10.0/health-agent.dll
    HEALTH_AGENT=${HEALTH_AGENT:-${HEALTH_AGENT_TEST_NATIVE:-$built}} \
        bounded tests/abuse/run.sh --trx "$1" $quick ${arguments[@]+"${arguments[@]}"}
}

bounded() { # COMMAND...: for 20 minutes, where the machine has timeout(1); a single test that hangs ends anyway
    if command -v timeout >/dev/null; then timeout --kill-after=30s 20m "$@"; else "$@"; fi
}

conclude() {
    local status=0
    if $require_all; then report_missing || status=1; fi
    clean_up # now, so that nothing is printed after the closing line
    tests/environment/results.sh "$results" "$failures" || status=1
    exit $status
}

report_missing() {
    # Elsewhere some of it is unavailable, which is no mistake.
    [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && [ "$(uname -m)" = x86_64 ] || return 0
    local what missing=()
    for what in docker postgres redis rabbitmq pgbouncer agent-image native systemd dagu prometheus alertmanager blackbox collector \
        dashboards grpc-client kubernetes; do
        ! includes Integration || [[ ,${HEALTH_AGENT_TEST_PREPARED:-}, = *,$what,* ]] || missing+=("$what")
    done
    ! includes Abuse || tests/environment/python.sh >/dev/null || missing+=(python)
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "error: this machine should provide what its tests need, and could not: ${missing[*]}"
    return 1
}

give_up() {
    clean_up
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

main "$@"
