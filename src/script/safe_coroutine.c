/* SPDX-License-Identifier: MIT
 *
 * Coroutines without `close`: a chain of closes overruns the C stack of Lua 5.4.4. Here `wrap`
 * closes nothing. The original closes a failed coroutine with the hook off, so a to-be-closed
 * variable could run for ever.
 */
#include "config.h"

#include <lauxlib.h>
#include <lualib.h>

#include "safe_library.h"

/* Upvalue 1: the coroutine. */
static int go_on(lua_State *L)
{
    lua_State *other = lua_tothread(L, lua_upvalueindex(1));
    int arguments = lua_gettop(L), results = 0;
    if (!lua_checkstack(other, arguments))
        return luaL_error(L, "too many arguments to resume");
    lua_xmove(L, other, arguments);
    int status = lua_resume(other, L, arguments, &results);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_xmove(other, L, 1);
        if (lua_type(L, -1) == LUA_TSTRING) { /* adds the caller's place, as the original does */
            luaL_where(L, 1);
            lua_insert(L, -2);
            lua_concat(L, 2);
        }
        return lua_error(L);
    }
    if (!lua_checkstack(L, results + 1))
        return luaL_error(L, "too many results to resume");
    lua_xmove(other, L, results);
    return results;
}

static int coroutine_wrap(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *other = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, other, 1);
    lua_pushcclosure(L, go_on, 1);
    return 1;
}

void safe_coroutine_add(lua_State *L)
{
    static const char *const names[] = {"create", "isyieldable", "resume", "running",
                                        "status", "yield",       NULL};
    safe_copy(L, LUA_COLIBNAME, names);
    lua_pushcfunction(L, coroutine_wrap);
    lua_setfield(L, -2, "wrap");
}
