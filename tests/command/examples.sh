#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The pages of lua/experiments that are about data which is not bundled: the data is made by the commands in the head
# of each, and the page is checked, and run for an epoch, on invented rows with the columns of the real set. If the real
# set is there, the page is checked on it as well.
thaw=$THAW_BUILD/thaw
pages=$THAW_SOURCE/lua/experiments
folder=$(mktemp -d "${TMPDIR:-/tmp}/thaw-examples-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
export THAW_WORKER="$THAW_BUILD/thaw-worker" XDG_CACHE_HOME="$folder" HOME="$folder" NO_COLOR=1 LC_ALL=C.UTF-8
failed=0

LC_ALL=C awk -v folder="$folder/invented" -f "$THAW_SOURCE/tests/command/examples.awk" || exit 99

# said PAGE WHERE WORD...: the command has to succeed.
said() {
    page=$1 where=$2
    shift 2
    "$@" >"$folder/out" 2>&1 </dev/null && return 0
    echo "$page, $where: thaw $2 fails: $(tail -n 5 "$folder/out")"
    failed=1
    return 1
}

# The imports in the head of a page, and what makes other sets of them, quoted as for a shell.
commands_of() {
    sed -n 's/^--   thaw \(import\|data\) /\1 /p' "$pages/$1.lua" | sed "s|PATH|$2|g"
}

# on PAGE WHERE DATA: makes the data of what is there, and checks the page.
on() {
    page=$1 where=$2 database=$folder/$1-$2.db
    commands_of "$1" "$3" >"$folder/commands"
    grep -q '^import ' "$folder/commands" || { echo "$page: no import in its head"; failed=1; return 1; }
    while read -r command; do
        eval "set -- $command"
        said "$page" "$where" "$thaw" "$@" --db "$database" || return 1
    done <"$folder/commands"
    said "$page" "$where" "$thaw" check "$pages/$page.lua" --db "$database" || return 1
    grep -q '^fields  ' "$folder/out" && grep -q 'user-cold [1-9]' "$folder/out" && return 0
    echo "$page, $where: no fields, or nobody is cold: $(cat "$folder/out")"
    failed=1
}

# is_there PAGE: whether all files that its head names are there.
is_there() {
    commands_of "$1" "$THAW_SHARED/data" | tr -d "'" | tr ' ' '\n' | grep "^$THAW_SHARED/data/" >"$folder/named" || return 1
    while read -r named; do [ -e "$named" ] || return 1; done <"$folder/named"
}

for page in restaurants depaul lastfm implicit tags fashion drift cross_domain two_domains; do
    on $page invented "$folder/invented" &&
        said $page invented "$thaw" run "$pages/$page.lua" --set seeds=1 --set epochs=1 --db "$folder/$page-invented.db" &&
        { grep -q 'user-cold' "$folder/out" || { echo "$page: no comparison"; failed=1; }; }
    ! is_there $page || on $page real "$THAW_SHARED/data"
done
# A title is found without its year, also if others begin as it does.
said tags map "$thaw" map "$pages/tags.lua" --item 'Film 1' --db "$folder/tags-invented.db" &&
    { grep -q '^item 1, Film 1 (1921)' "$folder/out" || { echo "not Film 1: $(head -n 2 "$folder/out")"; failed=1; }; }
exit $failed
