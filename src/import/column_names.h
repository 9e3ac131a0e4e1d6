/* SPDX-License-Identifier: MIT
 *
 * Infers the role of a column from its name.
 */
#ifndef IMPORT_COLUMN_NAMES_H
#define IMPORT_COLUMN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "data/dataset_sink.h"

/* A column whose name fits a role. */
struct column_candidate {
    size_t place;
    bool sure; /* the name alone decides: "date" or "person" may also be an ordinary attribute */
    bool part; /* only a part of the name fits, as of "created_at"; never sure */
};

/* The columns of a table of that kind whose names fit the role, the most specific first; at most
 * `count`. A part of a name is enough for a time, unless another part says that something else
 * happened then, as in "birth_date". */
size_t column_candidates(enum dataset_table part, enum column_role role, char *const *names,
                         size_t count, struct column_candidate *candidates);

/* The place of the first word of a list, with blanks between the words, that is a part of the name:
 * "created" of "created_at", "createdAt" and "CreatedAt". COLUMN_NAME_PARTS if none is. */
enum { COLUMN_NAME_PARTS = 1000 };
size_t column_name_part(const char *name, const char *words);

/* Whether a part of the name is a word for what numbers measure or date, such as "price", "year" or
 * "zip". */
bool column_name_measures(const char *name);

/* Whether the name ends with "id". */
bool column_name_ends_in_id(const char *name);

/* A copy without the blanks around it and the RecBole type behind it (":token"). Freed by the
 * caller. */
char *column_name_clean(const char *text, size_t length);

/* Whether RecBole's type behind the name is a number (":float"). */
bool column_name_says_number(const char *text, size_t length);

/* Whether two names are equal if case, blanks, "_", "-" and "." are ignored. */
bool column_names_match(const char *left, const char *right);

#endif
