/* SPDX-License-Identifier: MIT
 *
 * The wording of tables, columns and values of a data set, the same on paper and on the screen.
 */
#ifndef REPORT_DATASET_WORDS_H
#define REPORT_DATASET_WORDS_H

#include "report/figures.h"
#include "store/grid_store.h"

/* Whether the set was made of others, by a filter, a sample or a merge. */
bool dataset_is_derived(const struct dataset_summary *summary);
bool dataset_has_table(const struct dataset_summary *summary, enum dataset_table table);

/* Whether the column's numbers are seconds since 1970. */
bool column_is_time(const struct grid_column *column);
/* "text", "whole number", "number", "time" */
const char *column_words(const struct grid_column *column);
/* A number, or a date and time; "-" for NaN. */
char *value_words(const struct grid_column *column, double value, char text[FIGURE_TEXT]);
/* "1 to 5", "1997-09-20 to 1998-04-22"; "4" if both ends are 4. */
char *range_words(const struct grid_column *column, double low, double high,
                  char text[FIGURE_TEXT]);

#endif
