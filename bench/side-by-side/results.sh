# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared among these files
# What was measured: one line a figure, a table for each part at the end.

result() { # PART SUBJECT MEASURE VALUE
    [ -n "$4" ] || unavailable side-by-side "$2: $3 could not be measured"
    printf '%s\t%s\t%s\t%s\n' "$@" | tee -a "$out/results.tsv"
}

median() { # numbers, one a line
    sort -g | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

print_results() {
    echo
    local runtime
    runtime=$(dotnet --list-runtimes | awk '/AspNetCore/ { version = $2 } END { print ".NET " version }')
    echo "$(nproc) cores, $runtime, $(uname -sr | cut -d- -f1)"
    awk -F '\t' '
        !($1 in parts) { parts[$1]; order[++count] = $1 }
        !(($1, $2) in rows) { rows[$1, $2]; row[$1, ++rowCount[$1]] = $2 }
        !(($1, $3) in columns) { columns[$1, $3]; column[$1, ++columnCount[$1]] = $3 }
        { value[$1, $2, $3] = $4 }
        END {
            for (p = 1; p <= count; p++) {
                part = order[p]
                line = "| " part " |"; rule = "|---|"
                for (c = 1; c <= columnCount[part]; c++) { line = line " " column[part, c] " |"; rule = rule "--:|" }
                print "\n" line "\n" rule
                for (r = 1; r <= rowCount[part]; r++) {
                    line = "| " row[part, r] " |"
                    for (c = 1; c <= columnCount[part]; c++) line = line " " value[part, row[part, r], column[part, c]] " |"
                    print line
                }
            }
        }' "$out/results.tsv"
}
