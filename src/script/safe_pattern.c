/* SPDX-License-Identifier: MIT
 *
 * find, match, gmatch and gsub as in Lua's manual (6.4.1), with the matcher of pattern.h. The
 * script pays for each step of a match, so any pattern may run, but none for ever.
 */
#include "config.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <string.h>

#include "pattern.h"
#include "safe_library.h"
#include "sandbox.h"

enum { REPLACED_MOST = SANDBOX_TEXT_MOST };

static void spend(void *context, uint32_t steps)
{
    sandbox_spend(context, steps);
}

/* -- a search ---------------------------------------------------------------------------------- */

/* Reads the pattern at `index` and leaves the result on the stack. */
static struct pattern *push_pattern(lua_State *L, int index, bool anchors)
{
    size_t size;
    const char *text = luaL_checklstring(L, index, &size);
    struct pattern *pattern = lua_newuserdatauv(L, pattern_bytes(text, size), 0);
    const char *why = pattern_read(pattern, text, size, anchors);
    if (why)
        luaL_error(L, "%s", why);
    sandbox_spend(L, (double)size);
    return pattern;
}

static struct pattern_match begin(lua_State *L, int index, const struct pattern *pattern)
{
    size_t length;
    const char *text = luaL_checklstring(L, index, &length);
    return (struct pattern_match){
        .pattern = pattern, .text = text, .end = text + length, .spend = spend, .context = L};
}

/* The end of the first match at or behind `at`, with its start in `from`; or NULL. */
static const char *search(struct pattern_match *match, const char *at, const char **from)
{
    for (;; at++) {
        const char *end = pattern_match_at(match, at);
        if (end || at == match->end || pattern_is_anchored(match->pattern)) {
            *from = at;
            return end;
        }
    }
}

/* -- what was captured ------------------------------------------------------------------------- */

static void push_capture(lua_State *L, const struct pattern_match *match, uint32_t number)
{
    const struct capture *capture = &match->captures[number];
    if (capture->length == CAPTURE_PLACE)
        lua_pushinteger(L, capture->from - match->text + 1);
    else
        lua_pushlstring(L, capture->from, (size_t)capture->length);
}

/* Pushes all captures, or the whole match if there are none. */
static int push_captures(lua_State *L, const struct pattern_match *match, const char *from,
                         const char *end)
{
    uint32_t count = pattern_captures(match->pattern);
    luaL_checkstack(L, (int)count + 1, "too many captures");
    for (uint32_t i = 0; i < count; i++)
        push_capture(L, match, i);
    if (count == 0)
        lua_pushlstring(L, from, (size_t)(end - from));
    sandbox_spend(L, (double)(end - from) / SANDBOX_BYTES_A_STEP);
    return count == 0 ? 1 : (int)count;
}

/* -- find and match ---------------------------------------------------------------------------- */

/* The offset at which a search of a text of `length` bytes begins, from 0. It is greater than
 * `length` if the search cannot begin. */
static size_t start(lua_State *L, int index, size_t length)
{
    lua_Integer first = luaL_optinteger(L, index, 1);
    if (first > 0)
        return (size_t)first - 1;
    if (first == 0 || first < -(lua_Integer)length)
        return 0;
    return length - (size_t)-first;
}

static bool has_signs(const char *text, size_t size)
{
    static const char signs[] = "^$*+?.([%-";
    for (size_t i = 0; i < size; i++)
        if (memchr(signs, text[i], sizeof signs - 1))
            return true;
    return false;
}

static int find_plain(lua_State *L, size_t first)
{
    size_t length, size;
    const char *text = lua_tolstring(L, 1, &length), *sought = lua_tolstring(L, 2, &size);
    sandbox_spend(L, (double)(length - first + size) / SANDBOX_BYTES_A_STEP);
    const char *found = memmem(text + first, length - first, sought, size);
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (lua_Integer)size);
    return 2;
}

static int search_once(lua_State *L, bool find)
{
    size_t length, size;
    luaL_checklstring(L, 1, &length);
    const char *sought = luaL_checklstring(L, 2, &size), *from;
    size_t first = start(L, 3, length);
    if (first > length) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || !has_signs(sought, size)))
        return find_plain(L, first);
    struct pattern_match match = begin(L, 1, push_pattern(L, 2, true));
    const char *end = search(&match, match.text + first, &from);
    if (!end) {
        lua_pushnil(L);
        return 1;
    }
    if (!find)
        return push_captures(L, &match, from, end);
    lua_pushinteger(L, from - match.text + 1);
    lua_pushinteger(L, end - match.text);
    return 2 + (pattern_captures(match.pattern) ? push_captures(L, &match, from, end) : 0);
}

static int string_find(lua_State *L)
{
    return search_once(L, true);
}

static int string_match(lua_State *L)
{
    return search_once(L, false);
}

/* -- gmatch ------------------------------------------------------------------------------------ */

enum { WALKED_TEXT = 1, WALKED_PATTERN, WALKED_AT, WALKED_END };

static const char *place(lua_State *L, const struct pattern_match *match, int index)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(index));
    return at < 0 ? NULL : match->text + at;
}

/* A match must not end where the previous one ended. Otherwise an empty match would follow each
 * one. */
