/* SPDX-License-Identifier: MIT
 *
 * Suggests the nearest name by edit distance, if it is near enough.
 */
#include "config.h"

#include "base/suggestion.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = SUGGESTION_LONGEST };

static size_t least_of(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* The optimal string alignment distance: insertions, deletions, replacements and swaps of
 * neighbours. */
static size_t distance(const char *from, const char *to)
{
    size_t rows = strlen(from), columns = strlen(to);
    size_t edits[LONGEST + 1][LONGEST + 1];
    if (rows > LONGEST || columns > LONGEST)
        return LONGEST;
    for (size_t i = 0; i <= rows; i++)
        edits[i][0] = i;
    for (size_t j = 0; j <= columns; j++)
        edits[0][j] = j;
    for (size_t i = 1; i <= rows; i++)
        for (size_t j = 1; j <= columns; j++) {
            size_t replaced = edits[i - 1][j - 1] + (from[i - 1] != to[j - 1]);
            edits[i][j] = least_of(edits[i - 1][j] + 1, edits[i][j - 1] + 1, replaced);
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] &&
                edits[i - 2][j - 2] + 1 < edits[i][j])
                edits[i][j] = edits[i - 2][j - 2] + 1;
        }
    return edits[rows][columns];
}

const char *suggest(const char *typed, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t length = strlen(typed), nearest = length / 3 + 2;
    for (size_t i = 0; i < count; i++) {
        bool begins = length >= 2 && strncmp(names[i], typed, length) == 0;
        size_t edits = begins ? 1 : distance(typed, names[i]);
        if (edits < nearest && edits < length) {
            nearest = edits;
            best = names[i];
        }
    }
    return best;
}
