/* SPDX-License-Identifier: MIT
 *
 * Writes one JSON text to an output. Numbers have the fewest digits that read back as the same
 * double. NaN and infinities, which JSON lacks, become null. The key is NULL for elements of an
 * array and for the outermost value.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "report/output.h"

struct json;

struct json *json_new(struct output *output);
/* Writes one text on each line. json_end_line ends each of them, also the last. */
struct json *json_new_lines(struct output *output);
void json_end_line(struct json *json);
/* Ends the text with a newline. Everything that was opened must be closed. */
void json_finish(struct json *json);

void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);

void json_text(struct json *json, const char *key, const char *text); /* NULL becomes null */
void json_number(struct json *json, const char *key, double value);
void json_integer(struct json *json, const char *key, int64_t value);
/* The digits of a number, as JSON has them. */
void json_digits(struct json *json, const char *key, const char *digits);
void json_boolean(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
/* Seconds since 1970 as "2026-11-24T03:16:00Z"; INT64_MIN becomes null. */
void json_moment(struct json *json, const char *key, int64_t time);

#endif
