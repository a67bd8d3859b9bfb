#!/usr/bin/env bash
# Python, for the attacks of tests/abuse: the one on PATH, or else Debian's.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usable() { python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; }

if ! usable; then
    is_root_on_debian || unavailable python "no Python 3.9 or later on PATH, and installing it takes root on Debian"
    install_packages python3 || unavailable python "$(last_line_of "$log_dir/apt.log")"
    usable || unavailable python "Debian's is older than 3.9"
fi
provide HEALTH_AGENT_TEST_PYTHON "$(command -v python3)"
