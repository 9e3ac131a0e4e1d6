#!/bin/sh
# SPDX-License-Identifier: MIT
#
# An arm against itself: trains one arm with 40 seeds and compares all pairs of groups of its seeds. Whatever is
# marked is wrong. Not part of `make check`: it takes minutes.
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

# Compares each pair of groups of $1 consecutive seeds, at most $2 pairs, evenly spread.
compare_groups() {
    groups=$((seeds / $1)) pairs=0 file=$work/$1.json
    all=$((groups * (groups - 1) / 2)) taken=0
    : >"$file"
    i=0
    while [ $i -lt $groups ]; do
        j=$((i + 1))
        while [ $j -lt $groups ]; do
            if [ $((pairs * $2 / all)) -ge $taken ] && [ $taken -lt "$2" ]; then
                "$thaw" compare "1/$arm/$((j * $1 + 1))-$((j * $1 + $1))" \
                    --baseline "1/$arm/$((i * $1 + 1))-$((i * $1 + $1))" --json >>"$file"
                taken=$((taken + 1))
            fi
            pairs=$((pairs + 1))
            j=$((j + 1))
        done
        i=$((i + 1))
    done
    count "$1" "$file"
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
compare_groups 1 40
for size in 2 3 5 10; do
    compare_groups $size 80
done
