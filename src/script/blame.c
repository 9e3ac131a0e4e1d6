/* SPDX-License-Identifier: MIT
 *
 * Errors that other modules find in a script's declarations get the file and line of the
 * declaration here.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "script_host.h"

struct blame {
    const char *what;
    const char *entity, *field; /* of the mapping; NULL for another part */
    const char *part;           /* if `field` is NULL: "tasks", or "" for the arms */
};

/* If true, the place of the field is on top of the stack. */
static bool push_place_of_field(lua_State *L, const struct blame *blame)
{
    lua_getfield(L, -1, "parts");
    size_t count = lua_rawlen(L, -1);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        if (strcmp(field_text(L, -1, "entity"), blame->entity) == 0 &&
            strcmp(field_text(L, -1, "name"), blame->field) == 0) {
            lua_getfield(L, -1, "place");
            return true;
        }
        lua_pop(L, 1);
    }
    return false;
}

static int raise_there(lua_State *L)
{
    const struct blame *blame = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &SCRIPT_EXPERIMENT);
    bool found = true;
    if (blame->field) {
        found = push_place_of_field(L, blame);
    } else {
        if (*blame->part)
            lua_getfield(L, -1, blame->part);
        lua_getfield(L, -1, "place");
    }
    const char *place = found ? lua_tostring(L, -1) : NULL;
    lua_pushfstring(L, "%s%s", place ? place : "", blame->what);
    return lua_error(L);
}

static bool raise_in(struct script_host *host, const struct blame *blame, struct error *error)
{
    struct sandbox_budget budget = {.seconds = host->limits.ready_seconds};
    struct lane *lane = script_host_declaring(host);
    heap_rewind(sandbox_heap(lane->sandbox), NULL);
    return sandbox_call(lane->sandbox, raise_there, (void *)(uintptr_t)blame, budget, error);
}

static bool blame_part(struct script_host *host, const char *part, struct error *error)
{
    char *what = memory_string(error->text);
    raise_in(host, &(struct blame){.what = what, .part = part}, error);
    free(what);
    return false;
}

bool script_host_blame_tasks(struct script_host *host, struct error *error)
{
    return blame_part(host, "tasks", error);
}

bool script_host_blame_target(struct script_host *host, struct error *error)
{
    return blame_part(host, "target", error);
}

bool script_host_blame_where(struct script_host *host, struct error *error)
{
    return blame_part(host, "where", error);
}

bool script_host_blame_arms(struct script_host *host, struct error *error)
{
    return blame_part(host, "", error);
}

bool script_host_blame_mapping(struct script_host *host, struct error *error)
{
    static const char HEAD[] = "mapping `";
    char *what = memory_string(error->text), *copy = memory_string(error->text);
    char *entity = strncmp(copy, HEAD, sizeof HEAD - 1) == 0 ? copy + sizeof HEAD - 1 : NULL;
    char *field = entity ? strchr(entity, '.') : NULL, *end = field ? strchr(field, '`') : NULL;
    if (end) {
        *field++ = *end = '\0';
        raise_in(host, &(struct blame){what, entity, field, NULL}, error);
    }
    free(copy);
    free(what);
    return false;
}
