#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Imports are made again by the commands that plans and exports print: those below, and random ones
# of import_again.py.
thaw=$THAW_BUILD/thaw
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
export THAW_DB="$folder/again.db" PATH="$THAW_BUILD:$PATH"
failed=0

fail() {
    echo "$*"
    failed=1
}

# The digest of the set after a command, which may replace it.
after() {
    eval "$1 --replace" >"$folder/said" 2>&1 <"$folder/in" || cat "$folder/said"
    "$thaw" data again --digest
}

again() {
    "$thaw" import "$@" --name again --replace >"$folder/said" 2>&1 <"$folder/in" || { fail "$* fails: $(cat "$folder/said")"; return; }
    digest=$("$thaw" data again --digest)
    plan=$("$thaw" import "$@" --name again --dry-run <"$folder/in" | tail -n 1)
    kept=$("$thaw" data again --plan | tail -n 1)
    [ "$plan" = "$kept" ] || fail "$*: two commands:
$plan
$kept"
    [ "$(after "$kept")" = "$digest" ] || fail "$*: the plan's command makes another set:
$kept"
    for format in csv jsonl recbole; do
        export=$("$thaw" export again --format $format --to "$folder/out" --force | sed -n 's/^The same again: //p')
        [ "$(after "$export")" = "$digest" ] || fail "$*: the export ($format) makes another set:
$export"
    done
}

cd "$folder" || exit 99
printf 'user,item,rating,x\n1,10,3,7\n2,11,4,8\n3,12,5,9\n1,11,2,1\n' >r.csv
printf 'user,item,rating,timestamp,title\n1,10,3,978300760,a\n1,10,4,978300761,b\n2,11,5,978300762,c\n' >t.csv
printf 'user,item,2,rating,rating,a b,"a,b",users:x,-\n1,10,3,7,1,p,q,"1,5",s\n2,11,4,8,2,p,q,"2,5",s\n' >n.csv
printf '# a remark\nuser,item,rating\n1,10,3\n1,11,none\n2,10,x\n2,11,5\n' >k.csv
printf 'user,age,user_id\n1,20,8\n2,30,9\n3,40,7\n' >u.csv
printf 'id;name;item\n10;Ten;5\n11;"It; eleven";6\n12;;7\n' >"it's.csv"
printf 'user,item,rating\n1,10,3\n2,11,4\n' >in
printf 'Rating,item,Rating,timestamp\nu1,10,3,978300760\nu2,11,4,978300761\nu1,11,5,978300762\n' >d.csv
mkdir folder && cp r.csv folder/ratings.csv && cp u.csv folder/users.csv
again r.csv
again r.csv --rating 4
again r.csv --rating - --repeats all
again n.csv --rating 2
again n.csv --rating 4 --user item --item user
again n.csv --rating ratings:users:x
again d.csv --user Rating
for repeats in first mean sum count all last; do again t.csv --repeats $repeats; done
again t.csv --time -
again k.csv --keep-going --missing none --comment '#'
again --ratings r.csv --users u.csv --items "it's.csv"
again --ratings r.csv --users u.csv --items "it's.csv" --item items:id --title items:- --user users:1 --rating ratings:x
again folder --user users:user --header ratings:yes
again - --rating rating
printf 'item,tag,by\n10,dark,1\n10,fast,2\n11,slow,1\n11,dark,3\n10,old,1\n13,new,3\n' >tags.csv
printf 'item;name;sort\n10;Ten;b\n11;"It; eleven";a\n12;;b\n' >i.csv
printf 'item,price\n10,"1,5"\n12,"2,5"\n14,"3,5"\n' >'more, it.csv'
printf 'code|sort words\nb|books\na|arts\n' >sorts.txt
printf 'rating,item,user\n4,12,2\n' >r2.csv
printf 'user\tfriend\n1\t2\n1\t3\n2\t1\n' >friends.dat
cp tags.csv folder/tags.csv && cp i.csv folder/items.csv
printf '{"item": 10, "mood": "gay"}\n{"item": 11, "mood": "sad"}\n' >moods.json
again r.csv r2.csv
again --ratings r.csv,r2.csv --items i.csv --items 'more, it.csv' --items tags.csv
again r.csv r2.csv --items tags.csv --items i.csv --rating - --repeats all --item items:item
again --ratings r.csv --items i.csv --join sorts.txt:code=items.sort --users friends.dat --users u.csv
again --ratings r.csv --items i.csv --join sorts.txt:code=items.sort --separator 'sorts.txt:|' --header sorts.txt:yes --keep-going
again --ratings r.csv --items i.csv --join moods.json --encoding moods.json:UTF-8 --quote items:yes
again --ratings r.csv --items tags.csv --separator items:,
again --ratings r.csv --join tags.csv --encoding UTF-8
again --ratings r.csv --join tags.csv --separator , --encoding ratings:UTF-8
mkdir other && printf 'item|colour\n10|red\n12|blue\n' >other/tags.csv
again --ratings r.csv --join tags.csv --join other/tags.csv:item=items.item --items i.csv
again folder
again folder --join tags.csv
again folder --join "$folder/tags.csv:item=items.item"
again folder --items i.csv --items folder/tags.csv
printf 'item;mood\n10;1,5\n12;2,5\n' >calm.csv
again --ratings r.csv --items i.csv --join calm.csv --separator ';' --separator ratings:,
printf '1 10 3\n2 11 4\n' >r.log
cat >page.lua <<'EOS'
local thaw = require "thaw"
return thaw.reader { row = function(line)
  local user, item, rating = line:match "^(%d+) (%d+) (%d+)$"
  return { user = user, item = item, rating = rating }
end }
EOS
again r.log --reader page.lua
again r.log --reader ratings:page.lua --items i.csv --join tags.csv
again - --join tags.csv --items i.csv --title -
command -v python3 >/dev/null && command -v bash >/dev/null || { echo "without random imports: no python3 or no bash"; exit $failed; }
python3 "$THAW_SOURCE/tests/command/import_again.py" "$thaw" 1 40 || failed=1
exit $failed
