/* SPDX-License-Identifier: MIT
 *
 * The metrics of a comparison. Those of the script have values in the store, which a worker has
 * computed: here they become losses of users, as those of the built-in metrics do.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "comparison_private.h"

/* -- which metrics ----------------------------------------------------------------------------- */

static const struct comparison_metric BUILT_IN[METRIC_COUNT] = {
#define X(name, key, shown, more, title) {key, shown, title, more},
    METRICS(X)
#undef X
};

static bool is_same(const struct own_metric *a, const struct own_metric *b)
{
    return a->of == b->of && a->more == b->more && strcmp(a->digest, b->digest) == 0;
}

/* Keeps the metrics that execution number `place` of the comparison shares with the first. */
static void keep_shared(struct comparison *comparison, size_t place,
                        const struct own_metric *metrics, size_t count)
{
    struct comparison_detail *detail = comparison->detail;
    size_t kept = 0;
    for (size_t i = 0; i < detail->own_count; i++) {
        const struct own_metric *own = &detail->own[i].metric;
        size_t there = 0;
        while (there < count && strcmp(metrics[there].name, own->name) != 0)
            there++;
        if (there < count && is_same(&metrics[there], own)) {
            detail->own[i].numbers[place] = (uint32_t)there;
            detail->own[kept++] = detail->own[i];
            continue;
        }
        comparison_note(comparison, "%s is left out: execution %" PRId64 " %s.", own->name,
                        detail->executions[place],
                        there == count ? "has no such metric" : "has another metric of that name");
        free(detail->own[i].numbers);
    }
    detail->own_count = kept;
}

static void take_all(struct comparison_detail *detail, const struct own_metric *metrics,
                     size_t count)
{
    for (; detail->own_count < count && detail->own_count < OWN_METRICS_MOST; detail->own_count++) {
        uint32_t *numbers = memory_array(detail->execution_count, sizeof *numbers);
        numbers[0] = (uint32_t)detail->own_count;
        detail->own[detail->own_count].metric = metrics[detail->own_count];
        detail->own[detail->own_count].numbers = numbers;
        detail->own[detail->own_count].failed = SIZE_MAX;
    }
}

static void add_metric(struct comparison *comparison, const struct own_metric *own)
{
    struct comparison_metric *metric = &comparison->metrics[comparison->metric_count++];
    *metric = (struct comparison_metric){.more = own->more};
    memcpy(metric->key, own->name, sizeof metric->key);
    memcpy(metric->name, own->name, sizeof metric->name);
    snprintf(metric->title, sizeof metric->title, "%s%s%s, %s is better", own->name,
             *own->help ? ": " : "", own->help, own->more ? "more" : "less");
}

bool comparison_find_metrics(struct comparison *comparison, struct store *store,
                             const struct comparison_options *options, struct error *error)
{
    struct comparison_detail *detail = comparison->detail;
    memcpy(comparison->metrics, BUILT_IN, sizeof BUILT_IN);
    comparison->metric_count = METRIC_COUNT;
    for (size_t i = 0; i < detail->execution_count; i++) {
        size_t count;
        struct own_metric *metrics = store_metrics(store, detail->executions[i], &count, error);
        if (!metrics)
            return false;
        if (i == 0)
            take_all(detail, metrics, count);
        else
            keep_shared(comparison, i, metrics, count);
        free(metrics);
    }
    if (!comparison_find_rankings(comparison, options, error))
        return false;
    detail->own_first = comparison->metric_count;
    for (size_t i = 0; i < detail->own_count; i++)
        add_metric(comparison, &detail->own[i].metric);
    return true;
}

/* -- values ------------------------------------------------------------------------------------ */

/* What is read for one metric in one setting. */
struct own_reading {
    struct comparison *comparison;
    struct store *store;
    size_t setting, own, metric;
    const uint32_t *place_of;
    bool **counts; /* [draw][task]: whether the task counts */
    bool other;    /* the values are of something else than this comparison judges */
    size_t failed; /* an arm with a run without values; SIZE_MAX: none */
};

