/* SPDX-License-Identifier: MIT
 *
 * From the plain tables of thaw.entry to struct experiment. The tables were checked in Lua, where
 * the user's line is known; here is checked again what a script could have bent.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "script_host.h"

enum { LIST_MOST = 10000, SETTINGS_MOST = 4000, ITERATIONS_MOST = 1000 };

void experiment_release(struct experiment *experiment)
{
    for (size_t i = 0; i < experiment->trial_count; i++)
        free(experiment->trials[i].settings);
    free(experiment->trials);
    free(experiment->arms);
    free(experiment->seeds);
    *experiment = (struct experiment){0};
}

static void copy_text(lua_State *L, const char *name, char *text, size_t size)
{
    text_safe(field_text(L, -1, name), text, size);
}

/* Pushes a list and returns its length. */
static size_t push_list(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    luaL_checktype(L, -1, LUA_TTABLE);
    size_t count = lua_rawlen(L, -1);
    if (count > LIST_MOST)
        luaL_error(L, "'%s' has more than %d entries", name, LIST_MOST);
    return count;
}

static void read_shots(lua_State *L, struct task_options *tasks)
{
    size_t count = push_list(L, "shots");
    if (count == 0 || count > SHOTS_MOST)
        luaL_error(L, "'shots' must have 1 to %d entries", SHOTS_MOST);
    tasks->shot_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        if (lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TSTRING)
            tasks->shots[i] = SHOTS_ALL;
        else
            tasks->shots[i] = (uint32_t)luaL_checkinteger(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_tasks(lua_State *L, struct task_options *tasks)
{
    lua_getfield(L, -1, "tasks");
    luaL_checktype(L, -1, LUA_TTABLE);
    *tasks = (struct task_options){
        .least = (uint32_t)field_integer(L, -1, "least"),
        .most = (uint32_t)field_integer(L, -1, "most"),
        .query = (uint32_t)field_integer(L, -1, "query"),
        .draws = (uint32_t)field_integer(L, -1, "draws"),
        .published = field_flag(L, -1, "published"),
        .nested = field_flag(L, -1, "nested"),
        .by_time = field_flag(L, -1, "by_time"),
        .cold_users = field_number(L, -1, "cold_users"),
        .cold_items = field_number(L, -1, "cold_items"),
        .warm = field_number(L, -1, "warm"),
        .validation = field_number(L, -1, "validation"),
    };
    snprintf(tasks->cold_column, sizeof tasks->cold_column, "%s", field_text(L, -1, "cold_column"));
    read_shots(L, tasks);
    lua_pop(L, 1);
}

static void read_seeds(lua_State *L, struct experiment *experiment)
{
    size_t count = push_list(L, "seeds");
    if (count == 0)
        luaL_error(L, "'seeds' is empty");
    experiment->seeds = memory_array(count, sizeof *experiment->seeds);
    experiment->seed_count = count;
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        experiment->seeds[i] = (uint64_t)luaL_checkinteger(L, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static uint32_t read_whole(lua_State *L, const char *name, lua_Integer most)
{
    lua_Integer number = field_integer(L, -1, name);
    if (number < 0 || number > most)
        luaL_error(L, "'%s' is out of range", name);
    return (uint32_t)number;
}

void script_read_baseline(lua_State *L, enum baseline_kind *kind, struct baseline_options *options)
{
    const char *name = field_text(L, -1, "baseline");
    if (!baseline_find(name, kind))
        luaL_error(L, "there is no plain recommender '%s'", name);
    options->item_shrink = field_number(L, -1, "item_shrink");
    options->user_shrink = field_number(L, -1, "user_shrink");
    options->ridge = field_number(L, -1, "ridge");
    options->factors = read_whole(L, "factors", BASELINE_FACTORS_MOST);
    options->iterations = read_whole(L, "iterations", ITERATIONS_MOST);
}

static void read_arm(lua_State *L, struct arm *arm)
{
    luaL_checktype(L, -1, LUA_TTABLE);
    copy_text(L, "name", arm->name, sizeof arm->name);
    copy_text(L, "description", arm->description, sizeof arm->description);
    arm->is_baseline = field_text(L, -1, "baseline")[0] != '\0';
    if (arm->is_baseline)
        script_read_baseline(L, &arm->baseline, &arm->baseline_options);
}

static void read_arms(lua_State *L, struct experiment *experiment)
{
    size_t count = push_list(L, "arms");
    experiment->arms = memory_array(count, sizeof *experiment->arms);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_arm(L, &experiment->arms[i]);
        experiment->arm_count++;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_trials(lua_State *L, struct experiment *experiment)
{
    size_t count = push_list(L, "trials");
    experiment->trials = memory_array(count, sizeof *experiment->trials);
    for (size_t i = 0; i < count; i++) {
        struct arm_trial *trial = &experiment->trials[i];
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        lua_Integer arm = field_integer(L, -1, "arm");
        const char *settings = field_text(L, -1, "settings");
        if (arm < 1 || (size_t)arm > experiment->arm_count || strlen(settings) > SETTINGS_MOST)
            luaL_error(L, "a trial belongs to no arm, or its settings are too long");
        *trial = (struct arm_trial){.arm = (size_t)arm - 1,
                                    .number = read_whole(L, "trial", LIST_MOST),
                                    .settings = memory_string(settings)};
        experiment->trial_count++;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    experiment->rungs = read_whole(L, "rungs", 100);
    experiment->factor = read_whole(L, "factor", 100);
}

void script_read_experiment(lua_State *L, struct experiment *experiment)
{
    luaL_checktype(L, -1, LUA_TTABLE);
    copy_text(L, "name", experiment->name, sizeof experiment->name);
    copy_text(L, "data", experiment->data, sizeof experiment->data);
    copy_text(L, "baseline", experiment->baseline, sizeof experiment->baseline);
    copy_text(L, "answer", experiment->answer, sizeof experiment->answer);
    experiment->matters = field_number(L, -1, "matters");
    experiment->prior_shrink = field_number(L, -1, "prior_shrink");
    read_tasks(L, &experiment->tasks);
    read_seeds(L, experiment);
    read_arms(L, experiment);
    read_trials(L, experiment);
}
