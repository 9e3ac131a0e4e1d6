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
};

struct lua_rows {
    enum rows_kind kind;
    uint64_t step;
    bool mirrored; /* support rows with mirrored ratings */
};

/* The layout of a value with these rows, and the position of each row's entity in the shard's
 * list. */
struct rows_layout {
    size_t tasks;
    const size_t *offsets;
    const uint32_t *place; /* NULL: row i is entity i of the list */
    uint32_t count;
};

/* Rows of the shard under way. Raises an error for any other argument. */
struct lua_rows *lua_rows_check(lua_State *L, int index);
struct shard_side *lua_rows_side(struct lane *lane, const struct lua_rows *rows);
/* The number of the field with the name at index. Raises if the mapping has no such field. */
size_t lua_rows_field(lua_State *L, int index);

/* An array of last + 1 numbers: first, first + step, first + 2 step, ... */
size_t *lua_rows_counting(lua_State *L, size_t first, size_t last, size_t step);
/* The layout of the rows, by the entity of one kind; of the list of all entities of that kind; of
 * one row for each task. */
struct rows_layout lua_rows_layout(lua_State *L, const struct lua_rows *rows, int kind);
struct rows_layout lua_rows_list_layout(lua_State *L, int kind);
struct rows_layout lua_rows_task_layout(lua_State *L);

/* Add methods to the table on top of the stack. */
void lua_rows_add_columns(lua_State *L);
void lua_rows_add_embedding(lua_State *L);

#endif
