/* SPDX-License-Identifier: MIT
 *
 * The names of the fields of a file.
 */
#ifndef IMPORT_FIELD_NAMES_H
#define IMPORT_FIELD_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "row_sample.h"

struct field_names {
    char **names;
    bool *numbers; /* the file says that the column holds numbers, as RecBole's ":float" */
    size_t count;
};

void field_names_release(struct field_names *names); /* accepts NULL */
/* Names from a list with commas between them, from a row of the sample, and "column_1", "column_2"
 * ... */
struct field_names field_names_of_list(const char *list);
struct field_names field_names_of_row(const struct row_sample *sample, size_t row);
struct field_names field_names_numbered(size_t count);

/* Whether the user gives a column by its number from 1; sets its field, from 0. */
bool field_name_is_number(const char *column, size_t *field);
/* The field that the user means: by its name, or by its number from 1. SIZE_MAX if there is none.
 */
size_t field_names_find(const struct field_names *names, const char *column);
/* A text that means the field, a new string: its name, or its number if another field has that name
 * or it is hard to type. NULL if neither means it. */
char *field_names_word(const struct field_names *names, size_t field);

#endif
