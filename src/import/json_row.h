/* SPDX-License-Identifier: MIT
 *
 * The values of one JSON object by the paths of their keys: {"a": {"b": [1, 2]}} has at the path
 * "a.b" the value "1|2".
 */
#ifndef IMPORT_JSON_ROW_H
#define IMPORT_JSON_ROW_H

#include <stdbool.h>
#include <stddef.h>

struct json_row;

struct json_row *json_row_new(void);
void json_row_free(struct json_row *row); /* accepts NULL */

/* Takes the place of the values that were there. NULL, or what is wrong with the text, with the
 * column where it is wrong; valid until the next call. Paths that are met for the first time become
 * known. */
const char *json_row_read(struct json_row *row, const char *text, size_t length);

/* Whether keys were left out because there are too many within objects. */
bool json_row_leaves_out(const struct json_row *row);
/* Paths that have had a value so far, in the order of their first one. */
size_t json_row_count(const struct json_row *row);
const char *json_row_path(const struct json_row *row, size_t number);
/* The values of the first `count` paths; of length 0 if the object has none. */
void json_row_fields(struct json_row *row, size_t count, const char **fields, size_t *lengths);

#endif
