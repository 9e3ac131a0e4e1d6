/* SPDX-License-Identifier: MIT
 *
 * What a script can write: constructors, functions and methods with their help, options and an
 * example. The rows are made of lua/thaw while thaw is built (src/declare_main.c), so nothing is
 * declared twice and no Lua runs here.
 */
#ifndef COMMAND_LUA_WORDS_H
#define COMMAND_LUA_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct declared_option {
    const char *name;       /* "drop"; "cold.users" stands in the table `cold` */
    const char *by_default; /* "" if there is none */
    const char *takes;      /* in words: "a number from 0 to 0.9" */
    const char *help;
    const char *annotation; /* its type in an annotation; "" for one inside a table */
    bool required;
};

struct declaration {
    const char *name;       /* "map.bucket", "value:mm", "thaw.range.uniform" */
    const char *kind;       /* "mapping", "learner" ..., "function"; of a method its class */
    const char *arguments;  /* as in annotations: "b: value, first?: integer"; NULL for a field */
    const char *result;     /* the kind of what it gives */
    const char *positional; /* the option that a value without a name is; "" if none */
    const char *help;       /* a clause without a full stop */
    const char *example;    /* "" if it lacks one */
    const char *frame;      /* the script that the example stands in */
    const struct declared_option *options;
    size_t option_count;
};

/* The script around examples of one frame. */
struct declared_frame {
    const char *name, *before, *after;
};

/* In the order of their kinds; NULL after the last. */
const struct declaration *declaration_at(size_t index);
/* How lua/thaw and its declarations differ: one sentence each, NULL after the last. */
const char *declaration_difference_at(size_t index);

/* The declarations that a word may mean, most of them at most; returns how many. A word is a name,
 * with or without "thaw.", or else its last part ("bucket", "mm"). */
size_t declaration_find(const char *word, const struct declaration **found, size_t most);
/* The declared name that the word probably means; NULL if none is similar enough. */
const char *declaration_suggest(const char *word);
/* A whole script with the example of a declaration, for the bundled data. Returns a new string. */
char *declaration_script(const struct declaration *declaration);
/* The name without the class before it: "bucket" of "map.bucket". */
const char *declaration_last(const struct declaration *declaration);

#endif
