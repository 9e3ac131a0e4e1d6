/* SPDX-License-Identifier: MIT
 *
 * The table of globals that a script sees, put together from the safe_*.c files.
 */
#include "config.h"

#include "safe_library.h"

#include <lauxlib.h>
#include <lualib.h>

#include "base/random.h"
#include "sandbox_private.h"

/* Key of the original libraries, by name. */
static const char ORIGINALS = 0;

static void push_original(lua_State *L, const char *library, const char *name)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &ORIGINALS);
    lua_getfield(L, -1, library);
    lua_getfield(L, -1, name);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

void safe_copy(lua_State *L, const char *library, const char *const *names)
{
    for (; *names; names++) {
        push_original(L, library, *names);
        lua_setfield(L, -2, *names);
    }
}

void safe_wrap(lua_State *L, const char *library, const char *name, lua_CFunction wrapper)
{
    push_original(L, library, name);
    lua_pushcclosure(L, wrapper, 1);
    lua_setfield(L, -2, name);
}

int safe_pass_on(lua_State *L)
{
    double bytes = 0;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    int results = lua_gettop(L);
    for (int i = 1; i <= results; i++)
        if (lua_type(L, i) == LUA_TSTRING)
            bytes += (double)lua_rawlen(L, i);
    sandbox_spend(L, results + bytes / SANDBOX_BYTES_A_STEP);
    return results;
}

void safe_library_open(lua_State *L)
{
    static const luaL_Reg libraries[] = {
        {LUA_GNAME, luaopen_base},       {LUA_STRLIBNAME, luaopen_string},
        {LUA_TABLIBNAME, luaopen_table}, {LUA_MATHLIBNAME, luaopen_math},
        {LUA_UTF8LIBNAME, luaopen_utf8}, {LUA_COLIBNAME, luaopen_coroutine},
    };
    lua_newtable(L);
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(L, libraries[i].name, libraries[i].func, 0);
        lua_setfield(L, -2, libraries[i].name);
    }
    lua_rawsetp(L, LUA_REGISTRYINDEX, &ORIGINALS);

    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_newtable(L);
    safe_string_add(L);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

/* -- math ---------------------------------------------------------------------------------------*/

int safe_random(lua_State *L)
{
    struct random *random = &sandbox_of(L)->random;
    int arguments = lua_gettop(L);
    if (arguments == 0) {
        lua_pushnumber(L, random_uniform(random));
        return 1;
    }
    lua_Integer low = arguments == 1 ? 1 : luaL_checkinteger(L, 1);
    lua_Integer high = luaL_checkinteger(L, arguments == 1 ? 1 : 2);
    luaL_argcheck(L, low <= high, arguments == 1 ? 1 : 2, "interval is empty");
    uint64_t span = (uint64_t)high - (uint64_t)low;
    luaL_argcheck(L, span < UINT32_MAX, 1, "interval has more than 2^32 - 1 numbers");
    lua_pushinteger(L, low + (lua_Integer)random_below(random, (uint32_t)span + 1));
    return 1;
}

static void add_math(lua_State *L)
{
    static const char *const names[] = {
        "abs",       "acos", "asin", "atan", "ceil", "cos",        "deg",        "exp",  "floor",
        "fmod",      "log",  "max",  "min",  "modf", "rad",        "sin",        "sqrt", "tan",
        "tointeger", "type", "ult",  "pi",   "huge", "maxinteger", "mininteger", NULL};
    safe_copy(L, LUA_MATHLIBNAME, names);
    lua_pushcfunction(L, safe_random);
    lua_setfield(L, -2, "random");
}

/* -- putting it together ------------------------------------------------------------------------*/

void safe_library_push(lua_State *L)
{
    static const struct {
        const char *name;
        void (*add)(lua_State *);
    } parts[] = {
        {LUA_STRLIBNAME, safe_string_add},   {LUA_TABLIBNAME, safe_table_add},
        {LUA_MATHLIBNAME, add_math},         {LUA_UTF8LIBNAME, safe_utf8_add},
        {LUA_COLIBNAME, safe_coroutine_add},
    };
    lua_newtable(L);
    safe_base_add(L);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        lua_newtable(L);
        parts[i].add(L);
        lua_setfield(L, -2, parts[i].name);
    }
}
