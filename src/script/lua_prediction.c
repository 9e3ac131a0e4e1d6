/* SPDX-License-Identifier: MIT
 *
 * The operation `predict` of a learner: runs a few tasks at a time and checks what Lua returned.
 * If memory is refused in the company of other threads, all of it is done once more alone.
 */
#include "config.h"

#include <math.h>

#include "lua_call.h"

/* Tasks per call of Lua: enough for large matrix products, few enough to save memory. */
enum { PREDICTED_AT_ONCE = 32 };

/* `count` tasks of the rows, from task `first` on, as rows of their own. */
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

/* Copies one number for each query row. `what` names the column in messages. */
static bool copy_column(const struct learner_call *call, const struct value *column,
                        const char *what, float *numbers, struct error *error)
{
    const struct shard_side *query = &call->lane->shard->query;
    bool fits = column->tasks == call->lane->shard->tasks && column->columns == 1;
    for (size_t t = 0; fits && t < column->tasks; t++)
        fits = value_task_rows(column, t) == query->offsets[t + 1] - query->offsets[t];
    if (!fits) {
        char shape[80];
        error_set(error, ERROR_SCRIPT, "%s must give one number a query row, not %s", what,
                  value_shape(column, shape, sizeof shape));
        return script_recommender_blame(&call->learner->base, error);
    }
    for (size_t t = 0; t < column->tasks; t++) {
        const real *from = value_task(column, t);
        for (size_t row = query->offsets[t]; row < query->offsets[t + 1]; row++)
            numbers[row] = (float)from[row - query->offsets[t]];
    }
    return true;
}

static bool copy_predictions(struct learner_call *call, const struct episodes *episodes,
                             float *predictions, struct error *error)
{
    if (!copy_column(call, call->result, "predict", predictions, error))
        return false;
    for (size_t row = 0; row < call->lane->shard->query.count; row++)
        if (!isfinite(predictions[row]))
            return lua_call_not_finite(call, episodes, NULL, "a prediction", error);
    return true;
}

/* Rounding may make a variance negative; it then counts as 0. */
static bool copy_deviations(struct learner_call *call, const struct episodes *episodes,
                            float *deviations, struct error *error)
{
    if (!copy_column(call, call->second, "variance", deviations, error))
        return false;
    for (size_t row = 0; row < call->lane->shard->query.count; row++) {
        float variance = deviations[row];
        if (!isfinite(variance))
            return lua_call_not_finite(call, episodes, NULL, "a variance", error);
        deviations[row] = variance > 0 ? sqrtf(variance) : 0;
    }
    return true;
}

static bool predict_in_parts(struct learner_call call, const struct episodes *episodes,
                             float *predictions, float *deviations, struct error *error)
{
    uint32_t support_offsets[PREDICTED_AT_ONCE + 1], query_offsets[PREDICTED_AT_ONCE + 1];
    bool done = true;
    for (uint32_t first = 0; done && first < episodes->query.tasks; first += PREDICTED_AT_ONCE) {
        uint32_t left = episodes->query.tasks - first, start = episodes->query.offsets[first];
        uint32_t count = left < PREDICTED_AT_ONCE ? left : PREDICTED_AT_ONCE;
        struct episodes part = {
            .support = part_of(&episodes->support, first, count, support_offsets),
            .query = part_of(&episodes->query, first, count, query_offsets),
        };
        lua_call_begin(&call, &part, NULL);
        done = lua_call_run(&call, error) &&
               copy_predictions(&call, &part, predictions + start, error) &&
               (!call.deviations || copy_deviations(&call, &part, deviations + start, error));
        lua_call_end(&call);
    }
    return done;
}

static bool predict(struct learner_call call, const struct episodes *episodes, float *predictions,
                    float *deviations, struct error *error)
{
    struct script_host *host = call.learner->host;
    company_enter(&host->company);
    bool done = predict_in_parts(call, episodes, predictions, deviations, error);
    bool again = !done && call.lane->refused;
    company_leave(&host->company);
    if (!again)
        return done;
    script_host_clear_all(host);
    done = predict_in_parts(call, episodes, predictions, deviations, error);
    company_leave_alone(&host->company);
    return done;
}

bool lua_learner_predict(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                         float *predictions, float *deviations, struct error *error)
{
    struct lua_learner *learner = (struct lua_learner *)self;
    struct learner_call call = {.learner = learner,
                                .lane = &learner->host->lanes[lane],
                                .deviations = deviations && self->deviates};
    return predict(call, episodes, predictions, deviations, error);
}

bool script_recommender_predict_apart(struct recommender *recommender, uint32_t lane,
                                      const struct episodes *episodes, float *predictions,
                                      float *deviations, struct error *error)
{
    struct lua_learner *learner = lua_learner_of(recommender);
    if (!learner)
        return recommender->operations->predict(recommender, lane, episodes, predictions,
                                                deviations, error);
    struct learner_call call = {.learner = learner,
                                .lane = &learner->host->lanes[lane],
                                .deviations = deviations && recommender->deviates,
                                .apart = true};
    return predict(call, episodes, predictions, deviations, error);
}

bool lua_learner_answer(const struct lua_learner *learner, struct lane *lane, struct value **leaves,
                        float *predictions, struct error *error)
{
    struct learner_call call = {.learner = learner, .lane = lane, .leaves = leaves};
    lua_call_announce(learner, lane, NULL);
    bool done = lua_call_run(&call, error) && copy_predictions(&call, NULL, predictions, error);
    sandbox_blame(lane->sandbox, 0, NULL);
    return done;
}
