/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "lua_learner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "tensor/operation.h"

/* Tasks that are predicted at once: enough for the large products, few enough for memory. */
enum { PREDICTED_AT_ONCE = 32 };

/* One call of a learner. */
struct learner_call {
    const struct lua_learner *learner;
    struct lane *lane;
    const float *target; /* of the query, in training */
    bool deviations;     /* are wanted, when predicting */
    struct value **leaves;
    struct value *result;
    struct value *second; /* in training the loss to be shown, or NULL; else, where deviations are
                             wanted, the variance */
};

/* -- shards -------------------------------------------------------------------------------------*/

static struct value *table_leaf(struct lane *lane, const struct parameter *parameter,
                                const struct feature_lookup *lookup)
{
    size_t columns = parameter->columns;
    real *compact = tape_take(lane->tape, (lookup->unique + 1) * columns * sizeof *compact);
    for (uint32_t i = 0; i < lookup->unique; i++)
        memcpy(compact + i * columns, parameter->values + lookup->rows[i] * columns,
               columns * sizeof *compact);
    return tape_leaf_even(lane->tape, 1, lookup->unique, columns, compact);
}

/* Whether the step is on validation users. A learner is then what it is when it predicts: nothing
 * is dropped, so that what is fitted there fits what is asked later. */
static bool measures(const struct lua_learner *learner, const struct training_place *place)
{
    const struct training_plan *plan = &learner->base.plan;
    return place->phase < plan->phase_count && plan->phases[place->phase].users == USERS_VALIDATION;
}

/* Says to Lua what is going on: a training step at this place, or a prediction. */
static void announce(const struct lua_learner *learner, struct lane *lane,
                     const struct training_place *place)
{
    lane->training = place != NULL;
    lane->noisy = place && !measures(learner, place);
    lane->place =
        place ? *place : (struct training_place){.seed = learner->seed, .step = UINT32_MAX};
    sandbox_random_at(lane->sandbox, lane->place.seed, lane->place.step, lane->place.shard);
    sandbox_blame(lane->sandbox, learner->line, learner->blame);
}

/* Sets the lane up for one shard and makes the parameters leaves of its tape. */
static void begin(struct learner_call *call, const struct episodes *episodes,
                  const struct training_place *place)
{
    struct lane *lane = call->lane;
    const struct lua_learner *learner = call->learner;
    lane_clear(lane);
    announce(learner, lane, place);
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

/* Ends what Lua may still hold; the memory stays. */
static void end(struct learner_call *call)
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
    for (uint32_t row = 0; row < query->count; row++)
        numbers[row] = (real)call->target[row];
    lua_value_push(L, tape_constant(lane->tape, lane->shard->tasks, 1, query->offsets, numbers));
}

static int call_lua(lua_State *L)
{
    struct learner_call *call = lua_touserdata(L, 1);
    script_push_entry(L, call->target ? "loss" : "predict");
    lua_learner_push_bound(L, call->learner);
    push_leaves(L, call);
    lua_rows_push(L, false);
    lua_rows_push(L, true);
    if (call->target) {
        push_target(L, call);
        lua_pushinteger(L, (lua_Integer)call->lane->place.phase + 1);
    } else {
        lua_pushboolean(L, call->deviations);
    }
    lua_call(L, call->target ? 6 : 5, 2);
    if (!lua_value_test(L, -2))
        return luaL_error(L, "%s returned %s, but must return a value",
                          call->target ? "the loss" : "predict", luaL_typename(L, -2));
    call->result = lua_value_check(L, -2)->value;
    bool second = call->target ? !lua_isnil(L, -1) : call->deviations;
    if (second && !lua_value_test(L, -1))
        return luaL_error(L, "%s is %s, but must be a value",
                          call->target ? "the loss to be shown" : "the variance",
                          luaL_typename(L, -1));
    call->second = second ? lua_value_check(L, -1)->value : NULL;
    return 0;
}

static bool run(struct learner_call *call, struct error *error)
{
    if (call->learner->plain && !script_plain_fit(call->learner->host, error))
        return false;
    struct sandbox_budget budget = {.seconds = call->learner->host->limits.step_seconds};
    return sandbox_call(call->lane->sandbox, call_lua, call, budget, error);
}

/* A value with numbers that are none: says where they began. */
static bool not_finite(const struct learner_call *call, const char *what, struct error *error)
{
    if (tape_check_finite(call->lane->tape, error))
        return error_set(error, ERROR_NUMERIC, "%s is not finite", what);
    return error_within(error, "%s is not finite", what);
}

