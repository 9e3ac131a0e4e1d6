/* SPDX-License-Identifier: MIT
 *
 * Judges whether a column whose name is not that of a rating may be one.
 */
#ifndef IMPORT_RATING_GUESS_H
#define IMPORT_RATING_GUESS_H

#include "source_table.h"

/* Whether all given cells of the sample are numbers, or words for true and false, and the name is
 * not that of an id. */
bool rating_is_possible(const struct source_table *table, size_t field,
                        const struct column_facts *facts);
/* What speaks against a possible column, as a clause: its name or its values are those of something
 * else, such as "latitude" or years. NULL if nothing does. */
const char *rating_doubt(const struct source_table *table, size_t field,
                         const struct column_facts *facts);
/* The same of its values alone. */
const char *rating_value_doubt(const struct source_table *table, size_t field,
                               const struct column_facts *facts);
/* Whether a column of texts is named like an opinion and holds a few words, which no rule turns
 * into numbers. Lists the words. */
bool rating_is_worded(const struct source_table *table, size_t field, char *words, size_t size);

#endif
