/* SPDX-License-Identifier: MIT
 *
 * What limits the memory of this process if its budget, which refuses with a sentence, does not:
 * a limit on addresses, and for what neither foresees, the kernel, which is told to kill a worker
 * first if the machine runs out of memory.
 */
#ifndef WORKER_MEMORY_WALL_H
#define WORKER_MEMORY_WALL_H

#include <stdbool.h>
#include <stdint.h>

/* Called before jail_prepare, because it opens files; jail_close keeps an existing limit. `budget`
 * is the bytes allowed outside Lua, and each thread has a Lua state of `lua` bytes. The rest allows
 * for the largest possible data set, until the keeper lowers the limit to the actual one. False if
 * the system refuses. A build with sanitizers reserves addresses without using them, so it sets no
 * limit. */
bool memory_wall_raise(uint64_t budget, uint32_t threads, uint64_t lua);

#endif
