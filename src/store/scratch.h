/* SPDX-License-Identifier: MIT
 *
 * A temporary file without a name that is written from front to back and read anywhere.
 */
#ifndef STORE_SCRATCH_H
#define STORE_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { SCRATCH_BLOCK = 1 << 16 };

struct scratch {
    int descriptor;
    unsigned char *block; /* owned; not yet written */
    size_t used;
    int64_t size; /* with what is not yet written */
};

bool scratch_open(struct scratch *scratch, struct error *error);
bool scratch_add(struct scratch *scratch, const void *data, size_t size, struct error *error);
bool scratch_flush(struct scratch *scratch, struct error *error);
/* Reads what was flushed; returns how many bytes there are. */
size_t scratch_read(const struct scratch *scratch, int64_t from, void *data, size_t size);
void scratch_close(struct scratch *scratch);

#endif
