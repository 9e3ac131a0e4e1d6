/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "strength.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

enum { QUERY = 10, TASKS_MOST = 300 /* tasks of a scenario */ };
static const uint32_t SHOTS[] = {0, 1, 3, 5, 10, SHOTS_ALL};
enum { SHOT_COUNT = sizeof SHOTS / sizeof *SHOTS };

/* -- the tasks --------------------------------------------------------------------------------- */

/* Rows of the validation tasks. Task t has rows[starts[t]] .. rows[starts[t + 1] - 1], in an order
 * that is always the same. The first are the query. */
struct measure {
    struct plain *plain;
    struct evidence_collector collector;
    uint32_t tasks, *starts, *rows;
    enum scenario *scenarios;
    uint32_t counts[SCENARIO_COUNT]; /* of tasks */
    /* Memory for one task. */
    uint32_t *users, *items;
    float *values;
    double *state;
};

static void add_task(struct measure *measure, struct validation_task task)
{
    const struct plain *plain = measure->plain;
    uint32_t first = measure->starts[measure->tasks];
    uint32_t count = validation_task_rows(plain->split, task, measure->rows + first);
    if (count < 2)
        return;
    struct random random =
        random_at(0, RANDOM_QUERY, UINT32_MAX - (uint32_t)task.scenario, task.group);
    random_shuffle(&random, measure->rows + first, count);
    measure->scenarios[measure->tasks++] = task.scenario;
    measure->starts[measure->tasks] = first + count;
    measure->counts[task.scenario]++;
}

static void measure_init(struct measure *measure, struct plain *plain, enum scenario scenario)
{
    const struct split *split = plain->split;
    size_t rows = plain->dataset->interactions, tasks = split->validation_task_count;
    *measure = (struct measure){
        .plain = plain,
        .starts = memory_array(tasks + 1, sizeof *measure->starts),
        .rows = memory_array(rows, sizeof *measure->rows),
        .scenarios = memory_array(tasks, sizeof *measure->scenarios),
        .users = memory_array(rows, sizeof *measure->users),
        .items = memory_array(rows, sizeof *measure->items),
        .values = memory_array(rows, sizeof *measure->values),
        .state = memory_array(plain->state_size, sizeof *measure->state),
    };
    evidence_collector_init(&measure->collector, plain->dataset, split);
    uint32_t seen[SCENARIO_COUNT] = {0};
    for (size_t t = 0; t < tasks; t++) {
        struct validation_task task = split->validation_tasks[t];
        uint32_t all = split->validation_counts[task.scenario];
        uint32_t stride = all / TASKS_MOST + (all % TASKS_MOST > 0);
        bool meant = scenario == SCENARIO_COUNT || task.scenario == scenario;
        if (meant && seen[task.scenario]++ % stride == 0)
            add_task(measure, task);
    }
}

static void measure_release(struct measure *measure)
{
    evidence_collector_release(&measure->collector);
    free(measure->starts);
    free(measure->rows);
    free(measure->scenarios);
    free(measure->users);
    free(measure->items);
    free(measure->values);
    free(measure->state);
}

/* -- the error --------------------------------------------------------------------------------- */

static double query_error(const struct measure *measure, const uint32_t *rows, uint32_t count)
{
    const struct plain *plain = measure->plain;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        float prediction = (float)plain->operations->rate(
            plain, measure->state, plain->dataset->item[rows[i]], rows[i], NULL);
        recommender_clip(plain->range, &prediction, 1);
        double error = (double)prediction - (double)plain->dataset->value[rows[i]];
        sum += error * error;
    }
    return sum / count;
}

/* The error of one task, averaged over the numbers of shots. */
static double task_error(struct measure *measure, uint32_t task)
{
    const struct dataset *dataset = measure->plain->dataset;
    const uint32_t *rows = measure->rows + measure->starts[task];
    uint32_t count = measure->starts[task + 1] - measure->starts[task], user = dataset->user[*rows];
    uint32_t query = count / 2 < QUERY ? count / 2 : QUERY, most = count - query;
    for (uint32_t i = 0; i < most; i++) {
        measure->users[i] = user;
        measure->items[i] = dataset->item[rows[query + i]];
        measure->values[i] = dataset->value[rows[query + i]];
    }
    double sum = 0;
    for (int k = 0; k < SHOT_COUNT; k++) {
        uint32_t offsets[] = {0, SHOTS[k] < most ? SHOTS[k] : most};
        const struct rows support = {
            1, offsets, measure->users, measure->items, rows + query, measure->values};
        measure->plain->operations->fold(
            measure->plain, evidence_collect(&measure->collector, &support, 0, user, false),
            measure->state);
        sum += query_error(measure, rows, query);
    }
    return sum / SHOT_COUNT;
}

