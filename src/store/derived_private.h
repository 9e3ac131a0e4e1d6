/* SPDX-License-Identifier: MIT
 *
 * What the files that count tables share.
 */
#ifndef STORE_DERIVED_PRIVATE_H
#define STORE_DERIVED_PRIVATE_H

#include "store/derived.h"
#include "store/tally.h"

/* Adds a column, whose name is copied and made different from those before it, and whose SQL is
 * taken over. */
void derived_add(struct derived *derived, const char *name, struct grid_column column);
/* Adds a column of the counts in cell `cell` of each row, as parts of `whole`; 0 counts as 1. */
void derived_add_parts(struct derived *derived, const char *name, enum grid_look look, size_t cell,
                       int64_t whole);
/* Makes the file for the cells of all columns without SQL, and `extra` cells that no column shows.
 */
bool derived_open(struct derived *derived, size_t extra, struct error *error);
/* Finishes after counting: releases everything if `good` is false. */
bool derived_close(struct derived *derived, bool good, struct error *error);

struct row_cell derived_integer(int64_t value);
struct row_cell derived_real(double value); /* NaN is missing */
struct row_cell derived_text(const char *text);

/* Values of a column in a view: how many there are, and the smallest and largest of numbers. */
struct column_extent {
    int64_t rows, values;
    double low, high; /* NaN if there is no number */
};
bool derived_extent(const struct grid *grid, const struct derived_request *request, size_t column,
                    struct column_extent *extent, struct error *error);
/* Fails with a sentence that helps if the column does not hold numbers. */
bool derived_needs_number(const struct grid *grid, size_t column, struct error *error);
double derived_number(const struct row_cell *cell); /* NaN if it is no number */

#endif
