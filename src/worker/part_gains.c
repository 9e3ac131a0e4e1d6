/* SPDX-License-Identifier: MIT
 *
 * What each field of a mapping adds: a plain arm that reads the mapped features is fitted with all
 * fields, with none and without each one, and its root mean squared errors on the validation tasks
 * are compared. The test tasks are not looked at, so that fields may be chosen by it.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "evaluate/gain.h"
#include "questions.h"

/* The fits, one after another; fit FIT_WITHOUT_FIRST + i is without field i. */
enum { FIT_WITH_ALL, FIT_WITHOUT_ANY, FIT_WITHOUT_FIRST, RESAMPLES = 2000 };
static const double LEVEL = 0.95;
static const uint64_t RESAMPLING_SEED = 1;

/* The validation tasks of a scenario in all draws, with the shots that are asked for. What they ask
 * for are interactions, each with its weight in the mean over all: how often it is asked for. */
struct part_tasks {
    struct task_set draws[VALIDATION_DRAWS];
    uint64_t asked; /* rows, counted in each draw */
    uint32_t users, count;
    uint32_t *rows;  /* the interactions, ascending */
    double *weight;  /* of each; they sum to 1 */
    double *squares; /* fits x count: the part of each in the mean square error */
};

struct part_fits {
    const struct study *study;
    struct part_tasks tasks[SCENARIO_COUNT];
    uint32_t fits, shots;
    uint32_t *place; /* of an interaction in `rows` of the scenario at hand */
};

/* -- tasks ------------------------------------------------------------------------------------- */

static void make_draw(struct part_tasks *tasks, const struct study *study, enum scenario scenario,
                      uint32_t draw, uint32_t shots, bool *seen)
{
    struct task_set all, *chosen = &tasks->draws[draw];
    task_set_make_validation(&all, study->dataset, &study->split, &study->experiment->tasks,
                             study->experiment->seeds[0], scenario, draw);
    task_set_select(chosen, &all, shots);
    chosen->rows = all.rows; /* the chosen tasks take what they point to */
    if (!chosen->borrowed)
        free(all.tasks);
    chosen->borrowed = false;
    for (uint32_t t = 0; t < chosen->count; t++) {
        tasks->asked += chosen->tasks[t].query_count;
        tasks->users += !seen[chosen->tasks[t].user];
        seen[chosen->tasks[t].user] = true;
    }
}

static void tasks_init(struct part_tasks *tasks, const struct part_fits *fits,
                       enum scenario scenario)
{
    const struct dataset *dataset = fits->study->dataset;
    double *weights = memory_array(dataset->interactions, sizeof *weights);
    bool *seen = memory_array(dataset->by_user.count, sizeof *seen);
    uint32_t draws = task_draws(&fits->study->experiment->tasks, TASKS_VALIDATION);
    for (uint32_t draw = 0; draw < draws; draw++)
        make_draw(tasks, fits->study, scenario, draw, fits->shots, seen);
    free(seen);
    for (uint32_t draw = 0; draw < draws; draw++)
        for (uint32_t t = 0; t < tasks->draws[draw].count; t++) {
            const struct task *task = &tasks->draws[draw].tasks[t];
            for (uint32_t i = 0; i < task->query_count; i++) {
                tasks->count += weights[task->query[i]] == 0;
                weights[task->query[i]] += 1 / (double)tasks->asked;
            }
        }
    tasks->rows = memory_array(tasks->count, sizeof *tasks->rows);
    tasks->weight = memory_array(tasks->count, sizeof *tasks->weight);
    tasks->squares = memory_array((size_t)fits->fits * tasks->count, sizeof *tasks->squares);
    uint32_t found = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (weights[row] > 0) {
            tasks->rows[found] = row;
            tasks->weight[found++] = weights[row];
        }
    free(weights);
}

static void tasks_release(struct part_tasks *tasks)
{
    for (uint32_t draw = 0; draw < VALIDATION_DRAWS; draw++)
        task_set_release(&tasks->draws[draw]);
    free(tasks->rows);
    free(tasks->weight);
    free(tasks->squares);
}

/* -- errors ------------------------------------------------------------------------------------ */

static void add_errors(const struct part_fits *fits, struct part_tasks *tasks, uint32_t fit,
                       const struct task *task, const float *predictions)
{
    double *squares = tasks->squares + (size_t)fit * tasks->count;
    double weight = 1 / (double)tasks->asked;
    for (uint32_t i = 0; i < task->query_count; i++) {
        uint32_t row = task->query[i];
        double difference = (double)predictions[i] - (double)fits->study->dataset->value[row];
        squares[fits->place[row]] += weight * difference * difference;
    }
}

