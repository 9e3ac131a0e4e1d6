/* SPDX-License-Identifier: MIT
 *
 * Tables: the original functions believe a __len that lies and count to 2^62 in C. Here they get
 * tables of bounded raw length only.
 */
#include "config.h"

#include <lauxlib.h>
#include <lualib.h>

#include "safe_library.h"

static const lua_Integer ELEMENTS_MOST = 1000000;

static int pass_on(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static void check_table(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    luaL_argcheck(L, (lua_Integer)lua_rawlen(L, index) <= ELEMENTS_MOST, index,
                  "more than 1,000,000 elements");
    if (luaL_getmetafield(L, index, "__len") != LUA_TNIL)
        luaL_argerror(L, index, "a table whose length is a function");
}

static void check_span(lua_State *L, lua_Integer first, lua_Integer last, int index)
{
    if (last >= first && (uint64_t)last - (uint64_t)first >= (uint64_t)ELEMENTS_MOST)
        luaL_argerror(L, index, "more than 1,000,000 elements");
}

static int table_whole(lua_State *L)
{
    check_table(L, 1);
    return pass_on(L);
}

static int table_concat(lua_State *L)
{
    check_table(L, 1);
    check_span(L, luaL_optinteger(L, 3, 1), luaL_optinteger(L, 4, (lua_Integer)lua_rawlen(L, 1)),
               4);
    return pass_on(L);
}

static int table_unpack(lua_State *L)
{
    check_table(L, 1);
    check_span(L, luaL_optinteger(L, 2, 1), luaL_optinteger(L, 3, (lua_Integer)lua_rawlen(L, 1)),
               3);
    return pass_on(L);
}

static int table_move(lua_State *L)
{
    check_table(L, 1);
    check_span(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), 3);
    return pass_on(L);
}

void safe_table_add(lua_State *L)
{
    static const char *const names[] = {"pack", NULL};
    static const luaL_Reg wrapped[] = {{"insert", table_whole},
                                       {"remove", table_whole},
                                       {"sort", table_whole},
                                       {"concat", table_concat},
                                       {"unpack", table_unpack},
                                       {"move", table_move},
                                       {NULL, NULL}};
    safe_copy(L, LUA_TABLIBNAME, names);
    for (const luaL_Reg *wrap = wrapped; wrap->name; wrap++)
        safe_wrap(L, LUA_TABLIBNAME, wrap->name, wrap->func);
}
