/* SPDX-License-Identifier: MIT
 *
 * The fields of the messages to the keeper.
 */
#include "config.h"

#include "wire/report.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/list.h"

enum { SCENARIO_MOST = 15, ERRNO_MOST = 4096 };
static const char NO_RUN[] = "its run does not exist";
static const char NO_SUBJECT[] = "what it is of does not exist";
static const char BEYOND[] = "a size is beyond all measure";

const char *message_series_name(enum message_series series)
{
    static const char *const names[SERIES_COUNT] = {MESSAGE_SERIES(LIST_TEXT)};
    assert(series < SERIES_COUNT);
    return names[series];
}

const char *message_phase_name(enum message_phase phase)
{
    static const char *const names[PHASE_COUNT] = {MESSAGE_PHASES(LIST_TEXT)};
    assert(phase < PHASE_COUNT);
    return names[phase];
}

/* -- parts of messages ------------------------------------------------------------------------- */

static void walk_run(struct codec *codec, uint32_t *run)
{
    codec_below(codec, run, MESSAGE_ARMS * MESSAGE_SEEDS, NO_RUN);
}

static void walk_part(struct codec *codec, enum task_part *part)
{
    codec_below(codec, part, TASK_PARTS, "its part does not exist");
}

static void walk_step(struct codec *codec, uint64_t *step)
{
    codec_u64(codec, step);
    codec_require(codec, *step <= UINT32_MAX, "its step is beyond all measure");
}

static void walk_size(struct codec *codec, uint64_t *size)
{
    codec_u64(codec, size);
    codec_require(codec, *size <= INT64_MAX, BEYOND);
}

/* Names become parts of "3/maml/1", of table names and of messages. */
static void walk_name(struct codec *codec, const char **name)
{
    bool good = true;
    codec_text(codec, name, 1, MESSAGE_NAME);
    for (const char *at = *name; *at; at++)
        good &= (unsigned char)*at > ' ' && *at != '/' && *at != 0x7f;
    codec_require(codec, good, "a name holds a space, a \"/\" or a control character");
}

/* -- before START ------------------------------------------------------------------------------ */

static void message_confined_walk(struct codec *codec, struct message_confined *message)
{
    uint32_t layers = LAYER_COUNT;
    codec_u32(codec, &layers);
    codec_require(codec, layers == LAYER_COUNT, "it has other layers");
    for (int layer = 0; layer < LAYER_COUNT; layer++)
        codec_below(codec, &message->refused[layer], ERRNO_MOST, "its errno does not exist");
}

static bool has_arm(const struct message_plan *plan, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(plan->arms[i].name, name) == 0)
            return true;
    return false;
}

static void walk_arms(struct codec *codec, struct message_plan *plan)
{
    codec_below(codec, &plan->arm_count, MESSAGE_ARMS + 1, "it has too many arms");
    codec_require(codec, plan->arm_count > 0, "it has no arms");
    for (uint32_t i = 0; i < plan->arm_count; i++) {
        struct message_arm *arm = &plan->arms[i];
        walk_name(codec, &arm->name);
        codec_require(codec, strcmp(arm->name, MESSAGE_BEST_PLAIN) != 0,
                      "an arm has the name \"" MESSAGE_BEST_PLAIN "\"");
        codec_require(codec, !has_arm(plan, i, arm->name), "two arms have the same name");
        codec_text(codec, &arm->description, 0, MESSAGE_TEXT);
        codec_bool(codec, &arm->learns);
    }
    codec_require(codec,
                  strcmp(plan->baseline, MESSAGE_BEST_PLAIN) == 0 ||
                      has_arm(plan, plan->arm_count, plan->baseline),
                  "its baseline is none of the arms");
}

static void walk_seeds(struct codec *codec, struct message_plan *plan)
{
    codec_below(codec, &plan->seed_count, MESSAGE_SEEDS + 1, "it has too many seeds");
    codec_require(codec, plan->seed_count > 0, "it has no seeds");
    for (uint32_t i = 0; i < plan->seed_count; i++) {
        codec_u64(codec, &plan->seeds[i]);
        for (uint32_t before = 0; before < i; before++)
            codec_require(codec, plan->seeds[i] != plan->seeds[before], "two seeds are the same");
    }
}

