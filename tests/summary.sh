#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Counts test cases from the logs of `make check`:
#   summary.sh FOLDER            what was skipped and failed in one build, with the reasons, and its counts
#   summary.sh --total FOLDER... one closing line over all of them
# A test program is either cmocka's, whose cases are counted, or a script, which counts as one.
set -eu

logs() { find "$1/tests" -name '*.trs' | sort | sed 's/\.trs$//'; }

# Prints "passed failed skipped" of one test.
cases() {
    result=$(sed -n 's/^:test-result: *\([A-Z]*\).*/\1/p' "$1.trs" | head -n 1)
    if grep -q '^\[==*\] Running' "$1.log" 2>/dev/null; then
        passed=$(grep -c '^\[ *OK *\]' "$1.log" || true)
        failed=$(grep '^\[  FAILED  \] [A-Za-z_]' "$1.log" | sort -u | wc -l)
        skipped=$(grep '^\[  SKIPPED \] [A-Za-z_]' "$1.log" | sort -u | wc -l)
        [ "$result" != FAIL ] && [ "$result" != ERROR ] || [ "$failed" -gt 0 ] || failed=1
    else
        passed=0 failed=0 skipped=0
        case $result in
        PASS) passed=1 ;;
        SKIP) skipped=1 ;;
        *) failed=1 ;;
        esac
    fi
    echo "$passed $failed $skipped"
}

count() {
    for folder in "$@"; do
        logs "$folder" | while read -r test; do cases "$test"; done
    done | awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }'
}

if [ "$1" = --total ]; then
    shift
    count "$@"
    exit 0
fi
folder=$1
logs "$folder" | while read -r test; do
    name=${test#"$folder"/}
    sed -n "s|^.*\(skipped: .*\)|$name: \1|p" "$test.log" 2>/dev/null | sort -u
    set -- $(cases "$test")
    [ "$2" = 0 ] || echo "FAILED: $name ($2)"
    [ "$3" = 0 ] || grep -q 'skipped: ' "$test.log" 2>/dev/null || echo "$name: $3 skipped, for no reason given"
done
echo "$folder: $(count "$folder")"
