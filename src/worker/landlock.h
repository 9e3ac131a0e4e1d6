/* SPDX-License-Identifier: MIT
 *
 * Landlock, which the kernel holds beside the filter of system calls: it judges what a call would
 * do, whichever call that is.
 */
#ifndef WORKER_LANDLOCK_H
#define WORKER_LANDLOCK_H

#include <stdint.h>

/* The version of Landlock that the kernel knows, from 1; 0 if it has none, with why in `number`
 * (of errno). */
int landlock_version(int *number);

/* For this thread and all that it starts afterwards, for good: no file, folder or device can be
 * opened, made, changed or run, nothing bound or connected by TCP, no process outside signalled and
 * no abstract socket outside reached, as far as the kernel's version goes. What is open stays open.
 * Returns 0 or why not, a number of errno. PR_SET_NO_NEW_PRIVS comes first. */
int landlock_close(void);

#endif