/* -- training -----------------------------------------------------------------------------------*/

/* A gradient that is no gradient: takes it again with every operation of it on the tape, to say
 * where it began. */
static bool gradient_not_finite(const struct learner_call *call, const char *parameter,
                                struct error *error)
{
    struct lane *lane = call->lane;
    size_t count = parameters_count(call->learner->parameters);
    struct value **gradients = arena_take(lane->arena, count * sizeof *gradients);
    if (!tape_gradient(lane->tape, call->result, call->leaves, count, true, gradients) ||
        tape_check_finite(lane->tape, error))
        return error_set(error, ERROR_NUMERIC, "the gradient of parameter `%s` is not finite",
                         parameter);
    return error_within(error, "the gradient of parameter `%s` is not finite", parameter);
}

/* False where a number of it is not finite. */
static bool set_gradient(const struct learner_call *call, struct gradient_slot *slot, size_t number,
                         const real *gradient)
{
    int field = call->learner->fields[number];
    if (field < 0)
        return gradient_slot_set_dense(slot, number, gradient);
    const struct feature_lookup *lookup = shard_lookup(call->lane->shard, (size_t)field);
    return gradient_slot_set_rows(slot, number, lookup->rows, lookup->unique, gradient);
}

/* The numbers of the parameters that move in the phase under way: gradients of others would be
 * computed for nothing. */
static const size_t *moving_in(const struct lua_learner *learner, struct lane *lane, size_t *count)
{
    size_t all = parameters_count(learner->parameters);
    size_t *numbers = arena_take(lane->arena, (all + 1) * sizeof *numbers);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (parameter_moves(parameters_at(learner->parameters, i), lane->place.phase))
            numbers[(*count)++] = i;
    return numbers;
}

static bool fill_slot(const struct learner_call *call, struct gradient_slot *slot,
                      struct error *error)
{
    struct lane *lane = call->lane;
    const struct lua_learner *learner = call->learner;
    size_t count;
    const size_t *moving = moving_in(learner, lane, &count);
    struct value **leaves = arena_take(lane->arena, (count + 1) * sizeof *leaves);
    struct value **gradients = arena_take(lane->arena, (count + 1) * sizeof *gradients);
    for (size_t i = 0; i < count; i++)
        leaves[i] = call->leaves[moving[i]];
    if (!tape_gradient(lane->tape, call->result, leaves, count, false, gradients)) {
        *error = *tape_error(lane->tape);
        return error_within(error, "%s, outer gradient", learner->blame);
    }
    gradient_slot_clear(slot);
    for (size_t i = 0; i < count; i++)
        if (!set_gradient(call, slot, moving[i], value_task(gradients[i], 0)))
            return gradient_not_finite(call, parameters_at(learner->parameters, moving[i])->name,
                                       error);
    return true;
}

static bool is_loss(const struct learner_call *call, const struct value *value, struct error *error)
{
    char shape[80];
    if (value->columns == 1 && value_rows(value) == value->tasks)
        return true;
    return error_set(error, ERROR_SCRIPT, "%s: the loss must be one number a task, not %s",
                     call->learner->blame, value_shape(value, shape, sizeof shape));
}

bool lua_learner_gradient(struct lua_learner *learner, uint32_t lane,
                          const struct episodes *episodes, struct training_place place,
                          struct gradient_slot *slot, double *loss, double *shown,
                          struct error *error)
{
    struct learner_call call = {
        .learner = learner, .lane = &learner->host->lanes[lane], .target = episodes->query_value};
    begin(&call, episodes, &place);
    bool done = run(&call, error) && is_loss(&call, call.result, error) &&
                (!call.second || is_loss(&call, call.second, error));
    if (done) {
        *loss = value_number(call.result);
        *shown = value_number(call.second ? call.second : call.result);
        done =
            isfinite(*loss) ? fill_slot(&call, slot, error) : not_finite(&call, "the loss", error);
    }
    end(&call);
    return done;
}

static bool learner_gradient(struct recommender *self, uint32_t lane,
                             const struct episodes *episodes, struct training_place place,
                             struct gradient_slot *slot, double *loss, struct error *error)
{
    double trained;
    return lua_learner_gradient((struct lua_learner *)self, lane, episodes, place, slot, &trained,
                                loss, error);
}

static bool learner_update(struct recommender *self, struct gradient_slot *const *slots,
                           uint32_t count, uint32_t tasks, struct training_moment moment,
                           struct error *error)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    return parameters_update(learner->parameters, slots, count, 1.0 / tasks, moment.phase,
                             moment.progress, error) ||
           error_within(error, "%s", learner->blame);
}

