#!/usr/bin/env bash
# Python, for the attacks of tests/abuse: the one on PATH, or else Debian's.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if ! command -v python3 >/dev/null; then
    is_root_on_debian || unavailable python "not on PATH, and installing it takes root on Debian"
    install_packages python3 || unavailable python "$(last_line_of "$log_dir/apt.log")"
fi
provide HEALTH_AGENT_TEST_PYTHON "$(command -v python3)"
