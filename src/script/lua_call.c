/* SPDX-License-Identifier: MIT
 *
 * The one place that runs a learner's Lua. Before each call, Lua is put back to the state in which
 * it has not yet learned from any user. Then the learner is called for one shard.
 */
#include "config.h"

#include "lua_call.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

/* -- shards -------------------------------------------------------------------------------------*/

static struct value *table_leaf(struct lane *lane, const struct parameter *parameter,
                                const struct feature_lookup *lookup)
{
    size_t columns = parameter->columns;
    real *compact = tape_take(lane->tape, (lookup->unique + 1) * columns * sizeof *compact);
    for (uint32_t i = 0; compact && i < lookup->unique; i++)
        memcpy(compact + i * columns, parameter->values + lookup->rows[i] * columns,
               columns * sizeof *compact);
    return tape_leaf_even(lane->tape, 1, lookup->unique, columns, compact);
}

/* Whether the step is on validation users. The learner then behaves as it does when it predicts:
 * nothing is dropped, so what is fitted there matches what is asked later. */
static bool measures(const struct lua_learner *learner, const struct training_place *place)
{
    const struct training_plan *plan = &learner->base.plan;
    return place->phase < plan->phase_count && plan->phases[place->phase].users == USERS_VALIDATION;
}

void lua_call_announce(const struct lua_learner *learner, struct lane *lane,
                       const struct training_place *place)
{
    lane->training = place != NULL;
    lane->noisy = place && !measures(learner, place);
    lane->place =
        place ? *place : (struct training_place){.seed = learner->seed, .step = UINT32_MAX};
    sandbox_blame(lane->sandbox, learner->line, learner->blame);
}

void lua_call_begin(struct learner_call *call, const struct episodes *episodes,
                    const struct training_place *place)
{
    struct lane *lane = call->lane;
    const struct lua_learner *learner = call->learner;
    lane_clear(lane);
    lua_call_announce(learner, lane, place);
    lane->shard =
        shard_new(learner->data, episodes, lane->noisy ? place : NULL, &lane->memory, lane->arena);

    size_t count = parameters_count(learner->parameters);
    call->leaves = arena_take(lane->arena, count * sizeof *call->leaves);
    for (size_t i = 0; i < count; i++) {
        const struct parameter *parameter = parameters_at(learner->parameters, i);
        call->leaves[i] =
            parameter->table
                ? table_leaf(lane, parameter, shard_lookup(lane->shard, (size_t)learner->fields[i]))
                : tape_leaf_even(lane->tape, 1, parameter->rows, parameter->columns,
                                 parameter->values);
    }
}

void lua_call_end(struct learner_call *call)
{
    lane_clear(call->lane);
    sandbox_blame(call->lane->sandbox, 0, NULL);
}

/* -- calling Lua --------------------------------------------------------------------------------*/

static void push_leaves(lua_State *L, const struct learner_call *call)
{
    const struct lua_learner *learner = call->learner;
    size_t count = parameters_count(learner->parameters);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        lua_value_push_table(L, call->leaves[i], learner->fields[i]);
        lua_setfield(L, -2, parameters_at(learner->parameters, i)->name);
    }
}

static void push_target(lua_State *L, const struct learner_call *call)
{
    struct lane *lane = call->lane;
    const struct shard_side *query = &lane->shard->query;
    real *numbers = tape_take(lane->tape, (query->count + 1) * sizeof *numbers);
    for (uint32_t row = 0; numbers && row < query->count; row++)
        numbers[row] = (real)call->target[row];
    lua_value_push(L, tape_constant(lane->tape, lane->shard->tasks, 1, query->offsets, numbers));
}

static int call_lua(lua_State *L)
{
    struct learner_call *call = lua_touserdata(L, 1);
    script_push_entry(L, call->target ? "loss" : "predict");
    lua_learner_push_bound(L);
    push_leaves(L, call);
    lua_rows_push(L, false);
    lua_rows_push(L, true);
    if (call->target) {
        push_target(L, call);
        lua_pushinteger(L, (lua_Integer)call->lane->place.phase + 1);
    } else {
        lua_pushboolean(L, call->deviations);
    }
    if (call->apart)
        lua_rows_push_mirrored(L);
    lua_call(L, call->target ? 6 : 5 + call->apart, 2);
    call->result = lua_value_check(L, -2)->value;
    bool second = call->target ? !lua_isnil(L, -1) : call->deviations;
    if (second && !lua_value_test(L, -1))
        return luaL_error(L, "%s is %s, but must be a value",
                          call->target ? "the loss to be shown" : "the variance",
                          luaL_typename(L, -1));
    call->second = second ? lua_value_check(L, -1)->value : NULL;
    return 0;
}

static int bind(lua_State *L)
{
    lua_learner_bind(L, lua_touserdata(L, 1));
    return 0;
}

static bool refuse_layer(const struct lua_learner *learner, struct lane *lane, size_t weight,
                         struct error *error)
{
    char what[160];
    snprintf(what, sizeof what, "%s: what it keeps in Lua, in each thread,", learner->blame);
    tape_refuse(lane->tape, learner->host->limits.budget, weight, what);
    *error = *tape_error(lane->tape);
    return false;
}

/* Puts Lua back to the state in which the script is loaded, this arm is ready, and nothing else has
 * happened. */
static bool make_ready(const struct lua_learner *learner, struct lane *lane, struct error *error)
{
    struct heap *heap = sandbox_heap(lane->sandbox);
    struct heap_layer **bound = &learner->bound[lane - learner->host->lanes];
    struct sandbox_budget budget = {.seconds = learner->host->limits.ready_seconds,
                                    .of = "making a learner ready"};
    heap_rewind(heap, *bound);
    if (*bound)
        return true;
    sandbox_random_at(lane->sandbox, 0, 0, 0);
    if (!sandbox_call(lane->sandbox, bind, (void *)learner, budget, error))
        return false;
    lane->step++; /* values made during bind do not belong to the shard under way */
    struct heap_layer *layer = heap_layer_new(heap);
    size_t weight = heap_layer_weight(heap, layer);
    if (!budget_take(learner->host->limits.budget, weight)) {
        heap_layer_free(layer);
        return refuse_layer(learner, lane, weight, error);
    }
    atomic_fetch_add(&((struct lua_learner *)learner)->charged, weight);
    *bound = layer;
    return true;
}

bool lua_call_run(struct learner_call *call, struct error *error)
{
    struct sandbox_budget budget = {.seconds = call->learner->host->limits.step_seconds,
                                    .of = "a call of a learner"};
    if (call->learner->plain && !script_plain_fit(call->learner->host, error))
        return false;
    if (!make_ready(call->learner, call->lane, error))
        return false;
    const struct training_place *place = &call->lane->place;
    sandbox_random_at(call->lane->sandbox, place->seed, place->step, place->shard);
    return sandbox_call(call->lane->sandbox, call_lua, call, budget, error);
}

bool lua_call_not_finite(struct learner_call *call, const struct episodes *episodes,
                         const struct training_place *place, const char *what, struct error *error)
{
    struct error again;
    if (tape_check_finite(call->lane->tape, error))
        return error_set(error, ERROR_NUMERIC, "%s is not finite", what);
    error_within(error, "%s is not finite", what);
    if (!episodes)
        return false;
    lua_call_begin(call, episodes, place);
    call->lane->doubted = what;
    if (!lua_call_run(call, &again) && again.kind == ERROR_NUMERIC)
        *error = again;
    call->lane->doubted = NULL;
    return false;
}