/* Below this many numbers, calling other threads takes longer than it saves. */
enum { WORTH_PARTS = 1 << 16 };
_Static_assert((int)RECOMMENDER_PARTS == (int)PARAMETERS_PARTS, "the parts are the same");

static bool learner_update_begin(struct recommender *self, struct training_moment moment)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    return learner->numbers >= WORTH_PARTS &&
           parameters_update_begin(learner->parameters, moment.phase, moment.progress);
}

static bool learner_update_part(struct recommender *self, struct gradient_slot *const *slots,
                                uint32_t count, uint32_t tasks, struct training_moment moment,
                                uint32_t part, struct error *error)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    return parameters_update_part(learner->parameters, slots, count, 1.0 / tasks, moment.phase,
                                  part, error) ||
           error_within(error, "%s", learner->blame);
}

static struct gradient_slot *learner_slot_new(struct recommender *self)
{
    return gradient_slot_new(((struct lua_learner *)self)->parameters);
}

/* -- predicting ---------------------------------------------------------------------------------*/

/* Tasks first .. first + count - 1 of some rows, numbered from 0. */
static struct rows part_of(const struct rows *rows, uint32_t first, uint32_t count,
                           uint32_t *offsets)
{
    uint32_t start = rows->offsets[first];
    for (uint32_t t = 0; t <= count; t++)
        offsets[t] = rows->offsets[first + t] - start;
    return (struct rows){
        .tasks = count,
        .offsets = offsets,
        .user = rows->user + start,
        .item = rows->item + start,
        .interaction = rows->interaction + start,
        .value = rows->value ? rows->value + start : NULL,
    };
}

/* Copies one number of each query row. `what` it is, for messages. */
static bool copy_column(const struct learner_call *call, const struct value *column,
                        const char *what, float *numbers, struct error *error)
{
    const struct shard_side *query = &call->lane->shard->query;
    bool fits = column->tasks == call->lane->shard->tasks && column->columns == 1;
    for (size_t t = 0; fits && t < column->tasks; t++)
        fits = value_task_rows(column, t) == query->offsets[t + 1] - query->offsets[t];
    if (!fits) {
        char shape[80];
        return error_set(error, ERROR_SCRIPT, "%s: %s must give one number a query row, not %s",
                         call->learner->blame, what, value_shape(column, shape, sizeof shape));
    }
    for (size_t t = 0; t < column->tasks; t++) {
        const real *from = value_task(column, t);
        for (size_t row = query->offsets[t]; row < query->offsets[t + 1]; row++)
            numbers[row] = (float)from[row - query->offsets[t]];
    }
    return true;
}

static bool copy_predictions(const struct learner_call *call, float *predictions,
                             struct error *error)
{
    if (!copy_column(call, call->result, "predict", predictions, error))
        return false;
    for (size_t row = 0; row < call->lane->shard->query.count; row++)
        if (!isfinite(predictions[row]))
            return not_finite(call, "a prediction", error);
    return true;
}

/* A variance that rounding took below 0 is 0. */
static bool copy_deviations(const struct learner_call *call, float *deviations, struct error *error)
{
    if (!copy_column(call, call->second, "variance", deviations, error))
        return false;
    for (size_t row = 0; row < call->lane->shard->query.count; row++) {
        float variance = deviations[row];
        if (!isfinite(variance))
            return not_finite(call, "a variance", error);
        if (variance < -1e-3F)
            return error_set(error, ERROR_NUMERIC, "%s: a variance is %g", call->learner->blame,
                             (double)variance);
        deviations[row] = variance > 0 ? sqrtf(variance) : 0;
    }
    return true;
}

static bool learner_predict(struct recommender *self, uint32_t lane,
                            const struct episodes *episodes, float *predictions, float *deviations,
                            struct error *error)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    struct learner_call call = {.learner = learner,
                                .lane = &learner->host->lanes[lane],
                                .deviations = deviations && self->deviates};
    uint32_t support_offsets[PREDICTED_AT_ONCE + 1], query_offsets[PREDICTED_AT_ONCE + 1];
    bool done = true;
    for (uint32_t first = 0; done && first < episodes->query.tasks; first += PREDICTED_AT_ONCE) {
        uint32_t left = episodes->query.tasks - first, start = episodes->query.offsets[first];
        uint32_t count = left < PREDICTED_AT_ONCE ? left : PREDICTED_AT_ONCE;
        struct episodes part = {
            .support = part_of(&episodes->support, first, count, support_offsets),
            .query = part_of(&episodes->query, first, count, query_offsets),
        };
        begin(&call, &part, NULL);
        done = run(&call, error) && copy_predictions(&call, predictions + start, error) &&
               (!call.deviations || copy_deviations(&call, deviations + start, error));
        end(&call);
    }
    return done;
}

