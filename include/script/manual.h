/* SPDX-License-Identifier: MIT
 *
 * Everything that a script can write, as the library in lua/thaw declares it. The build calls this
 * once, and makes help, manual pages and completions of the result.
 */
#ifndef SCRIPT_MANUAL_H
#define SCRIPT_MANUAL_H

#include "base/error.h"

/* The declarations as source in C: rows of the structs in command/lua_words.h. Returns a new
 * string, or NULL with an error if the library cannot be loaded. */
char *script_manual(struct error *error);

#endif
