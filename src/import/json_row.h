/* SPDX-License-Identifier: MIT
 *
 * The values of one JSON object, or list, by the paths of their keys: {"a": {"b": [1, 2]}} has at
 * the path "a.b" the value "1|2".
 */
#ifndef IMPORT_JSON_ROW_H
#define IMPORT_JSON_ROW_H

#include <stdbool.h>
#include <stddef.h>

struct json_row;

/* Rows are objects, or lists. A list has the paths "1", "2" ... */
struct json_row *json_row_new(bool lists);
void json_row_free(struct json_row *row); /* accepts NULL */

/* Replaces the values by those of `text`. Returns NULL, or what is wrong with the text; the message
 * is valid until the next call. New paths become known. */
const char *json_row_read(struct json_row *row, const char *text, size_t length);
/* The byte of the text at which it is wrong. */
size_t json_row_fault_at(const struct json_row *row);

/* Whether keys were left out because inner objects have too many different ones. */
bool json_row_leaves_out(const struct json_row *row);
/* How many values the row has that was read last, if rows are lists. */
size_t json_row_width(const struct json_row *row);
/* How many paths have had a value so far. They are ordered by their first value. */
size_t json_row_count(const struct json_row *row);
const char *json_row_path(const struct json_row *row, size_t number);
/* The values of the first `count` paths. The length is 0 if the object has none. `lists` as in
 * struct record. */
void json_row_fields(struct json_row *row, size_t count, const char **fields, size_t *lengths,
                     bool *lists);

#endif
