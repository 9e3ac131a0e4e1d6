/* SPDX-License-Identifier: MIT */
#ifndef WORKER_SYSCALL_FILTER_H
#define WORKER_SYSCALL_FILTER_H

/* For all threads and for good: allows only the system calls that computing, memory, locks and
 * pipes need. Any other call fails with EPERM; one that only an attack would make ends the process.
 * Returns 0 or an errno. PR_SET_NO_NEW_PRIVS must be set first. */
int syscall_filter_close(void);

#endif
