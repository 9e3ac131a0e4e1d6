/* SPDX-License-Identifier: MIT
 *
 * Turns the plain tables of thaw.entry into a struct experiment. Lua has checked the tables,
 * because the user's line is known there. The checks here repeat those that a script could get
 * around.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"
#include "base/text.h"
#include "script_host.h"

enum { LIST_MOST = 10000, SETTINGS_MOST = 4000, ITERATIONS_MOST = 1000, DRAWS_MOST = 100 };

void experiment_release(struct experiment *experiment)
{
    for (size_t i = 0; i < experiment->trial_count; i++)
        free(experiment->trials[i].settings);
    free(experiment->trials);
    free(experiment->metrics);
    free(experiment->arms);
    free(experiment->seeds);
    *experiment = (struct experiment){0};
}

static void copy_text(lua_State *L, const char *name, char *text, size_t size)
{
    text_safe(field_text(L, -1, name), text, size);
}

/* Names are parts of run labels such as "3/maml/1", of table names and of messages. */
static void copy_name(lua_State *L, const char *name, char *text, size_t size)
{
    const char *given = field_text(L, -1, name);
    size_t length = strlen(given);
    bool good = length > 0 && length < size && text_is_utf8(given, length);
    for (const char *at = given; *at; at++)
        good = good && (unsigned char)*at > ' ' && *at != '/' && *at != 0x7f;
    if (!good)
        luaL_error(L,
                   "'%s' must be a name of 1 to %d bytes: valid UTF-8 without spaces, \"/\" and "
                   "control characters",
                   name, (int)size - 1);
    memcpy(text, given, length + 1);
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

static uint32_t read_shot(lua_State *L)
{
    lua_Integer number = luaL_checkinteger(L, -1);
    if (number < 0 || number > INT32_MAX)
        luaL_error(L, "a number of shots is %I, but must be from 0 to %d", (LUAI_UACINT)number,
                   INT32_MAX);
    return (uint32_t)number;
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
            tasks->shots[i] = read_shot(L);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static enum task_order read_order(lua_State *L, const char *name)
{
    static const char *const orders[] = {TASK_ORDERS(LIST_TEXT)};
    int order = field_choice(orders, ORDER_COUNT, field_text(L, -1, name));
    if (order < 0)
        luaL_error(L, "'%s' has no order '%s'", name, field_text(L, -1, name));
    return (enum task_order)order;
}

static enum negatives_by read_negatives_by(lua_State *L)
{
    static const char *const names[] = {NEGATIVES_BY(LIST_TEXT)};
    int by = field_choice(names, NEGATIVES_BY_COUNT, field_text(L, -1, "negatives_by"));
    if (by < 0)
        luaL_error(L, "'negatives' cannot be chosen by '%s'", field_text(L, -1, "negatives_by"));
    return (enum negatives_by)by;
}

static void read_column(lua_State *L, const char *name, const char *option, char *column,
                        size_t size)
{
    const char *given = field_text(L, -1, name);
    if (strlen(given) >= size)
        luaL_error(L, "the name of the column `%s` has more than %d bytes", option, (int)size - 1);
    snprintf(column, size, "%s", given);
}

static void read_tasks(lua_State *L, struct task_options *tasks)
{
    lua_getfield(L, -1, "tasks");
    luaL_checktype(L, -1, LUA_TTABLE);
    *tasks = (struct task_options){
        .least = field_whole(L, -1, "least", 1, INT32_MAX),
        .most = field_whole(L, -1, "most", 1, INT32_MAX),
        .query = field_whole(L, -1, "query", 1, INT32_MAX),
        .draws = field_whole(L, -1, "draws", 1, DRAWS_MOST),
        .published = field_flag(L, -1, "published"),
        .nested = field_flag(L, -1, "nested"),
        .own_draw = field_flag(L, -1, "own_draw"),
        .given = field_flag(L, -1, "given"),
        .by_time = field_flag(L, -1, "by_time"),
        .cold_users = field_number(L, -1, "cold_users"),
        .cold_items = field_number(L, -1, "cold_items"),
        .warm = field_number(L, -1, "warm"),
        .validation = field_number(L, -1, "validation"),
        .fold = field_whole(L, -1, "fold", 0, FOLDS_MOST),
        .folds = field_whole(L, -1, "folds", 0, FOLDS_MOST),
        .validation_fold = field_whole(L, -1, "validation_fold", 0, FOLDS_MOST),
    };
    read_column(L, "cold_items_by", "items_by", tasks->cold_items_by, sizeof tasks->cold_items_by);
    read_column(L, "cold_users_by", "users_by", tasks->cold_users_by, sizeof tasks->cold_users_by);
    read_column(L, "fold_column", "by", tasks->fold_column, sizeof tasks->fold_column);
    if (field_flag(L, -1, "by_item"))
        task_options_mirror(tasks);
    tasks->ask = read_order(L, "ask");
    tasks->show = read_order(L, "show");
    tasks->negatives = field_whole(L, -1, "negatives", 0, NEGATIVES_MOST);
    tasks->negatives_by = read_negatives_by(L);
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
        lua_Integer seed = luaL_checkinteger(L, -1);
        if (seed < 0)
            luaL_error(L, "a seed is %I, but must be at least 0", (LUAI_UACINT)seed);
        for (size_t before = 0; before < i; before++)
            if (experiment->seeds[before] == (uint64_t)seed)
                luaL_error(L, "the seed %I is there twice", (LUAI_UACINT)seed);
        experiment->seeds[i] = (uint64_t)seed;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void script_read_baseline(lua_State *L, enum baseline_kind *kind, struct baseline_options *options)
{
    const char *name = field_text(L, -1, "baseline");
    if (!baseline_find(name, kind))
        luaL_error(L, "there is no plain recommender '%s'", name);
    options->item_shrink = field_number(L, -1, "item_shrink");
    options->user_shrink = field_number(L, -1, "user_shrink");
    options->ridge = field_number(L, -1, "ridge");
    options->factors = field_whole(L, -1, "factors", 0, BASELINE_FACTORS_MOST);
    options->iterations = field_whole(L, -1, "iterations", 0, ITERATIONS_MOST);
    options->exposure = field_number(L, -1, "exposure");
}

static void read_arm(lua_State *L, struct arm *arm)
{
    luaL_checktype(L, -1, LUA_TTABLE);
    copy_name(L, "name", arm->name, sizeof arm->name);
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
        for (size_t before = 0; before < i; before++)
            if (strcmp(experiment->arms[before].name, experiment->arms[i].name) == 0)
                luaL_error(L, "two arms are called '%s'", experiment->arms[i].name);
        experiment->arm_count++;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_metric(lua_State *L, struct own_metric *metric)
{
    luaL_checktype(L, -1, LUA_TTABLE);
    copy_name(L, "name", metric->name, sizeof metric->name);
    copy_text(L, "help", metric->help, sizeof metric->help);
    metric->more = field_flag(L, -1, "more");
    if (!own_metric_name_fits(metric->name))
        luaL_error(L, "'%s' is no name for a metric", metric->name);
    if (!metric_subject_find(field_text(L, -1, "of"), &metric->of))
        luaL_error(L, "metric '%s' is of nothing that is known", metric->name);
    if (lua_getfield(L, -1, "value") != LUA_TFUNCTION)
        luaL_error(L, "metric '%s' has no function", metric->name);
    lua_pop(L, 1);
}

static void read_metrics(lua_State *L, struct experiment *experiment)
{
    size_t count = push_list(L, "metrics");
    if (count > OWN_METRICS_MOST)
        luaL_error(L, "there are more than %d metrics", OWN_METRICS_MOST);
    experiment->metrics = memory_array(count, sizeof *experiment->metrics);
    for (; experiment->metric_count < count; experiment->metric_count++) {
        lua_rawgeti(L, -1, (lua_Integer)experiment->metric_count + 1);
        read_metric(L, &experiment->metrics[experiment->metric_count]);
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
        if (arm < 1 || (size_t)arm > experiment->arm_count)
            luaL_error(L, "a trial belongs to no arm");
        if (strlen(settings) > SETTINGS_MOST)
            luaL_error(L,
                       "arm '%s': the settings of one trial take more than %d bytes; "
                       "give fewer options a range",
                       experiment->arms[arm - 1].name, SETTINGS_MOST);
        *trial = (struct arm_trial){.arm = (size_t)arm - 1,
                                    .number = field_whole(L, -1, "trial", 1, LIST_MOST),
                                    .settings = memory_string(settings)};
        experiment->trial_count++;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    experiment->rungs = field_whole(L, -1, "rungs", 1, 8);
    experiment->factor = field_whole(L, -1, "factor", 2, 100);
}

void script_read_experiment(lua_State *L, struct experiment *experiment)
{
    luaL_checktype(L, -1, LUA_TTABLE);
    copy_text(L, "name", experiment->name, sizeof experiment->name);
    copy_name(L, "data", experiment->data, sizeof experiment->data);
    copy_name(L, "baseline", experiment->baseline, sizeof experiment->baseline);
    copy_text(L, "answer", experiment->answer, sizeof experiment->answer);
    if (strcmp(experiment->answer, "level") != 0 && strcmp(experiment->answer, "median") != 0 &&
        strcmp(experiment->answer, "raw") != 0)
        luaL_error(L, "'answer' must be level, median or raw");
    experiment->matters = field_number(L, -1, "matters");
    if (experiment->matters < 0)
        luaL_error(L, "'matters' is negative, but must be at least 0");
    experiment->prior_shrink = field_number(L, -1, "prior_shrink");
    experiment->has_target = lua_getfield(L, -1, "target") != LUA_TNIL;
    experiment->has_where = lua_getfield(L, -2, "where") != LUA_TNIL;
    experiment->has_key = lua_getfield(L, -3, "key") != LUA_TNIL;
    lua_pop(L, 3);
    read_tasks(L, &experiment->tasks);
    read_seeds(L, experiment);
    read_arms(L, experiment);
    read_metrics(L, experiment);
    read_trials(L, experiment);
}
