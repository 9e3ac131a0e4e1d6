/* SPDX-License-Identifier: MIT
 *
 * A thaw-worker as a process. It has three pipes and almost no environment, and it ends when the
 * keeper ends.
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
    uint64_t memory;          /* bytes it may take outside of Lua; 0: no limit */
};

struct worker_process_options {
    uint32_t threads;
    uint32_t seconds; /* CPU seconds of all threads, after which it is killed; 0: no limit */
    uint64_t memory;  /* as in struct worker_process */
    bool precise;     /* use the worker with double precision */
};
bool worker_process_start(struct worker_process *process,
                          const struct worker_process_options *options, struct error *error);

/* Lowers the limit on its address space to what a data set of `bytes` bytes needs. */
void worker_process_expect_data(const struct worker_process *process, uint64_t bytes);

/* Passes complaints on to the keeper's own standard error, up to a limit; the rest is dropped.
 * False once the worker has closed its standard error. */
bool worker_process_pass_complaints(struct worker_process *process);

/* Kills it if `kill_it` is set and it is still alive, waits for it, and closes the pipes. Writes
 * how it ended into `how` unless that is NULL: "was ended by signal 11 (Segmentation fault)" or
 * "ended with status 1". A worker that has closed its pipe first gets a moment to exit by itself,
 * so that a kill by another process is recognised as one. */
void worker_process_end(struct worker_process *process, bool kill_it, char *how, size_t size);

/* Seconds that all its threads have computed so far; 0 if that is unknown. */
double worker_process_computed(const struct worker_process *worker);

#endif
