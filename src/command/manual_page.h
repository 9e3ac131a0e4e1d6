/* SPDX-License-Identifier: MIT
 *
 * Files for other programs that are made of the declarations of commands (command/registry.h), keys
 * (command/action.h) and words of Lua (command/lua_words.h).
 */
#ifndef COMMAND_MANUAL_PAGE_H
#define COMMAND_MANUAL_PAGE_H

#include <stdbool.h>

#include "report/output.h"

/* The manual pages thaw(1) and thaw-lua(7), as troff. */
void manual_page_of_commands(struct output *output);
void manual_page_of_lua(struct output *output);

/* Completions of `thaw` for "bash", "zsh" or "fish". Returns false for another shell. */
bool completion_script(struct output *output, const char *shell);

/* What a script can write as types for a Lua language server. */
void annotation_page(struct output *output);

#endif