static void walk_metrics(struct codec *codec, struct message_plan *plan)
{
    codec_below(codec, &plan->metric_count, OWN_METRICS_MOST + 1, "it has too many metrics");
    for (uint32_t i = 0; i < plan->metric_count; i++) {
        struct own_metric *metric = &plan->metrics[i];
        codec_fixed(codec, metric->name, sizeof metric->name);
        codec_require(codec, own_metric_name_fits(metric->name),
                      "a metric has a name that it cannot have");
        for (uint32_t before = 0; before < i; before++)
            codec_require(codec, strcmp(plan->metrics[before].name, metric->name) != 0,
                          "two metrics have the same name");
        codec_fixed(codec, metric->help, sizeof metric->help);
        codec_bool(codec, &metric->more);
        codec_below(codec, &metric->of, METRIC_SUBJECT_COUNT, NO_SUBJECT);
        codec_fixed(codec, metric->digest, sizeof metric->digest);
    }
}

static void message_plan_walk(struct codec *codec, struct message_plan *message)
{
    walk_name(codec, &message->experiment);
    walk_name(codec, &message->data);
    walk_name(codec, &message->baseline);
    codec_text(codec, &message->answer, 1, MESSAGE_ANSWER_NAME);
    codec_at_least_0(codec, &message->matters);
    codec_below(codec, &message->negatives, MESSAGE_NEGATIVES + 1, "it has too many negatives");
    codec_text(codec, &message->negatives_by, 0, MESSAGE_NEGATIVES_BY);
    codec_require(codec, (message->negatives > 0) == (message->negatives_by[0] != '\0'),
                  "its negatives have no rule, or it has a rule without them");
    codec_text(codec, &message->binary, 0, MESSAGE_TEXT);
    walk_arms(codec, message);
    walk_seeds(codec, message);
    walk_metrics(codec, message);
}

static void walk_levels(struct codec *codec, struct message_bound *bound)
{
    size_t count = bound->level_count;
    const float *levels =
        codec_array(codec, bound->levels, sizeof *levels, VALUE_LEVELS_MOST, &count);
    bool good = true;
    codec_float(codec, &bound->smallest);
    codec_float(codec, &bound->largest);
    for (size_t i = 0; i < count; i++) {
        bound->levels[i] = levels[i];
        good &= isfinite(levels[i]) && (i == 0 || levels[i - 1] < levels[i]);
    }
    if (count > 0)
        good &= levels[0] == bound->smallest && levels[count - 1] == bound->largest;
    codec_require(codec, good, "its levels are not in order, or not its range");
    codec_require(codec, bound->smallest <= bound->largest, "its range is none");
    bound->level_count = (uint32_t)count;
}

static void message_bound_walk(struct codec *codec, struct message_bound *message)
{
    codec_below(codec, &message->arm_count, MESSAGE_ARMS + 1, "it has too many arms");
    for (uint32_t i = 0; i < message->arm_count; i++) {
        walk_size(codec, &message->parameters[i]);
        codec_u64(codec, &message->steps[i]);
        codec_require(codec, message->steps[i] <= UINT32_MAX, BEYOND);
    }
    walk_levels(codec, message);
}

/* -- from START on ----------------------------------------------------------------------------- */

static const uint32_t *walk_starts(struct codec *codec, const uint32_t *starts, uint32_t count)
{
    size_t length = (size_t)count + 1;
    starts = codec_array(codec, starts, sizeof *starts, length, &length);
    codec_require(codec, starts && length == (size_t)count + 1 && starts[0] == 0,
                  "its tasks do not begin at 0");
    bool good = true;
    for (uint32_t i = 0; !codec->fault && i < count; i++)
        good &= starts[i] <= starts[i + 1];
    codec_require(codec, good, "its tasks are not in order");
    return starts;
}

