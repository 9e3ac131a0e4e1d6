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
    lane->made = 0;
    atomic_store(&lane->peak, tape_peak(lane->tape) + arena_peak(lane->arena));
    lane->refused = tape_was_refused(lane->tape);
    if (lane->refused) {
        lane_trim(lane);
        return;
    }
    tape_reset(lane->tape);
    arena_reset(lane->arena);
}

void lane_trim(struct lane *lane)
{
    tape_trim(lane->tape);
    arena_trim(lane->arena);
}

void *lane_take(lua_State *L, struct arena *arena, size_t size, const char *what)
{
    if (arena_reserve(arena, size, 1))
        return arena_take(arena, size);
    tape_refuse(lane_of(L)->tape, arena_budget(arena), size, what);
    lua_value_push(L, NULL);
    return NULL;
}

size_t lane_peak(const struct lane *lane)
{
    return atomic_load(&lane->peak);
}
