/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "script/manual.h"

#include <string.h>

#include "base/memory.h"
#include "script_host.h"

static const char SOURCE = 0; /* its address is a key */

static int make_source(lua_State *L)
{
    script_open_library(L);
    sandbox_require(L, "thaw.manual");
    lua_getfield(L, -1, "source");
    lua_newtable(L);
    lua_value_add_methods(L);
    lua_newtable(L);
    lua_rows_add_methods(L);
    lua_call(L, 2, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &SOURCE);
    return 0;
}

static int take_source(lua_State *L)
{
    char **source = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &SOURCE);
    *source = memory_string(luaL_checkstring(L, -1));
    return 0;
}

char *script_manual(struct error *error)
{
    static const struct script_source NO_SCRIPT = {.path = "lua/thaw/manual.lua", .text = ""};
    static const struct sandbox_budget BUDGET = {.seconds = 10};
    char *source = NULL;
    struct script_host *host = script_host_load(
        &NO_SCRIPT, 0, NULL, (struct script_print){NULL, NULL}, make_source, error);
    if (host &&
        !sandbox_call(script_host_declaring(host)->sandbox, take_source, &source, BUDGET, error))
        source = NULL;
    script_host_free(host);
    return source;
}
