/* SPDX-License-Identifier: MIT
 *
 * Reads dictionaries, lists and tuples as Python prints them: 'text' and u'text', True, False,
 * None.
 */
#ifndef IMPORT_PYTHON_LITERAL_H
#define IMPORT_PYTHON_LITERAL_H

#include <stddef.h>

#include "base/bytes.h"

/* Appends the same value as JSON to `json`. Everything except strings and these words is copied.
 * Stops as soon as `most` bytes are written. Returns how many bytes of `text` were read. If that is
 * not all of it, `fault` says what is wrong with the next byte, or is NULL. `text` is UTF-8. */
size_t python_to_json(const char *text, size_t length, size_t most, struct bytes *json,
                      const char **fault);

#endif
