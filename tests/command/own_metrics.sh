#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Metrics of a script, on the real program: one that is the MAE of levels must have the bits of MAE
# where items are no source of chance, another is computed again in Python (own_metrics.py); threads change nothing; mistakes name their
# line.
thaw=$THAW_BUILD/thaw
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
export THAW_DB="$folder/metrics.db" PATH="$THAW_BUILD:$PATH"
failed=0

fail() {
    echo "$*"
    failed=1
}

"$thaw" import "$srcdir/datasets/synthetic" --name synthetic >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
cat >"$folder/good.lua" <<'LUA'
local thaw = require "thaw"
local function mae(truth, prediction)
  local sum = 0
  for i = 1, #truth do sum = sum + math.abs(truth[i] - prediction[i]) end
  return sum / #truth
end
return thaw.experiment {
  data = "synthetic", baseline = "bias", seeds = 2,
  tasks = thaw.tasks.by_user { shots = { 0, 3, "all" }, draws = 2 },
  metrics = {
    own_mae = thaw.metric { mae, better = "lower", of = "level" },
    some_raw = thaw.metric { better = "lower", of = "raw", function(truth, prediction)
      if truth[1] > 3 then return nil end
      return mae(truth, prediction)
    end },
  },
  arms = { ridge = { model = thaw.two_tower { residual = true }, learner = thaw.learn.ridge { epochs = 1 } } },
}
LUA
"$thaw" run "$folder/good.lua" --threads 1 >"$folder/said" 2>&1 || fail "$(cat "$folder/said")"
"$thaw" run "$folder/good.lua" --threads 2 >"$folder/said" 2>&1 || fail "$(cat "$folder/said")"
"$thaw" compare 1 --json >"$folder/rows.json" || fail "no comparison"

mistake() {
    cat >"$folder/bad.lua" <<LUA
local thaw = require "thaw"
return thaw.experiment { data = "synthetic", metrics = {
  $1
} }
LUA
    "$thaw" check "$folder/bad.lua" >"$folder/said" 2>&1 && fail "no mistake: $1"
    grep -qF "bad.lua:3: $2" "$folder/said" || fail "of $1: $(cat "$folder/said")"
}
mistake "mine = thaw.metric { better = 'lower', function(t, p) return {} end }" "metric 'mine': it returned a table"
mistake "mine = thaw.metric { better = 'lower', function(t, p) return 0 / 0 end }" "metric 'mine': it returned NaN"
mistake "mine = thaw.metric { better = 'lower', function(t, p) return t[#t + 1] - p[1] end }" "attempt to perform arithmetic on a nil value"
mistake "mine = thaw.metric { better = 'lower', function(t, p) local sum = t[1] end }" "metric 'mine': it returned nothing"
mistake "rmse = thaw.metric { better = 'lower', function(t, p) return 1 end }" "metrics: 'rmse' is taken"
mistake "auc = thaw.metric { better = 'higher', function(t, p) return 1 end }" "metrics: 'auc' is taken"
mistake "precision10_gain = thaw.metric { better = 'higher', function(t, p) return 1 end }" "metrics: 'precision10_gain' is what JSON says of 'precision10'"
mistake "mine = thaw.metric { function(t, p) return 1 end }" "metric: 'better' is missing"
mistake "mine = function(t, p) return 1 end" "metrics: 'mine' is a function, but must be thaw.metric"
mistake "mine = thaw.metric { better = 'lower', function(t, p) while true do end end }" "the script was stopped"
mistake "mine = (function() local kept = 0; return thaw.metric { better = 'lower', function(t, p) kept = kept + 1; return kept end } end)()" "metric 'mine': it gives another value"
mistake "near = thaw.metric { better = 'lower', function() return 1 end }, near_gain = thaw.metric { better = 'lower', function() return 1 end }" "metrics: 'near_gain' is what JSON says of 'near'"

# One metric alone; a name that is none.
"$thaw" compare 1 --metric OWN_MAE --json >"$folder/one.json" || fail "no comparison of one metric"
grep -q '"own_mae_gain_low"' "$folder/one.json" || fail "the metric is missing"
grep -q '"rmse\|"some_raw\|"mae"' "$folder/one.json" && fail "other metrics are there"
"$thaw" compare 1 --metric own_mea >"$folder/said" 2>&1 && fail "own_mea is a metric"
grep -qF 'has no metric "own_mea"; did you mean "own_mae"? There are mae, rmse' "$folder/said" || fail "$(cat "$folder/said")"
"$thaw" compare 1 --metric own_mae --users ridge >"$folder/said" 2>&1 && fail "--metric with --users"

# A metric that fails for a rare task is unknown; all else is what it is without it.
sed 's/arms = {/arms = {/; s/some_raw = .*/rare = thaw.metric { better = "lower", function(truth, prediction)\
      if math.abs(truth[1] - prediction[1]) > 2.4 then return 0 \/ 0 end return 1 end },\
    &/' "$folder/good.lua" >"$folder/rare.lua"
"$thaw" run "$folder/rare.lua" >"$folder/said" 2>&1 || fail "a metric fails a run: $(cat "$folder/said")"
"$thaw" compare 3 --json >"$folder/rare.json" || fail "no comparison beside a metric that fails"
python3 - "$folder/rows.json" "$folder/rare.json" <<'PY' || fail "a metric that fails changes others"
import json, sys
good, rare = (json.load(open(name)) for name in sys.argv[1:])
assert len(good) == len(rare) > 50
assert all(row["rare"] is None and row["rare_gain"] is None for row in rare if row["scenario"] == "user-cold")
assert all(row[key] == other[key] for row, other in zip(good, rare) for key in row)
PY
"$thaw" log | grep -q "rare is unknown for .*rare.lua:1[0-9]: metric 'rare': it returned NaN" || fail "the log does not say why: $("$thaw" log)"
"$thaw" compare 3 --metric rare | grep -q "rare is unknown where an arm has no values of it" || fail "no note"
"$thaw" data remove synthetic >"$folder/said" 2>&1 || fail "$(cat "$folder/said")"
"$thaw" compare 1 --json >"$folder/alone.json" || fail "no comparison without the data"
python3 "$srcdir/tests/command/own_metrics.py" "$THAW_DB" "$folder/rows.json" "$folder/alone.json" || fail "the numbers differ"
exit $failed
