/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "run_metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "evaluate/answer.h"
#include "evaluate/fit_choice.h"
#include "wire/report.h"

/* The predictions of a shot set, and where those of each task begin. */
struct kept_rows {
    const struct task_set *set; /* NULL if it has no tasks */
    const char *scenario;       /* its name in the database */
    uint32_t shots;
    float *values, *deviations, *truth;
    uint32_t *starts;
};

/* A scenario and number of shots, with its last step; `raw` if there is nothing to fit it on. */
struct judged_setting {
    enum scenario scenario;
    uint32_t shots;
    size_t *chosen, count; /* the blocks that the step was fitted on */
    struct answer_step step;
    bool raw;
};

/* The validation shot sets in the order in which a comparison reads them. */
struct validation_blocks {
    const struct kept_rows **rows;
    struct fit_block *facts;
    size_t count;
};

/* -- keeping ----------------------------------------------------------------------------------- */

void run_metrics_init(struct run_metrics *metrics, struct run_common *run, struct script_host *host,
                      struct outbox *outbox)
{
    *metrics = (struct run_metrics){.run = run, .host = host, .outbox = outbox};
}

bool run_metrics_has_any(const struct run_metrics *metrics)
{
    return metrics->host && script_host_experiment(metrics->host)->metric_count > 0;
}

static void *copy(const void *numbers, size_t size)
{
    void *block = memory_array(size + !size, 1);
    if (size > 0)
        memcpy(block, numbers, size);
    return block;
}

void run_metrics_keep(struct run_metrics *metrics, const struct predicted_rows *rows)
{
    struct workspace *workspace = metrics->run->workspace;
    uint32_t sets = workspace_shot_set_count(workspace);
    struct arena *arena = arena_new();
    size_t size = rows->count * sizeof(float);
    struct kept_rows kept = {
        .set = rows->set,
        .scenario = scenario_name(workspace->dataset, rows->set->scenario),
        .shots = rows->shots,
        .values = copy(rows->values, size),
        .deviations = rows->deviations ? copy(rows->deviations, size) : NULL,
        .truth =
            copy(task_set_truth(rows->set, workspace->dataset, 0, rows->set->count, arena), size),
        .starts = memory_array(rows->set->count + (size_t)1, sizeof(uint32_t)),
    };
    arena_free(arena);
    for (uint32_t i = 0; i < rows->set->count; i++)
        kept.starts[i + 1] = kept.starts[i] + rows->set->tasks[i].query_count;
    uint64_t bytes = 3 * size + (rows->set->count + (uint64_t)1) * sizeof(uint32_t);
    budget_owe(workspace->budget, bytes);
    pthread_mutex_lock(&workspace->lock);
    if (!metrics->kept)
        metrics->kept = memory_array(sets, sizeof *metrics->kept);
    metrics->kept[rows->set - workspace->shot_sets] = kept;
    metrics->owed += bytes;
    pthread_mutex_unlock(&workspace->lock);
}

void run_metrics_release(struct run_metrics *metrics)
{
    uint32_t sets = metrics->kept ? workspace_shot_set_count(metrics->run->workspace) : 0;
    for (uint32_t i = 0; i < sets; i++) {
        free(metrics->kept[i].values);
        free(metrics->kept[i].deviations);
        free(metrics->kept[i].truth);
        free(metrics->kept[i].starts);
    }
    for (size_t i = 0; i < metrics->said_count; i++)
        free((double *)metrics->said[i].values);
    free(metrics->said);
    free(metrics->kept);
    metrics->said = NULL;
    metrics->said_count = 0;
    metrics->kept = NULL;
    if (metrics->owed)
        budget_give(metrics->run->workspace->budget, metrics->owed);
    metrics->owed = 0;
}

/* -- the last step ----------------------------------------------------------------------------- */

static int by_place(const void *left, const void *right)
{
    const struct kept_rows *a = *(const struct kept_rows *const *)left;
    const struct kept_rows *b = *(const struct kept_rows *const *)right;
    int order = strcmp(a->scenario, b->scenario);
    if (order == 0)
        order = (a->shots > b->shots) - (a->shots < b->shots); /* all is the largest number */
    return order ? order : (a->set->draw > b->set->draw) - (a->set->draw < b->set->draw);
}

