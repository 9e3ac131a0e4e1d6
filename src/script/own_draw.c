/* SPDX-License-Identifier: MIT
 *
 * Calls the script's own draw of a task: its rows in random order go in, and two lists of them come
 * back, the support as it is shown and the query, or nil for no task. Each call begins where the
 * script was loaded and has its own random numbers, so a draw is a function of the seed, the task
 * and the draw.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "data/dataset_mirror.h"
#include "mapped_row.h"
#include "safe_library.h"
#include "script_host.h"

struct own_drawer {
    struct row_drawer base;
    struct script_host *host;
    const struct dataset *dataset;
    const struct task_groups *groups;
    const uint32_t *popularity; /* by item */
    double spent, allowed;      /* seconds of all calls */
    bool *free;                 /* by row: of the task under way, and in no list yet */
    uint32_t *chosen;           /* the rows in the lists, the query first */
    uint32_t chosen_count;
};

/* A call of the function. */
struct draw_call {
    struct own_drawer *drawer;
    const uint32_t *rows;
    uint32_t count, group, query;
    bool may_leave_out;
    uint64_t number;
};

/* The stack of a call: its argument, the function, the function again and its two results. */
enum { AT_CALL = 1, AT_FUNCTION, AT_SUPPORT, AT_QUERY };

/* Raises "FILE:LINE: draw: the function for user 'u7' WHAT" with the function's first line. With a
 * key, "for user 'u7', key 'Alone'". */
__attribute__((format(printf, 3, 4))) static int wrong(lua_State *L, const struct draw_call *call,
                                                       const char *format, ...)
{
    char what[300];
    va_list list;
    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    lua_pushvalue(L, AT_FUNCTION);
    sandbox_push_function_place(L);
    const struct dataset *dataset = call->drawer->dataset;
    const struct task_groups *groups = call->drawer->groups;
    const char *key = task_groups_key(groups, call->group);
    lua_pushfstring(L, "%sdraw: the function for %s '%s'%s%s%s %s", lua_tostring(L, -1),
                    dataset_user_word(dataset),
                    id_map_text(dataset->users, groups->user[call->group]),
                    groups->keys ? ", key '" : "", key, groups->keys ? "'" : "", what);
    return lua_error(L);
}

/* -- the lists that come back ------------------------------------------------------------------ */

/* Takes the row on top of the stack. */
static void take_row(lua_State *L, const struct draw_call *call, const char *list,
                     lua_Integer place)
{
    struct own_drawer *drawer = call->drawer;
    const struct mapped_row *row = mapped_row_test(L, -1);
    if (!row)
        wrong(L, call,
              "returned a %s whose number %d is a %s: both lists are made of the rows given", list,
              (int)place, luaL_typename(L, -1));
    if (row->call != call->number)
        wrong(L, call, "returned a %s whose number %d is a row of another task", list, (int)place);
    if (!drawer->free[row->row])
        wrong(L, call, "returned the row of %s '%.60s' twice: a row is shown or asked, once",
              dataset_item_word(drawer->dataset),
              id_map_text(drawer->dataset->items, drawer->dataset->item[row->row]));
    drawer->free[row->row] = false;
    drawer->chosen[drawer->chosen_count++] = (uint32_t)row->row;
}

static void take_list(lua_State *L, const struct draw_call *call, int index, const char *list)
{
    if (!lua_istable(L, index))
        wrong(L, call,
              "returned %s as its %s: two lists of rows are expected, return support, query",
              luaL_typename(L, index), list);
    lua_Integer count = (lua_Integer)lua_rawlen(L, index);
    lua_pushnil(L);
    if (count == 0 && lua_next(L, index))
        wrong(L, call, "returned a %s with names: a list is { row, row, ... }", list);
    lua_settop(L, AT_QUERY);
    for (lua_Integer place = 1; place <= count; place++) {
        lua_rawgeti(L, index, place);
        take_row(L, call, list, place);
        lua_pop(L, 1);
    }
}

/* -- the call ---------------------------------------------------------------------------------- */

