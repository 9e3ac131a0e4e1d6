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

/* Replaces the values by those of `text`. Returns NULL, or what is wrong with the text and at which
 * column; the message is valid until the next call. New paths become known. */
const char *json_row_read(struct json_row *row, const char *text, size_t length);

/* Whether keys were left out because inner objects have too many different ones. */
bool json_row_leaves_out(const struct json_row *row);
/* How many paths have had a value so far. They are ordered by their first value. */
size_t json_row_count(const struct json_row *row);
const char *json_row_path(const struct json_row *row, size_t number);
/* The values of the first `count` paths. The length is 0 if the object has none. */
void json_row_fields(struct json_row *row, size_t count, const char **fields, size_t *lengths);

#endif
