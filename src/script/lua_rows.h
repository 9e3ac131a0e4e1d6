/* SPDX-License-Identifier: MIT
 *
 * The inside of rows in Lua, shared by lua_rows.c, lua_columns.c and lua_embedding.c.
 */
#ifndef SCRIPT_LUA_ROWS_H
#define SCRIPT_LUA_ROWS_H

#include "lane.h"

#define ROWS_KINDS(X)                                                                              \
    X(SUPPORT, "support") X(QUERY, "query") X(ITEMS, "items") X(USERS, "users") X(TASKS, "tasks")
enum rows_kind {
#define X(name, text) ROWS_##name,
    ROWS_KINDS(X)
#undef X
        ROWS_KIND_COUNT
};

struct lua_rows {
    enum rows_kind kind;
    uint64_t step;
    bool mirrored; /* support whose ratings are others than they are */
};

/* The layout of a value with these rows, and for each row its entity's place. */
struct rows_layout {
    size_t tasks;
    const size_t *offsets;
    const uint32_t *place; /* NULL: row i is entity i */
    uint32_t count;
};

/* Rows of the shard under way; raises for anything else. */
struct lua_rows *lua_rows_check(lua_State *L, int index);
struct shard_side *lua_rows_side(struct lane *lane, const struct lua_rows *rows);
/* The number of the field of that name; raises if the mapping has none. */
size_t lua_rows_field(lua_State *L, int index);

/* first, first + step, ...: last + 1 numbers. */
size_t *lua_rows_counting(lua_State *L, size_t first, size_t last, size_t step);
/* Of the rows, with the place of their entities of one kind; of the list of all entities; of one
 * row a task. */
struct rows_layout lua_rows_layout(lua_State *L, const struct lua_rows *rows, int kind);
struct rows_layout lua_rows_list_layout(lua_State *L, int kind);
struct rows_layout lua_rows_task_layout(lua_State *L);

/* Add methods to the table on top of the stack. */
void lua_rows_add_columns(lua_State *L);
void lua_rows_add_embedding(lua_State *L);

#endif
