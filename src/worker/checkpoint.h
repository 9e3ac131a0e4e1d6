/* SPDX-License-Identifier: MIT
 *
 * Everything that a run needs to continue with identical bits: its step, what its recommender
 * saves, and the sums behind the next point of its curve.
 */
#ifndef WORKER_CHECKPOINT_H
#define WORKER_CHECKPOINT_H

#include "base/bytes.h"
#include "trainer.h"

void checkpoint_write(const struct trainer *trainer, struct bytes *bytes);
/* The last checkpoint of a finished run. It is for predicting, so it leaves out what only training
 * needs. */
void checkpoint_write_final(const struct trainer *trainer, struct bytes *bytes);

/* Restores a prepared trainer from the bytes. False if they belong to another run. */
bool checkpoint_load(struct trainer *trainer, const void *bytes, size_t size, struct error *error);

#endif
