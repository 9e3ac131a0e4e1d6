/* SPDX-License-Identifier: MIT
 *
 * Prints declarations of Lua for a person (command/lua_words.h).
 */
#ifndef COMMAND_WORD_HELP_H
#define COMMAND_WORD_HELP_H

#include <stdbool.h>

#include "command/lua_words.h"
#include "report/output.h"

/* The declaration with its options and example. */
void word_help_print(struct output *output, const struct declaration *declaration);
/* How it is written in a script: "map.bucket { ... }", "value:mm(b [, first])". */
void word_help_print_call(struct output *output, const struct declaration *declaration);
/* One line for each declaration whose name begins with `prefix` and a dot or colon; "" for all.
 * Returns false if there is none. */
bool word_help_list(struct output *output, const char *prefix);
/* Where an option of this name is declared, and its help. Returns false if it is in none. */
bool word_help_option(struct output *output, const char *name);

#endif
