/* SPDX-License-Identifier: MIT
 *
 * `require` for modules in memory, and strict globals: reading a name that does not exist is an
 * error.
 */
#include "config.h"

#include <limits.h>
#include <string.h>

#include "safe_library.h"
#include "sandbox_private.h"

static const char LOADED = 0, USER_GLOBALS = 0, LIBRARY_GLOBALS = 0;

static struct chunk *find_chunk(struct sandbox *sandbox, const char *name)
{
    for (size_t i = 0; i < sandbox->options.chunk_count; i++) {
        struct chunk *chunk = &sandbox->options.chunks[i];
        if (name ? chunk->name && strcmp(chunk->name, name) == 0 : !chunk->name)
            return chunk;
    }
    return NULL;
}

/* -- globals ------------------------------------------------------------------------------------*/

static int unknown_global(lua_State *L)
{
    return luaL_error(L, "'%s' is not defined",
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?");
}

static void guard(lua_State *L)
{
    lua_newtable(L);
    lua_pushcfunction(L, unknown_global);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, false);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static int base_require(lua_State *L)
{
    sandbox_require(L, luaL_checkstring(L, 1));
    return 1;
}

static void push_globals(lua_State *L, bool library)
{
    const void *key = library ? &LIBRARY_GLOBALS : &USER_GLOBALS;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    safe_library_push(L);
    lua_pushcfunction(L, base_require);
    lua_setfield(L, -2, "require");
    if (library && sandbox_of(L)->options.add_library)
        sandbox_of(L)->options.add_library(L);
    guard(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/* -- loading ------------------------------------------------------------------------------------*/

static void skip_mark(const char **text, size_t *size)
{
    if (*size >= 3 && memcmp(*text, "\xEF\xBB\xBF", 3) == 0) {
        *text += 3;
        *size -= 3;
    }
}

/* Pushes what the chunk returns. */
static void run(lua_State *L, struct chunk *chunk)
{
    const char *text = chunk->text;
    size_t size = chunk->size;
    skip_mark(&text, &size);
    lua_pushfstring(L, "@%s", chunk->path);
    const char *called = lua_tostring(L, -1);
    if (luaL_loadbufferx(L, text, size, called, "t") != LUA_OK)
        lua_error(L);
    push_globals(L, chunk->library);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
    lua_remove(L, -2);
}

void sandbox_run_script(lua_State *L)
{
    struct chunk *script = find_chunk(sandbox_of(L), NULL);
    sandbox_of(L)->inside = (struct sandbox_function){script, 1, INT_MAX};
    run(L, script);
    sandbox_of(L)->inside = (struct sandbox_function){0};
}

void sandbox_require(lua_State *L, const char *name)
{
    struct chunk *chunk = find_chunk(sandbox_of(L), name);
    if (!chunk)
        luaL_error(L, "there is no module '%s'", name);
    sandbox_push_registry(L, &LOADED);
    int type = lua_getfield(L, -1, name);
    if (type == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushboolean(L, false); /* marks a module that is being loaded */
        lua_setfield(L, -2, name);
        run(L, chunk);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushboolean(L, true);
        }
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, name);
    } else if (type == LUA_TBOOLEAN && !lua_toboolean(L, -1)) {
        luaL_error(L, "module '%s' requires itself", name);
    }
    lua_remove(L, -2);
}
