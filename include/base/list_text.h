/* SPDX-License-Identifier: MIT
 *
 * A list of values in one text: "Action|Comedy". A "|" within a value is written "\|". Backslashes
 * are doubled where one "|" of either kind follows them, and nowhere else, so a text without "\|"
 * is read as it stands.
 */
#ifndef BASE_LIST_TEXT_H
#define BASE_LIST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "bytes.h"

/* Bytes of a value as it stands in a list. */
size_t list_text_size(const char *value, size_t length);
/* Bytes that stand between a value and the next one. */
size_t list_text_between(const char *value, size_t length);
/* Write that to `at`, which has the room, and return its end. `begin` is where the list begins that
 * ends at `at`. */
char *list_text_write(char *at, const char *value, size_t length);
char *list_text_separate(const char *begin, char *at);
/* Adds a value to the list that is all bytes from `start` on; `first` if it is the first one. */
void list_text_add(struct bytes *bytes, size_t start, bool first, const char *value, size_t length);

/* Sets `value` to the value that begins at `text`, without a NUL, and returns the "|" behind it, or
 * NULL behind the last one. */
const char *list_text_next(const char *text, const char *end, struct bytes *value);

#endif
