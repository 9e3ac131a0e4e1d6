/* SPDX-License-Identifier: MIT
 *
 * Rows of a task in the order of their predictions.
 */
#ifndef EVALUATE_RANKED_ROWS_H
#define EVALUATE_RANKED_ROWS_H

#include <stddef.h>

enum { USUAL_ROWS = 64 }; /* longer lists are allocated */

struct ranked_row {
    double score, gain;
};

/* Sorts by score, highest first. */
void ranked_rows_sort(struct ranked_row *rows, size_t count);

#endif
