/* SPDX-License-Identifier: MIT
 *
 * Takes from this process all that it does not need to compute: files, sockets, processes, the
 * environment. What a hostile script makes of the Lua library it runs in stays inside.
 */
#ifndef WORKER_JAIL_H
#define WORKER_JAIL_H

#include <stdbool.h>
#include <stddef.h>

/* Before any thread: dies with its parent, closes all descriptors but 0, 1 and 2, and empties the
 * environment but for OPENBLAS_*. */
void jail_prepare(void);

/* Once all threads and descriptors are there, for all threads at once and for good: no new
 * descriptor, file, socket, process or executable memory. A forbidden system call fails with EPERM;
 * one that only an attack would make ends the process.
 *
 * Where the system refuses a part of it, the rest is done, and `text` says what is missing: true
 * where nothing is. A build with sanitizers, which need more, leaves out the limit on memory and
 * the filter of system calls. */
bool jail_close(char *text, size_t size);

#endif
