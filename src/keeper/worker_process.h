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
};

/* `precise` starts the one that computes in double precision. It is ended where its threads have
 * computed for `seconds` in all; 0: never. */
bool worker_process_start(struct worker_process *process, uint32_t threads, uint32_t seconds,
                          bool precise, struct error *error);

/* Passes complaints on to the keeper's own standard error, up to a limit; the rest is dropped.
 * False once the worker has closed it. */
bool worker_process_pass_complaints(struct worker_process *process);

/* Kills it where it still lives, waits for it, closes the pipes. Writes how it ended, "was killed
 * by signal 9 (Killed)" or "ended with status 1", into `how` where that is not NULL. */
void worker_process_end(struct worker_process *process, bool kill_it, char *how, size_t size);

#endif
