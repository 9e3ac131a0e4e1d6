/* SPDX-License-Identifier: MIT
 *
 * A data set in the form that is sent to a worker. It is read from the database and hashed once,
 * and kept while executions are queued.
 */
#ifndef KEEPER_PACKED_DATA_H
#define KEEPER_PACKED_DATA_H

#include <stdbool.h>

#include "base/digest.h"
#include "job_limits.h"
#include "store/store.h"
#include "wire/frame.h"

struct packed_data {
    char name[64]; /* "" if there is none */
    char digest[DIGEST_TEXT];
    struct data_size size;
    struct frame_output frame; /* a DATA frame */
};

/* Reads the data set of that name, in the spelling of the workbench, unless it is already loaded;
 * with `most` other than 0, a sample of about so many ratings. */
bool packed_data_load(struct packed_data *data, struct store *store, const char *name,
                      uint32_t most, struct error *error);
void packed_data_release(struct packed_data *data); /* leaves it empty */

#endif
