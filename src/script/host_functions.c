/* SPDX-License-Identifier: MIT
 *
 * `host`: the few C functions that our own Lua needs and that scripts cannot see. Most of them find
 * the line of the script that an error belongs to.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/random.h"
#include "script_host.h"

/* host.line(): the script's line that is being executed */
static int line(lua_State *L)
{
    lua_pushinteger(L, sandbox_user_line(L));
    return 1;
}

/* host.raise(message [, key]): raises an error at the user's line. With a key, it is the line where
 * that key stands in the table being written, not the line where the table begins. */
static int raise(lua_State *L)
{
    const char *message = luaL_checkstring(L, 1);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    if (key)
        sandbox_push_place(L, key, NULL);
    else
        lua_pushliteral(L, "");
    lua_pushstring(L, message);
    lua_concat(L, 2);
    return lua_error(L);
}

/* host.place([key [, within]]): "CHUNK:LINE: " of the line where that key stands, behind the line
 * of the key `within`, or without a key of the line being executed. "" if the line is unknown. */
static int place(lua_State *L)
{
    sandbox_push_place(L, luaL_optstring(L, 1, NULL), luaL_optstring(L, 2, NULL));
    return 1;
}

/* host.where(function): "CHUNK:LINE: " of a function that the user wrote; "" for any other. */
static int where(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    sandbox_push_function_place(L);
    return 1;
}

/* host.call(function, ...): returns what the function returns. A user's function that ends in a
 * tail call of ours leaves no frame; called this way, its line is still known. */
static int call(lua_State *L)
{
    struct sandbox_function outer = sandbox_enter(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    sandbox_leave(L, outer);
    return lua_gettop(L);
}

/* host.kind(x): "value", "rows", or the result of `type`. */
static int kind(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TUSERDATA || luaL_getmetafield(L, 1, "__name") != LUA_TSTRING)
        lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

/* host.fits(value [, rows]): whether the value has one number for each of these rows. Without rows:
 * one number for each task. */
static int fits(lua_State *L)
{
    const struct value *value = lua_value_check(L, 1)->value;
    bool good = lua_isnoneornil(L, 2) ? value->columns == 1 && value_rows(value) == value->tasks
                                      : lua_rows_fit(L, 2, value);
    lua_pushboolean(L, good);
    return 1;
}

/* host.least(value): the smallest number in it; infinity if there is none. */
static int least(lua_State *L)
{
    const struct value *value = lua_value_check(L, 1)->value;
    lua_Number smallest = INFINITY;
    for (size_t task = 0; task < value->tasks; task++) {
        const real *numbers = value_task(value, task);
        size_t count = value_task_rows(value, task) * value->columns;
        for (size_t i = 0; i < count; i++)
            if ((lua_Number)numbers[i] < smallest)
                smallest = (lua_Number)numbers[i];
    }
    lua_pushnumber(L, smallest);
    return 1;
}

/* host.next: `next` in no fixed order; for copying only */
static int next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_next(L, 1))
        return 2;
    lua_pushnil(L);
    return 1;
}

/* host.share(text, first, second): a number in [0, 1) that depends only on the arguments
 * (base/random.h). */
static int share(lua_State *L)
{
    size_t size;
    char digest[DIGEST_TEXT], seed[17];
    const char *text = luaL_checklstring(L, 1, &size);
    digest_of(text, size, digest);
    snprintf(seed, sizeof seed, "%.16s", digest);
    struct random random =
        random_at(strtoull(seed, NULL, 16), RANDOM_SEARCH, (uint32_t)luaL_checkinteger(L, 2),
                  (uint32_t)luaL_checkinteger(L, 3));
    lua_pushnumber(L, random_uniform(&random));
    return 1;
}

void script_add_host(lua_State *L)
{
    static const luaL_Reg functions[] = {{"line", line},   {"raise", raise}, {"place", place},
                                         {"next", next},   {"share", share}, {"where", where},
                                         {"call", call},   {"kind", kind},   {"fits", fits},
                                         {"least", least}, {NULL, NULL}};
    luaL_newlib(L, functions);
    lua_gradient_push(L);
    lua_setfield(L, -2, "gradient");
    lua_plain_add(L);
    lua_setfield(L, -2, "host");
}
