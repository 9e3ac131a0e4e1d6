/* SPDX-License-Identifier: MIT
 *
 * Dictionaries as Python prints them: 'text' and u'text', True, False, None.
 */
#ifndef IMPORT_PYTHON_LITERAL_H
#define IMPORT_PYTHON_LITERAL_H

#include <stddef.h>

#include "base/bytes.h"

/* Puts the JSON of the same value behind `json`; what is neither text nor such a word stays as it
 * is. Stops as soon as `most` bytes were put. Returns the bytes read; where they are not all,
 * `fault` says what is wrong with the next one, or is NULL. `text` is UTF-8. */
size_t python_to_json(const char *text, size_t length, size_t most, struct bytes *json,
                      const char **fault);

#endif
