#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The files that are made of declarations: completions as bash and fish compute them, and as zsh reads them; manual
# pages without a word from groff and mandoc; annotations that Lua reads. A shell or tool that is not here is left out.
thaw=$THAW_BUILD/thaw
here=$(cd "$(dirname "$0")/../.." && pwd)
command -v bash >/dev/null 2>&1 || exit 77
folder=$(mktemp -d "${TMPDIR:-/tmp}/thaw-completions-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
export THAW_DB="$folder/complete.db" THAW_WORKER="$THAW_BUILD/thaw-worker" NO_COLOR=1 LC_ALL=C.UTF-8 HOME="$folder"
export PATH="$THAW_BUILD:$PATH"
failed=0
fail() { echo "$*"; failed=1; }

for shell in bash zsh fish; do "$thaw" help --completion $shell >"$folder/$shell" || fail "no completions for $shell"; done
for page in thaw thaw-lua; do "$thaw" help --man $page >"$folder/$page" || fail "no page $page"; done
"$thaw" help --annotations >"$folder/thaw.lua" || fail "no annotations"
! "$thaw" help --completion tcsh >"$folder/said" 2>&1 || fail "tcsh has completions"
"$thaw" import "$here/datasets/synthetic" --name synthetic >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }
cd "$folder" && : >mine.lua

# completed SHELL WORDS EXPECTED: what completes the last of the words, sorted
bash_completes() {
  bash -c '. ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _thaw; printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
completed() {
  expected=$1
  shift
  got=$(bash_completes "$@" | sort | paste -sd ' ' -)
  [ "$got" = "$expected" ] || fail "bash completes \"$*\" by \"$got\", not \"$expected\""
}
completed "import" thaw im
completed "filter merge remove rename sample synthetic" thaw data ""
completed "--where --which" thaw data filter --w
completed "synthetic" thaw data filter ""
completed "synthetic" thaw check --data ""
completed "map.bag map.bucket" thaw help map.b
completed "mine.lua" thaw check mi
completed "mine.lua" thaw --db mi
completed "--plain --plan" thaw data synthetic --pla
completed "check check-gradient" thaw --plain che

if command -v fish >/dev/null 2>&1; then
  for case in "thaw im=import" "thaw data filter --wher=--where" "thaw check --data syn=synthetic" "thaw help map.buc=map.bucket"; do
    got=$(fish -N -c "source fish; complete -C '${case%%=*}'" | cut -f 1 | paste -sd ' ' -)
    [ "$got" = "${case#*=}" ] || fail "fish completes \"${case%%=*}\" by \"$got\""
  done
fi
if command -v zsh >/dev/null 2>&1; then zsh -n zsh || fail "zsh does not read its completions"; fi
if command -v mandoc >/dev/null 2>&1; then
  mandoc -T lint thaw thaw-lua >said 2>&1 || fail "mandoc: $(head -3 said)"
fi
if command -v groff >/dev/null 2>&1; then
  groff -man -ww -z thaw thaw-lua >said 2>&1
  [ ! -s said ] || fail "groff: $(head -3 said)"
fi
# Lua reads the annotations, and misses only the experiment in them.
"$thaw" check thaw.lua 2>&1 | grep -q "must end with: return thaw.experiment" || fail "Lua does not read the annotations"
grep -q '^---@field drop? number ' thaw.lua || fail "map.identity has no field drop"
exit $failed
