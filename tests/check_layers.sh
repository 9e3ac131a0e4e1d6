#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The order of the modules, as it is included: a file may include its own module and those of a lower rank, and a library
# header belongs to one module. Also: every header compiles alone, files stay short, and foreign text is not printed raw.
set -u
source=${srcdir:-.}
cd "$source" || exit 99

ranks="base=0 tensor=1 data=1 store=2 import=2 feature=2 evaluate=2 recommender=2 task=3 comparison=3 baseline=4 report=4 script=5 wire=5 worker=6 keeper=6 command=7 screen=8"
owners="cblas.h=tensor lapacke.h=tensor sqlite3.h=store csv.h=import zlib.h=store lua.h=script lauxlib.h=script lualib.h=script
seccomp.h=worker pthread.h=worker getopt.h=command curses.h=screen ncurses.h=screen term.h=screen utf8proc.h=base yajl/yajl_gen.h=report yajl/yajl_parse.h=import"
# A learner's lanes wake each other, and the screen reads beside drawing: pthread.h may be used there too.

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
    split(wanted, parts, "/")
    if (parts[1] in rank && index(wanted, "/") && module in rank && parts[1] != module && rank[parts[1]] >= rank[module])
        print $1 ": includes " wanted ", but " parts[1] " is not below " module
    if (wanted in owner && module in rank && owner[wanted] != module)
        print $1 ": includes <" wanted ">, which belongs to " owner[wanted]
}')
[ -z "$layer_faults" ] || complain "$layer_faults"

for header in include/*/*.h; do
    printf '#include "%s"\n' "${header#include/}" | ${CC:-cc} -std=gnu11 -fsyntax-only -Iinclude -x c - 2>/dev/null ||
        complain "$header: does not compile alone"
done

for file in $(find src include lua -name '*.[ch]' -o -name '*.lua'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 600 ] || complain "$file: $lines lines, more than 600: split it by ideas"
done

if [ "$failed" = 0 ]; then
    echo "$(printf '%s\n' "$includes" | wc -l) includes keep the order of the modules"
fi
exit $failed
