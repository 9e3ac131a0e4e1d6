/* SPDX-License-Identifier: MIT
 *
 * How much memory a worker may take: three quarters of what is free when it starts, less what the
 * workers that are there already were promised and have not taken yet. Free is what the kernel
 * calls available, and no more than what is left below the limits of each control group (version 2)
 * that the keeper is in.
 */
#ifndef KEEPER_MEMORY_SHARE_H
#define KEEPER_MEMORY_SHARE_H

#include <stdint.h>
#include <sys/types.h>

enum { MEMORY_LEAST = 64000000 }; /* bytes that every worker may take */

/* Bytes that are free; 0 if nobody knows. `root` is put in front of /proc and /sys: "" but in
 * tests. */
uint64_t memory_free(const char *root);
/* What a process has in memory; 0 if it is gone. */
uint64_t memory_resident(pid_t process);
/* The share of a worker that starts now; at least MEMORY_LEAST. */
uint64_t memory_share(uint64_t is_free, uint64_t promised);

#endif
