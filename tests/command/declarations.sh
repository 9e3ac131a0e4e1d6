#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs the example of every declaration: `thaw help WORD --script` prints a script, and `thaw check` accepts it. A
# reader reads a file.
thaw=$THAW_BUILD/thaw
here=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/thaw-examples-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
export THAW_DB="$folder/examples.db" THAW_WORKER="$THAW_BUILD/thaw-worker" NO_COLOR=1 LC_ALL=C.UTF-8
"$thaw" import "$here/datasets/synthetic" --name all >"$folder/said" 2>&1 &&
  "$thaw" data sample all --users 150 --name synthetic >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
printf 'user,item,rating\nu1,i1,4\nu2,i1,3\n' >"$folder/plain.csv"
printf 'room 0.5 1\nfilm 1 0.25\nburning -1 0\n' >"$folder/vectors.txt"
failed=0 count=0
for word in $("$thaw" help --words | sed 's/ .*//'); do
  script="$folder/$(echo "$word" | tr ':.' '__').lua"
  "$thaw" help "$word" --script >"$script" || { echo "$word: no script"; failed=1; continue; }
  case $word in
  *.reader) "$thaw" import "$folder/plain.csv" --reader "$script" --name read --dry-run >"$folder/said" 2>&1 ;;
  *) "$thaw" check "$script" >"$folder/said" 2>&1 ;;
  esac || { echo "$word: $(cat "$folder/said")"; failed=1; }
  count=$((count + 1))
done
echo "$count examples"
[ "$count" -ge 100 ] || failed=1
exit $failed
