/* SPDX-License-Identifier: MIT
 *
 * Reads what a learner and its model declare: parameters, training plan, optimiser. Everything is
 * checked here, because a script may return what it likes.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"
#include "lua_learner.h"

enum { EPOCHS_MOST = 1000000, ROWS_MOST = 1 << 30 };
static const char BOUND = 0; /* its address is the key */

/* -- the feature space, as Lua sees it ----------------------------------------------------------*/

static void set_number(lua_State *L, const char *name, double number)
{
    lua_pushnumber(L, number);
    lua_setfield(L, -2, name);
}

static double deviation_of(const struct learning_data *data)
{
    double squares = 0;
    for (uint32_t row = 0; row < data->dataset->interactions; row++) {
        double off = (double)data->dataset->value[row] - data->prior->mean;
        squares += data->split->training[row] ? off * off : 0;
    }
    return sqrt(squares / data->split->training_rows);
}

/* What is known of the training ratings. `levels` is missing if there are too many different
 * values. */
static void push_ratings(lua_State *L, const struct learning_data *data)
{
    float levels[VALUE_LEVELS_MOST];
    const bool *training = data->split->training;
    struct value_range range = value_range_of(data->dataset, training);
    set_number(L, "mean", data->prior->mean);
    set_number(L, "deviation", deviation_of(data));
    set_number(L, "smallest", (double)range.smallest);
    set_number(L, "largest", (double)range.largest);
    uint32_t count = value_levels_of(data->dataset, training, levels);
    if (count > VALUE_LEVELS_MOST)
        return;
    lua_createtable(L, (int)count, 0);
    for (uint32_t i = 0; i < count; i++) {
        lua_pushnumber(L, (double)levels[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "levels");
}

static void push_space(lua_State *L, const struct learning_data *data)
{
    static const char *const kinds[] = {
        [FEATURE_INDEX] = "index", [FEATURE_BAG] = "bag", [FEATURE_NUMBER] = "number"};
    lua_newtable(L);
    push_ratings(L, data);
    set_number(L, "validation_tasks", data->split->validation_user_count);
    lua_createtable(L, (int)data->space->count, 0);
    for (size_t i = 0; i < data->space->count; i++) {
        const struct feature_field *field = &data->space->fields[i];
        lua_newtable(L);
        lua_pushstring(L, field->name);
        lua_setfield(L, -2, "name");
        lua_pushstring(L, feature_entity_name(field->entity));
        lua_setfield(L, -2, "entity");
        lua_pushstring(L, kinds[field->kind]);
        lua_setfield(L, -2, "kind");
        lua_pushinteger(L, field->vocabulary);
        lua_setfield(L, -2, "vocabulary");
        lua_pushinteger(L, field->columns);
        lua_setfield(L, -2, "columns");
        if (field->given) {
            lua_pushinteger(L, field->given_columns);
            lua_setfield(L, -2, "given");
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "fields");
}

void lua_learner_bind(lua_State *L, const struct lua_learner *learner)
{
    lane_of(L)->data = learner->data;
    script_push_entry(L, "bind");
    script_push_arm(L, learner->arm);
    push_space(L, learner->data);
    lua_call(L, 2, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &BOUND);
}

void lua_learner_push_bound(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &BOUND);
}

/* -- parameters ---------------------------------------------------------------------------------*/

static double number_or(lua_State *L, const char *name, double otherwise)
{
    bool missing = lua_getfield(L, -1, name) == LUA_TNIL;
    lua_pop(L, 1);
    return missing ? otherwise : field_number(L, -1, name);
}

static enum parameter_start start_of(lua_State *L, const char *parameter)
{
    static const char *const names[] = {PARAMETER_STARTS(LIST_TEXT)};
    const char *name = field_text(L, -1, "start");
    int start = field_choice(names, PARAMETER_START_COUNT, name);
    if (start < 0)
        luaL_error(L,
                   "parameter '%s': start is '%s', but must be zero, constant, normal, uniform or "
                   "identity",
                   parameter, name);
    return (enum parameter_start)start;
}

static uint32_t size_of(lua_State *L, const char *parameter, const char *name)
{
    lua_Integer size = field_integer(L, -1, name);
    if (size < 1 || size > INT32_MAX)
        luaL_error(L, "parameter '%s': %s is %I, but must be a whole number from 1 to %d",
                   parameter, name, (LUAI_UACINT)size, INT32_MAX);
    return (uint32_t)size;
}

static int32_t field_of_table(lua_State *L, const struct feature_space *space,
                              const struct parameter *parameter)
{
    const char *name = field_text(L, -1, "field");
    for (size_t i = 0; i < space->count; i++) {
        if (strcmp(space->fields[i].name, name) != 0)
            continue;
        if (space->fields[i].vocabulary != parameter->rows)
            luaL_error(L, "parameter '%s' has %d rows, but its field '%s' has %d words",
                       parameter->name, (int)parameter->rows, name,
                       (int)space->fields[i].vocabulary);
        return (int32_t)i;
    }
    return luaL_error(L, "parameter '%s': the mapping has no field '%s'", parameter->name, name);
}

/* `phase` is the only phase in which the parameter moves; without it, the parameter moves in
 * all. */
static uint32_t phases_of(lua_State *L)
{
    bool missing = lua_getfield(L, -1, "phase") == LUA_TNIL;
    lua_pop(L, 1);
    lua_Integer phase = missing ? 0 : field_integer(L, -1, "phase");
    if (phase < 0 || phase > PHASES_MOST)
        luaL_error(L, "parameter '%s': phase must be 1 to %d", field_text(L, -1, "name"),
                   PHASES_MOST);
    return phase > 0 ? (uint32_t)1 << (phase - 1) : 0;
}

/* The first rows of the field's table. */
static const float *given_of(lua_State *L, const struct lua_learner *learner, size_t number,
                             const struct parameter *parameter)
{
    const struct feature_field *field = &learner->data->space->fields[learner->fields[number]];
    if (field->given && field->given_columns != parameter->columns)
        luaL_error(L, "parameter '%s' has %d columns, but the field '%s' starts with %d",
                   parameter->name, (int)parameter->columns, field->name,
                   (int)field->given_columns);
    return field->given;
}

static void read_parameter(lua_State *L, struct lua_learner *learner, size_t number)
{
    const char *name = field_text(L, -1, "name");
    struct parameter parameter = {
        .name = (char *)name, /* copied by parameters_add */
        .rows = size_of(L, name, "rows"),
        .columns = size_of(L, name, "columns"),
        .table = field_flag(L, -1, "table"),
        .start = start_of(L, name),
        .scale = number_or(L, "scale", 0),
        .rate = number_or(L, "rate", 1),
        .decay = number_or(L, "decay", 0),
        .phases = phases_of(L),
    };
    learner->fields[number] =
        parameter.table ? field_of_table(L, learner->data->space, &parameter) : -1;
    if (parameter.table && field_flag(L, -1, "given"))
        parameter.given = given_of(L, learner, number, &parameter);
    struct error error;
    if (!parameters_add(learner->parameters, &parameter, &error))
        sandbox_raise(L, &error);
    learner->numbers += (uint64_t)parameter.rows * parameter.columns;
}

static void read_parameters(lua_State *L, struct lua_learner *learner)
{
    enum { PARAMETERS_MOST = 1000 };
    lua_getfield(L, -1, "parameters");
    luaL_checktype(L, -1, LUA_TTABLE);
    size_t count = lua_rawlen(L, -1);
    if (count == 0 || count > PARAMETERS_MOST)
        luaL_error(L, "a model has 1 to %d parameters, not %d", PARAMETERS_MOST, (int)count);
    learner->fields = memory_array(count, sizeof *learner->fields);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        read_parameter(L, learner, i);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* -- plan and optimiser -------------------------------------------------------------------------*/

static void read_phases(lua_State *L, const struct split *split, struct training_plan *plan)
{
    lua_getfield(L, -1, "phases");
    luaL_checktype(L, -1, LUA_TTABLE);
    size_t count = lua_rawlen(L, -1);
    if (count < 1 || count > PHASES_MOST)
        luaL_error(L, "the learner trains in %d phases, but must in 1 to %d", (int)count,
                   PHASES_MOST);
    for (; plan->phase_count < count; plan->phase_count++) {
        lua_rawgeti(L, -1, (lua_Integer)plan->phase_count + 1);
        const char *users = field_text(L, -1, "users");
        lua_Integer epochs = field_integer(L, -1, "epochs");
        if (strcmp(users, "training") != 0 && strcmp(users, "validation") != 0)
            luaL_error(L, "phase %d: users is '%s', but must be training or validation",
                       (int)plan->phase_count + 1, users);
        if (strcmp(users, "validation") == 0 && split->validation_task_count == 0)
            luaL_error(L, "it learns from validation users too, and there are none: raise "
                          "tasks.validation");
        if (epochs < 1 || epochs > EPOCHS_MOST)
            luaL_error(L, "phase %d: epochs is %I, but must be a whole number from 1 to %d",
                       (int)plan->phase_count + 1, (LUAI_UACINT)epochs, EPOCHS_MOST);
        plan->phases[plan->phase_count] = (struct training_phase){
            .users = strcmp(users, "training") == 0 ? USERS_TRAINING : USERS_VALIDATION,
            .epochs = (uint32_t)epochs};
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Steps are counted in 32 bits. */
static void check_steps(lua_State *L, const struct split *split, const struct training_plan *plan)
{
    uint64_t steps = 0;
    for (uint32_t phase = 0; phase < plan->phase_count; phase++)
        steps +=
            (uint64_t)training_steps_per_epoch(split, plan, phase) * plan->phases[phase].epochs;
    if (steps > UINT32_MAX)
        luaL_error(L,
                   "it would train for %I steps, but at most %I are allowed: take fewer epochs "
                   "or larger batches",
                   (LUAI_UACINT)steps, (LUAI_UACINT)UINT32_MAX);
}

static void read_plan(lua_State *L, const struct split *split, struct training_plan *plan)
{
    lua_getfield(L, -1, "plan");
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_Integer most = field_integer(L, -1, "support_most");
    *plan = (struct training_plan){
        .by = field_flag(L, -1, "by_row") ? TRAIN_BY_ROW : TRAIN_BY_TASK,
        .batch = field_whole(L, -1, "batch", 1, ROWS_MOST),
        .shard = field_whole(L, -1, "shard", 1, ROWS_MOST),
        .query = field_whole(L, -1, "query", 0, ROWS_MOST),
        .support_most = most < 0 ? UINT32_MAX : field_whole(L, -1, "support_most", 0, ROWS_MOST),
        .random_support = field_flag(L, -1, "random_support"),
    };
    read_phases(L, split, plan);
    check_steps(L, split, plan);
    lua_pop(L, 1);
}

static void read_optimiser(lua_State *L, struct optimiser_options *options)
{
    lua_getfield(L, -1, "optimiser");
    luaL_checktype(L, -1, LUA_TTABLE);
    enum optimiser_kind kind = OPTIMISER_ADAM;
    if (!optimiser_kind_find(field_text(L, -1, "kind"), &kind))
        luaL_error(L, "there is no optimiser '%s', only %s", field_text(L, -1, "kind"),
                   optimiser_kind_names());
    *options = optimiser_defaults(kind);
    options->rate = field_number(L, -1, "rate");
    options->clip = field_number(L, -1, "clip");
    if (!schedule_kind_find(field_text(L, -1, "schedule"), &options->schedule.kind))
        luaL_error(L, "there is no schedule '%s', only %s", field_text(L, -1, "schedule"),
                   schedule_kind_names());
    options->schedule.warm_up = field_number(L, -1, "warm_up");
    options->schedule.every = number_or(L, "every", options->schedule.every);
    options->schedule.drop = number_or(L, "drop", options->schedule.drop);
    options->schedule.floor = number_or(L, "floor", options->schedule.floor);
    options->momentum = number_or(L, "momentum", options->momentum);
    options->beta1 = number_or(L, "beta1", options->beta1);
    options->beta2 = number_or(L, "beta2", options->beta2);
    lua_pop(L, 1);
}

void lua_learner_declare(lua_State *L, struct lua_learner *learner,
                         struct optimiser_options *options)
{
    luaL_checktype(L, -1, LUA_TTABLE);
    read_optimiser(L, options);
    const struct script_limits *limits = &learner->host->limits;
    parameters_limit(learner->parameters, &(struct parameters_limits){limits->budget, options->kind,
                                                                      limits->saved_most});
    read_parameters(L, learner);
    read_plan(L, learner->data->split, &learner->base.plan);
    learner->exact = field_flag(L, -1, "exact");
    learner->base.deviates = field_flag(L, -1, "deviates");
}