static bool is_asked(const struct own_reading *reading, size_t draw, uint32_t task)
{
    const struct comparison *comparison = reading->comparison;
    const struct comparison_setting *setting = &comparison->settings[reading->setting];
    const struct scenario_users *scenario =
        &comparison->detail->scenarios[comparison->detail->scenario_of[reading->setting]];
    const struct stored_tasks *tasks = &scenario->tasks[draw];
    uint32_t support = tasks->support_starts[task + 1] - tasks->support_starts[task];
    return setting->shots == SHOTS_ALL || support >= setting->shots;
}

static uint32_t asked_tasks(const struct own_reading *reading, size_t draw)
{
    const struct comparison_detail *detail = reading->comparison->detail;
    size_t scenario = detail->scenario_of[reading->setting];
    uint32_t count = 0;
    for (uint32_t task = 0; task < detail->scenarios[scenario].tasks[draw].count; task++)
        count += is_asked(reading, draw, task);
    return count;
}

/* The number of the metric in the execution of an arm. */
static uint32_t number_in(const struct comparison_detail *detail, size_t own, size_t arm)
{
    size_t place = 0;
    while (place + 1 < detail->execution_count &&
           detail->executions[place] != detail->arms[arm].execution)
        place++;
    return detail->own[own].numbers[place];
}

/* Calls `take` for each task of a draw with its value under a run; NaN if it has none. */
static bool read_draw(struct own_reading *reading, size_t arm, size_t run, size_t draw,
                      void (*take)(struct own_reading *reading, size_t arm, size_t run, size_t draw,
                                   uint32_t task, double value),
                      double *validation, struct error *error)
{
    const struct comparison *comparison = reading->comparison;
    const struct comparison_detail *detail = comparison->detail;
    const struct comparison_setting *setting = &comparison->settings[reading->setting];
    const struct scenario_users *scenario =
        &detail->scenarios[detail->scenario_of[reading->setting]];
    const struct stored_tasks *tasks = &scenario->tasks[draw];
    bool raw = strcmp(comparison->answer, "raw") == 0;
    struct metric_values said;
    uint32_t at = 0;
    if (!store_metric_values(reading->store, detail->arms[arm].runs[run],
                             number_in(detail, reading->own, arm), setting->scenario,
                             setting->shots, scenario->draws[draw], &said, error))
        return false;
    bool fits = said.of == (raw ? METRIC_OF_RAW : detail->own[reading->own].metric.of);
    reading->other = reading->other || (said.count > 0 && !fits);
    if (said.count == 0 && reading->failed == SIZE_MAX)
        reading->failed = asked_tasks(reading, draw) > 0 ? arm : reading->failed;
    *validation = fits && said.count > 0 ? said.validation : NAN;
    for (uint32_t task = 0; task < tasks->count; task++) {
        if (!is_asked(reading, draw, task))
            continue;
        take(reading, arm, run, draw, task, fits && at < said.count ? said.values[at] : NAN);
        at++;
    }
    metric_values_release(&said);
    return true;
}

static bool read_all(struct own_reading *reading,
                     void (*take)(struct own_reading *reading, size_t arm, size_t run, size_t draw,
                                  uint32_t task, double value),
                     double *validations, struct error *error)
{
    const struct comparison *comparison = reading->comparison;
    const struct comparison_detail *detail = comparison->detail;
    size_t draws = detail->scenarios[detail->scenario_of[reading->setting]].draw_count;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        const struct scores *scores =
            &detail->scores[reading->setting * comparison->arm_count + arm];
        validations[arm] = NAN;
        for (size_t run = 0; run < scores->seeds; run++)
            for (size_t draw = 0; draw < draws; draw++) {
                double validation;
                if (!read_draw(reading, arm, run, draw, take, &validation, error))
                    return false;
                if (run == 0 && draw == 0)
                    validations[arm] = validation;
            }
    }
    return true;
}

