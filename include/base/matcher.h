/* SPDX-License-Identifier: MIT
 *
 * What a person searches for: a text, or a POSIX extended regular expression behind "~". Case is
 * ignored. The work on a text is bounded. Expressions with references to groups or with large
 * counts are refused, because they can take any time and memory. Only the first MATCHER_LONGEST
 * bytes of a text are searched.
 *
 * One thread at a time may use a matcher.
 */
#ifndef BASE_MATCHER_H
#define BASE_MATCHER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { MATCHER_LONGEST = 1 << 16, MATCHER_PATTERN_MOST = 256 };

struct matcher;

/* `sought` is a text, or "~" and an expression. NULL with an error (ERROR_USAGE). */
struct matcher *matcher_new(const char *sought, struct error *error);
/* The same for an expression without "~". */
struct matcher *matcher_new_pattern(const char *pattern, struct error *error);
/* The same for a text that may begin with "~". */
struct matcher *matcher_new_text(const char *text);
void matcher_free(struct matcher *matcher); /* accepts NULL */
/* Whether the text, which is NUL-terminated, holds what is sought. */
bool matcher_finds(struct matcher *matcher, const char *text);

#endif
