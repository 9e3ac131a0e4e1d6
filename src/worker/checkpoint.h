/* SPDX-License-Identifier: MIT
 *
 * All that a run needs to go on with the same bits: its step, what its recommender saves, and the
 * sums behind the next point of its curve.
 */
#ifndef WORKER_CHECKPOINT_H
#define WORKER_CHECKPOINT_H

#include "base/bytes.h"
#include "trainer.h"

void checkpoint_write(const struct trainer *trainer, struct bytes *bytes);
/* The last checkpoint of a run that is done, without what only learning needs: it predicts. */
void checkpoint_write_final(const struct trainer *trainer, struct bytes *bytes);

/* Puts a trainer that was prepared where the bytes left it. False if they are not of its run. */
bool checkpoint_load(struct trainer *trainer, const void *bytes, size_t size, struct error *error);

#endif
