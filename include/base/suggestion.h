/* SPDX-License-Identifier: MIT */
#ifndef BASE_SUGGESTION_H
#define BASE_SUGGESTION_H

#include <stddef.h>

enum { SUGGESTION_LONGEST = 32 }; /* bytes of a name whose edits are counted */

/* The name in `names` that `typed` is probably meant to be: the first of those that take the fewest
 * insertions, deletions, replacements and swaps of neighbours, or that begin with it. Returns NULL
 * if none is similar enough. */
const char *suggest(const char *typed, const char *const *names, size_t count);

#endif