static bool measure(struct part_fits *fits, uint32_t fit, struct recommender *recommender,
                    struct arena *arena, struct error *error)
{
    const struct dataset *dataset = fits->study->dataset;
    struct value_range range = value_range_of(dataset, fits->study->split.training);
    uint32_t draws = task_draws(&fits->study->experiment->tasks, TASKS_VALIDATION);
    for (uint32_t i = 0; i < SCENARIO_COUNT * draws; i++) {
        struct part_tasks *tasks = &fits->tasks[i / draws];
        const struct task_set *set = &tasks->draws[i % draws];
        for (uint32_t unit = 0; unit < tasks->count; unit++)
            fits->place[tasks->rows[unit]] = unit;
        for (uint32_t t = 0; t < set->count; t++) {
            arena_reset(arena);
            struct episodes episodes = task_set_episodes(set, dataset, t, 1, fits->shots, arena);
            uint32_t rows = set->tasks[t].query_count;
            float *predictions = arena_take(arena, rows * sizeof *predictions);
            if (!recommender->operations->predict(recommender, 0, &episodes, predictions, NULL,
                                                  error))
                return false;
            recommender_clip(range, predictions, rows);
            add_errors(fits, tasks, fit, &set->tasks[t], predictions);
        }
    }
    return true;
}

/* The fields of a fit, borrowed. */
static struct feature_space space_of(const struct feature_space *all, uint32_t fit,
                                     struct arena *arena)
{
    struct feature_space space = {0};
    if (fit == FIT_WITHOUT_ANY)
        return space;
    space.fields = arena_take(arena, (all->count + 1) * sizeof *space.fields);
    for (size_t i = 0; i < all->count; i++)
        if (fit < FIT_WITHOUT_FIRST || i != fit - FIT_WITHOUT_FIRST)
            space.fields[space.count++] = all->fields[i];
    return space;
}

static bool fit_and_measure(struct part_fits *fits, struct study *study, const char *arm,
                            uint32_t fit, struct error *error)
{
    struct arena *spaces = arena_new(), *arena = arena_new();
    const struct feature_space *all = study->data.space;
    struct feature_space space = space_of(all, fit, spaces);
    study->data.space = &space;
    struct recommender *recommender =
        study_recommender(study, arm, study->experiment->seeds[0], error);
    bool good = recommender && recommender->operations->fit(recommender, error) &&
                measure(fits, fit, recommender, arena, error);
    if (recommender)
        recommender->operations->free(recommender);
    study->data.space = all;
    arena_free(arena);
    arena_free(spaces);
    return good;
}

/* -- gains ------------------------------------------------------------------------------------- */

/* What one fit lacks beside the fit with all fields, in one scenario. */
struct part_pair {
    const struct part_tasks *tasks;
    const double *with, *without; /* squares */
    double root, other;           /* of the mean squares */
};

static double root_of(const double *squares, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += squares[i];
    return sqrt(sum);
}

static struct part_pair pair_of(const struct part_tasks *tasks, uint32_t fit)
{
    const double *without = tasks->squares + (size_t)fit * tasks->count;
    return (struct part_pair){tasks, tasks->squares, without, root_of(tasks->squares, tasks->count),
                              root_of(without, tasks->count)};
}

/* The linearised influence of an interaction on the gain. They sum to 0. */
static double influence(const struct part_pair *pair, uint32_t unit)
{
    double weight = pair->tasks->weight[unit], sum = 0;
    if (pair->other > 0)
        sum += (pair->without[unit] - weight * pair->other * pair->other) / (2 * pair->other);
    if (pair->root > 0)
        sum -= (pair->with[unit] - weight * pair->root * pair->root) / (2 * pair->root);
    return sum;
}

/* The users or items of a scenario, and how much each takes part in a gain. */
struct part_clusters {
    uint32_t count, *number;
    double *differences, *shares;
};

