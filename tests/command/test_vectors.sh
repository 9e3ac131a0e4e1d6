#!/bin/sh
# SPDX-License-Identifier: MIT
# A mapping with vectors of a file, through program, keeper and a confined worker: what it makes of a title,
# what is said of a file that is wrong, and that a resume needs no file and gives the same bits.
set -eu
cd "$THAW_BUILD"
[ -x ./thaw ] || exit 77
folder=$(mktemp -d /tmp/thaw-vectors-XXXXXX)
export THAW_DB="$folder/bench.db" LC_ALL=C.UTF-8
unset THAW_WORKER
finish() {
  kill "$(cat "$folder/bench.db.lock" 2>/dev/null | cut -d' ' -f1)" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
fail() {
  echo "FAIL: $1" >&2
  cat "$folder/out" >&2
  exit 1
}
holds() { grep -qF -- "$1" "$folder/out" || fail "\"$1\" is missing"; }

awk 'BEGIN { print "user,item,rating,timestamp"
  for (u = 0; u < 60; u++) for (i = 0; i < 20; i++) print "u" u ",i" i "," 1 + (u * 7 + i * i) % 5 "," 1000 + u * 30 + i }' > "$folder/r.csv"
awk 'BEGIN { print "item,title"; split("Dark Funny Space Love", a, " "); split("Story Film Don\047t Quest", b, " ")
  for (i = 0; i < 20; i++) print "i" i "," a[1 + i % 4] " " b[1 + int(i / 4) % 4] " " i }' > "$folder/t.csv"
printf 'the 9 9\ndark 1 0\nFUNNY 0 1\nspace 2 2\nlove -1 0.5\nstory 0.5 0\nfilm 0 0\nquest 4 x\n' > "$folder/v.txt"
cat > "$folder/s.lua" <<'END'
local thaw = require "thaw"
return thaw.experiment {
  data = "toy",
  mapping = {
    item = { title = thaw.map.pretrained { file = "v.txt", scale = "none", missing = true } },
  },
  tasks = thaw.tasks.by_user { min = 8, query = 3, shots = { 0, 3 }, draws = 1 },
  arms = { maml = { model = thaw.mlp { hidden = { 16 } }, learner = thaw.learn.maml { epochs = 400 } } },
}
END
./thaw import "$folder/r.csv" --items "$folder/t.csv" --name toy > "$folder/out" 2>&1 || fail "the import"

if ./thaw check "$folder/s.lua" > "$folder/out" 2>&1; then fail "a wrong number is taken"; fi
holds "s.lua:5: mapping \`item.title\`: \"v.txt\": line 8 holds \"x\" where a number was expected"
printf 'the 9 9\ndark 1 0\nFUNNY 0 1\nspace 2 2\nlove -1 0.5\nstory 0.5 0\nfilm 0 0\n' > "$folder/v.txt"
./thaw map "$folder/s.lua" --item i0 > "$folder/out" 2>&1 || fail "a map of i0" # Dark Story 0
holds "0.75, 0, 0"
./thaw map "$folder/s.lua" --item i9 > "$folder/out" 2>&1 || fail "a map of i9" # Funny Don't 9
holds "0, 1, 0"

./thaw run "$folder/s.lua" --detach > "$folder/out" 2>&1 || fail "a start"
sleep 1
./thaw stop 1 > "$folder/out" 2>&1 || true # it may be done
mv "$folder/v.txt" "$folder/away.txt"
if ./thaw check "$folder/s.lua" > "$folder/out" 2>&1; then fail "a check without the file"; fi
holds "No such file or directory"
./thaw resume 1 > "$folder/out" 2>&1 || true
mv "$folder/away.txt" "$folder/v.txt"
./thaw run "$folder/s.lua" > "$folder/out" 2>&1 || fail "a second run"
./thaw sql "SELECT count(*) AS runs, count(DISTINCT digest) AS digests FROM thaw_runs WHERE arm = 'maml' AND digest <> ''" \
  --format csv > "$folder/out" 2>&1 || fail "the digests"
holds "2,1"
# Attention: before training the words weigh as often as they are there; afterwards the run says what it learned.
cat > "$folder/a.lua" <<'END'
local thaw = require "thaw"
return thaw.experiment {
  data = "toy",
  mapping = {
    item = { title = thaw.map.pretrained { file = "v.txt", pool = "attention" },
             words = thaw.map.word_vectors { of = "title", columns = 4, by = "skip_gram", epochs = 5, pool = "attention", frozen = true } },
  },
  tasks = thaw.tasks.by_user { min = 8, query = 3, shots = { 0, 3 }, draws = 1 },
  arms = { ridge = { model = thaw.two_tower { embed = 2 }, learner = thaw.learn.ridge { epochs = 30 } } },
}
END
./thaw map "$folder/a.lua" --item i1 > "$folder/out" 2>&1 || fail "a map of i1" # Funny Story 1
holds "funny (0.707), story (0.707)"
for threads in 1 2; do
  ./thaw run "$folder/a.lua" --threads $threads > "$folder/out" 2>&1 || fail "a run with attention"
done
./thaw sql "SELECT count(*) AS runs, count(DISTINCT digest) AS digests FROM thaw_runs WHERE arm = 'ridge' AND digest <> ''" \
  --format csv > "$folder/out" 2>&1 || fail "the digests"
holds "2,1"
./thaw map "$folder/a.lua" --item i1 --run 3/ridge/1 > "$folder/out" 2>&1 || fail "a map after a run"
holds "after run 3/ridge/1"
grep 'item.title *attention' "$folder/out" | tr -c '0-9.\n' ' ' > "$folder/shares"
awk '{ n = 0; for (i = 2; i <= NF; i++) { n++; total += $i; if ($i != 0.5) learned = 1 }
  if (n != 2 || total < 0.99 || total > 1.01 || !learned) exit 1 }' "$folder/shares" || fail "shares of attention"
if ./thaw map "$folder/a.lua" --item i1 --run 3/bias/1 > "$folder/out" 2>&1; then fail "a run without attention"; fi
holds "this run weighs no words of a field of items"
./thaw map "$folder/a.lua" --item i1 --nearest 3 --run 3/ridge/1 > "$folder/out" 2>&1 || fail "what is near"
holds "item.title, item.words"
echo "vectors of a file and attention: a map, mistakes, a resume, what a run has learned"
