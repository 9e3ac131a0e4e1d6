/* SPDX-License-Identifier: MIT
 *
 * How much memory a worker may take: three quarters of the memory that is free when it starts, less
 * what running workers were promised and have not taken yet. Free is what the kernel calls
 * available, but at most what is left under the limits of each control group (version 2) of the
 * keeper.
 */
#ifndef KEEPER_MEMORY_SHARE_H
#define KEEPER_MEMORY_SHARE_H

#include <stdint.h>
#include <sys/types.h>

enum { MEMORY_LEAST = 64000000 }; /* bytes that every worker may take */

/* Free bytes; 0 if unknown. `root` is prepended to /proc and /sys: "" except in tests. */
uint64_t memory_free(const char *root);
/* Resident bytes of a process; 0 if it is gone. */
uint64_t memory_resident(pid_t process);
/* The share of a worker that starts now; at least MEMORY_LEAST. */
uint64_t memory_share(uint64_t is_free, uint64_t promised);

#endif
