#!/usr/bin/env bash
# Attacks a real agent over loopback, and prints a table: what is right, and what was seen.
#
#   tests/abuse/run.sh                      every attack
#   tests/abuse/run.sh signals storm        these alone
#   tests/abuse/run.sh --quick              the short ones, in a minute and a half
#   tests/abuse/run.sh soak --minutes 60 --rate 500
#                                           a soak of this length, with so many runs per second
#   tests/abuse/run.sh --trx FILE           writes a report too, as `dotnet test` does; ./test.sh reads it
#   tests/abuse/run.sh --list               names, and what each does
#
# HEALTH_AGENT names the agent: health-agent.dll, or a native program. Without it src/Agent is built.
# Ends with `N passed, N failed, N skipped`, and with 1 when something did not hold.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)

case " $* " in *" --help "* | *" -h "*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$here/run.sh"; exit ;; esac

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    if [[ " $* " =~ " --trx "([^ ]+) ]]; then
        printf '<TestRun>%s<Message>Python 3.9 or later is missing</Message></UnitTestResult>%s</TestRun>\n' \
            '<UnitTestResult testName="abuse" outcome="NotExecuted">' '<Counters total="1" executed="0" passed="0" />' >"${BASH_REMATCH[1]}"
        exit 0
    fi
    echo "error: python3 is missing; install Python 3.9 or later" >&2
    exit 1
fi
if [ -z "${HEALTH_AGENT:-}" ] && [[ " $* " != *" --list "* ]]; then
    dotnet build "$repository/src/Agent" -c Release -v quiet -nologo >&2
    HEALTH_AGENT=$repository/src/Agent/bin/Release/net10.0/health-agent.dll
fi
export HEALTH_AGENT=${HEALTH_AGENT:-}
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/run.py" "$@"
