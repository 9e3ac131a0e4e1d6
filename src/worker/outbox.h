/* SPDX-License-Identifier: MIT
 *
 * Messages on their way to the keeper. Any thread may write them here. Only the main thread does
 * the input and output of the process; it is woken when there is something to send. If the pool
 * produces faster than the keeper reads, the pool waits.
 */
#ifndef WORKER_OUTBOX_H
#define WORKER_OUTBOX_H

#include <stdbool.h>

#include "base/error.h"
#include "wire/frame.h"

struct outbox;

/* Opens the descriptor that outbox_wake_descriptor returns, so call it before the jail is
 * closed. */
struct outbox *outbox_new(void);
void outbox_free(struct outbox *outbox); /* accepts NULL */

/* Returns the output to write whole messages to; no other thread can write until outbox_close.
 * Waits while too much is queued. So it must not be called by the main thread, nor with a lock that
 * the main thread takes. */
struct frame_output *outbox_open(struct outbox *outbox);
/* Like outbox_open, but does not wait for room. */
struct frame_output *outbox_open_now(struct outbox *outbox);
void outbox_close(struct outbox *outbox);
/* Closes the outbox for good: nothing can follow what was written. A thread that opens it now waits
 * until the process ends. */
void outbox_seal(struct outbox *outbox);

/* -- for the main thread ----------------------------------------------------------------------- */

/* Readable from the time something is written or outbox_wake is called until outbox_flush. */
int outbox_wake_descriptor(const struct outbox *outbox);
void outbox_wake(struct outbox *outbox);

/* Writes as much as `descriptor` accepts. Sets `left` if there is more. */
bool outbox_flush(struct outbox *outbox, int descriptor, bool *left, struct error *error);

#endif
