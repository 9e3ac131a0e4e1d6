/* SPDX-License-Identifier: MIT
 *
 * Rows in Lua. `support` and `query` have one row for each interaction, task by task. Both have
 * `items` and `users`, with one row for each different item and user of the whole shard (shared),
 * and `tasks`, with the row of each task's user. What is computed for these lists is gathered back
 * to the rows.
 *
 * Query rows have no target: a script cannot reach it anywhere.
 */
#include "config.h"

#include "lua_rows.h"

#include <math.h>
#include <string.h>

#include "base/list.h"
#include "script_host.h"
#include "tensor/operation.h"

static const char METATABLE = 0, CURRENT = 0; /* their addresses are keys */

static const char *const names[] = {ROWS_KINDS(LIST_TEXT)};

struct lua_rows *lua_rows_check(lua_State *L, int index)
{
    struct lua_rows *rows = NULL;
    if (lua_type(L, index) == LUA_TUSERDATA && lua_getmetatable(L, index)) {
        if (lua_topointer(L, -1) == lane_of(L)->rows_metatable)
            rows = lua_touserdata(L, index);
        lua_pop(L, 1);
    }
    if (!rows)
        luaL_typeerror(L, index, "rows");
    if (rows->step != lane_of(L)->step || !lane_of(L)->shard)
        luaL_error(L, "rows of an earlier step are used: they live for one call of a learner");
    return rows;
}

struct shard_side *lua_rows_side(struct lane *lane, const struct lua_rows *rows)
{
    return rows->kind == ROWS_SUPPORT ? &lane->shard->support : &lane->shard->query;
}

uint32_t lua_rows_check_tasks(lua_State *L, int index)
{
    lua_rows_check(L, index);
    return lane_of(L)->shard->tasks;
}

void lua_rows_check_query(lua_State *L, int index)
{
    if (lua_rows_check(L, index)->kind != ROWS_QUERY)
        luaL_argerror(L, index, "query rows were expected");
}

/* -- layouts ------------------------------------------------------------------------------------*/

size_t *lua_rows_counting(lua_State *L, size_t first, size_t last, size_t step)
{
    size_t *numbers =
        lane_take(L, lane_of(L)->arena, (last + 1) * sizeof *numbers, "the places of rows");
    for (size_t i = 0; i <= last; i++)
        numbers[i] = first + i * step;
    return numbers;
}

struct rows_layout lua_rows_list_layout(lua_State *L, int kind)
{
    uint32_t count = lane_of(L)->shard->counts[kind];
    return (struct rows_layout){1, lua_rows_counting(L, 0, 1, count), NULL, count};
}

struct rows_layout lua_rows_task_layout(lua_State *L)
{
    struct shard *shard = lane_of(L)->shard;
    if (shard->users_mixed)
        luaL_error(L, "rows.tasks: a batch by rows has several users in its one task; train this "
                      "learner by task");
    for (uint32_t t = 0; t < shard->tasks; t++)
        if (shard->task_user[t] == UINT32_MAX)
            luaL_error(L, "rows.tasks: task %d has no rows, so its user is unknown", (int)t + 1);
    return (struct rows_layout){shard->tasks, lua_rows_counting(L, 0, shard->tasks, 1),
                                shard->task_user, shard->tasks};
}

struct rows_layout lua_rows_layout(lua_State *L, const struct lua_rows *rows, int kind)
{
    if ((rows->kind == ROWS_ITEMS && kind == FEATURE_ITEM) ||
        (rows->kind == ROWS_USERS && kind == FEATURE_USER))
        return lua_rows_list_layout(L, kind);
    if (rows->kind == ROWS_TASKS && kind == FEATURE_USER)
        return lua_rows_task_layout(L);
    if (rows->kind > ROWS_QUERY)
        luaL_error(L, "%s fields belong to the rows themselves, not to rows.%s",
                   feature_entity_name((enum feature_entity)kind), names[rows->kind]);
    struct shard_side *side = lua_rows_side(lane_of(L), rows);
    return (struct rows_layout){lane_of(L)->shard->tasks, side->offsets, side->place[kind],
                                side->count};
}

bool lua_rows_fit(lua_State *L, int index, const struct value *value)
{
    struct rows_layout layout = lua_rows_layout(L, lua_rows_check(L, index), FEATURE_CONTEXT);
    bool fits = value->tasks == layout.tasks && value->columns == 1;
    for (size_t t = 0; fits && t < layout.tasks; t++)
        fits = value_task_rows(value, t) == layout.offsets[t + 1] - layout.offsets[t];
    return fits;
}