static uint32_t tasks_asked(const struct kept_rows *rows)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < rows->set->count; i++)
        count += rows->starts[i + 1] > rows->starts[i];
    return count;
}

static struct validation_blocks validation_of(const struct run_metrics *metrics)
{
    uint32_t sets = workspace_shot_set_count(metrics->run->workspace);
    struct validation_blocks blocks = {.rows = memory_array(sets, sizeof *blocks.rows),
                                       .facts = memory_array(sets, sizeof *blocks.facts)};
    for (uint32_t i = 0; i < sets; i++)
        if (metrics->kept[i].set && metrics->kept[i].set->part == TASKS_VALIDATION)
            blocks.rows[blocks.count++] = &metrics->kept[i];
    if (blocks.count > 0)
        qsort(blocks.rows, blocks.count, sizeof *blocks.rows, by_place);
    for (size_t i = 0; i < blocks.count; i++) {
        const struct kept_rows *rows = blocks.rows[i];
        blocks.facts[i] = (struct fit_block){rows->scenario, rows->shots, rows->set->draw,
                                             tasks_asked(rows), rows->starts[rows->set->count]};
    }
    return blocks;
}

static void fit(struct judged_setting *setting, const struct answer_scale *scale,
                const struct validation_blocks *blocks)
{
    size_t rows = 0, at = 0;
    bool sure = true;
    for (size_t i = 0; i < setting->count; i++) {
        rows += blocks->facts[setting->chosen[i]].rows;
        sure = sure && blocks->rows[setting->chosen[i]]->deviations;
    }
    float *joined = memory_array(3 * rows + 1, sizeof *joined);
    for (size_t i = 0; i < setting->count; i++) {
        const struct kept_rows *kept = blocks->rows[setting->chosen[i]];
        size_t some = blocks->facts[setting->chosen[i]].rows;
        memcpy(joined + at, kept->values, some * sizeof *joined);
        memcpy(joined + rows + at, kept->truth, some * sizeof *joined);
        if (sure)
            memcpy(joined + 2 * rows + at, kept->deviations, some * sizeof *joined);
        at += some;
    }
    answer_fit(&setting->step, scale, joined, sure ? joined + 2 * rows : NULL, joined + rows, rows);
    free(joined);
}

static struct judged_setting settle(const struct run_metrics *metrics,
                                    const struct validation_blocks *blocks, enum scenario scenario,
                                    uint32_t shots)
{
    const struct workspace *workspace = metrics->run->workspace;
    bool borrowed;
    struct judged_setting setting = {
        .scenario = scenario,
        .shots = shots,
        .chosen = memory_array(blocks->count, sizeof *setting.chosen),
        .raw = blocks->count == 0 || workspace->range.smallest >= workspace->range.largest ||
               strcmp(script_host_experiment(metrics->host)->answer, "raw") == 0};
    const struct rating_scale known = split_scale(workspace->split, workspace->dataset);
    const struct answer_scale scale = {.levels = known.levels,
                                       .level_count = known.level_count,
                                       .smallest = known.range.smallest,
                                       .largest = known.range.largest};
    setting.count =
        fit_choose(blocks->facts, blocks->count, scenario_name(workspace->dataset, scenario), shots,
                   workspace->dataset->mirrored, setting.chosen, &borrowed);
    if (!setting.raw)
        fit(&setting, &scale, blocks);
    return setting;
}

/* -- values ------------------------------------------------------------------------------------ */

static double part_of(const struct answer *answer, enum metric_subject of)
{
    return of == METRIC_OF_LEVEL    ? answer->level
           : of == METRIC_OF_MEDIAN ? answer->median
                                    : answer->mean;
}

/* What the metric is given in place of each prediction. A new array. */
static double *given_of(const struct judged_setting *setting, enum metric_subject of,
                        const struct kept_rows *rows)
{
    size_t count = rows->starts[rows->set->count];
    double *given = memory_array(count, sizeof *given);
    struct answer *answers = of == METRIC_OF_RAW ? NULL : memory_array(count, sizeof *answers);
    if (answers)
        answer_rows(&setting->step, rows->values, rows->deviations, NULL, count, answers);
    for (size_t i = 0; i < count; i++)
        given[i] = answers ? part_of(&answers[i], of) : (double)rows->values[i];
    free(answers);
    return given;
}