/* `of`: of each interaction its user (item), below `all`. */
static struct part_clusters clusters_of(const struct part_pair *pair, const uint32_t *of,
                                        uint32_t all)
{
    const struct part_tasks *tasks = pair->tasks;
    struct part_clusters clusters = {.number = memory_array(all, sizeof *clusters.number),
                                     .differences = memory_array(all, sizeof(double)),
                                     .shares = memory_array(all, sizeof(double))};
    for (uint32_t unit = 0; unit < tasks->count; unit++) {
        clusters.differences[of[tasks->rows[unit]]] += influence(pair, unit);
        clusters.shares[of[tasks->rows[unit]]] += tasks->weight[unit];
    }
    for (uint32_t number = 0; number < all; number++)
        if (clusters.shares[number] > 0) {
            clusters.differences[clusters.count] = clusters.differences[number];
            clusters.shares[clusters.count] = clusters.shares[number];
            clusters.number[clusters.count++] = number;
        }
    for (uint32_t i = 0; i < clusters.count; i++)
        clusters.differences[i] =
            pair->other - pair->root + clusters.count * clusters.differences[i];
    return clusters;
}

/* Where items are cold, others could have been: a field can fit the few of one split by chance, for
 * all users alike. */
static struct gain_items items_of(const struct part_pair *pair, const struct dataset *dataset)
{
    struct part_clusters items = clusters_of(pair, dataset->item, dataset->by_item.count);
    double squares = 0, of_rows = 0;
    for (uint32_t i = 0; i < items.count; i++)
        squares += items.shares[i] * items.shares[i];
    free(items.shares);
    for (uint32_t unit = 0; unit < pair->tasks->count; unit++)
        of_rows += influence(pair, unit) * influence(pair, unit);
    return (struct gain_items){items.count, items.number, items.differences,
                               (uint32_t)fmax(2, 1 / squares), of_rows};
}

/* What the fields that `fit` lacks add. `roots` receives the errors with and without them. */
static struct gain_cell cell_of(const struct part_fits *fits, uint32_t fit, uint32_t scenario,
                                double *roots)
{
    const struct dataset *dataset = fits->study->dataset;
    struct part_pair pair = pair_of(&fits->tasks[scenario], fit);
    struct part_clusters users = clusters_of(&pair, dataset->user, dataset->by_user.count);
    bool cold = scenario == SCENARIO_ITEM_COLD || scenario == SCENARIO_BOTH_COLD;
    roots[0] = pair.root;
    roots[1] = pair.other;
    free(users.shares);
    return (struct gain_cell){
        .block = scenario,
        .users = users.count,
        .user = users.number,
        .differences = users.differences,
        .gain = pair.other - pair.root,
        .arm = {FIT_WITH_ALL, 1, &roots[0], 0},
        .opponent = {fit, 1, &roots[1], 0},
        .items = cold ? items_of(&pair, dataset) : (struct gain_items){0},
    };
}

static void cell_release(const struct gain_cell *cell)
{
    free((uint32_t *)cell->user);
    free((double *)cell->differences);
    free((uint32_t *)cell->items.number);
    free((double *)cell->items.differences);
}

/* Of each fit but the first and each scenario. */
static void judge(const struct part_fits *fits, struct part_gain *gains)
{
    size_t most = (size_t)(fits->fits - 1) * SCENARIO_COUNT, count = 0;
    struct gain_cell *cells = memory_array(most, sizeof *cells);
    struct gain_verdict *verdicts = memory_array(most, sizeof *verdicts);
    double *roots = memory_array(2 * most, sizeof *roots);
    size_t *places = memory_array(most, sizeof *places);
    for (size_t i = 0; i < most; i++) {
        uint32_t fit = 1 + (uint32_t)(i / SCENARIO_COUNT), scenario = i % SCENARIO_COUNT;
        gains[i] = (struct part_gain){NAN, NAN, NAN, 1};
        if (fits->tasks[scenario].users == 0)
            continue;
        places[count] =
            i - scenario + scenario_named(fits->study->dataset, (enum scenario)scenario);
        cells[count] = cell_of(fits, fit, scenario, roots + 2 * count);
        count++;
    }
    gain_judge(cells, count, LEVEL, RESAMPLES, RESAMPLING_SEED, verdicts);
    for (size_t i = 0; i < count; i++) {
        struct interval interval = verdicts[i].interval;
        gains[places[i]] =
            (struct part_gain){cells[i].gain, interval.low, interval.high, verdicts[i].adjusted_p};
        cell_release(&cells[i]);
    }
    free(places);
    free(roots);
    free(verdicts);
    free(cells);
}

/* -- the answer -------------------------------------------------------------------------------- */