size_t lua_rows_field(lua_State *L, int index)
{
    const struct feature_space *space = lane_of(L)->shard->data->space;
    const char *name = luaL_checkstring(L, index);
    for (size_t i = 0; i < space->count; i++)
        if (strcmp(space->fields[i].name, name) == 0)
            return i;
    lua_createtable(L, (int)space->count, 0);
    for (size_t i = 0; i < space->count; i++) {
        lua_pushstring(L, space->fields[i].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    script_push_suggestion(L, name);
    return (size_t)luaL_error(L, "the mapping has no field '%s', %s", name, lua_tostring(L, -1));
}

/* -- from lists to rows -------------------------------------------------------------------------*/

static int gather(lua_State *L, int kind)
{
    const struct lua_rows *rows = lua_rows_check(L, 1);
    struct value *value = lua_value_check(L, 2)->value;
    struct rows_layout layout = lua_rows_layout(L, rows, kind);
    if (!layout.place)
        lua_settop(L, 2);
    else
        lua_value_push(L, value_gather(value, layout.tasks, layout.offsets, layout.place));
    return 1;
}

static int from_items(lua_State *L)
{
    return gather(L, FEATURE_ITEM);
}

static int from_users(lua_State *L)
{
    return gather(L, FEATURE_USER);
}

/* -- life ---------------------------------------------------------------------------------------*/

static struct lua_rows *push(lua_State *L, enum rows_kind kind)
{
    struct lua_rows *rows = lua_newuserdatauv(L, sizeof *rows, 1);
    *rows = (struct lua_rows){.kind = kind, .step = lane_of(L)->step};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &METATABLE);
    lua_setmetatable(L, -2);
    return rows;
}

void lua_rows_push(lua_State *L, bool query)
{
    push(L, query ? ROWS_QUERY : ROWS_SUPPORT);
}

void lua_rows_push_mirrored(lua_State *L)
{
    push(L, ROWS_SUPPORT)->mirrored = true;
}

/* rows.items, rows.users and rows.tasks are one object each for the whole shard. Their table `kept`
 * holds what a model has computed of them. */
static bool push_list(lua_State *L, const char *name)
{
    for (int i = ROWS_ITEMS; i <= ROWS_TASKS; i++) {
        if (strcmp(name, names[i]) != 0)
            continue;
        sandbox_push_registry(L, &CURRENT);
        struct lua_rows *known = NULL;
        if (lua_rawgeti(L, -1, i) == LUA_TUSERDATA)
            known = lua_touserdata(L, -1);
        if (!known || known->step != lane_of(L)->step) {
            lua_pop(L, 1);
            push(L, (enum rows_kind)i);
            lua_newtable(L);
            lua_setiuservalue(L, -2, 1);
            lua_pushvalue(L, -1);
            lua_rawseti(L, -3, i);
        }
        lua_remove(L, -2);
        return true;
    }
    return false;
}

/* Upvalue 1: the methods. */
static int no_such_name(lua_State *L, const char *name)
{
    script_push_names(L, lua_upvalueindex(1));
    for (int i = ROWS_ITEMS; i <= ROWS_TASKS; i++) {
        lua_pushstring(L, names[i]);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    script_push_suggestion(L, name);
    return luaL_error(L, "rows have no '%s', %s", name, lua_tostring(L, -1));
}

static int look_up(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const char *name = luaL_checkstring(L, 2);
    if (strcmp(name, "kept") == 0) {
        lua_getiuservalue(L, 1, 1);
        return 1;
    }
    lua_rows_check(L, 1);
    if (!push_list(L, name))
        return no_such_name(L, name);
    return 1;
}

static int length(lua_State *L)
{
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = lua_rows_check(L, 1);
    lua_pushinteger(L, rows->kind == ROWS_ITEMS   ? lane->shard->counts[FEATURE_ITEM]
                       : rows->kind == ROWS_USERS ? lane->shard->counts[FEATURE_USER]
                       : rows->kind == ROWS_TASKS ? lane->shard->tasks
                                                  : lua_rows_side(lane, rows)->count);
    return 1;
}

void lua_rows_add_methods(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"from_items", from_items}, {"from_users", from_users}, {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
    lua_rows_add_columns(L);
    lua_rows_add_embedding(L);
}

void lua_rows_open(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    lua_rows_add_methods(L);
    lua_pushcclosure(L, look_up, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, length);
    lua_setfield(L, -2, "__len");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pushliteral(L, "rows");
    lua_setfield(L, -2, "__name");
    lane_of(L)->rows_metatable = lua_topointer(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &METATABLE);
}
