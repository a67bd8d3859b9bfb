#!/usr/bin/env bash
# Sums up the .trx files of a folder: every test that failed or was skipped, with the reason, and one closing line.
#
#   results.sh FOLDER [FURTHER-FAILURES]     ends with 1 when anything failed or no test was run
set -euo pipefail
folder=$1 further=${2:-0}

# One line a result, and one for the counters: the reports are regular enough to be read without an XML parser.
lines() {
    find "$folder" -name '*.trx' -exec cat {} + | tr '\r\n' '  ' |
        awk '{ gsub(/<(UnitTestResult |TestDefinitions|Counters )/, "\n&"); gsub(/<\/TestRun>/, "&\n"); print }'
    echo
}

lines | awk -v further="$further" '
    function attribute(name,    found) {
        if (!match($0, " " name "=\"[^\"]*\"")) return ""
        found = substr($0, RSTART, RLENGTH)
        return plain(substr(found, length(name) + 4, length(found) - length(name) - 4))
    }
    function message(    text) {
        if (!match($0, /<Message>/)) return ""
        text = substr($0, RSTART + RLENGTH)
        sub(/<\/Message>.*/, "", text)
        gsub(/ +/, " ", text)
        return substr(plain(text), 1, 300)
    }
    function plain(text) {
        gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#x[DA];/, " ", text)
        gsub(/&amp;/, "\\&", text)
        return text
    }
    /^<UnitTestResult / {
        outcome = attribute("outcome")
        if (outcome == "NotExecuted") print "skipped: " attribute("testName") ": " message()
        else if (outcome != "Passed") print "failed: " attribute("testName") ": " message()
    }
    # `notExecuted` stays 0 in these reports: what was skipped is what was not executed.
    /^<Counters / {
        passed += attribute("passed")
        failed += attribute("executed") - attribute("passed")
        skipped += attribute("total") - attribute("executed")
    }
    END {
        failed += further
        if (passed + failed == 0) print "no test was run"
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0 || passed == 0
    }'
