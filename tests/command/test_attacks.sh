#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a neighbour puts in the way of thaw: sockets, devices, pipes, links, files that the kernel makes up, folders
# with others' files, databases of other programs, SQL that does not end. Each command has to end in time, without a
# signal, with one sentence, and must touch no file of others. Run as root, it does all of it once more as an
# ordinary user, and on a full disk, on one that cannot be written, and in a sticky folder of somebody else.
thaw=$THAW_BUILD/thaw
[ -x "$thaw" ] && command -v sqlite3 >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1 || exit 77
if grep -q __asan_init "$thaw"; then
  echo "skipped: with sanitizers, nothing ends within the ten seconds that a command has here"
  exit 77
fi
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d "${TMPDIR:-/tmp}/thaw-attacks-XXXXXX") || exit 99
export THAW_WORKER="$THAW_BUILD/thaw-worker" XDG_CACHE_HOME="$folder" HOME="$folder" NO_COLOR=1 LC_ALL=C.UTF-8
trap 'leave' EXIT
failed=0 count=0

leave() {
  cd /
  for mounted in "$folder"/full "$folder"/fixed; do
    [ ! -d "$mounted" ] || umount -l "$mounted" 2>/dev/null
  done
  rm -rf "$folder"
}

complain() {
  echo "$*: $(head -c 300 out)"
  failed=$((failed + 1))
}

# expect STATUS WORDS COMMAND...: within ten seconds it ends so, and says that; nothing of the victim has changed.
expect() {
  status=$1 words=$2
  shift 2
  timeout -k 1 "${PATIENCE:-10}" "$@" >out 2>&1 </dev/null
  got=$?
  count=$((count + 1))
  [ $got -eq "$status" ] || complain "$* ended with $got, not $status"
  grep -qF -- "$words" out || complain "$* does not say \"$words\""
  cmp -s victim victim.kept || complain "$* changed the victim"
  tr -d '\n\t -~' <out | LC_ALL=C grep -q '[[:cntrl:]]' && complain "$* shows control characters"
  return 0
}

cd "$folder" || exit 99
echo secret >victim
cp victim victim.kept
{
  echo user,item,rating
  for user in 1 2 3 4 5 6 7 8 9; do for item in 1 2 3 4 5 6 7; do echo "u$user,i$item,$(((user * item) % 5 + 1))"; done; done
} >r.csv
T="$thaw --db x.db"
expect 0 'm is imported' $T import r.csv --name m
sqlite3 o.sqlite 'CREATE TABLE r(user, item, rating); INSERT INTO r VALUES (1, 2, 3), (2, 3, 4)' || exit 99

# -- special files as scripts, as data, as databases
perl -MSocket -e 'for (@ARGV) { socket(my $s, PF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un($_)) or die }' s.lua s.csv || exit 77
mkfifo f.lua f.csv
ln -s /dev/zero z.lua
ln -s loop.lua loop.lua
for one in check import; do
  expect 3 'not a file, but a socket' $T $one s.lua
  expect 3 'not a file, but a pipe' $T $one f.lua
  expect 3 'not a file, but a device' $T $one z.lua
  expect 3 'Too many levels' $T $one loop.lua
  expect 3 'not a file, but a device' $T $one /dev/null
done
expect 3 'cannot read the script: "/proc/self/mem"' $T check /proc/self/mem
expect 3 '/mem": Input/output error' $T import /proc/self/mem --name q
for one in /dev/zero s.csv f.csv .; do
  expect 3 'is not a file' $thaw --db $one data
  expect 3 'is not a file' $thaw --db $one import r.csv
done
for one in /proc/kmsg /proc/self/maps; do
  [ ! -r $one ] || expect 3 'is not a file on a disk' $thaw --db $one data
  [ ! -r $one ] || expect 3 'is not a file on a disk' $thaw --db $one import r.csv
done