static bool reads_features(const struct arm *arm)
{
    return arm->is_baseline &&
           (arm->baseline == BASELINE_CONTENT_MEAN || arm->baseline == BASELINE_GAUSSIAN_ITEM);
}

static const struct arm *find_arm(const struct experiment *experiment, const char *name,
                                  struct error *error)
{
    const char *wanted = *name ? name : baseline_name(BASELINE_CONTENT_MEAN);
    char known[256] = "", shown[64];
    for (size_t i = 0; i < experiment->arm_count; i++) {
        const struct arm *arm = &experiment->arms[i];
        if (!reads_features(arm))
            continue;
        if (strcmp(arm->name, wanted) == 0 || (!*name && arm->baseline == BASELINE_CONTENT_MEAN))
            return arm;
        size_t length = strlen(known);
        snprintf(known + length, sizeof known - length, "%s%s", length > 0 ? ", " : "", arm->name);
    }
    error_set(error, ERROR_USAGE,
              "\"%s\" is no plain arm that reads mapped features; these are: %s",
              text_safe(wanted, shown, sizeof shown), known);
    return NULL;
}

/* Whether any task has so many ratings to show. */
static bool check_tasks(const struct part_fits *fits, struct error *error)
{
    char shots[SHOTS_TEXT];
    uint32_t users = 0;
    for (int s = 0; s < SCENARIO_COUNT; s++)
        users += fits->tasks[s].users;
    return users > 0 ||
           error_set(error, ERROR_USAGE,
                     "no validation task has %s ratings to show; show fewer by --shots",
                     shots_words(fits->shots, shots));
}

static bool part_fits_make(struct part_fits *fits, struct study *study, const char *arm,
                           struct error *error)
{
    for (uint32_t fit = 0; fit < fits->fits; fit++)
        if (!fit_and_measure(fits, study, arm, fit, error))
            return false;
    return true;
}

/* Fields of users and items come first; no plain arm reads those of the context. */
static uint32_t fields_measured(const struct feature_space *space)
{
    uint32_t count = 0;
    while (count < space->count && space->fields[count].entity != FEATURE_CONTEXT)
        count++;
    return count;
}

static void fill(struct asked *asked, const struct part_fits *fits, struct answer_parts *answer)
{
    const struct feature_space *space = &asked->study->space;
    const struct dataset *dataset = asked->study->dataset;
    uint32_t fields = fields_measured(space);
    struct bytes names = {0};
    for (uint32_t i = 0; i < fields; i++)
        bytes_add(&names, space->fields[i].name, strlen(space->fields[i].name) + 1);
    answer->names_size = names.size;
    answer->name_texts = fields;
    answer->names = asked_text(asked, &names);
    answer->subject = dataset_user_word(dataset);
    for (int s = 0; s < SCENARIO_COUNT; s++) {
        enum scenario named = scenario_named(dataset, (enum scenario)s);
        answer->users[named] = fits->tasks[s].users;
        answer->errors[named] = root_of(fits->tasks[s].squares, fits->tasks[s].count);
    }
    size_t count = ((size_t)fields + 1) * SCENARIO_COUNT;
    struct part_gain *gains = arena_take(asked->arena, count * sizeof *gains);
    judge(fits, gains);
    answer->gains = gains;
}

bool answer_parts(struct asked *asked, const struct question_parts *question,
                  struct answer_parts *answer, struct error *error)
{
    struct study *study = asked->study;
    struct part_fits fits = {
        .study = study,
        .fits = FIT_WITHOUT_FIRST + fields_measured(&study->space),
        .shots = question->shots,
    };
    const struct arm *arm = find_arm(study->experiment, question->arm, error);
    if (!arm)
        return false;
    if (study->split.validation_task_count == 0)
        return error_set(
            error, ERROR_USAGE,
            "there are no validation tasks to measure on: `validation` of the tasks is %g",
            study->experiment->tasks.validation);
    fits.place = memory_array(study->dataset->interactions, sizeof *fits.place);
    for (int s = 0; s < SCENARIO_COUNT; s++)
        tasks_init(&fits.tasks[s], &fits, (enum scenario)s);
    bool good = check_tasks(&fits, error) && part_fits_make(&fits, study, arm->name, error);
    if (good) {
        answer->arm = arm->name;
        fill(asked, &fits, answer);
    }
    for (int s = 0; s < SCENARIO_COUNT; s++)
        tasks_release(&fits.tasks[s]);
    free(fits.place);
    return good;
}
