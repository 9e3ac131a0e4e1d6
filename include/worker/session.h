/* SPDX-License-Identifier: MIT
 *
 * The whole life of a worker. It exchanges messages with the keeper on descriptors 0 and 1
 * (wire/message.h), computes on its own threads, and uses nothing else of the machine.
 */
#ifndef WORKER_SESSION_H
#define WORKER_SESSION_H

#include <stdint.h>

struct worker_options {
    uint32_t threads;
    double checkpoint_seconds; /* minimum time between two checkpoints of a run */
    uint32_t seconds;          /* computing time after which the process is ended; 0 for no limit */
    uint64_t memory;           /* bytes allowed outside Lua; 0 for all there are */
};
/* One thread, one second between checkpoints, all the memory. */
struct worker_options worker_options_default(void);

/* Returns the exit status after the last message. Ends the process at once if the keeper is gone.
 * Called while only one thread runs and before anything else is opened. */
int worker_serve(const struct worker_options *options);

#endif