static const void *walk_rows(struct codec *codec, const void *rows, const uint32_t *starts,
                             uint32_t count)
{
    size_t expected = codec->fault ? 0 : starts[count], length = expected;
    rows = codec_array(codec, rows, 4, expected, &length);
    codec_require(codec, length == expected, "it has fewer rows than its tasks");
    return rows;
}

static void walk_keys(struct codec *codec, struct message_tasks *message)
{
    uint32_t count = message->keys_size > 0 ? message->count : 0;
    message->keys = codec_texts(codec, message->keys, &message->keys_size, &count);
    codec_require(codec, count == 0 || count == message->count, "its tasks do not have a key each");
    for (size_t at = 0; codec_is_reading(codec) && !codec->fault && at < message->keys_size;) {
        size_t length = strlen(message->keys + at);
        codec_require(codec, length <= MESSAGE_KEY, "a key is too long");
        at += length + 1;
    }
}

static void message_tasks_walk(struct codec *codec, struct message_tasks *message)
{
    walk_part(codec, &message->part);
    codec_text(codec, &message->scenario, 1, SCENARIO_MOST);
    codec_u32(codec, &message->draw);
    codec_bool(codec, &message->of_items);
    message->users = codec_ids(codec, message->users, &message->users_size, &message->count);
    walk_keys(codec, message);
    uint32_t count = message->count;
    message->support_starts = walk_starts(codec, message->support_starts, count);
    message->query_starts = walk_starts(codec, message->query_starts, count);
    message->support = walk_rows(codec, message->support, message->support_starts, count);
    message->query = walk_rows(codec, message->query, message->query_starts, count);
    message->truth = walk_rows(codec, message->truth, message->query_starts, count);
    if (!codec->fault)
        codec_require_finite(codec, message->truth, message->query_starts[count]);
}

static void message_point_walk(struct codec *codec, struct message_point *message)
{
    walk_run(codec, &message->run);
    codec_below(codec, &message->series, SERIES_COUNT, "its series does not exist");
    walk_step(codec, &message->step);
    codec_double(codec, &message->value);
    codec_require(codec, isfinite(message->value), "its value is not finite");
}

static void message_progress_walk(struct codec *codec, struct message_progress *message)
{
    walk_run(codec, &message->run);
    codec_below(codec, &message->phase, PHASE_COUNT, "its phase does not exist");
    codec_u64(codec, &message->step);
    codec_u64(codec, &message->steps);
    codec_require(codec, message->step <= message->steps && message->steps <= UINT32_MAX,
                  "its step is beyond its last one");
    codec_at_least_0(codec, &message->share);
    codec_require(codec, message->share <= 1, "its share is more than 1");
    codec_at_least_0(codec, &message->rate);
    codec_double(codec, &message->eta);
    codec_double(codec, &message->loss);
    codec_require(codec, !isinf(message->eta) && !isinf(message->loss), "a number is infinite");
    codec_at_least_0(codec, &message->seconds);
    walk_size(codec, &message->peak_bytes);
}

static void message_checkpoint_walk(struct codec *codec, struct message_checkpoint *message)
{
    walk_run(codec, &message->run);
    walk_step(codec, &message->step);
    codec_at_least_0(codec, &message->seconds);
    message->bytes = codec_bytes(codec, message->bytes, &message->size);
    codec_require(codec, message->size > 0, "it is empty");
}

static void walk_deviations(struct codec *codec, struct message_predictions *message)
{
    size_t count = message->deviations ? message->count : 0;
    const float *deviations =
        codec_array(codec, message->deviations, sizeof(float), UINT32_MAX, &count);
    bool fits = count == 0 || count == message->count, good = true;
    for (size_t i = 0; codec_is_reading(codec) && fits && i < count; i++)
        good &= deviations[i] >= 0 && isfinite(deviations[i]);
    codec_require(codec, fits, "it has not one deviation a prediction");
    codec_require(codec, good, "a deviation is not a finite number of at least 0");
    message->deviations = count == 0 ? NULL : deviations;
}

