/* SPDX-License-Identifier: MIT
 *
 * The bytes of a file to be imported, wherever it lies: a file; a file packed by gzip, bzip2, xz or
 * zstd; a file in a ZIP, 7-Zip or tar archive, packed or not. What it is follows from its bytes,
 * not from its name. Packed bytes are unpacked once, by a process of their own (unpack.h), into a
 * nameless temporary file, because files are read more than once.
 *
 * A path goes on inside of an archive as if that were a folder: "ml.zip/ml/ratings.csv". The name
 * of an archive alone means its only file.
 */
#ifndef IMPORT_INPUT_H
#define IMPORT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "magic.h"

struct input;

/* `path` is borrowed. `cancelled` is asked from time to time while a file is unpacked; may be NULL.
 * NULL on failure. */
struct input *input_open(const char *path, bool (*cancelled)(void *context), void *context,
                         struct error *error);
void input_free(struct input *input); /* accepts NULL */

/* Reads at most `room` bytes; `size` is 0 at the end. */
bool input_read(struct input *input, void *bytes, size_t room, size_t *size, struct error *error);
/* Reads again from the beginning. */
bool input_rewind(struct input *input, struct error *error);

const char *input_path(const struct input *input); /* as it was given */
/* The last part of the path, or the name of the archive's only file, without the ending of a
 * packing: "ratings.csv" for "ml/ratings.csv.gz". */
const char *input_name(const struct input *input);
uint64_t input_size(const struct input *input); /* in bytes, unpacked, when it was opened */
uint64_t input_at(const struct input *input);   /* how many bytes are read since the beginning */
/* What it was unpacked from; PACKING_NONE for a plain file. */
enum packing input_packing(const struct input *input);

#endif