# -- modules
mkdir modules
echo "local thaw = require 'thaw' require 'mod' return thaw.experiment { data = 'm' }" >modules/a.lua
module() {
  expect 1 "$1" $T check modules/a.lua
  rm -rf modules/mod.lua
}
perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un("modules/mod.lua"))' && module 'not a file, but a socket'
mkfifo modules/mod.lua && module 'not a file, but a pipe'
ln -s /dev/zero modules/mod.lua && module 'not a file, but a device'
ln -s /proc/self/environ modules/mod.lua && module "outside of the script's folder"
ln -s ../victim modules/mod.lua && module "outside of the script's folder"
truncate -s 3G modules/mod.lua && module 'it has more than'
echo "return require '/etc/passwd'" >modules/mod.lua && module "there is no module '/etc/passwd'"

# -- where an export goes
mkdir theirs && cp victim theirs/ratings.csv && ln -s theirs link && ln -s nowhere dangling
for one in link dangling victim f.csv /dev/null; do
  expect 2 'exists already and is no folder' $T export m --to $one --force
done
[ ! -e nowhere ] && cmp -s victim theirs/ratings.csv || complain "an export went through a link"
expect 0 'ratings written' $T export m --to good
mkdir good/items.csv && echo precious >good/items.csv/kept
expect 2 'holds "items.csv" too' $T export m --to good --force
[ -f good/items.csv/kept ] && [ -z "$(ls -d good.new* .good* 2>/dev/null)" ] || complain "an export took a folder away"
rm -r good/items.csv && ln -s ../victim good/items.csv
expect 0 'ratings written' $T export m --to good --force
expect 2 'holds' $T export m --to . --force

# -- SQL that is typed
ask() { expect 2 "$1" $T sql "$2" --patience 1; }
ask 'no function that it may call' "SELECT load_extension('x')"
ask 'no function that it may call' 'SELECT zeroblob(1000000000)'
ask 'it may only read' "SELECT * FROM pragma_table_info('m_ratings')"
ask 'it may only read' 'SELECT * FROM json_tree(1)'
ask 'no table that it may read' 'SELECT * FROM temp.sqlite_schema'
ask 'one SELECT, and nothing after it' 'SELECT 1; DELETE FROM m_ratings'
ask 'was given up after 1 second' 'WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT count(*) FROM a'
ask 'at most 100,000 characters' "SELECT length(format('%.*c', 900000000, 'x'))"
ask 'too big' "WITH RECURSIVE a(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM a) SELECT length(x) FROM a"
long="replace(printf('%099999d', 0), '0', printf('%0160d', 0))"
expect 0 '0' $T sql "WITH l(x) AS (SELECT $long) SELECT instr(x, substr(x, 1, 7000000) || '1') FROM l"
ask 'too long for so long a text' "WITH l(x) AS (SELECT $long) SELECT x LIKE '%' || printf('%0990d', 0) FROM l"
filter() { expect "$1" "$2" $T data filter m --name n --where "$3"; }
filter 2 'is one condition' 'rating >= 3) OR (1'
filter 2 'is one condition' '1; DROP TABLE m_ratings'
filter 2 'no table that it may read' 'EXISTS (SELECT 1 FROM thaw_executions)'
filter 2 'another value each time' 'random() > 0'
filter 3 'at most 100,000 characters' "rating > length(printf('%.*c', 900000000, 'x'))"
filter 0 'n is made' "rating > instr($long, '1')"

# -- SQLite files of others
take() { expect "$1" "$2" $T import "$3.sqlite" --table "${4:-r}" --name "${5:-q}"; }
cp o.sqlite v.sqlite && sqlite3 v.sqlite 'CREATE VIEW v AS SELECT * FROM r;
CREATE VIEW reach AS SELECT user, item, load_extension(rating) AS rating FROM r;
CREATE VIEW endless AS WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT x AS user, count(*) AS item, 1 AS rating FROM a;
CREATE TRIGGER t AFTER INSERT ON r BEGIN SELECT 1; END'
take 0 'is imported' v v view
take 2 'unsafe use of load_extension' v reach
PATIENCE=40 take 2 'took too long and was given up' v endless
take 2 'has no table "sqlite_schema"' v sqlite_schema
take 0 'is imported' v r taken
take 2 'something follows it' o 'SELECT user, item, rating FROM r; DROP TABLE r'
take 2 'not authorized' o "SELECT user, item, load_extension('x') AS rating FROM r"
sqlite3 n.sqlite 'CREATE TABLE "r""; DROP TABLE m_ratings; --"(user, item, rating)'
take 3 'no rows' n 'r"; DROP TABLE m_ratings; --'
cp o.sqlite w.sqlite && echo log >w.sqlite-wal && take 3 'has a log beside it' w
head -c 6000 o.sqlite >c.sqlite && take 3 'is cut off' c
sqlite3 i.sqlite "CREATE TABLE r(user, item, rating); INSERT INTO r VALUES ('a', 'b', 9e999)" && take 3 'not a finite' i
expect 0 'm ' $T data

