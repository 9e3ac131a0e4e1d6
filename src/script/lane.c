/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "lane.h"

#include "base/arena.h"

struct lane *lane_of(lua_State *L)
{
    return sandbox_owner(L);
}

void lane_clear(struct lane *lane)
{
    lane->step++;
    lane->shard = NULL;
    lane->noise = 0;
    atomic_store(&lane->peak, tape_peak(lane->tape) + arena_peak(lane->arena));
    tape_reset(lane->tape);
    arena_reset(lane->arena);
}

size_t lane_peak(const struct lane *lane)
{
    return atomic_load(&lane->peak);
}
