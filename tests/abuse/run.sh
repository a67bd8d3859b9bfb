#!/usr/bin/env bash
# Attacks a real agent over loopback, and prints a table: what is right, and what was seen.
#
#   tests/abuse/run.sh                      every attack
#   tests/abuse/run.sh signals storm        these alone
#   tests/abuse/run.sh --quick              the short ones, in about a minute
#   tests/abuse/run.sh soak --minutes 60    a soak of this length
#   tests/abuse/run.sh --list               names, and what each does
#
# HEALTH_AGENT names the agent: health-agent.dll, or a native program. Without it src/Agent is built.
# Ends with `N passed, N failed, N skipped`, and with 1 when something did not hold.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)

case " $* " in *" --help "* | *" -h "*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$here/run.sh"; exit ;; esac

if ! command -v python3 >/dev/null; then
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
