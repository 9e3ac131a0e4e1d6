/* SPDX-License-Identifier: MIT
 *
 * The training of a learner written in Lua: its gradient for a shard, its outer step, its
 * checkpoint, and how script_host_recommender makes it. lua_call.c runs the Lua.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "lua_call.h"
#include "tensor/operation.h"

/* -- training -----------------------------------------------------------------------------------*/

/* Reports a gradient that is not finite. Computes it again with every operation on the tape, to
 * name the one that produced it. */
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

/* False if a number of the gradient is not finite. */
static bool set_gradient(const struct learner_call *call, struct gradient_slot *slot, size_t number,
                         const real *gradient)
{
    int field = call->learner->fields[number];
    if (field < 0)
        return gradient_slot_set_dense(slot, number, gradient);
    const struct feature_lookup *lookup = shard_lookup(call->lane->shard, (size_t)field);
    return gradient_slot_set_rows(slot, number, lookup->rows, lookup->unique, gradient);
}

/* The numbers of the parameters that move in the phase under way. The other gradients are not
 * computed. */
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
    error_set(error, ERROR_SCRIPT, "the loss must be one number a task, not %s",
              value_shape(value, shape, sizeof shape));
    return script_recommender_blame(&call->learner->base, error);
}

static bool compute_gradient(struct lua_learner *learner, uint32_t lane,
                             const struct episodes *episodes, struct training_place place,
                             struct gradient_slot *slot, double *loss, double *shown,
                             struct error *error)
{
    struct learner_call call = {
        .learner = learner, .lane = &learner->host->lanes[lane], .target = episodes->query_value};
    lua_call_begin(&call, episodes, &place);
    bool done = lua_call_run(&call, error) && is_loss(&call, call.result, error) &&
                (!call.second || is_loss(&call, call.second, error));
    sandbox_watch_work(call.lane->sandbox, learner->host->limits.step_seconds, learner->line);
    if (done) {
        *loss = value_number(call.result);
        *shown = value_number(call.second ? call.second : call.result);
        done = isfinite(*loss) ? fill_slot(&call, slot, error)
                               : lua_call_not_finite(&call, episodes, &place, "the loss", error);
    }
    sandbox_watch_work(call.lane->sandbox, 0, 0);
    lua_call_end(&call);
    return done;
}

bool lua_learner_gradient(struct lua_learner *learner, uint32_t lane,
                          const struct episodes *episodes, struct training_place place,
                          struct gradient_slot *slot, double *loss, double *shown,
                          struct error *error)
{
    struct script_host *host = learner->host;
    company_enter(&host->company);
    bool done = compute_gradient(learner, lane, episodes, place, slot, loss, shown, error);
    bool again = !done && host->lanes[lane].refused;
    company_leave(&host->company);
    if (!again)
        return done;
    script_host_clear_all(host);
    done = compute_gradient(learner, lane, episodes, place, slot, loss, shown, error);
    company_leave_alone(&host->company);
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

/* With fewer numbers than this, a second thread costs more time than it saves. */
enum { WORTH_PARTS = 1 << 16 };
_Static_assert((int)RECOMMENDER_PARTS == (int)PARAMETERS_PARTS, "the parts are the same");

static uint32_t parts_of(const struct lua_learner *learner)
{
    return learner->numbers < WORTH_PARTS ? 1 : PARAMETERS_PARTS;
}

static struct parameters_step step_of(const struct outer_step *step)
{
    return (struct parameters_step){.slots = step->slots,
                                    .count = step->count,
                                    .scale = 1.0 / step->tasks,
                                    .phase = step->position.phase,
                                    .progress = step->position.progress};
}

static uint32_t learner_step_begin(struct recommender *self, const struct outer_step *step,
                                   struct error *error)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    const struct parameters_step all = step_of(step);
    if (parameters_step_begin(learner->parameters, &all, error))
        return parts_of(learner);
    error_within(error, "%s", learner->blame);
    return 0;
}

