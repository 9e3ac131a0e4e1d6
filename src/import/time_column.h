/* SPDX-License-Identifier: MIT
 *
 * The times of a column: how they are written, which the sampled cells say, and reading them.
 *
 * Which of "03/04/2023" is the day is open until a row tells, in the whole file: a row with
 * "25/12/2023" decides for all that came before it. A row that says the opposite is refused, also
 * where bad rows are left out, because the order of all others is in doubt then.
 */
#ifndef IMPORT_TIME_COLUMN_H
#define IMPORT_TIME_COLUMN_H

#include "source_table.h"

struct time_guess {
    struct time_form form;
    struct time_form rival; /* the same with day and month exchanged; TIME_ANY if there is none */
    size_t given, fitting;  /* sampled cells: those that are not missing; those that are times */
};

/* The form that most sampled cells have. */
struct time_guess time_column_guess(const struct source_table *table, size_t field);
/* Whether so many cells fit that the others are errors. */
bool time_guess_holds(const struct time_guess *guess);
/* How many sampled cells are plausible times of this form. */
size_t time_column_fitting(const struct source_table *table, size_t field,
                           const struct time_form *form);

/* Reads a cell. The first pass settles the order of day and month, and counts. A cell that is no
 * time is an error of its row (INPUT); one that contradicts the order of others is an error of the
 * import (USAGE). Both name the options that help. */
bool time_column_read(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error);

#endif
