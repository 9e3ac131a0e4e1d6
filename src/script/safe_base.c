/* SPDX-License-Identifier: MIT
 *
 * Safe replacements of Lua's basic functions: tostring without addresses, pairs in a fixed order,
 * metatables without finalizers.
 */
#include "config.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "base/text.h"
#include "safe_library.h"
#include "sandbox_private.h"

/* -- text ---------------------------------------------------------------------------------------*/

const char *safe_text(lua_State *L, int index, size_t *length)
{
    index = lua_absindex(L, index);
    int type = lua_type(L, index);
    bool has_method = luaL_getmetafield(L, index, "__tostring") != LUA_TNIL;
    if (has_method)
        lua_pop(L, 1);
    if (has_method || type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN ||
        type == LUA_TNIL)
        return luaL_tolstring(L, index, length);
    lua_pushstring(L, lua_typename(L, type));
    return lua_tolstring(L, -1, length);
}

static int base_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    safe_text(L, 1, NULL);
    return 1;
}

static int base_print(lua_State *L)
{
    enum { LONGEST = 1024 };
    if (!sandbox_prints(sandbox_of(L)))
        return 0;
    luaL_Buffer buffer;
    int arguments = lua_gettop(L);
    luaL_buffinit(L, &buffer);
    for (int i = 1; i <= arguments; i++) {
        if (i > 1)
            luaL_addchar(&buffer, '\t');
        safe_text(L, i, NULL);
        luaL_addvalue(&buffer);
    }
    luaL_pushresult(&buffer);
    char line[LONGEST];
    sandbox_print(L, text_safe(lua_tostring(L, -1), line, sizeof line));
    return 0;
}

/* -- order --------------------------------------------------------------------------------------*/

struct key {
    enum { KEY_NUMBER, KEY_TEXT, KEY_BOOLEAN } kind;
    bool whole;
    union {
        lua_Integer integer;
        lua_Number number;
        bool flag;
        struct {
            const char *text; /* valid as long as the table holds it */
            size_t length;
        };
    };
};

static struct key key_at(lua_State *L, int index)
{
    struct key key = {.kind = KEY_NUMBER};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        key.whole = lua_isinteger(L, index);
        if (key.whole)
            key.integer = lua_tointeger(L, index);
        else
            key.number = lua_tonumber(L, index);
        break;
    case LUA_TSTRING:
        key.kind = KEY_TEXT;
        key.text = lua_tolstring(L, index, &key.length);
        break;
    case LUA_TBOOLEAN:
        key.kind = KEY_BOOLEAN;
        key.flag = lua_toboolean(L, index);
        break;
    default:
        luaL_error(L, "keys that are a %s have no order that is the same in every run",
                   luaL_typename(L, index));
    }
    return key;
}

static int compare_numbers(const struct key *a, const struct key *b)
{
    if (a->whole && b->whole)
        return (a->integer > b->integer) - (a->integer < b->integer);
    lua_Number left = a->whole ? (lua_Number)a->integer : a->number;
    lua_Number right = b->whole ? (lua_Number)b->integer : b->number;
    if (left == right)
        return (int)a->whole - (int)b->whole;
    return left < right ? -1 : 1;
}

static int compare(const struct key *a, const struct key *b)
{
    if (a->kind != b->kind)
        return (int)a->kind - (int)b->kind;
    if (a->kind == KEY_NUMBER)
        return compare_numbers(a, b);
    if (a->kind == KEY_BOOLEAN)
        return (int)a->flag - (int)b->flag;
    int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static void push_key(lua_State *L, const struct key *key)
{
    if (key->kind == KEY_TEXT)
        lua_pushlstring(L, key->text, key->length);
    else if (key->kind == KEY_BOOLEAN)
        lua_pushboolean(L, key->flag);
    else if (key->whole)
        lua_pushinteger(L, key->integer);
    else
        lua_pushnumber(L, key->number);
}

/* Merges the sorted keys first .. middle - 1 and middle .. end - 1 of `from`. */
static void merge(const struct key *from, size_t first, size_t middle, size_t end, struct key *to)
{
    size_t left = first, right = middle;
    for (size_t i = first; i < end; i++) {
        bool take_right = left == middle || (right < end && compare(&from[right], &from[left]) < 0);
        to[i] = from[take_right ? right++ : left++];
    }
}

/* Pays during the sort, because a million keys take long enough to miss a deadline. Returns the
 * sorted keys, in `keys` or in `spare`. */
static struct key *sort(lua_State *L, struct key *keys, struct key *spare, size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t first = 0; first < count; first += 2 * width) {
            size_t middle = first + width < count ? first + width : count;
            size_t end = middle + width < count ? middle + width : count;
            merge(keys, first, middle, end, spare);
            sandbox_spend(L, (double)(end - first));
        }
        struct key *sorted = spare;
        spare = keys;
        keys = sorted;
    }
    return keys;
}

