/* SPDX-License-Identifier: MIT
 *
 * Messages on their way to the keeper. Any thread writes them here; the main thread alone does the
 * input and output of the process, and is woken when there is something to send. A pool that is
 * faster than the keeper waits.
 */
#ifndef WORKER_OUTBOX_H
#define WORKER_OUTBOX_H

#include <stdbool.h>

#include "base/error.h"
#include "wire/frame.h"

struct outbox;

/* Opens the descriptor that outbox_wake_descriptor returns: before the jail is closed. */
struct outbox *outbox_new(void);
void outbox_free(struct outbox *outbox); /* accepts NULL */

/* Where to write whole messages until outbox_close; nobody else can meanwhile. Waits while too much
 * is queued: not for the main thread, nor while holding a lock that it takes. */
struct frame_output *outbox_open(struct outbox *outbox);
/* The same, without waiting for room. */
struct frame_output *outbox_open_now(struct outbox *outbox);
void outbox_close(struct outbox *outbox);
/* Closes it for good: what was written is the process's last word, whoever opens it now waits until
 * the process ends. */
void outbox_seal(struct outbox *outbox);

/* -- for the main thread ----------------------------------------------------------------------- */

/* Becomes readable when something was written or outbox_wake called, until outbox_flush. */
int outbox_wake_descriptor(const struct outbox *outbox);
void outbox_wake(struct outbox *outbox);

/* Writes what `descriptor` takes. `left` says whether there is more. */
bool outbox_flush(struct outbox *outbox, int descriptor, bool *left, struct error *error);

#endif
