/* SPDX-License-Identifier: MIT
 *
 * The whole life of a worker: it speaks with the keeper on descriptors 0 and 1 (wire/message.h),
 * computes on its own threads, and touches nothing else of the machine.
 */
#ifndef WORKER_SESSION_H
#define WORKER_SESSION_H

#include <stdint.h>

struct worker_options {
    uint32_t threads;
    double checkpoint_seconds; /* least between two checkpoints of a run */
    uint32_t seconds;          /* computing time after which the process is ended; 0: no limit */
    uint64_t memory;           /* bytes it may take outside of Lua; 0: all there are */
};
/* One thread, a second, all the memory. */
struct worker_options worker_options_default(void);

/* Returns the exit status when everything was said, and ends the process at once where the keeper
 * is gone. To be called with one thread running, before anything else was opened. */
int worker_serve(const struct worker_options *options);

#endif
