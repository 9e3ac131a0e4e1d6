/* SPDX-License-Identifier: MIT
 *
 * Takes away from this process everything that it does not need for computing: files, sockets,
 * processes, the environment. So a hostile script that breaks out of Lua can still not leave the
 * process.
 *
 * If the system refuses a layer, the other layers are still closed, and `confined` says which one
 * was refused and why. The caller zeroes `confined`. A build with sanitizers silently leaves out
 * the layers that sanitizers cannot run in: the system call filter and Landlock (their reports need
 * files and code), the limit on processes (the leak checker starts one), and the limit on addresses
 * (they reserve terabytes).
 */
#ifndef WORKER_JAIL_H
#define WORKER_JAIL_H

#include <stdint.h>

#include "wire/confinement.h"

/* Called before any thread exists, because threads inherit it. The process will die with its
 * parent. Closes all descriptors except 0, 1 and 2, empties the environment except OPENBLAS_*,
 * forbids new privileges, and cuts off files (worker/landlock.h). */
void jail_prepare(struct message_confined *confined);

/* Called once all threads and descriptors exist; for all threads and for good. Forbids new
 * descriptors, sockets, processes, threads and executable memory. Ends the process after `seconds`
 * of computing in all its threads together; 0 sets no such limit. */
void jail_close(uint32_t seconds, struct message_confined *confined);

#endif