bool lua_learner_answer(const struct lua_learner *learner, struct lane *lane, struct value **leaves,
                        float *predictions, struct error *error)
{
    struct learner_call call = {.learner = learner, .lane = lane, .leaves = leaves};
    announce(learner, lane, NULL);
    bool done = run(&call, error) && copy_predictions(&call, predictions, error);
    sandbox_blame(lane->sandbox, 0, NULL);
    return done;
}

/* -- life ---------------------------------------------------------------------------------------*/

static void learner_free(struct recommender *self)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    parameters_free(learner->parameters);
    free(learner->fields);
    free(learner);
}

static void learner_save(const struct recommender *self, struct bytes *bytes)
{
    parameters_save(((const struct lua_learner *)self)->parameters, bytes);
}

static bool learner_load(struct recommender *self, struct reader *reader, struct error *error)
{
    return parameters_load(((struct lua_learner *)self)->parameters, reader, error);
}

static void learner_weights(const struct recommender *self, struct bytes *bytes)
{
    parameters_values(((const struct lua_learner *)self)->parameters, bytes);
}

static const struct recommender_operations learner_operations = {
    .free = learner_free,
    .gradient = learner_gradient,
    .update = learner_update,
    .update_begin = learner_update_begin,
    .update_part = learner_update_part,
    .slot_new = learner_slot_new,
    .predict = learner_predict,
    .serve = lua_serving_new,
    .save = learner_save,
    .load = learner_load,
    .weights = learner_weights,
};

/* -- making one ---------------------------------------------------------------------------------*/

struct making {
    struct lua_learner *learner;
    struct optimiser_options options;
};

static int declare(lua_State *L)
{
    struct making *making = lua_touserdata(L, 1);
    struct lua_learner *learner = making->learner;
    script_push_arm(L, learner->arm);
    learner->line = (int)field_integer(L, -1, "line");
    sandbox_blame(sandbox_of(L), learner->line, learner->blame);
    lane_of(L)->asked_plain = false;
    lua_learner_push_bound(L, learner);
    learner->plain = lane_of(L)->asked_plain;
    lua_learner_declare(L, learner, &making->options);
    return 0;
}

static struct recommender *make_learner(struct script_host *host, size_t arm, uint64_t seed,
                                        const struct learning_data *data, struct error *error)
{
    struct lane *lane = script_host_declaring(host);
    struct lua_learner *learner = memory_new(sizeof *learner);
    *learner = (struct lua_learner){
        .base.operations = &learner_operations,
        .host = host,
        .data = data,
        .arm = arm,
        .seed = seed,
        .number = atomic_fetch_add(&host->recommenders, 1) + 1,
        .parameters = parameters_new(),
    };
    snprintf(learner->blame, sizeof learner->blame, "arm '%s'", host->experiment.arms[arm].name);
    struct making making = {.learner = learner};
    lane_clear(lane);
    sandbox_random_at(lane->sandbox, 0, 0, 0);
    bool made = sandbox_call(lane->sandbox, declare, &making,
                             (struct sandbox_budget){.seconds = host->limits.seconds}, error) &&
                parameters_start(learner->parameters, &making.options, seed, error);
    sandbox_blame(lane->sandbox, 0, NULL);
    if (made)
        return &learner->base;
    learner_free(&learner->base);
    return NULL;
}

struct recommender *script_host_recommender(struct script_host *host, size_t arm, uint64_t seed,
                                            const struct learning_data *data, struct error *error)
{
    const struct arm *declared = &host->experiment.arms[arm];
    if (declared->is_baseline)
        return baseline_new(declared->baseline, &declared->baseline_options, data->dataset,
                            data->split);
    return make_learner(host, arm, seed, data, error);
}

struct lua_learner *lua_learner_of(struct recommender *recommender)
{
    return recommender->operations == &learner_operations ? (struct lua_learner *)recommender
                                                          : NULL;
}

uint64_t script_recommender_parameters(const struct recommender *recommender)
{
    if (recommender->operations != &learner_operations)
        return 0;
    return ((const struct lua_learner *)recommender)->numbers;
}
