/* SPDX-License-Identifier: MIT
 *
 * Finds out from the sample how the times of a column are written.
 */
#ifndef IMPORT_TIME_COLUMN_H
#define IMPORT_TIME_COLUMN_H

#include "source_table.h"

struct time_guess {
    struct time_form form;
    struct time_form rival; /* the same with day and month exchanged; TIME_ANY if there is none */
    size_t given, fitting;  /* sampled cells: those that are not missing; those that are times */
};

/* The first sampled row whose cell is not missing and is no plausible time of these forms, or
 * SIZE_MAX. */
size_t time_guess_first_odd(const struct time_guess *guess, const struct source_table *table,
                            size_t field);

/* The form that most sampled cells have. */
struct time_guess time_column_guess(const struct source_table *table, size_t field);
/* Whether so many cells fit that the others are errors. */
bool time_guess_holds(const struct time_guess *guess);
/* How many sampled cells are plausible times of this form. */
size_t time_column_fitting(const struct source_table *table, size_t field,
                           const struct time_form *form);

#endif