/* The values of all tasks of a shot set; a new array, NULL on failure. */
static double *values_of(struct run_metrics *metrics, uint32_t lane, uint32_t metric,
                         const struct judged_setting *setting, enum metric_subject of,
                         const struct kept_rows *rows, struct error *error)
{
    double *given = given_of(setting, of, rows);
    double *values = memory_array(rows->set->count, sizeof *values);
    const struct metric_tasks tasks = {.count = rows->set->count,
                                       .starts = rows->starts,
                                       .truth = rows->truth,
                                       .predictions = given};
    bool good = workspace_may_go_on(metrics->run->workspace)
                    ? script_host_metric(metrics->host, lane, metric, &tasks, values, error)
                    : error_set(error, ERROR_CANCELLED, "cancelled");
    free(given);
    if (good)
        return values;
    free(values);
    return NULL;
}

/* The mean over the validation tasks that the step was fitted on. Nobody chooses among learners, so
 * theirs is NaN. */
static bool mean_of_validation(struct run_metrics *metrics, uint32_t lane, uint32_t metric,
                               const struct judged_setting *setting, enum metric_subject of,
                               const struct validation_blocks *blocks, double *mean,
                               struct error *error)
{
    double sum = 0, tasks = 0;
    for (size_t i = 0; i < setting->count && metrics->run->work.steps == 0; i++) {
        const struct kept_rows *rows = blocks->rows[setting->chosen[i]];
        double *values = values_of(metrics, lane, metric, setting, of, rows, error);
        if (!values)
            return false;
        for (uint32_t task = 0; task < rows->set->count; task++) {
            sum += isnan(values[task]) ? 0 : values[task];
            tasks += !isnan(values[task]);
        }
        free(values);
    }
    *mean = tasks > 0 ? sum / tasks : (double)NAN;
    return true;
}

/* Sends what was computed for metrics that did not fail, and forgets it. */
static void say_all(struct run_metrics *metrics)
{
    for (size_t i = 0; i < metrics->said_count; i++) {
        const struct message_metric *message = &metrics->said[i];
        if (metrics->failed[message->metric])
            continue;
        message_metric_write(outbox_open(metrics->outbox), message);
        outbox_close(metrics->outbox);
    }
}

static void say_failure(struct run_metrics *metrics, uint32_t metric, const struct error *error)
{
    const struct experiment *experiment = script_host_experiment(metrics->host);
    char *line =
        memory_format("%s is unknown for %s, seed %llu: %.*s", experiment->metrics[metric].name,
                      metrics->run->arm, (unsigned long long)metrics->run->seed,
                      (int)strcspn(error->text, "\n"), error->text);
    const struct message_log message = {.run = metrics->run->number, .line = line};
    message_log_write(outbox_open(metrics->outbox), &message);
    outbox_close(metrics->outbox);
    metrics->failed[metric] = true;
    free(line);
}

static bool compute_metric(struct run_metrics *metrics, uint32_t lane, uint32_t metric,
                           const struct judged_setting *setting,
                           const struct validation_blocks *blocks, struct error *error)
{
    const struct experiment *experiment = script_host_experiment(metrics->host);
    enum metric_subject of = setting->raw ? METRIC_OF_RAW : experiment->metrics[metric].of;
    double mean;
    if (!mean_of_validation(metrics, lane, metric, setting, of, blocks, &mean, error))
        return false;
    for (uint32_t i = 0; i < workspace_shot_set_count(metrics->run->workspace); i++) {
        const struct kept_rows *rows = &metrics->kept[i];
        if (!rows->set || rows->set->part != TASKS_TEST || rows->shots != setting->shots ||
            rows->set->scenario != setting->scenario)
            continue;
        double *values = values_of(metrics, lane, metric, setting, of, rows, error);
        if (!values)
            return false;
        metrics->said = memory_grow(metrics->said, metrics->said_count, sizeof *metrics->said);
        metrics->said[metrics->said_count++] = (struct message_metric){.run = metrics->run->number,
                                                                       .metric = metric,
                                                                       .of = of,
                                                                       .scenario = rows->scenario,
                                                                       .shots = setting->shots,
                                                                       .draw = rows->set->draw,
                                                                       .validation = mean,
                                                                       .values = values,
                                                                       .count = rows->set->count};
    }
    return true;
}

