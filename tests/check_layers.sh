#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Checks the order of modules by their includes: a file may include its own module and those of a lower rank. Only one
# module includes each library header. Units, a header and its own .c, include each other in no circle. Every header
# compiles alone.
set -u
source=${srcdir:-.}
cd "$source" || exit 99

ranks="base=0 tensor=1 data=1 store=2 import=2 feature=2 evaluate=2 recommender=2 task=3 comparison=3 baseline=4 report=4 script=5 wire=5 worker=6 keeper=6 command=7 screen=8"
owners="cblas.h=tensor lapacke.h=tensor sqlite3.h=store csv.h=import zlib.h=store,import archive.h=import archive_entry.h=import iconv.h=import lua.h=script lauxlib.h=script lualib.h=script
seccomp.h=worker,import pthread.h=script,store,worker,screen threads.h=nobody getopt.h=command curses.h=screen ncurses.h=screen term.h=screen utf8proc.h=base nettle/sha2.h=base yajl/yajl_gen.h=report yajl/yajl_parse.h=import"
# One interface to threads: pthread.h, as the stacks of the worker's threads have a size, and <stdatomic.h>.

failed=0
complain() {
    echo "$1"
    failed=1
}

includes=$(grep -rHoE '^#include [<"][^>"]+[>"]' src include --include='*.c' --include='*.h' | sed 's/#include [<"]\(.*\)[>"]/\1/')
layer_faults=$(printf '%s\n' "$includes" | awk -F: -v ranks="$ranks" -v owners="$owners" '
BEGIN {
    n = split(ranks, list, /[ \n]+/); for (i = 1; i <= n; i++) { split(list[i], pair, "="); rank[pair[1]] = pair[2] }
    n = split(owners, list, /[ \n]+/); for (i = 1; i <= n; i++) { split(list[i], pair, "="); owner[pair[1]] = pair[2] }
}
{
    split($1, path, "/"); module = path[2]; wanted = $2
    if (module !~ /\./ && !(module in rank) && !(module in told)) { told[module]; print $1 ": the module " module " has no rank" }
    if (wanted ~ /\.\.\//) print $1 ": includes " wanted ": name it from include/ or from its own folder"
    split(wanted, parts, "/")
    if (parts[1] in rank && index(wanted, "/") && module in rank && parts[1] != module && rank[parts[1]] >= rank[module])
        print $1 ": includes " wanted ", but " parts[1] " is not below " module
    if (wanted in owner && module in rank && index("," owner[wanted] ",", "," module ",") == 0)
        print $1 ": includes <" wanted ">, which belongs to " owner[wanted]
}')
[ -z "$layer_faults" ] || complain "$layer_faults"

# No file includes itself by a detour; a unit is a header and the .c of its name.
circles=$( (find src include -name '*.[ch]'; printf '%s\n' "$includes") | awk '
function unit_of(path) { sub(/^(src|include)\//, "", path); sub(/\.[ch]$/, "", path); return path }
!/:/ { exists[$0]; next }
{
    split($0, edge, ":"); folder = edge[1]; sub(/[^\/]*$/, "", folder)
    path = (folder edge[2]) in exists ? folder edge[2] : ("include/" edge[2]) in exists ? "include/" edge[2] : "src/" edge[2]
    from = unit_of(edge[1]); to = unit_of(path)
    if (!(path in exists) || from == to || (from, to) in seen) next
    seen[from, to]; targets[from] = targets[from] " " to
}
# Leaves the way from `start` back to it in `way`; "" if there is none.
function find_way(start,    queue, first, last, before, unit, list, n, i) {
    way = ""; queue[last = 1] = start
    for (first = 1; first <= last; first++) {
        unit = queue[first]; n = split(targets[unit], list, " ")
        for (i = 1; i <= n; i++) {
            if (list[i] == start) {
                for (way = start; unit != start; unit = before[unit]) way = unit " -> " way
                return
            }
            if (!(list[i] in before)) { before[list[i]] = unit; queue[++last] = list[i] }
        }
    }
}
END {
    for (unit in targets) {
        find_way(unit)
        if (way != "") print unit ": includes itself: " unit " -> " way
    }
}')
[ -z "$circles" ] || complain "$circles"

for header in include/*/*.h; do
    printf '#include "%s"\n' "${header#include/}" | ${CC:-cc} -std=gnu11 -fsyntax-only -Iinclude -x c - 2>/dev/null ||
        complain "$header: does not compile alone"
done

if [ "$failed" = 0 ]; then
    echo "$(printf '%s\n' "$includes" | wc -l) includes keep the order of the modules"
fi
exit $failed
