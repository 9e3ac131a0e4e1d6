/* SPDX-License-Identifier: MIT
 *
 * The text of an input in any encoding, as UTF-8.
 */
#ifndef IMPORT_DECODED_H
#define IMPORT_DECODED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "encodings.h"
#include "input.h"

struct decoded;

/* `input` is borrowed and rewound. NULL on failure: this system may lack a converter. */
struct decoded *decoded_new(struct input *input, enum encoding encoding, struct error *error);
void decoded_free(struct decoded *decoded); /* accepts NULL */

/* Writes at most `room` bytes of UTF-8; `size` is 0 at the end. A byte order mark at the beginning
 * is left out. Bytes that are no text in the encoding, and NUL characters, are refused by line and
 * by their position in the file, from 0. */
bool decoded_read(struct decoded *decoded, char *text, size_t room, size_t *size,
                  struct error *error);
bool decoded_rewind(struct decoded *decoded, struct error *error);

#endif
