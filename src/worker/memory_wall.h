/* SPDX-License-Identifier: MIT
 *
 * The second wall around the memory of this process, behind the budget that refuses with a
 * sentence: a limit on addresses; and a third, for what neither has foreseen: the kernel's choice,
 * where the machine has no memory left, falls on a worker.
 */
#ifndef WORKER_MEMORY_WALL_H
#define WORKER_MEMORY_WALL_H

#include <stdbool.h>
#include <stdint.h>

/* Before jail_prepare, for it needs files; jail_close keeps a limit that is there. `budget` bytes
 * are taken outside of Lua, and each of so many threads has a Lua state of `lua` bytes; the rest
 * follows from the largest data set there can be, until the keeper lowers it to the one there is.
 * False if the system refuses; a build with sanitizers, whose addresses mean nothing, sets no
 * limit. */
bool memory_wall_raise(uint64_t budget, uint32_t threads, uint64_t lua);

#endif