static void rule_out(struct own_reading *reading, size_t arm, size_t run, size_t draw,
                     uint32_t task, double value)
{
    (void)arm, (void)run;
    reading->counts[draw][task] = reading->counts[draw][task] && !isnan(value);
}

static uint32_t place_in(const struct own_reading *reading, size_t draw, uint32_t task)
{
    const struct comparison_detail *detail = reading->comparison->detail;
    const struct scenario_users *scenario =
        &detail->scenarios[detail->scenario_of[reading->setting]];
    return reading->place_of[scenario->user[draw][task]];
}

static void add_value(struct own_reading *reading, size_t arm, size_t run, size_t draw,
                      uint32_t task, double value)
{
    const struct comparison *comparison = reading->comparison;
    struct scores *scores =
        &comparison->detail->scores[reading->setting * comparison->arm_count + arm];
    size_t users = comparison->detail->counted[reading->setting].count;
    if (reading->counts[draw][task])
        scores->losses[reading->metric][run * users + place_in(reading, draw, task)] += value;
}

/* -- losses ------------------------------------------------------------------------------------ */

/* At first each asked task counts. */
static void counts_init(struct own_reading *reading)
{
    const struct comparison_detail *detail = reading->comparison->detail;
    const struct scenario_users *scenario =
        &detail->scenarios[detail->scenario_of[reading->setting]];
    reading->counts = memory_array(scenario->draw_count, sizeof *reading->counts);
    for (size_t draw = 0; draw < scenario->draw_count; draw++) {
        const struct stored_tasks *tasks = &scenario->tasks[draw];
        reading->counts[draw] = memory_array(tasks->count, sizeof **reading->counts);
        for (uint32_t task = 0; task < tasks->count; task++)
            reading->counts[draw][task] = is_asked(reading, draw, task) &&
                                          tasks->query_starts[task + 1] > tasks->query_starts[task];
    }
}

static void counts_release(struct own_reading *reading)
{
    const struct comparison_detail *detail = reading->comparison->detail;
    size_t draws = detail->scenarios[detail->scenario_of[reading->setting]].draw_count;
    for (size_t draw = 0; draw < draws; draw++)
        free(reading->counts[draw]);
    free(reading->counts);
}

/* Counts the tasks of each user, and makes room for the losses. */
static void begin_losses(struct own_reading *reading)
{
    struct comparison *comparison = reading->comparison;
    struct comparison_detail *detail = comparison->detail;
    struct counted_users *counted = &detail->counted[reading->setting];
    const struct scenario_users *scenario =
        &detail->scenarios[detail->scenario_of[reading->setting]];
    uint32_t *valued = memory_array(counted->count, sizeof *valued);
    for (size_t draw = 0; draw < scenario->draw_count; draw++)
        for (uint32_t task = 0; task < scenario->tasks[draw].count; task++)
            if (reading->counts[draw][task])
                valued[place_in(reading, draw, task)]++;
    counted->valued[reading->metric] = valued;
    for (uint32_t user = 0; user < counted->count; user++)
        comparison->settings[reading->setting].counted_users[reading->metric] += valued[user] > 0;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        struct scores *scores = &detail->scores[reading->setting * comparison->arm_count + arm];
        if (scores->seeds > 0)
            scores->losses[reading->metric] =
                memory_array(scores->seeds * counted->count, sizeof(double));
    }
}

/* Turns sums over tasks into means, and sets the arm's value: the mean over seeds of the mean over
 * users that have one. */
