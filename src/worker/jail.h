/* SPDX-License-Identifier: MIT
 *
 * Takes from this process all that it does not need to compute: files, sockets, processes, the
 * environment. What a hostile script makes of the Lua library it runs in stays inside.
 *
 * If the system refuses a layer of it, the others are closed, and `confined` says which and why;
 * the caller zeroes it. A build with sanitizers leaves out what these need for themselves, and says
 * nothing of it: files and code for their reports (the filter of system calls, Landlock), a process
 * that looks for leaks, and terabytes of addresses.
 */
#ifndef WORKER_JAIL_H
#define WORKER_JAIL_H

#include <stdint.h>

#include "wire/confinement.h"

/* Before any thread, which inherits it: dies with its parent, closes all descriptors but 0, 1 and
 * 2, empties the environment but for OPENBLAS_*, gains no privileges, and reaches no file any more
 * (worker/landlock.h). */
void jail_prepare(struct message_confined *confined);

/* Once all threads and descriptors are there, for all threads at once and for good: no new
 * descriptor, socket, process, thread or executable memory, and a process that computes for
 * `seconds` in all its threads together is ended; 0 sets no such limit. */
void jail_close(uint32_t seconds, struct message_confined *confined);

#endif
