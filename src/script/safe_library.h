/* SPDX-License-Identifier: MIT
 *
 * The parts of Lua's standard library that a script may use: nothing that reaches files, processes
 * or bytecode, nothing that can run for ever inside one call (the count hook does not see C loops),
 * nothing whose result depends on addresses, hash seeds or garbage collection.
 */
#ifndef SCRIPT_SAFE_LIBRARY_H
#define SCRIPT_SAFE_LIBRARY_H

#include <lua.h>

/* Prepares the state: opens the originals and takes methods of strings out of reach. */
void safe_library_open(lua_State *L);
/* Pushes a new table of globals. Tables in it are copies: who changes them changes only his own. */
void safe_library_push(lua_State *L);

/* Parts that stand in files of their own; each adds to the table on top of the stack. */
void safe_base_add(lua_State *L);
void safe_string_add(lua_State *L);
void safe_pattern_add(lua_State *L);
void safe_utf8_add(lua_State *L);
void safe_table_add(lua_State *L);
void safe_coroutine_add(lua_State *L);
/* Copies the functions of a standard library, `names` ends with NULL, into the table on top. */
void safe_copy(lua_State *L, const char *library, const char *const *names);
/* Sets `name` in the table on top to `wrapper` with the original as its first upvalue. */
void safe_wrap(lua_State *L, const char *library, const char *name, lua_CFunction wrapper);
/* Calls the original (upvalue 1) with all arguments, returns all it returns, and charges the script
 * for it (sandbox_spend). */
int safe_pass_on(lua_State *L);
/* Pushes how a value is written for people: as tostring does, without addresses. */
const char *safe_text(lua_State *L, int index, size_t *length);

#endif
