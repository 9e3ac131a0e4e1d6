#!/bin/sh
# SPDX-License-Identifier: MIT
#
# One word, one idea: a struct, union or enum tag is defined in one file, and a file's name stands for one thing (a
# header and its own .c; Lua modules are named by their path). Also: no function is over 45 lines, no file over 500.
#
# What is known to break a rule is listed here. The lists only get shorter.
cd "${srcdir:-.}" || exit 99

known_tags="column page_set record split verdict"
known_files="split"
known_functions=""
known_long=""

find src include lua -name '*.[ch]' -o -name '*.lua' | sort | xargs awk -v tags="$known_tags" -v files="$known_files" \
    -v functions="$known_functions" -v long="$known_long" '
function list_of(text, list,    words, n, i) { n = split(text, words, /[ \n]+/); for (i = 1; i <= n; i++) if (words[i] != "") list[words[i]] = 0 }
# What breaks a rule is refused unless it is known; what is known and was not met again is told.
function judge(key, known, sentence) {
    if (key in known) known[key]++
    else { print sentence; failed = 1 }
}
function remind(known, what,    key) {
    for (key in known) if (!known[key]) print "check_names.sh: " what " " key " is in order now: take it off the list"
}
function end_file() {
    if (previous != "" && lines > 500) judge(previous, known_long, previous ": " lines " lines, more than 500: split it by ideas")
}
BEGIN { list_of(tags, known_tags); list_of(files, known_files); list_of(functions, known_functions); list_of(long, known_long) }
FNR == 1 {
    end_file(); previous = FILENAME; count++
    unit = FILENAME; sub(/^(src|include)\//, "", unit); sub(/\.[a-z]*$/, "", unit)
    name = unit; sub(/.*\//, "", name)
    is_c = FILENAME ~ /\.[ch]$/
    if (is_c && name in unit_of && unit_of[name] != unit)
        judge(name, known_files, FILENAME ": " unit_of[name] " has the same name")
    if (is_c && !(name in unit_of)) unit_of[name] = unit
    opened = 0
}
{ lines = FNR }
is_c && match($0, /(struct|union|enum) [a-z_0-9]+ *\{/) {
    tag = substr($0, RSTART, RLENGTH); sub(/^[a-z]+ /, "", tag); sub(/ *\{$/, "", tag)
    if (tag in file_of && file_of[tag] != FILENAME)
        judge(tag, known_tags, FILENAME ": the tag \"" tag "\" is defined in " file_of[tag] " too")
    file_of[tag] = FILENAME
}
is_c && /^\{/ { opened = FNR }
is_c && /^\}[ \t]*$/ && opened {
    if (FNR - opened + 1 > 45)
        judge(FILENAME, known_functions, FILENAME ":" opened ": a function of " FNR - opened + 1 " lines, more than 45")
    opened = 0
}
END {
    end_file()
    remind(known_tags, "the tag"); remind(known_files, "the file name"); remind(known_functions, "functions of"); remind(known_long, "the length of")
    if (!failed) print count " files, each name and tag for one thing"
    exit failed
}'
