/* SPDX-License-Identifier: MIT
 *
 * The first lines of a file, in memory, from which its format is chosen.
 */
#ifndef IMPORT_SAMPLE_H
#define IMPORT_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"
#include "lines.h"

enum { SAMPLE_LINES = 200, SAMPLE_BYTES = 1 << 18 };

struct sample {
    struct bytes text;
    struct line *lines; /* their texts lie in `text` */
    size_t count;
    bool whole; /* these are all lines of the file */
};

/* Reads the first lines, which the caller rewinds afterwards. If the file begins with a bracket,
 * takes one piece of it, because lines of JSON may be endless; its last line may be cut off. */
bool sample_read(struct sample *sample, struct lines *lines, struct error *error);
void sample_release(struct sample *sample); /* accepts NULL */

/* The first line that is not blank, or NULL. */
const struct line *sample_first(const struct sample *sample);

#endif
