/* SPDX-License-Identifier: MIT
 *
 * The parts of Lua's standard library that a script may use. They cannot reach files, processes or
 * bytecode. None can run for ever inside one call (the count hook does not see C loops). No result
 * depends on addresses, hash seeds or garbage collection.
 */
#ifndef SCRIPT_SAFE_LIBRARY_H
#define SCRIPT_SAFE_LIBRARY_H

#include <lua.h>

/* Prepares the state: opens the original libraries and hides the methods of strings. */
void safe_library_open(lua_State *L);
/* Pushes a new table of globals. The tables in it are copies: changing them affects this user
 * alone. */
void safe_library_push(lua_State *L);

/* Parts in files of their own. Each adds its functions to the table on top of the stack. */
void safe_base_add(lua_State *L);
void safe_string_add(lua_State *L);
void safe_pattern_add(lua_State *L);
void safe_utf8_add(lua_State *L);
void safe_table_add(lua_State *L);
void safe_coroutine_add(lua_State *L);
/* Copies functions of a standard library into the table on top. `names` ends with NULL. */
void safe_copy(lua_State *L, const char *library, const char *const *names);
/* Sets `name` in the table on top to `wrapper` with the original as its first upvalue. */
void safe_wrap(lua_State *L, const char *library, const char *name, lua_CFunction wrapper);
/* Calls the original (upvalue 1) with all arguments and returns all its results. Charges the script
 * for it (sandbox_spend). */
int safe_pass_on(lua_State *L);
/* Pushes the text of a value as tostring makes it, but without addresses. */
const char *safe_text(lua_State *L, int index, size_t *length);

/* math.random, from where sandbox_random_at put it. */
int safe_random(lua_State *L);

#endif
