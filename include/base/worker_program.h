/* SPDX-License-Identifier: MIT
 *
 * Starts the worker program, thaw-worker, which runs Lua behind its own walls. It has three pipes
 * and almost no environment, and it ends when its parent ends.
 */
#ifndef BASE_WORKER_PROGRAM_H
#define BASE_WORKER_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct worker_program {
    pid_t id;
    int to, from, complaints; /* its standard input, output and error; none blocks */
};

/* Starts $THAW_WORKER, else the program beside this one, else the installed one; `precise` is the
 * one with double precision. `arguments` follow the name of the program and end in NULL. Fails with
 * ERROR_STORE. The caller waits for the process and closes the pipes. */
bool worker_program_start(struct worker_program *program, bool precise,
                          const char *const *arguments, struct error *error);

#endif
