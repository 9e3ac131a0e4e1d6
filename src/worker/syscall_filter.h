/* SPDX-License-Identifier: MIT */
#ifndef WORKER_SYSCALL_FILTER_H
#define WORKER_SYSCALL_FILTER_H

/* For all threads at once and for good: no system call but those that computing, memory, locks and
 * pipes need. Another one fails with EPERM; one that only an attack would make ends the process.
 * Returns 0 or why not, a number of errno. PR_SET_NO_NEW_PRIVS comes first. */
int syscall_filter_close(void);

#endif