static void end_losses(const struct own_reading *reading, size_t arm)
{
    struct comparison *comparison = reading->comparison;
    const struct counted_users *counted = &comparison->detail->counted[reading->setting];
    size_t metric = reading->metric, cell = reading->setting * comparison->arm_count;
    struct scores *scores = &comparison->detail->scores[cell + arm];
    const uint32_t *valued = counted->valued[reading->metric];
    double sum = 0, users = 0;
    for (size_t seed = 0; seed < scores->seeds; seed++)
        for (uint32_t user = 0; user < counted->count; user++) {
            double *loss = &scores->losses[metric][seed * counted->count + user];
            *loss = valued[user] > 0 ? *loss / valued[user] : NAN;
            sum += valued[user] > 0 ? *loss : 0;
            users += valued[user] > 0;
        }
    comparison->cells[cell + arm].values[metric] = sum / users; /* NaN without any */
}

/* If no plain arm has validation tasks, the stand-in is what it is for the other metrics. */
static void choose_best(const struct own_reading *reading, const double *validations)
{
    struct comparison *comparison = reading->comparison;
    size_t metric = reading->metric, best = comparison->arm_count;
    double sign = comparison->metrics[metric].more ? 1 : -1;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        if (arm == comparison->stand_in || comparison->arms[arm].learns || isnan(validations[arm]))
            continue;
        if (best == comparison->arm_count || sign * validations[arm] > sign * validations[best])
            best = arm;
    }
    if (best < comparison->arm_count)
        comparison->settings[reading->setting].best_plain[metric] = best;
}

static bool judge(struct own_reading *reading, struct error *error)
{
    const struct comparison *comparison = reading->comparison;
    double *validations = memory_array(comparison->arm_count, sizeof *validations);
    counts_init(reading);
    bool good = read_all(reading, rule_out, validations, error);
    if (good) {
        begin_losses(reading);
        good = read_all(reading, add_value, validations, error);
    }
    for (size_t arm = 0; good && arm < comparison->arm_count; arm++)
        if (arm != comparison->stand_in)
            end_losses(reading, arm);
    if (good)
        choose_best(reading, validations);
    counts_release(reading);
    free(validations);
    return good;
}

bool comparison_judge_own(struct comparison *comparison, struct store *store, size_t setting,
                          const uint32_t *place_of, struct error *error)
{
    for (size_t own = 0; own < comparison->detail->own_count; own++) {
        struct own_reading reading = {.comparison = comparison,
                                      .store = store,
                                      .setting = setting,
                                      .own = own,
                                      .metric = comparison->detail->own_first + own,
                                      .place_of = place_of,
                                      .failed = comparison->detail->own[own].failed};
        if (!judge(&reading, error))
            return false;
        comparison->detail->own[own].other |= reading.other;
        comparison->detail->own[own].failed = reading.failed;
    }
    return true;
}

/* -- notes ------------------------------------------------------------------------------------- */

void comparison_note_unvalued(struct comparison *comparison)
{
    const struct comparison_detail *detail = comparison->detail;
    for (size_t own = 0; own < detail->own_count; own++) {
        uint32_t most = 0, of = 0;
        const struct own_metric *metric = &detail->own[own].metric;
        for (size_t setting = 0; setting < comparison->setting_count; setting++) {
            const struct counted_users *counted = &detail->counted[setting];
            uint32_t without = 0;
            for (uint32_t user = 0; user < counted->count; user++)
                without += counted->valued[detail->own_first + own][user] == 0;
            of = without > most ? counted->count : of;
            most = without > most ? without : most;
        }
        if (detail->own[own].other)
            comparison_note(comparison,
                            "%s was computed of other answers than this comparison judges: it is "
                            "unknown here. It is of the %s.",
                            metric->name, metric_subject_name(metric->of));
        else if (detail->own[own].failed < comparison->arm_count)
            comparison_note(comparison,
                            "%s is unknown where an arm has no values of it, as %s: it failed "
                            "there, and `thaw log` says why.",
                            metric->name, comparison->arms[detail->own[own].failed].name);
        else if (most > 0)
            comparison_note(comparison,
                            "%s leaves out %ss without a task that has a value for every arm: at "
                            "most %" PRIu32 " of %" PRIu32 ".",
                            metric->name, comparison_subject(comparison), most, of);
    }
}
