#!/bin/sh
# SPDX-License-Identifier: MIT
#
# An arm against itself: trains one arm with 40 seeds and compares groups of its seeds. Whatever is marked is
# wrong. Not part of `make check`: it takes minutes.
#
#   tests/statistics/a_against_a.sh EXPERIMENT ARM DATA FOLDER [SETTING...]
#
#   tests/statistics/a_against_a.sh synthetic ridge synthetic datasets/synthetic
#   tests/statistics/a_against_a.sh ml100k_cold ridge ml_100k PATH/ml-100k
#
# THAW is the program, build/thaw unless it is set; WORK is a folder that keeps database and comparisons. A database
# in which the runs are done already is used again. SETTING is NAME=VALUE for `thaw run --set`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
experiment=$1 arm=$2 data=$3 folder=$4
shift 4
thaw=${THAW:-$here/../../build/thaw}
work=${WORK:-a_against_a_$experiment}
seeds=40
mkdir -p "$work"
THAW_DB=$work/workbench.db
export THAW_DB

if ! "$thaw" compare "1/$arm/$seeds" --json >/dev/null 2>&1; then
    cp "$here/../../lua/experiments/$experiment.lua" "$work"
    sed "s/EXPERIMENT/$experiment/; s/ARM/$arm/g" "$here/one_arm.lua" >"$work/one_arm.lua"
    set -- "$@" "seeds=$seeds"
    for setting; do
        set -- "$@" --set "$setting"
        shift
    done
    "$thaw" import "$folder" --name "$data" >/dev/null
    "$thaw" run "$work/one_arm.lua" --threads 1 --plain "$@" >"$work/run.txt"
fi

# Pairs of disjoint groups of $1 seeds: all pairs of consecutive groups, or, where these are few, $2 at random.
pairs_of() {
    awk -v size="$1" -v wanted="$2" -v seeds=$seeds '
        function group(first, i, text) {
            for (i = first; i < first + size; i++)
                text = text (i > first ? "," : "") order[i]
            return text
        }
        BEGIN {
            for (i = 0; i < seeds; i++)
                order[i] = i + 1
            for (i = 0; wanted == 0 && i + size <= seeds; i += size)
                for (j = i + size; j + size <= seeds; j += size)
                    print group(i), group(j)
            state = 1
            while (wanted-- > 0) {
                for (i = 0; i < 2 * size; i++) {
                    state = state * 16807 % 2147483647
                    j = i + state % (seeds - i)
                    seed = order[i]; order[i] = order[j]; order[j] = seed
                }
                print group(0), group(size)
            }
        }'
}

compare_groups() {
    : >"$work/$1.json"
    pairs_of "$1" "$2" | while read -r one other; do
        "$thaw" compare "1/$arm/$one" --baseline "1/$arm/$other" --json </dev/null >>"$work/$1.json"
    done
    count "$1" "$work/$1.json"
}

# One comparison has a table for each metric. A cell is wrong alone if its interval does not hold 0.
count() {
    awk -v size="$1" '
        /^\[/ { comparisons++; split("", marked); any = 0 }
        match($1, /_gain_low/) { low = $2 + 0; known = $2 !~ /null/ }
        match($1, /_gain_high/) { if (known && (low || $2 + 0)) { cells++; wrong += low > 0 || $2 + 0 < 0 } }
        match($1, /_verdict/) {
            metric = $1
            if ($0 ~ /: "(better|worse)"/ && !marked[metric]++) { tables++; if (!any++) outputs++ }
            one_seed += $0 ~ /one seed/
        }
        END {
            printf "%d against %d: %d comparisons; any mark in %d of %d tables (%.1f %%), in %d comparisons; ",
                size, size, comparisons, tables, 4 * comparisons, 25 * tables / comparisons, outputs
            printf "%d of %d intervals without 0 (%.1f %%); %d verdicts are of one seed\n",
                wrong, cells, 100 * wrong / cells, one_seed
        }' "$2"
}

echo "$experiment, $arm, $seeds seeds"
compare_groups 1 60
compare_groups 2 60
compare_groups 3 0
compare_groups 5 60
compare_groups 10 60
