#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What `thaw why` says of a prediction is computed again from what `thaw recommend` predicts for
# changed ratings; in closed forms the parts add up.
set -eu
thaw=$THAW_BUILD/thaw
folder=$(mktemp -d "${TMPDIR:-/tmp}/thaw-why-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
export THAW_WORKER="$THAW_BUILD/thaw-worker" XDG_CACHE_HOME="$folder" HOME="$folder" NO_COLOR=1 LC_ALL=C.UTF-8
export THAW_DB="$folder/why.db"
fail() { echo "why.sh: $*" >&2; exit 1; }

cat >"$folder/page.lua" <<'END'
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn
return thaw.experiment {
  data = "synthetic",
  mapping = { user = { gender = map.category() }, item = { film = map.identity(), genre = map.bag { "genres" } } },
  tasks = thaw.tasks.by_user { shots = { 0, 5 }, draws = 1 },
  arms = {
    ridge = { model = thaw.factorisation { factors = 8 }, learner = learn.ridge { epochs = 1 } },
    maml = { model = thaw.mlp { hidden = { 16 } }, learner = learn.maml { epochs = 1 } },
  },
}
END
"$thaw" import "$THAW_SOURCE/datasets/synthetic" --name synthetic >/dev/null 2>&1 || fail "no import"
"$thaw" run "$folder/page.lua" >"$folder/out" 2>&1 || fail "$(tail -n 3 "$folder/out")"
python3 "$THAW_SOURCE/tests/command/why_oracle.py" "$thaw" || fail "the parts are wrong"

# What is refused, in words.
refused() {
    words=$1
    shift
    if "$thaw" why "$@" >"$folder/out" 2>&1; then
        fail "taken: $*"
    fi
    grep -qF -e "$words" "$folder/out" || fail "$*: $(cat "$folder/out")"
}
refused "--item ITEM says of which item" 1/ridge
refused 'synthetic has no item "nothing like it"' 1/ridge --item "nothing like it"
refused 'synthetic has no item "i0"' 1/ridge --item i2 --rate i0=5
refused "i3=9: ratings of synthetic go from 1 to 5" 1/ridge --item i2 --rate i3=9
refused 'synthetic has no user "nobody"' 1/ridge --item i2 --user nobody
refused "7/ridge" 7/ridge --item i2
"$thaw" why 1/ridge --item "Crooked Cellar" --rate i1=5 | grep -q "^The Crooked Cellar: " || fail "no title is found"
