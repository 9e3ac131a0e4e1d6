/* SPDX-License-Identifier: MIT
 *
 * What the process that unpacks may do: compute for so long, in so much memory, read and write the
 * files that are open.
 */
#ifndef IMPORT_UNPACK_WALL_H
#define IMPORT_UNPACK_WALL_H

#include <stdbool.h>
#include <sys/resource.h>

enum { UNPACK_MEMORY = 512 << 20 }; /* bytes */

/* Confines the calling process for the rest of its life. False, with errno, if a limit cannot be
 * set. A kernel without seccomp is no failure. */
bool unpack_wall_close(rlim_t seconds);

#endif