/* All metrics that have not failed, in one setting. False if the execution is stopping. */
static bool compute_setting(struct run_metrics *metrics, uint32_t lane,
                            const struct judged_setting *setting,
                            const struct validation_blocks *blocks, struct error *error)
{
    const struct experiment *experiment = script_host_experiment(metrics->host);
    for (uint32_t metric = 0; metric < experiment->metric_count; metric++) {
        if (metrics->failed[metric] ||
            compute_metric(metrics, lane, metric, setting, blocks, error))
            continue;
        if (error->kind == ERROR_CANCELLED)
            return false;
        say_failure(metrics, metric, error);
    }
    return true;
}

bool run_metrics_send(struct run_metrics *metrics, uint32_t lane, struct error *error)
{
    const struct workspace *workspace = metrics->run->workspace;
    if (!metrics->kept)
        return true;
    struct validation_blocks blocks = validation_of(metrics);
    bool good = true;
    for (int scenario = 0; good && scenario < SCENARIO_COUNT; scenario++)
        for (uint32_t i = 0; good && i < workspace->tasks->shot_count; i++) {
            struct judged_setting setting =
                settle(metrics, &blocks, (enum scenario)scenario, workspace->tasks->shots[i]);
            good = compute_setting(metrics, lane, &setting, &blocks, error);
            free(setting.chosen);
        }
    if (good)
        say_all(metrics);
    free(blocks.rows);
    free(blocks.facts);
    run_metrics_release(metrics);
    return good;
}

/* -- trying ------------------------------------------------------------------------------------ */

enum { TRIED = 32 }; /* tasks, so that what a function keeps between them is found */

static bool try_all(struct script_host *host, const struct experiment *experiment,
                    const struct metric_tasks *tasks, double *values, struct error *error)
{
    for (size_t i = 0; i < experiment->metric_count; i++) {
        double each[TRIED];
        if (!script_host_metric(host, 0, i, tasks, each, error))
            return false;
        if (values)
            values[i] = each[0];
    }
    return true;
}

static bool try_tasks(struct script_host *host, const struct experiment *experiment,
                      const struct dataset *dataset, const struct task_set *set, double *values,
                      struct error *error)
{
    struct arena *arena = arena_new();
    uint32_t count = set->count < TRIED ? set->count : TRIED, starts[TRIED + 1] = {0};
    const float *truth = task_set_truth(set, dataset, 0, count, arena);
    for (uint32_t task = 0; task < count; task++)
        starts[task + 1] = starts[task] + set->tasks[task].query_count;
    double *means = arena_take(arena, (starts[count] + (size_t)1) * sizeof *means);
    for (uint32_t task = 0; task < count; task++) {
        double sum = 0;
        for (uint32_t i = starts[task]; i < starts[task + 1]; i++)
            sum += (double)truth[i];
        for (uint32_t i = starts[task]; i < starts[task + 1]; i++)
            means[i] = sum / (starts[task + 1] - starts[task]);
    }
    const struct metric_tasks tasks = {count, starts, truth, means};
    bool good = try_all(host, experiment, &tasks, values, error);
    arena_free(arena);
    return good;
}

bool run_metrics_try(struct script_host *host, const struct experiment *experiment,
                     const struct dataset *dataset, const struct split *split, double *values,
                     uint32_t *shown, struct error *error)
{
    bool good = true;
    *shown = 0;
    for (int scenario = 0; good && *shown == 0 && scenario < SCENARIO_COUNT; scenario++) {
        struct task_set set;
        if (split->test_tasks[scenario] == 0 || experiment->metric_count == 0)
            continue;
        task_set_make(&set, dataset, split, &experiment->tasks, experiment->seeds[0],
                      (enum scenario)scenario, 0);
        if (set.count > 0 && set.tasks[0].query_count > 0) {
            good = try_tasks(host, experiment, dataset, &set, values, error);
            *shown = set.tasks[0].query_count;
        }
        task_set_release(&set);
    }
    return good;
}
