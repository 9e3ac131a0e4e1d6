/* SPDX-License-Identifier: MIT
 *
 * `host`: the few functions that our own Lua needs and a script does not see.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/random.h"

#include "script_host.h"

/* host.line(): the line of the script that is being executed */
static int line(lua_State *L)
{
    lua_pushinteger(L, sandbox_user_line(L));
    return 1;
}

/* host.raise(message [, key]): an error of the user's. With a key it is placed on the line where
 * that key stands in the table that is being written, not where the table begins. */
static int raise(lua_State *L)
{
    const char *message = luaL_checkstring(L, 1);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    if (key)
        sandbox_push_place(L, key);
    else
        lua_pushliteral(L, "");
    lua_pushstring(L, message);
    lua_concat(L, 2);
    return lua_error(L);
}

/* host.place([key]): "CHUNK:LINE: " of the line where that key stands, or of the one that is being
 * executed; "" where that is unknown. */
static int place(lua_State *L)
{
    sandbox_push_place(L, lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : NULL);
    return 1;
}

/* host.next: in no fixed order, for copying */
static int next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (lua_next(L, 1))
        return 2;
    lua_pushnil(L);
    return 1;
}

/* host.share(text, first, second): a number in [0, 1) that is drawn at this place (base/random.h).
 */
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
    static const luaL_Reg functions[] = {{"line", line}, {"raise", raise}, {"place", place},
                                         {"next", next}, {"share", share}, {NULL, NULL}};
    luaL_newlib(L, functions);
    lua_gradient_push(L);
    lua_setfield(L, -2, "gradient");
    lua_plain_add(L);
    lua_setfield(L, -2, "host");
}
