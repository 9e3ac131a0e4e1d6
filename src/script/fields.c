/* SPDX-License-Identifier: MIT
 *
 * Reads fields of the plain tables that Lua hands over. A field of the wrong type raises an error
 * that names it; a name that is unknown gets a hint at its nearest neighbour.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "script_host.h"

static int wrong(lua_State *L, const char *name, const char *expected)
{
    const char *what = lua_type(L, -1) == LUA_TNUMBER ? lua_tostring(L, -1) : luaL_typename(L, -1);
    return luaL_error(L, "'%s' is %s, but must be %s", name, what, expected);
}

double field_number(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    if (lua_type(L, -1) != LUA_TNUMBER || !isfinite(lua_tonumber(L, -1)))
        wrong(L, name, "a finite number");
    double number = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return number;
}

lua_Integer field_integer(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    int is_integer;
    lua_Integer number = lua_tointegerx(L, -1, &is_integer);
    if (lua_type(L, -1) != LUA_TNUMBER || !is_integer)
        wrong(L, name, "a whole number");
    lua_pop(L, 1);
    return number;
}

uint32_t field_whole(lua_State *L, int index, const char *name, uint32_t least, uint32_t most)
{
    lua_Integer number = field_integer(L, index, name);
    if (number < (lua_Integer)least || number > (lua_Integer)most)
        luaL_error(L, "'%s' is %I, but must be a whole number from %I to %I", name,
                   (LUAI_UACINT)number, (LUAI_UACINT)least, (LUAI_UACINT)most);
    return (uint32_t)number;
}

void script_push_names(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    script_push_entry(L, "names");
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
}

void script_push_suggestion(lua_State *L, const char *word)
{
    script_push_entry(L, "suggest");
    lua_insert(L, -2);
    lua_pushstring(L, word);
    lua_insert(L, -2);
    lua_call(L, 2, 1);
}

int script_choice(lua_State *L, int index, const char *method, const char *otherwise,
                  const char *const names[])
{
    const char *name = luaL_optstring(L, index, otherwise);
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    lua_newtable(L);
    for (int i = 0; names[i]; i++) {
        lua_pushstring(L, names[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    script_push_suggestion(L, name);
    return luaL_error(L, "%s: there is no '%s', %s", method, name, lua_tostring(L, -1));
}

int field_choice(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

bool field_flag(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    bool flag = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return flag;
}

const char *field_text(lua_State *L, int index, const char *name)
{
    int type = lua_getfield(L, index, name);
    if (type != LUA_TSTRING && type != LUA_TNIL)
        wrong(L, name, "a text");
    const char *text = type == LUA_TNIL ? "" : lua_tostring(L, -1);
    lua_pop(L, 1);
    return text;
}
