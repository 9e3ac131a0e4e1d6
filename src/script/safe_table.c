/* SPDX-License-Identifier: MIT
 *
 * Table functions. The originals trust a __len that lies and may count to 2^62 in C. Here they get
 * only tables of bounded raw length, and the script pays for each element.
 */
#include "config.h"

#include <lauxlib.h>
#include <lualib.h>

#include "safe_library.h"
#include "sandbox.h"

static const lua_Integer ELEMENTS_MOST = 1000000;

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
    if (last < first)
        return;
    if ((uint64_t)last - (uint64_t)first >= (uint64_t)ELEMENTS_MOST)
        luaL_argerror(L, index, "more than 1,000,000 elements");
    sandbox_spend(L, (double)(last - first) + 1);
}

/* insert and remove move the elements behind their position. */
static int move_rest(lua_State *L, int place)
{
    check_table(L, 1);
    lua_Integer length = (lua_Integer)lua_rawlen(L, 1);
    lua_Integer first = lua_isinteger(L, place) ? lua_tointeger(L, place) : length;
    if (first > 0 && first < length)
        sandbox_spend(L, (double)(length - first));
    return safe_pass_on(L);
}

static int table_insert(lua_State *L)
{
    return move_rest(L, lua_gettop(L) > 2 ? 2 : LUA_NOREF);
}

static int table_remove(lua_State *L)
{
    return move_rest(L, 2);
}

/* Checks the size of the result before making it. */
static int table_concat(lua_State *L)
{
    size_t between, whole = 0, size;
    check_table(L, 1);
    luaL_optlstring(L, 2, "", &between);
    lua_Integer first = luaL_optinteger(L, 3, 1);
    lua_Integer last = luaL_optinteger(L, 4, (lua_Integer)lua_rawlen(L, 1));
    check_span(L, first, last, 4);
    for (lua_Integer i = first; i <= last; i++) {
        lua_geti(L, 1, i);
        size = lua_type(L, -1) == LUA_TSTRING ? lua_rawlen(L, -1) : 1;
        lua_pop(L, 1);
        whole += size + (i < last ? between : 0);
        if (whole > SANDBOX_TEXT_MOST)
            return luaL_error(L, "the result has more than 1 MiB");
        if (i == last) /* `last` may be the largest integer: i must not pass it */
            break;
    }
    return safe_pass_on(L);
}

static int table_unpack(lua_State *L)
{
    check_table(L, 1);
    check_span(L, luaL_optinteger(L, 2, 1), luaL_optinteger(L, 3, (lua_Integer)lua_rawlen(L, 1)),
               3);
    return safe_pass_on(L);
}

static int table_move(lua_State *L)
{
    check_table(L, 1);
    check_span(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3), 3);
    return safe_pass_on(L);
}

/* -- sort ---------------------------------------------------------------------------------------*/

/* A merge sort: stable, so it gives the same order in every process. The original may choose its
 * pivot by the time of day if its parts become uneven, which changes the order of equal elements.
 */

enum { TABLE = 1, BEFORE, FROM, TO }; /* on the stack; BEFORE is nil for `<` */

static double text_length(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TSTRING ? (double)lua_rawlen(L, index) : 0;
}

/* Whether element `one` of FROM belongs before element `other`. Every comparison costs steps,
 * because comparing two long texts takes time in proportion to the shorter one. */
static bool comes_before(lua_State *L, lua_Integer one, lua_Integer other)
{
    bool before;
    if (lua_isnil(L, BEFORE)) {
        lua_rawgeti(L, FROM, one);
        lua_rawgeti(L, FROM, other);
        double left = text_length(L, -2), right = text_length(L, -1);
        sandbox_spend(L, 1 + (left < right ? left : right) / SANDBOX_BYTES_A_STEP);
        before = lua_compare(L, -2, -1, LUA_OPLT);
        lua_pop(L, 2);
    } else {
        sandbox_spend(L, 1);
        lua_pushvalue(L, BEFORE);
        lua_rawgeti(L, FROM, one);
        lua_rawgeti(L, FROM, other);
        lua_call(L, 2, 1);
        before = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    return before;
}

/* Merges the sorted elements first .. middle - 1 and middle .. end - 1 of FROM. */
static void merge(lua_State *L, lua_Integer first, lua_Integer middle, lua_Integer end)
{
    lua_Integer left = first, right = middle;
    for (lua_Integer i = first; i < end; i++) {
        bool take_right = right < end;
        if (left < middle && right < end)
            take_right = comes_before(L, right, left);
        lua_rawgeti(L, FROM, take_right ? right++ : left++);
        lua_rawseti(L, TO, i);
    }
}

static void sort_runs(lua_State *L, lua_Integer count)
{
    for (lua_Integer width = 1; width < count; width *= 2) {
        for (lua_Integer first = 1; first <= count; first += 2 * width) {
            lua_Integer middle = first + width, end = middle + width;
            merge(L, first, middle <= count ? middle : count + 1, end <= count ? end : count + 1);
        }
        lua_pushvalue(L, FROM);
        lua_copy(L, TO, FROM);
        lua_replace(L, TO);
    }
}

static int table_sort(lua_State *L)
{
    check_table(L, TABLE);
    if (!lua_isnoneornil(L, BEFORE))
        luaL_checktype(L, BEFORE, LUA_TFUNCTION);
    lua_settop(L, BEFORE);
    lua_Integer count = (lua_Integer)lua_rawlen(L, TABLE);
    luaL_checkstack(L, 10, "too many calls");
    lua_createtable(L, (int)count, 0);
    lua_createtable(L, (int)count, 0);
    sandbox_spend(L, (double)count);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, TABLE, i);
        lua_rawseti(L, FROM, i);
    }
    sort_runs(L, count);
    for (lua_Integer i = 1; i <= count; i++) {
        if (i > 1 && comes_before(L, i, i - 1))
            return luaL_error(L, "invalid order function for sorting");
        lua_rawgeti(L, FROM, i);
        lua_seti(L, TABLE, i);
    }
    return 0;
}

void safe_table_add(lua_State *L)
{
    static const luaL_Reg wrapped[] = {{"pack", safe_pass_on},   {"insert", table_insert},
                                       {"remove", table_remove}, {"sort", table_sort},
                                       {"concat", table_concat}, {"unpack", table_unpack},
                                       {"move", table_move},     {NULL, NULL}};
    for (const luaL_Reg *wrap = wrapped; wrap->name; wrap++)
        safe_wrap(L, LUA_TABLIBNAME, wrap->name, wrap->func);
}
