/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "mapped_row.h"

#include <string.h>
#include <strings.h>

#include "data/dataset_mirror.h"
#include "script_host.h"

static const char RECORD = 0, CALLS = 0;

void mapped_row_set_call(lua_State *L, uint64_t call)
{
    lua_pushinteger(L, (lua_Integer)call);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &CALLS);
}

static uint64_t call_under_way(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &CALLS);
    uint64_t number = (uint64_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return number;
}

static int unknown_column(lua_State *L, const struct mapped_row *record, const char *name)
{
    const char *const more[] = {record->times ? "timestamp" : NULL, record->rated ? "rating" : NULL,
                                record->popularity ? "popularity" : NULL,
                                record->ids ? "user" : NULL, record->ids ? "item" : NULL};
    size_t count = record->table->column_count, listed = 0;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (size_t i = 0; i < count + sizeof more / sizeof *more; i++) {
        const char *known = i < count ? record->table->columns[i].name : more[i - count];
        if (known && strcasecmp(known, name) == 0)
            return luaL_error(L, "there is no column '%s', did you mean '%s'?", name, known);
        if (known && listed++ > 0)
            luaL_addstring(&buffer, ", ");
        if (known)
            luaL_addstring(&buffer, known);
    }
    luaL_pushresult(&buffer);
    return luaL_error(L, "there is no column '%s', only %s", name, lua_tostring(L, -1));
}

static void push_cell(lua_State *L, const struct column *column, size_t row)
{
    if (column_is_missing(column, row))
        lua_pushnil(L);
    else if (column->type == COLUMN_TEXT)
        lua_pushstring(L, column_text(column, row));
    else if (column->type == COLUMN_INTEGER)
        lua_pushinteger(L, column->integer[row]);
    else
        lua_pushnumber(L, column->real[row]);
}

/* Pushes what a mapping does not see. */
static bool push_more(lua_State *L, const struct mapped_row *record, const char *name)
{
    const struct dataset *ids = record->ids;
    const struct asked_rating *asked = record->asked;
    if (!ids)
        return false;
    const struct dataset_names names = dataset_named(ids);
    if (record->rated && strcmp(name, "rating") == 0)
        lua_pushnumber(L, asked ? asked->value : (double)ids->value[record->row]);
    else if (record->popularity && strcmp(name, "popularity") == 0)
        lua_pushinteger(L, record->popularity[ids->item[record->row]]);
    else if (strcmp(name, "item") == 0)
        lua_pushstring(L, asked ? asked->item : id_map_text(names.items, names.item[record->row]));
    else if (strcmp(name, "user") != 0)
        return false;
    else if (asked)
        lua_pushnil(L);
    else
        lua_pushstring(L, id_map_text(names.users, names.user[record->row]));
    return true;
}

static int record_index(lua_State *L)
{
    const struct mapped_row *record = lua_touserdata(L, 1);
    const char *name = luaL_checkstring(L, 2);
    if (record->call != call_under_way(L))
        return luaL_error(L, "a row is used after its mapping: rows live for one call");
    const struct column *column = table_column(record->table, name);
    if (push_more(L, record, name))
        return 1;
    if (column) {
        if (record->asked)
            lua_pushnil(L);
        else
            push_cell(L, column, record->row);
        return 1;
    }
    if (!record->times || strcmp(name, "timestamp") != 0)
        return unknown_column(L, record, name);
    if (record->asked || record->times[record->row] == INT64_MIN)
        lua_pushnil(L);
    else
        lua_pushinteger(L, record->times[record->row]);
    return 1;
}

const struct mapped_row *mapped_row_test(lua_State *L, int index)
{
    const struct mapped_row *row = lua_touserdata(L, index);
    if (!row || !lua_getmetatable(L, index))
        return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &RECORD);
    bool same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? row : NULL;
}

void mapped_row_push(lua_State *L, struct mapped_row value)
{
    struct mapped_row *record = lua_newuserdatauv(L, sizeof *record, 0);
    *record = value;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &RECORD) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushcfunction(L, record_index);
        lua_setfield(L, -2, "__index");
        lua_pushboolean(L, false);
        lua_setfield(L, -2, "__metatable");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &RECORD);
    }
    lua_setmetatable(L, -2);
}