static void message_predictions_walk(struct codec *codec, struct message_predictions *message)
{
    size_t count = message->count;
    walk_run(codec, &message->run);
    walk_part(codec, &message->part);
    codec_text(codec, &message->scenario, 1, SCENARIO_MOST);
    codec_u32(codec, &message->shots);
    codec_u32(codec, &message->draw);
    message->values = codec_array(codec, message->values, sizeof(float), UINT32_MAX, &count);
    message->count = (uint32_t)count;
    codec_require_finite(codec, message->values, count);
    walk_deviations(codec, message);
}

static void message_metric_walk(struct codec *codec, struct message_metric *message)
{
    size_t count = message->count;
    bool good = true;
    walk_run(codec, &message->run);
    codec_below(codec, &message->metric, OWN_METRICS_MOST, "its metric does not exist");
    codec_below(codec, &message->of, METRIC_SUBJECT_COUNT, NO_SUBJECT);
    codec_text(codec, &message->scenario, 1, SCENARIO_MOST);
    codec_u32(codec, &message->shots);
    codec_u32(codec, &message->draw);
    codec_double(codec, &message->validation);
    message->values = codec_array(codec, message->values, sizeof(double), UINT32_MAX, &count);
    message->count = (uint32_t)count;
    for (size_t i = 0; codec_is_reading(codec) && i < count; i++)
        good &= !isinf(message->values[i]);
    codec_require(codec, good && !isinf(message->validation), "a value is infinite");
}

static void message_trial_walk(struct codec *codec, struct message_trial *message)
{
    walk_name(codec, &message->arm);
    codec_below(codec, &message->trial, MESSAGE_TRIALS, "its trial does not exist");
    codec_below(codec, &message->rung, MESSAGE_RUNGS, "its rung does not exist");
    codec_at_least_0(codec, &message->share);
    codec_require(codec, message->share > 0 && message->share <= 1,
                  "its share is not above 0 and at most 1");
    codec_double(codec, &message->score);
    codec_require(codec, !isinf(message->score), "its score is infinite");
    codec_at_least_0(codec, &message->seconds);
    codec_text(codec, &message->settings, 0, MESSAGE_TEXT);
    codec_text(codec, &message->text, 0, MESSAGE_TEXT);
}

static void message_run_done_walk(struct codec *codec, struct message_run_done *message)
{
    walk_run(codec, &message->run);
    codec_fixed(codec, message->weights, sizeof message->weights);
    codec_require(codec, strspn(message->weights, "0123456789abcdef") == DIGEST_TEXT - 1,
                  "its digest is not valid");
    walk_size(codec, &message->parameters);
    codec_at_least_0(codec, &message->seconds);
    walk_size(codec, &message->peak_bytes);
    message->checkpoint = codec_bytes(codec, message->checkpoint, &message->size);
}

static void message_run_failed_walk(struct codec *codec, struct message_run_failed *message)
{
    walk_run(codec, &message->run);
    codec_error_kind(codec, &message->kind);
    codec_text(codec, &message->text, 1, MESSAGE_TEXT);
}

/* -- at any time ------------------------------------------------------------------------------- */

static void message_log_walk(struct codec *codec, struct message_log *message)
{
    codec_u32(codec, &message->run);
    codec_require(codec, message->run == UINT32_MAX || message->run < MESSAGE_ARMS * MESSAGE_SEEDS,
                  NO_RUN);
    codec_text(codec, &message->line, 0, MESSAGE_TEXT);
}

static void message_failed_walk(struct codec *codec, struct message_failed *message)
{
    codec_error_kind(codec, &message->kind);
    codec_text(codec, &message->text, 1, MESSAGE_TEXT);
    codec_u32(codec, &message->line);
}

static void message_declined_walk(struct codec *codec, struct message_declined *message)
{
    codec_error_kind(codec, &message->kind);
    codec_text(codec, &message->text, 1, MESSAGE_TEXT);
    codec_u32(codec, &message->line);
}

/* answer_read checks the bytes. */
static void message_answer_walk(struct codec *codec, struct message_answer *message)
{
    message->bytes = codec_rest(codec, message->bytes, &message->size);
}

#define X(name, lower, most) CODEC_FUNCTIONS(MESSAGE_##name, message_##lower, #name)
MESSAGES_TO_KEEPER(X, MESSAGE_IS_EMPTY)
