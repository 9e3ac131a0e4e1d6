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
    bool asked;             /* --time-format says the form */
    size_t given;           /* sampled cells that are not missing */
    size_t plausible;       /* those that are plausible times of these forms */
    size_t
        fitting; /* those that are times: plausible ones, or any if --time-format says the form */
};

/* The form of --time-format, or that of most sampled cells. Fails if --time-format is none. */
bool time_column_guess(const struct source_table *table, size_t field, struct time_guess *guess,
                       struct error *error);
/* Whether so many cells fit that the others are errors. */
bool time_guess_holds(const struct time_guess *guess);
/* The first sampled row whose cell is not missing and does not fit, or SIZE_MAX. */
size_t time_guess_first_odd(const struct time_guess *guess, const struct source_table *table,
                            size_t field);

#endif