static void push_rows(lua_State *L, const struct draw_call *call)
{
    const struct own_drawer *drawer = call->drawer;
    lua_createtable(L, (int)call->count, 0);
    for (uint32_t i = 0; i < call->count; i++) {
        mapped_row_push(L, (struct mapped_row){.table = &drawer->dataset->context,
                                               .times = drawer->dataset->time,
                                               .ids = drawer->dataset,
                                               .popularity = drawer->popularity,
                                               .row = call->rows[i],
                                               .call = call->number});
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void push_function(lua_State *L)
{
    lua_Debug about;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &SCRIPT_EXPERIMENT);
    lua_getfield(L, -1, "draw");
    lua_getfield(L, -1, "call");
    lua_replace(L, AT_FUNCTION);
    lua_settop(L, AT_FUNCTION);
    lua_pushvalue(L, AT_FUNCTION);
    lua_getinfo(L, ">S", &about);
    sandbox_blame(sandbox_of(L), about.linedefined, "draw");
}

static int draw_rows(lua_State *L)
{
    struct draw_call *call = lua_touserdata(L, AT_CALL);
    lua_settop(L, AT_FUNCTION);
    mapped_row_set_call(L, call->number);
    push_function(L);
    lua_pushvalue(L, AT_FUNCTION);
    push_rows(L, call);
    lua_pushcfunction(L, safe_random);
    lua_call(L, 2, 2);
    if (lua_isnil(L, AT_SUPPORT) && lua_isnil(L, AT_QUERY)) {
        if (!call->may_leave_out)
            wrong(L, call,
                  "returned nil for a task that it has drawn before: whether there is one may not "
                  "depend on `random`");
        mapped_row_set_call(L, 0);
        return 0;
    }
    take_list(L, call, AT_QUERY, "query");
    call->query = call->drawer->chosen_count;
    if (call->query == 0)
        wrong(L, call, "returned an empty query: at least one row is asked for");
    take_list(L, call, AT_SUPPORT, "support");
    mapped_row_set_call(L, 0);
    return 0;
}

/* Calls the function within what is left of the time. */
static bool call_within(struct own_drawer *drawer, struct draw_call *call, struct error *error)
{
    const struct script_limits *limits = &drawer->host->limits;
    struct sandbox *sandbox = script_host_declaring(drawer->host)->sandbox;
    double left = drawer->allowed - drawer->spent, begun = clock_monotonic();
    if (left <= 0)
        return error_set(error, ERROR_SCRIPT,
                         "draw: all calls so far took more than %.3g s: it must be faster",
                         drawer->allowed);
    struct sandbox_budget budget = {.seconds =
                                        left < limits->row_seconds ? left : limits->row_seconds,
                                    .of = "one call of `draw`"};
    bool good = sandbox_call(sandbox, draw_rows, call, budget, error);
    sandbox_blame(sandbox, 0, NULL);
    drawer->spent += clock_monotonic() - begun;
    return good;
}

static bool draw(struct row_drawer *base, struct draw_place place, uint32_t *rows, uint32_t count,
                 uint32_t *query, uint32_t *support)
{
    struct own_drawer *drawer = (struct own_drawer *)base;
    struct lane *lane = script_host_declaring(drawer->host);
    struct draw_call call = {.drawer = drawer,
                             .rows = rows,
                             .count = count,
                             .group = place.group,
                             .may_leave_out = place.may_leave_out,
                             .number = ++lane->step};
    drawer->chosen_count = 0;
    drawer->allowed += drawer->host->limits.each_seconds * count;
    for (uint32_t i = 0; i < count; i++)
        drawer->free[rows[i]] = true;
    heap_rewind(sandbox_heap(lane->sandbox), NULL);
    sandbox_random_at(lane->sandbox, place.seed, place.kind, place.group);
    bool good = call_within(drawer, &call, &base->error);
    for (uint32_t i = 0; i < count; i++)
        drawer->free[rows[i]] = false;
    if (!good)
        return false;
    *query = call.query;
    *support = drawer->chosen_count - call.query;
    for (uint32_t i = 0; i < drawer->chosen_count; i++)
        rows[i] = drawer->chosen[i];
    return true;
}

struct row_drawer *script_host_drawer(struct script_host *host, const struct dataset *dataset,
                                      const struct task_groups *groups, const uint32_t *popularity)
{
    struct own_drawer *drawer = memory_new(sizeof *drawer);
    *drawer = (struct own_drawer){
        .base.draw = draw,
        .host = host,
        .dataset = dataset,
        .groups = groups,
        .popularity = popularity,
        .allowed = host->limits.map_seconds,
        .free = memory_array(dataset->interactions, sizeof *drawer->free),
        .chosen = memory_array(dataset->interactions, sizeof *drawer->chosen),
    };
    return &drawer->base;
}

void script_drawer_free(struct row_drawer *base)
{
    struct own_drawer *drawer = (struct own_drawer *)base;
    if (!drawer)
        return;
    free(drawer->free);
    free(drawer->chosen);
    free(drawer);
}
