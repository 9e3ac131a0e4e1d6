/* SPDX-License-Identifier: MIT
 *
 * The words of a typed line. Spaces separate words; "...", '...' and \ keep spaces. A leading
 * "thaw" or ":" is left out.
 */
#ifndef COMMAND_TYPED_LINE_H
#define COMMAND_TYPED_LINE_H

#include <stdbool.h>

#include "base/error.h"

struct typed_line {
    const char *const *words; /* within `all` */
    int count;
    const char **all; /* owned, as is `text` */
    char *text;
};

/* Fails if a quote is not closed. Release the line also after a failure. */
bool typed_line_split(struct typed_line *typed, const char *line, struct error *error);
void typed_line_release(struct typed_line *typed);

#endif
