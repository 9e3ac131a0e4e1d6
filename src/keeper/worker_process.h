/* SPDX-License-Identifier: MIT
 *
 * A thaw-worker as a process: three pipes, next to no environment, and an end together with the
 * keeper's.
 */
#ifndef KEEPER_WORKER_PROCESS_H
#define KEEPER_WORKER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct worker_process {
    pid_t id;                 /* 0: none */
    int to, from, complaints; /* its standard input, output and error; none blocks */
    size_t complained;        /* bytes of complaints passed on */
    uint64_t memory;          /* bytes it may take outside of Lua; 0: all */
};

struct worker_process_options {
    uint32_t threads;
    uint32_t seconds; /* of computing in all threads together, after which it is ended; 0: never */
    uint64_t memory;  /* as above */
    bool precise;     /* the one that computes in double precision */
};
bool worker_process_start(struct worker_process *process,
                          const struct worker_process_options *options, struct error *error);

/* Lowers the limit on its addresses to what a data set of so many bytes needs. */
void worker_process_expect_data(const struct worker_process *process, uint64_t bytes);

/* Passes complaints on to the keeper's own standard error, up to a limit; the rest is dropped.
 * False once the worker has closed it. */
bool worker_process_pass_complaints(struct worker_process *process);

/* Kills it where it still lives, waits for it, closes the pipes. Writes how it ended, "was ended by
 * signal 11 (Segmentation fault)" or "ended with status 1", into `how` if that is not NULL. One
 * that has closed its pipe is given a moment to end by itself first, so that a kill by somebody
 * else is known as one. */
void worker_process_end(struct worker_process *process, bool kill_it, char *how, size_t size);

#endif