# -- a database from elsewhere whose rows a view makes
cp x.db seen.db
sqlite3 seen.db "ALTER TABLE m_users RENAME TO kept; CREATE VIEW m_users AS WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM a) SELECT x AS id FROM a" 2>/dev/null &&
  expect 3 'has a view' $thaw --db seen.db sql 'SELECT * FROM m_users'

if [ "$(id -u)" = 0 ] && [ -z "$THAW_ATTACKED" ]; then
  # Mounts belong to this script alone.
  if command -v unshare >/dev/null 2>&1 && unshare -m true 2>/dev/null; then
    export THAW_ATTACKED=1
    THAW_MOUNTS=1 unshare -m sh "$here" || failed=$((failed + 1))
    if command -v setpriv >/dev/null 2>&1 && setpriv --reuid=65534 --clear-groups test -x "$thaw"; then
      setpriv --reuid=65534 --regid=65534 --clear-groups sh "$here" || failed=$((failed + 1))
    fi
  fi
fi
if [ -n "$THAW_MOUNTS" ]; then
  mkdir full fixed
  mount -t tmpfs -o size=1m none full && mount -t tmpfs none fixed || exit 77
  sleep 6 # the keeper ends
  cp x.db full/x.db && cp x.db fixed/x.db && mount -o remount,ro fixed
  dd if=/dev/zero of=full/fill bs=1k >/dev/null 2>&1
  expect 3 'No space left on device' $thaw --db full/y.db import r.csv --name k
  expect 0 'm ' $thaw --db full/x.db data
  expect 2 'No space left on device' $T export m --to full/e
  expect 3 'the disk is full' $thaw doctor full/x.db --save full/z.db
  gzip -k r.csv
  expect 3 'TMPDIR can name another folder' env TMPDIR="$folder/full" $T import r.csv.gz --name k
  [ ! -e full/e ] && [ ! -e full/z.db ] || complain "something is left on the full disk"
  rm full/fill
  expect 0 'is imported' $thaw --db full/y.db import r.csv --name k
  expect 0 'm ' $thaw --db fixed/x.db data
  expect 3 'can only be looked at' $thaw --db fixed/x.db data filter m --where 1 --name k
  expect 2 'Read-only file system' $T export m --to fixed/e
  # Root's files in a sticky folder, where somebody else works.
  other="setpriv --reuid=65534 --regid=65534 --clear-groups"
  if command -v setpriv >/dev/null 2>&1 && chmod 755 . && $other test -x "$thaw"; then
    fresh() {
      rm -rf sticky
      mkdir sticky && chmod 1777 sticky && cp x.db sticky/x.db && chown 65534 sticky/x.db
      [ -z "$1" ] || (umask 0 && printf x >"sticky/x.db$1")
    }
    fresh .lock
    expect 3 'belongs to another user' $other $thaw --db sticky/x.db import r.csv --name k
    for one in -wal -shm -journal; do
      fresh $one
      expect 3 'is in the way' $other $thaw --db sticky/x.db data
      expect 3 'is in the way' $other $thaw --db sticky/x.db import r.csv --name k
    done
    fresh
    perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un("sticky/x.db.sock")); listen($s, 5); sleep 60' &
    mute=$!
    sleep 1
    chmod 777 sticky/x.db.sock
    PATIENCE=20 expect 3 'x.db' $other $thaw --db sticky/x.db import r.csv --name k
    kill $mute
  fi
fi
echo "$count attacks by $(id -un), $failed went through"
[ $failed -eq 0 ]
