/* SPDX-License-Identifier: MIT
 *
 * Finds in the source of a script the words that thaw declares (command/lua_words.h): names such as
 * map.bucket and support:target, and options in the table of a constructor.
 */
#ifndef SCREEN_SCRIPT_WORDS_H
#define SCREEN_SCRIPT_WORDS_H

#include <stddef.h>

struct script_word {
    int line;             /* from 0 */
    size_t start, length; /* bytes in the line */
    const char *name;     /* what `thaw help` explains; of a declaration */
};

/* The words of all lines, outside of comments and texts, in order. The caller frees the array. */
struct script_word *script_words(char *const *lines, int line_count, size_t *count);

#endif