/* Pushes a sorted list of the keys of the table at index 1. */
static void push_keys(lua_State *L)
{
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        count++;
    sandbox_spend(L, (double)count);
    struct key *keys = lua_newuserdatauv(L, (2 * count + 1) * sizeof *keys, 0);
    struct key *spare = keys + count;
    count = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        keys[count++] = key_at(L, -2);
    keys = sort(L, keys, spare, count);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_replace(L, -2);
}

/* Upvalues: the table, its keys, the index of the last key returned. */
static int walk(lua_State *L)
{
    lua_Integer place = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        if (lua_rawgeti(L, lua_upvalueindex(2), ++place) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
            break;
        lua_pop(L, 2);
    }
    lua_pushinteger(L, place);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

static int base_pairs(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    push_keys(L);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, walk, 3);
    return 1;
}

static int base_next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    bool from_start = lua_isnil(L, 2), found = false;
    double visited = 0;
    struct key after = {.kind = KEY_NUMBER}, best = after;
    if (!from_start)
        after = key_at(L, 2);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        struct key key = key_at(L, -2);
        visited++;
        if ((from_start || compare(&key, &after) > 0) && (!found || compare(&key, &best) < 0)) {
            best = key;
            found = true;
        }
    }
    sandbox_spend(L, visited);
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    push_key(L, &best);
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

/* -- metatables ---------------------------------------------------------------------------------*/

static int base_setmetatable(lua_State *L)
{
    static const struct {
        const char *name, *why;
    } refused[] = {
        {"__gc", "finalizers are not available"},
        {"__close", "finalizers are not available"}, /* they could run while no hook is called */
        {"__mode", "weak tables would make results depend on garbage collection"},
    };
    if (lua_istable(L, 2))
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            lua_pushstring(L, refused[i].name);
            if (lua_rawget(L, 2) != LUA_TNIL)
                return luaL_error(L, "%s: %s", refused[i].name, refused[i].why);
            lua_pop(L, 1);
        }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/* -- errors -------------------------------------------------------------------------------------*/

/* Runs the script's message handler (upvalue 1). Not for the error that ends the script: the hook
 * raises it, and no hook is called during its handler, so nothing could stop that handler. */
static int handle(lua_State *L)
{
    if (sandbox_of(L)->stop)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int base_xpcall(lua_State *L)
{
    luaL_checkany(L, 2);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, handle, 1);
    lua_replace(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

static int base_tonumber(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TSTRING)
        sandbox_spend(L, (double)lua_rawlen(L, 1));
    return safe_pass_on(L);
}

void safe_base_add(lua_State *L)
{
    static const char *const names[] = {"assert", "error",    "getmetatable", "ipairs",
                                        "pcall",  "rawequal", "rawget",       "rawlen",
                                        "rawset", "select",   "type",         NULL};
    static const luaL_Reg ours[] = {{"tostring", base_tostring},
                                    {"print", base_print},
                                    {"pairs", base_pairs},
                                    {"next", base_next},
                                    {NULL, NULL}};
    safe_copy(L, LUA_GNAME, names);
    luaL_setfuncs(L, ours, 0);
    safe_wrap(L, LUA_GNAME, "setmetatable", base_setmetatable);
    safe_wrap(L, LUA_GNAME, "tonumber", base_tonumber);
    safe_wrap(L, LUA_GNAME, "xpcall", base_xpcall);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "_G");
}
