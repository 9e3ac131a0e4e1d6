#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Names are unique: one file defines each struct, union or enum tag, and no two units, a header and its own .c, share a
# file name. (A path names a Lua module.) No function is over 45 lines and nine in ten have at most 22; no file, of tests
# too, is over 500. A .c over 100 lines without a header of its own says at its beginning what it is for.
cd "${srcdir:-.}" || exit 99

find src include lua -name '*.[ch]' -o -name '*.lua' | sort | xargs awk '
function complain(sentence) { print sentence; failed = 1 }
function end_file() {
    if (previous ~ /\.c$/ && bare && lines > 100) silent[previous] = unit
    if (previous != "" && lines > 500) complain(previous ": " lines " lines, more than 500: split it by ideas")
}
FNR == 1 {
    end_file(); previous = FILENAME; count++
    unit = FILENAME; sub(/^(src|include)\//, "", unit); sub(/\.[a-z]*$/, "", unit)
    name = unit; sub(/.*\//, "", name)
    is_c = FILENAME ~ /\.[ch]$/
    if (is_c && name in unit_of && unit_of[name] != unit) complain(FILENAME ": " unit_of[name] " has the same name")
    if (is_c && !(name in unit_of)) unit_of[name] = unit
    bare = /\*\/ *$/; if (FILENAME ~ /\.h$/) header[unit]
    opened = 0
}
{ lines = FNR }
is_c && match($0, /(struct|union|enum) [a-z_0-9]+ *\{/) {
    tag = substr($0, RSTART, RLENGTH); sub(/^[a-z]+ /, "", tag); sub(/ *\{$/, "", tag)
    if (tag in file_of && file_of[tag] != FILENAME)
        complain(FILENAME ": the tag \"" tag "\" is defined in " file_of[tag] " too")
    file_of[tag] = FILENAME
}
is_c && /^\{/ { opened = FNR }
is_c && /^\}[ \t]*$/ && opened {
    size = FNR - opened + 1; opened = 0; functions++; of_size[size]++
    if (size > 45) complain(FILENAME ":" FNR - size + 1 ": a function of " size " lines, more than 45")
}
END {
    end_file()
    for (file in silent)
        if (!(silent[file] in header)) complain(file ": begin with a comment that says what it is for")
    for (within = 0; within < 0.9 * functions; tenth++) within += of_size[tenth + 1]
    if (tenth > 22) complain("one function in ten has over " tenth - 1 " lines, expected 22 at most")
    if (!failed) print count " files, each name and tag for one thing; 9 of 10 functions have at most " tenth " lines"
    exit failed
}' || exit 1

find tests -name '*.[ch]' -o -name '*.py' -o -name '*.sh' -o -name '*.lua' | sort | xargs wc -l | awk '
$2 != "total" && $1 > 500 { print $2 ": " $1 " lines, more than 500: split it by subject"; failed = 1 }
END { exit failed }'