/* -- the walk ---------------------------------------------------------------------------------- */

struct descent {
    struct measure measure;
    enum scenario scenario;
    const struct strength *strengths;
    uint32_t count;
    void (*refit)(struct plain *plain);
    int place[STRENGTHS_MOST]; /* exponents of 2 */
    double *errors, *tried;    /* by task: at the current values, and one step further */
};

static void measure_at(struct descent *walk, const int *place, double *errors)
{
    for (uint32_t i = 0; i < walk->count; i++)
        if (walk->strengths[i].is_free)
            *walk->strengths[i].value = ldexp(walk->strengths[i].usual, place[i]);
    if (walk->refit)
        walk->refit(walk->measure.plain);
    for (uint32_t t = 0; t < walk->measure.tasks; t++)
        errors[t] = task_error(&walk->measure, t);
}

/* Whether the step gains more than two standard errors, summed over scenarios. */
static bool is_better(const struct descent *walk)
{
    const struct measure *measure = &walk->measure;
    double means[SCENARIO_COUNT] = {0}, squares[SCENARIO_COUNT] = {0}, gain = 0, variance = 0;
    uint32_t seen[SCENARIO_COUNT] = {0};
    for (uint32_t t = 0; t < measure->tasks; t++) {
        enum scenario scenario = measure->scenarios[t];
        double difference = walk->errors[t] - walk->tried[t], before = difference - means[scenario];
        means[scenario] += before / ++seen[scenario];
        squares[scenario] += before * (difference - means[scenario]);
    }
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        double count = seen[scenario];
        gain += means[scenario];
        variance += count > 1 ? squares[scenario] / (count * (count - 1)) : 0;
    }
    return gain > 0 && gain > 2 * sqrt(variance);
}

/* Moves one strength in either direction as long as the error decreases. */
static bool go_along(struct descent *walk, uint32_t which)
{
    bool moved = false;
    for (int direction = -1; direction <= 1 && !moved; direction += 2) {
        for (bool better = true; better && abs(walk->place[which]) < STRENGTH_REACH;) {
            walk->place[which] += direction;
            measure_at(walk, walk->place, walk->tried);
            better = is_better(walk);
            double *errors = walk->errors;
            if (better) {
                walk->errors = walk->tried;
                walk->tried = errors;
            } else {
                walk->place[which] -= direction;
            }
            moved = moved || better;
        }
    }
    return moved;
}

static void note_edges(struct descent *walk)
{
    struct plain *plain = walk->measure.plain;
    for (uint32_t i = 0; i < walk->count; i++) {
        size_t length = strlen(plain->note);
        if (abs(walk->place[i]) == STRENGTH_REACH)
            snprintf(plain->note + length, sizeof plain->note - length,
                     "%s%s %g%s%s is the %s that was tried", length ? "; " : "",
                     walk->strengths[i].name, *walk->strengths[i].value,
                     walk->scenario < SCENARIO_COUNT ? " for " : "",
                     walk->scenario < SCENARIO_COUNT ? scenario_name(plain->dataset, walk->scenario)
                                                     : "",
                     walk->place[i] < 0 ? "least" : "most");
    }
}

bool strength_choose(struct plain *plain, enum scenario scenario, const struct strength *strengths,
                     uint32_t count, void (*refit)(struct plain *plain))
{
    struct descent walk = {
        .scenario = scenario, .strengths = strengths, .count = count, .refit = refit};
    uint32_t free_ones = 0;
    for (uint32_t i = 0; i < count; i++) {
        free_ones += strengths[i].is_free;
        if (strengths[i].is_free)
            *strengths[i].value = strengths[i].usual;
    }
    if (free_ones == 0)
        return false;
    measure_init(&walk.measure, plain, scenario);
    bool measured = walk.measure.tasks >= STRENGTH_TASKS;
    if (measured) {
        walk.errors = memory_array(walk.measure.tasks, sizeof *walk.errors);
        walk.tried = memory_array(walk.measure.tasks, sizeof *walk.tried);
        measure_at(&walk, walk.place, walk.errors);
        for (bool moved = true; moved;) {
            moved = false;
            for (uint32_t i = 0; i < count; i++)
                moved = (strengths[i].is_free && go_along(&walk, i)) || moved;
            moved = moved && free_ones > 1;
        }
        measure_at(&walk, walk.place, walk.tried);
        note_edges(&walk);
        free(walk.errors);
        free(walk.tried);
    }
    measure_release(&walk.measure);
    return measured;
}
