/* SPDX-License-Identifier: MIT
 *
 * Landlock, which the kernel enforces in addition to the system call filter. It judges what a call
 * would do, whichever call that is.
 */
#ifndef WORKER_LANDLOCK_H
#define WORKER_LANDLOCK_H

#include <stdint.h>

/* The kernel's version of Landlock, from 1; 0 if it has none, with the errno in `number`. */
int landlock_version(int *number);

/* For this thread and all that it starts later, for good, as far as the kernel's version goes: no
 * file, folder or device can be opened, made, changed or run; no TCP port bound or connected; no
 * process outside signalled; no abstract socket outside reached. Open descriptors stay open.
 * Returns 0 or an errno. PR_SET_NO_NEW_PRIVS must be set first. */
int landlock_close(void);

#endif