static bool learner_step_part(struct recommender *self, const struct outer_step *step,
                              uint32_t part, struct error *error)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    const struct parameters_step all = step_of(step);
    return parameters_step_part(learner->parameters, &all, part, parts_of(learner), error) ||
           error_within(error, "%s", learner->blame);
}

static struct gradient_slot *learner_slot_new(struct recommender *self, struct error *error)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    struct gradient_slot *slot = gradient_slot_new(learner->parameters, error);
    if (slot)
        return slot;
    script_host_clear_all(learner->host);
    slot = gradient_slot_new(learner->parameters, error);
    company_leave_alone(&learner->host->company);
    if (!slot)
        script_recommender_blame(self, error);
    return slot;
}

/* -- life ---------------------------------------------------------------------------------------*/

static void learner_free(struct recommender *self)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    for (uint32_t i = 0; i < learner->host->lane_count; i++)
        heap_layer_free(learner->bound[i]);
    free(learner->bound);
    budget_give(learner->host->limits.budget, atomic_load(&learner->charged));
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
    .step_begin = learner_step_begin,
    .step_part = learner_step_part,
    .slot_new = learner_slot_new,
    .predict = lua_learner_predict,
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
    lua_learner_bind(L, learner);
    learner->plain = lane_of(L)->asked_plain;
    lua_learner_declare(L, learner, &making->options);
    return 0;
}

static void name_arm(const struct experiment *experiment, size_t arm, char *text, size_t size)
{
    if (arm < experiment->arm_count) {
        snprintf(text, size, "arm '%s'", experiment->arms[arm].name);
        return;
    }
    const struct arm_trial *trial = &experiment->trials[arm - experiment->arm_count];
    snprintf(text, size, "arm '%s', trial %u", experiment->arms[trial->arm].name, trial->number);
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
        .parameters = parameters_new(),
        .bound = memory_array(host->lane_count, sizeof *learner->bound),
    };
    name_arm(&host->experiment, arm, learner->blame, sizeof learner->blame);
    struct making making = {.learner = learner};
    lane_clear(lane);
    heap_rewind(sandbox_heap(lane->sandbox), NULL);
    sandbox_random_at(lane->sandbox, 0, 0, 0);
    struct sandbox_budget budget = {.seconds = host->limits.ready_seconds,
                                    .of = "making a learner ready"};
    bool made = sandbox_call(lane->sandbox, declare, &making, budget, error) &&
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
    if (arm < host->experiment.arm_count && declared->is_baseline) {
        uint64_t bytes;
        if (!script_plain_charge(host, declared->baseline, &declared->baseline_options,
                                 data->dataset, &bytes, error)) {
            error_within(error, "%s: arm '%s'", host->path, declared->name);
            return NULL;
        }
        budget_give(host->limits.budget, bytes); /* the fit has given most of it back */
        struct baseline_options options = script_plain_options(host, &declared->baseline_options);
        return baseline_new(declared->baseline, &options, data->dataset, data->split, data->space);
    }
    return make_learner(host, arm, seed, data, error);
}

struct lua_learner *lua_learner_of(struct recommender *recommender)
{
    return recommender->operations == &learner_operations ? (struct lua_learner *)recommender
                                                          : NULL;
}

bool script_recommender_blame(const struct recommender *recommender, struct error *error)
{
    const struct lua_learner *learner = (const struct lua_learner *)recommender;
    if (recommender->operations != &learner_operations)
        return false;
    size_t length = strlen(learner->host->path);
    if (strncmp(error->text, learner->host->path, length) == 0 && error->text[length] == ':')
        return false;
    if (strncmp(error->text, learner->blame, strlen(learner->blame)) != 0)
        error_within(error, "%s", learner->blame);
    return error_within(error, "%s:%d", learner->host->path, learner->line);
}

uint64_t script_recommender_parameters(const struct recommender *recommender)
{
    if (recommender->operations != &learner_operations)
        return 0;
    return ((const struct lua_learner *)recommender)->numbers;
}
