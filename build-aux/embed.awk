# SPDX-License-Identifier: MIT
#
# Writes Lua files as C: a table of module name, path and text. Called in the top source directory
# with paths such as lua/thaw/learners/maml.lua, which becomes the module "thaw.learners.maml".

function module(path)
{
    sub(/^lua\//, "", path)
    sub(/\.lua$/, "", path)
    sub(/\/init$/, "", path)
    gsub(/\//, ".", path)
    return path
}

function shown(path)
{
    sub(/^lua\//, "", path)
    return path
}

FNR == 1 {
    if (NR > 1)
        print "};"
    count++
    names[count] = module(FILENAME)
    paths[count] = shown(FILENAME)
    printf "static const char text_%d[] = {\n", count
}

# Numbers, not string literals: those may be cut off at 4095 characters.
{
    line = ""
    for (i = 1; i <= length($0); i++)
        line = line code[substr($0, i, 1)] ","
    print line "10,"
}

BEGIN {
    for (i = 1; i < 256; i++)
        code[sprintf("%c", i)] = i < 128 ? i : i - 256
}

END {
    print "};"
    print "static const struct chunk chunks[] = {"
    for (i = 1; i <= count; i++)
        printf "    {.name = \"%s\", .path = \"%s\", .text = text_%d, .size = sizeof text_%d, .library = true},\n",
            names[i], paths[i], i, i
    print "};"
}
