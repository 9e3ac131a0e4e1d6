#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Sampled negatives from the script to the comparison: implicit_oracle.py reads the stored tables and computes the metrics
# itself. Digests are the same with any number of threads, the doctor finds nothing, and whatever shows a result says that
# it is of sampled pairs.
thaw=$THAW_BUILD/thaw
folder=$(mktemp -d "${TMPDIR:-/tmp}/thaw-implicit-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
export THAW_WORKER="$THAW_BUILD/thaw-worker" XDG_CACHE_HOME="$folder" HOME="$folder" NO_COLOR=1 LC_ALL=C.UTF-8
export THAW_DB="$folder/implicit.db"
failed=0

fail() {
    echo "$*"
    failed=1
}

LC_ALL=C awk -v folder="$folder/invented" -f "$THAW_SOURCE/tests/command/examples.awk" || exit 99
"$thaw" import "$folder/invented/lastfm-hetrec2011" --name lastfm >"$folder/out" 2>&1 || { cat "$folder/out"; exit 1; }

# page KIND OPTIONS: an experiment with negatives.
page() {
    cat >"$folder/page.lua" <<END
local thaw = require "thaw"
return thaw.experiment {
  data = "lastfm", target = "implicit", answer = "raw", seeds = 2,
  tasks = thaw.tasks.$1 { min = 4, query = 2, shots = { 0, 1, 2, "all" }, draws = 2, cold = { users = 0.3, items = 0.3 }, $2 },
  arms = { bpr = { model = thaw.mlp { embed = 4, hidden = { 4 } }, learner = thaw.learn.maml { epochs = 1, loss = "bpr" } },
           rows = { model = thaw.mlp { embed = 4, hidden = { 4 } }, learner = thaw.learn.joint { epochs = 1, loss = "logistic" } } },
}
END
}

number=0
for kind in by_user by_item; do
    for by in uniform popularity; do
        for threads in 1 3; do
            page $kind "negatives = { per_positive = 3, by = '$by' }"
            number=$((number + 1))
            "$thaw" run "$folder/page.lua" --threads $threads >"$folder/out" 2>&1 || fail "$kind, $by: $(tail -n 3 "$folder/out")"
            grep -q "Metrics are over sampled negatives: .* 3 .* by $by" "$folder/out" || fail "$kind, $by: not named as sampled"
        done
        grep -q "shots *[a-z]* *arm *AUC" "$folder/out" || fail "$kind, $by: the table does not lead with AUC"
        "$thaw" compare $number --metric AUC >"$folder/out" || fail "$kind, $by: no AUC"
        grep -q "AUC of the asked items, more is better" "$folder/out" || fail "$kind, $by: $(cat "$folder/out")"
        "$thaw" compare $number --json >"$folder/compared.json" || fail "$kind, $by: no comparison"
        python3 "$THAW_SOURCE/tests/command/implicit_oracle.py" "$THAW_DB" $number 3 $by "$folder/compared.json" || fail "$kind, $by"
    done
done

# Tasks: what a row of the ratings became, and which rows of a task are sampled.
"$thaw" tasks "$folder/page.lua" --part test --json >"$folder/tasks.json" || fail "no tasks: $(cat "$folder/tasks.json")"
python3 - "$folder/tasks.json" <<'END' || fail "tasks"
import json, sys
told = json.load(open(sys.argv[1]))
assert sum(told["rows"].values()) == told["ratings"], told["rows"]
assert told["sampled_negatives"] == 3 and told["sampled_by"] == "popularity" and told["disjoint"]
query, support = told["task"]["query"], told["task"]["support"]
assert sum(not row["sampled"] for row in query) == 2 and len(query) == 8
assert sum(row["sampled"] for row in support) == 3 * sum(not row["sampled"] for row in support)
assert all(row["value"] == (0 if row["sampled"] else 1) for row in query + support)
END
"$thaw" tasks "$folder/page.lua" --part training --json >"$folder/tasks.json" || fail "no training task: $(cat "$folder/tasks.json")"
python3 - "$folder/tasks.json" <<'END' || fail "a training task without its sampled negatives"
import json, sys
support = json.load(open(sys.argv[1]))["task"]["rows"]
positives = sum(not row["sampled"] for row in support)
assert positives > 0 and sum(row["sampled"] for row in support) == 3 * positives
END
page by "function(row) return #row.item % 2 end, negatives = { per_positive = 2 }"
"$thaw" tasks "$folder/page.lua" --json >"$folder/tasks.json" || fail "no tasks by key: $(cat "$folder/tasks.json")"
grep -q '"task_is": *"user_and_key"' "$folder/tasks.json" || fail "tasks by key: $(cat "$folder/tasks.json")"
page by_user "negatives = { per_positive = 3, by = 'popularity' }"
"$thaw" doctor >"$folder/out" 2>&1 || fail "doctor: $(cat "$folder/out")"
"$thaw" check "$folder/page.lua" | grep -q '^negatives 3 sampled for each rating, by popularity' || fail "check does not name them"

# What is refused, and by which words: the line of the tasks stands before.
refused() {
    page by_user "$1"
    [ -z "$3" ] || sed -i "s/target = \"implicit\",/$3/" "$folder/page.lua"
    "$thaw" check "$folder/page.lua" >"$folder/out" 2>&1 && fail "not refused: $1 $3"
    grep -q "page.lua:[0-9]*: .*$2" "$folder/out" || fail "$1 $3: $(cat "$folder/out")"
}
refused 'negatives = { per_positive = 0 }' "'per_positive' is 0, but must be a whole number from 1 to 100"
refused 'negatives = { per_positive = -4 }' "'per_positive' is -4"
refused 'negatives = { per_positive = 1e9 }' 'from 1 to 100'
refused 'negatives = { per_positve = 4 }' "did you mean 'per_positive'"
refused 'negatives = { by = "popular" }' "one of 'uniform', 'popularity'"
refused 'negatives = 4' 'must be a table'
refused 'negatives = {}' 'write target = "implicit"' 'target = function(row) return row.rating end,'
refused 'negatives = {}' "or 'implicit'" 'target = "implict",'
exit $failed
