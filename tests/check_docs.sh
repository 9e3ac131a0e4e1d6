#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Files that README.md and docs/ name in `backticks` exist: a path from the root, from include/ or src/, or the name of
# one file. Names with capital letters, such as NAME.c, are patterns. The glossary has at most 40 words.
cd "${srcdir:-.}" || exit 99

files=$(find src include lua tests bench docs datasets -type f 2>/dev/null; ls)
grep -noE '`[a-z_0-9./]+\.(c|h|lua|py|sh|md|test|mk|inc)`' README.md docs/*.md | tr -d '`' |
    { printf '%s\n' "$files" | sed 's/^/!/'; cat; } | awk '
/^!/ {
    path = substr($0, 2); known[path]; sub(/^(include|src)\//, "", path); known[path]
    sub(/.*\//, "", path); known[path]; next
}
{
    named = $0; sub(/^[^:]*:[^:]*:/, "", named); place = substr($0, 1, length($0) - length(named) - 1); count++
    if (!(named in known)) { print place ": there is no " named; failed = 1 }
}
END { if (!failed) print count " files that the documents name exist"; exit failed }' || exit 1

awk -F'|' '
/^\| word \|/ { inside = 1; next }
/^## / { inside = 0 }
inside && $2 !~ /^[-: ]*$/ { words += split($2, list, ",") }
END {
    if (words >= 1 && words <= 40) { print words " words in the glossary"; exit 0 }
    print "docs/ARCHITECTURE.md: " words + 0 " words in the glossary, expected 1 to 40"; exit 1
}' docs/ARCHITECTURE.md
