/* SPDX-License-Identifier: MIT
 *
 * All that a run needs to go on with the same bits: its step, what its recommender saves, and the
 * sums behind the next point of its curve.
 */
#ifndef WORKER_CHECKPOINT_H
#define WORKER_CHECKPOINT_H

#include "campaign.h"

/* Sends the run's state to the keeper, and settles when the next one is due. */
void checkpoint_send(struct run *run);

/* The last checkpoint of a run that is done, without what only learning needs: it predicts. */
void checkpoint_write_final(const struct run *run, struct bytes *bytes);

/* Puts a run that was prepared where the bytes left it. */
bool checkpoint_load(struct run *run, const void *bytes, size_t size, struct error *error);

#endif