static int next_match(lua_State *L)
{
    struct pattern_match match = begin(L, lua_upvalueindex(WALKED_TEXT),
                                       lua_touserdata(L, lua_upvalueindex(WALKED_PATTERN)));
    const char *before = place(L, &match, WALKED_END), *from = NULL, *end = NULL;
    for (const char *at = place(L, &match, WALKED_AT); at && at <= match.end; at = from + 1) {
        end = search(&match, at, &from);
        if (!end)
            return 0;
        if (end != before)
            break;
        end = NULL;
    }
    if (!end)
        return 0;
    lua_pushinteger(L, end - match.text);
    lua_copy(L, -1, lua_upvalueindex(WALKED_AT));
    lua_replace(L, lua_upvalueindex(WALKED_END));
    return push_captures(L, &match, from, end);
}

static int string_gmatch(lua_State *L)
{
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    size_t first = start(L, 3, length);
    lua_pushvalue(L, 1);
    push_pattern(L, 2, false);
    lua_pushinteger(L, (lua_Integer)(first > length ? length + 1 : first));
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, next_match, 4);
    return 1;
}

/* -- gsub -------------------------------------------------------------------------------------- */

static void add_bytes(lua_State *L, luaL_Buffer *buffer, const char *bytes, size_t size)
{
    if (luaL_bufflen(buffer) + size > REPLACED_MOST)
        luaL_error(L, "the result has more than 1 MiB");
    luaL_addlstring(buffer, bytes, size);
}

/* Adds the text or number on top of the stack. */
static void add_value(lua_State *L, luaL_Buffer *buffer)
{
    size_t size;
    lua_tolstring(L, -1, &size);
    if (luaL_bufflen(buffer) + size > REPLACED_MOST)
        luaL_error(L, "the result has more than 1 MiB");
    luaL_addvalue(buffer);
}

/* Adds a replacement text, in which %1 stands for the first capture and %0 for the whole match. */
static void add_template(lua_State *L, const struct pattern_match *match, luaL_Buffer *buffer,
                         const char *from, const char *end)
{
    size_t size;
    const char *at = lua_tolstring(L, 3, &size), *stop = at + size, *sign;
    uint32_t captures = pattern_captures(match->pattern);
    sandbox_spend(L, (double)size / SANDBOX_BYTES_A_STEP);
    for (; (sign = memchr(at, '%', (size_t)(stop - at))) != NULL; at = sign + 2) {
        add_bytes(L, buffer, at, (size_t)(sign - at));
        char which = sign + 1 < stop ? sign[1] : '\0';
        if (which == '%')
            add_bytes(L, buffer, "%", 1);
        else if (which == '0' || (which == '1' && captures == 0))
            add_bytes(L, buffer, from, (size_t)(end - from));
        else if (which < '1' || which > '9')
            luaL_error(L, "invalid use of '%%' in replacement string");
        else if ((uint32_t)(which - '1') >= captures)
            luaL_error(L, "invalid capture index %%%d in replacement string", which - '0');
        else {
            push_capture(L, match, (uint32_t)(which - '1'));
            add_value(L, buffer);
        }
    }
    add_bytes(L, buffer, at, (size_t)(stop - at));
}

/* Adds the result of the replacement function or table. nil or false keeps the match as it is. */
static bool add_answer(lua_State *L, const struct pattern_match *match, luaL_Buffer *buffer,
                       const char *from, const char *end)
{
    if (lua_type(L, 3) == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(L, match, from, end), 1);
    } else {
        if (pattern_captures(match->pattern) > 0)
            push_capture(L, match, 0);
        else
            lua_pushlstring(L, from, (size_t)(end - from));
        lua_gettable(L, 3);
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        add_bytes(L, buffer, from, (size_t)(end - from));
        return false;
    }
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    add_value(L, buffer);
    return true;
}

static bool add_replacement(lua_State *L, const struct pattern_match *match, luaL_Buffer *buffer,
                            const char *from, const char *end)
{
    int type = lua_type(L, 3);
    if (type == LUA_TFUNCTION || type == LUA_TTABLE)
        return add_answer(L, match, buffer, from, end);
    add_template(L, match, buffer, from, end);
    return true;
}

static int string_gsub(lua_State *L)
{
    size_t length;
    luaL_checklstring(L, 1, &length);
    luaL_checkstring(L, 2);
    int type = lua_type(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)length + 1), count = 0;
    luaL_argexpected(L,
                     type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION ||
                         type == LUA_TTABLE,
                     3, "string/function/table");
    struct pattern_match match = begin(L, 1, push_pattern(L, 2, true));
    const char *at = match.text, *before = NULL;
    bool changed = false;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    while (count < most) {
        const char *end = pattern_match_at(&match, at);
        if (end && end != before) {
            count++;
            changed |= add_replacement(L, &match, &buffer, at, end);
            at = before = end;
        } else if (at < match.end)
            add_bytes(L, &buffer, at++, 1);
        else
            break;
        if (pattern_is_anchored(match.pattern))
            break;
    }
    if (changed) {
        add_bytes(L, &buffer, at, (size_t)(match.end - at));
        luaL_pushresult(&buffer);
    } else
        lua_pushvalue(L, 1);
    lua_pushinteger(L, count);
    return 2;
}

void safe_pattern_add(lua_State *L)
{
    static const luaL_Reg ours[] = {{"find", string_find},
                                    {"match", string_match},
                                    {"gmatch", string_gmatch},
                                    {"gsub", string_gsub},
                                    {NULL, NULL}};
    luaL_setfuncs(L, ours, 0);
}
