/* SPDX-License-Identifier: MIT
 *
 * String functions with results of bounded size, which the script pays for by the byte. Patterns
 * are in safe_pattern.c.
 */
#include "config.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "safe_library.h"
#include "sandbox.h"

enum { RESULT_MOST = SANDBOX_TEXT_MOST, REPEAT_MOST = 1000000 };

static int string_rep(lua_State *L)
{
    size_t length, between = 0;
    luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &between);
    luaL_argcheck(L, count <= REPEAT_MOST, 2, "more than 1,000,000 repetitions");
    luaL_argcheck(L, count <= 0 || (double)(length + between) * (double)count <= RESULT_MOST, 2,
                  "the result has more than 1 MiB");
    sandbox_spend(L, count > 0 ? (double)count : 0);
    return safe_pass_on(L);
}

/* Converts the arguments of "%s" here, because the original would write addresses. */
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
    return safe_pass_on(L);
}

void safe_string_add(lua_State *L)
{
    static const char *const names[] = {"len", NULL};
    static const luaL_Reg wrapped[] = {
        {"byte", safe_pass_on},    {"char", safe_pass_on}, {"lower", safe_pass_on},
        {"reverse", safe_pass_on}, {"sub", safe_pass_on},  {"upper", safe_pass_on},
        {"format", string_format}, {"rep", string_rep},    {NULL, NULL}};
    safe_copy(L, LUA_STRLIBNAME, names);
    for (const luaL_Reg *wrap = wrapped; wrap->name; wrap++)
        safe_wrap(L, LUA_STRLIBNAME, wrap->name, wrap->func);
    safe_pattern_add(L);
}

/* -- utf8 -------------------------------------------------------------------------------------- */

/* These functions read the whole text. */
static int utf8_read(lua_State *L)
{
    size_t length;
    luaL_checklstring(L, 1, &length);
    sandbox_spend(L, (double)length / SANDBOX_BYTES_A_STEP);
    return safe_pass_on(L);
}

static int utf8_offset(lua_State *L)
{
    size_t length;
    luaL_checklstring(L, 1, &length);
    double distance = (double)luaL_checkinteger(L, 2);
    distance = distance < 0 ? -distance : distance;
    sandbox_spend(L, distance < (double)length ? distance : (double)length);
    return safe_pass_on(L);
}

void safe_utf8_add(lua_State *L)
{
    static const char *const names[] = {"charpattern", "codes", NULL};
    static const luaL_Reg wrapped[] = {{"char", safe_pass_on},
                                       {"codepoint", safe_pass_on},
                                       {"len", utf8_read},
                                       {"offset", utf8_offset},
                                       {NULL, NULL}};
    safe_copy(L, LUA_UTF8LIBNAME, names);
    for (const luaL_Reg *wrap = wrapped; wrap->name; wrap++)
        safe_wrap(L, LUA_UTF8LIBNAME, wrap->name, wrap->func);
}
