/* SPDX-License-Identifier: MIT
 *
 * Strings: results and searches of bounded size. A pattern is judged before it runs: the matcher
 * tries at most length ^ quantifiers ways, and no hook is called in between.
 */
#include "config.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <string.h>

#include "safe_library.h"

enum {
    RESULT_MOST = 1 << 20,
    REPEAT_MOST = 1000000,
    SUBJECT_MOST = 64 << 10,
    PATTERN_MOST = 256,
};
static const double COST_MOST = 1e9; /* steps of the matcher: about a second */

/* Calls the original (upvalue 1) with all arguments, returns all it returns. */
static int pass_on(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int string_rep(lua_State *L)
{
    size_t length, between = 0;
    luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &between);
    luaL_argcheck(L, count <= REPEAT_MOST, 2, "more than 1,000,000 repetitions");
    luaL_argcheck(L, count <= 0 || (double)(length + between) * (double)count <= RESULT_MOST, 2,
                  "the result has more than 1 MiB");
    return pass_on(L);
}

/* -- patterns -----------------------------------------------------------------------------------*/

/* The end of the single character class that starts at `at`. */
static const char *class_end(const char *at, const char *end)
{
    if (*at == '%')
        return at + 2 < end ? at + 2 : end;
    if (*at != '[')
        return at + 1;
    at++;
    if (at < end && *at == '^')
        at++;
    do { /* a ']' in the first place is a member */
        if (at < end && *at == '%')
            at++;
        at++;
    } while (at < end && *at != ']');
    return at < end ? at + 1 : end;
}

static double cost(const char *pattern, size_t size, double length, bool search)
{
    const char *at = pattern, *end = pattern + size;
    double ways = 1;
    if (at < end && *at == '^')
        at++;
    else if (search)
        ways = length;
    while (at < end) {
        if (*at == '(' || *at == ')') {
            at++;
            continue;
        }
        if (*at == '%' && at + 1 < end && (at[1] == 'b' || (at[1] >= '0' && at[1] <= '9')))
            ways *= length;
        at = class_end(at, end);
        if (at < end && strchr("*+-?", *at)) {
            ways *= *at == '?' ? 2 : length;
            at++;
        }
    }
    return ways;
}

static void check_pattern(lua_State *L, bool plain)
{
    size_t length, size;
    luaL_checklstring(L, 1, &length);
    const char *pattern = luaL_checklstring(L, 2, &size);
    if (plain) {
        luaL_argcheck(L, (double)length * (double)size <= COST_MOST, 1, "text and search too long");
        return;
    }
    luaL_argcheck(L, length <= SUBJECT_MOST, 1, "text of more than 64 KiB");
    luaL_argcheck(L, size <= PATTERN_MOST, 2, "pattern of more than 256 bytes");
    luaL_argcheck(L, cost(pattern, size, length > 1 ? (double)length : 2, true) <= COST_MOST, 2,
                  "pattern with too many of * + - ? for a text of this length");
}

static int string_find(lua_State *L)
{
    check_pattern(L, lua_toboolean(L, 4));
    return pass_on(L);
}

static int string_search(lua_State *L)
{
    check_pattern(L, false);
    return pass_on(L);
}

/* -- format -------------------------------------------------------------------------------------*/

/* What "%s" is given becomes text here: the original would write addresses. */
static int string_format(lua_State *L)
{
    const char *at = luaL_checkstring(L, 1);
    int argument = 1;
    while ((at = strchr(at, '%')) != NULL) {
        at++;
        if (*at == '%') {
            at++;
            continue;
        }
        at += strspn(at, "-+ #0123456789.");
        argument++;
        luaL_argcheck(L, *at != 'p', 1, "%p is not available");
        if (*at == 's' && argument <= lua_gettop(L)) {
            safe_text(L, argument, NULL);
            lua_replace(L, argument);
        }
    }
    return pass_on(L);
}

void safe_string_add(lua_State *L)
{
    static const char *const names[] = {"byte", "char",    "len",   "lower",
                                        "sub",  "reverse", "upper", NULL};
    static const luaL_Reg wrapped[] = {{"find", string_find},
                                       {"match", string_search},
                                       {"gmatch", string_search},
                                       {"gsub", string_search},
                                       {"format", string_format},
                                       {"rep", string_rep},
                                       {NULL, NULL}};
    safe_copy(L, LUA_STRLIBNAME, names);
    for (const luaL_Reg *wrap = wrapped; wrap->name; wrap++)
        safe_wrap(L, LUA_STRLIBNAME, wrap->name, wrap->func);
}
