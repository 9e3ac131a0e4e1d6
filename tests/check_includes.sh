#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Checks the order of includes: "config.h", the file's own header, <system>, "project". One blank line separates the
# groups, and the headers of a group are in alphabetical order. Includes inside #if are ignored.
cd "${srcdir:-.}" || exit 99

find src include -name '*.[ch]' | sort | LC_ALL=C xargs awk '
function complain(sentence) { print FILENAME ":" FNR ": " sentence; failed = 1 }
FNR == 1 {
    count++; group = 0; before = ""; after = 0; depth = 0
    own = FILENAME; sub(/.*\//, "", own); sub(/\.c$/, ".h", own)
    if (FILENAME ~ /\.h$/) { own = ""; depth = -1 } # the guard of a header is no condition
}
/^#if/ { depth++; next }
/^#endif/ { depth--; after = FNR; next }
!/^#include/ || depth > 0 { next }
{
    name = $2; base = name; gsub(/["<>]/, "", base); sub(/.*\//, "", base)
    now = name == "\"config.h\"" ? 1 : base == own && name ~ /^"/ && group < 2 ? 2 : name ~ /^</ ? 3 : 4
    if (now < group) complain(name " is too far down")
    else if (now == group && name <= before) complain(name " is not in alphabetical order")
    else if (group && (now == group) != (FNR == after + 1)) complain("a blank line before " name " is missing or too many")
    else if (group && FNR > after + 2) complain("more than one blank line before " name)
    group = now; before = name; after = FNR
}
END {
    if (!failed) print count " files, one order of includes"
    exit failed
}'
