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
#include "evaluate/gain.h"
#include "questions.h"

/* The fits, one after another; fit FIT_WITHOUT_FIRST + i is without field i. */
enum { FIT_WITH_ALL, FIT_WITHOUT_ANY, FIT_WITHOUT_FIRST, RESAMPLES = 2000 };
static const double LEVEL = 0.95;
static const uint64_t RESAMPLING_SEED = 1;

/* Users (or items) by which errors are taken together. Another sample of users or of items would
 * give other gains: a field can fit the cold items of one split by chance, for all users alike. */
enum { BY_USER, BY_ITEM, CLUSTERINGS };
struct part_clusters {
    uint32_t count, *numbers, *place; /* ascending; of each number its index in `numbers` */
    double *weight;                   /* of each: of its rows in the mean over all; sums to 1 */
    double *squares;                  /* fits x count: its part of the mean square error */
};

/* The validation tasks of a scenario in all draws, with the shots that are asked for. */
struct part_tasks {
    struct task_set draws[VALIDATION_DRAWS];
    uint32_t *of_user; /* how many tasks each user has */
    uint32_t users;
    struct part_clusters clusters[CLUSTERINGS];
};

struct part_fits {
    const struct study *study;
    struct part_tasks tasks[SCENARIO_COUNT];
    uint32_t fits, shots;
};

/* -- tasks ------------------------------------------------------------------------------------- */

static void make_draw(struct part_tasks *tasks, const struct study *study, enum scenario scenario,
                      uint32_t draw, uint32_t shots)
{
    struct task_set all, *chosen = &tasks->draws[draw];
    task_set_make_validation(&all, study->dataset, &study->split, &study->experiment->tasks,
                             study->experiment->seeds[0], scenario, draw);
    task_set_select(chosen, &all, shots);
    chosen->rows = all.rows; /* the chosen tasks take what they point to */
    if (!chosen->borrowed)
        free(all.tasks);
    chosen->borrowed = false;
    for (uint32_t t = 0; t < chosen->count; t++)
        tasks->users += tasks->of_user[chosen->tasks[t].user]++ == 0;
}

/* Each user counts the same, each of its tasks, and each row of these. */
static double row_weight(const struct part_tasks *tasks, const struct task *task)
{
    return 1 / ((double)tasks->users * tasks->of_user[task->user] * task->query_count);
}

static uint32_t cluster_of(const struct dataset *dataset, int by, uint32_t row)
{
    return by == BY_USER ? dataset->user[row] : dataset->item[row];
}

static void make_clusters(struct part_tasks *tasks, const struct dataset *dataset, int by,
                          uint32_t fits)
{
    uint32_t all = by == BY_USER ? dataset->by_user.count : dataset->by_item.count;
    struct part_clusters *clusters = &tasks->clusters[by];
    double *weights = memory_array(all, sizeof *weights);
    for (uint32_t draw = 0; draw < VALIDATION_DRAWS; draw++)
        for (uint32_t t = 0; t < tasks->draws[draw].count; t++) {
            const struct task *task = &tasks->draws[draw].tasks[t];
            for (uint32_t i = 0; i < task->query_count; i++)
                weights[cluster_of(dataset, by, task->query[i])] += row_weight(tasks, task);
        }
    clusters->numbers = memory_array(all, sizeof *clusters->numbers);
    clusters->place = memory_array(all, sizeof *clusters->place);
    clusters->weight = weights;
    for (uint32_t number = 0; number < all; number++)
        if (weights[number] > 0) {
            clusters->place[number] = clusters->count;
            weights[clusters->count] = weights[number];
            clusters->numbers[clusters->count++] = number;
        }
    clusters->squares = memory_array((size_t)fits * clusters->count, sizeof *clusters->squares);
}

static void tasks_init(struct part_tasks *tasks, const struct part_fits *fits,
                       enum scenario scenario)
{
    const struct dataset *dataset = fits->study->dataset;
    tasks->of_user = memory_array(dataset->by_user.count, sizeof *tasks->of_user);
    for (uint32_t draw = 0; draw < VALIDATION_DRAWS; draw++)
        make_draw(tasks, fits->study, scenario, draw, fits->shots);
    for (int by = 0; by < CLUSTERINGS; by++)
        make_clusters(tasks, dataset, by, fits->fits);
}

static void tasks_release(struct part_tasks *tasks)
{
    for (uint32_t draw = 0; draw < VALIDATION_DRAWS; draw++)
        task_set_release(&tasks->draws[draw]);
    free(tasks->of_user);
    for (int by = 0; by < CLUSTERINGS; by++) {
        free(tasks->clusters[by].numbers);
        free(tasks->clusters[by].place);
        free(tasks->clusters[by].weight);
        free(tasks->clusters[by].squares);
    }
}

/* -- errors ------------------------------------------------------------------------------------ */

static void add_errors(const struct part_fits *fits, struct part_tasks *tasks, uint32_t fit,
                       const struct task *task, const float *predictions)
{
    const struct dataset *dataset = fits->study->dataset;
    double weight = row_weight(tasks, task);
    for (uint32_t i = 0; i < task->query_count; i++) {
        uint32_t row = task->query[i];
        double difference = (double)predictions[i] - (double)dataset->value[row];
        for (int by = 0; by < CLUSTERINGS; by++) {
            struct part_clusters *clusters = &tasks->clusters[by];
            uint32_t place = clusters->place[cluster_of(dataset, by, row)];
            clusters->squares[(size_t)fit * clusters->count + place] +=
                weight * difference * difference;
        }
    }
}

static bool measure(struct part_fits *fits, uint32_t fit, struct recommender *recommender,
                    struct arena *arena, struct error *error)
{
    const struct dataset *dataset = fits->study->dataset;
    struct value_range range = value_range_of(dataset, fits->study->split.training);
    for (uint32_t i = 0; i < SCENARIO_COUNT * VALIDATION_DRAWS; i++) {
        struct part_tasks *tasks = &fits->tasks[i / VALIDATION_DRAWS];
        const struct task_set *set = &tasks->draws[i % VALIDATION_DRAWS];
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

static double root_of(const struct part_clusters *clusters, uint32_t fit)
{
    double sum = 0;
    for (uint32_t i = 0; i < clusters->count; i++)
        sum += clusters->squares[(size_t)fit * clusters->count + i];
    return sqrt(sum);
}

/* The linearised influence of a cluster on the root, times the number of clusters. */
static double influence(const struct part_clusters *clusters, uint32_t fit, uint32_t i, double root)
{
    double square = clusters->squares[(size_t)fit * clusters->count + i];
    return root > 0 ? clusters->count * (square - clusters->weight[i] * root * root) / (2 * root)
                    : 0;
}

/* What the fields that `fit` lacks add. `roots` receives the errors with and without them. */
static struct gain_cell cell_of(const struct part_clusters *clusters, uint32_t fit, uint32_t block,
                                double *roots)
{
    double *differences = memory_array(clusters->count, sizeof *differences);
    roots[0] = root_of(clusters, FIT_WITH_ALL);
    roots[1] = root_of(clusters, fit);
    for (uint32_t i = 0; i < clusters->count; i++)
        differences[i] = roots[1] + influence(clusters, fit, i, roots[1]) - roots[0] -
                         influence(clusters, FIT_WITH_ALL, i, roots[0]);
    return (struct gain_cell){
        .block = block,
        .users = clusters->count,
        .user = clusters->numbers,
        .differences = differences,
        .gain = roots[1] - roots[0],
        .arm = {FIT_WITH_ALL, 1, &roots[0], 0},
        .opponent = {fit, 1, &roots[1], 0},
    };
}

/* A gain holds over users and over items: the wider interval and the larger p. */
static void take_wider(struct part_gain *gain, const struct gain_cell *cell,
                       const struct gain_verdict *verdict)
{
    bool first = isnan(gain->gain);
    gain->gain = cell->gain;
    if (first) {
        gain->low = verdict->interval.low;
        gain->high = verdict->interval.high;
        gain->p = verdict->adjusted_p;
        return;
    }
    gain->low = fmin(gain->low, verdict->interval.low);
    gain->high = fmax(gain->high, verdict->interval.high);
    gain->p = fmax(gain->p, verdict->adjusted_p);
}

/* Adds to `gains`, of each fit but the first and each scenario, what this clustering says. */
static void judge(const struct part_fits *fits, int by, struct part_gain *gains)
{
    size_t most = (size_t)(fits->fits - 1) * SCENARIO_COUNT, count = 0;
    struct gain_cell *cells = memory_array(most, sizeof *cells);
    struct gain_verdict *verdicts = memory_array(most, sizeof *verdicts);
    double *roots = memory_array(2 * most, sizeof *roots);
    size_t *places = memory_array(most, sizeof *places);
    for (size_t i = 0; i < most; i++) {
        uint32_t fit = 1 + (uint32_t)(i / SCENARIO_COUNT), scenario = i % SCENARIO_COUNT;
        if (fits->tasks[scenario].users == 0)
            continue;
        places[count] = i;
        cells[count] =
            cell_of(&fits->tasks[scenario].clusters[by], fit, scenario, roots + 2 * count);
        count++;
    }
    gain_judge(cells, count, LEVEL, RESAMPLES, RESAMPLING_SEED, verdicts);
    for (size_t i = 0; i < count; i++) {
        take_wider(&gains[places[i]], &cells[i], &verdicts[i]);
        free((double *)cells[i].differences);
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

static bool part_fits_make(struct part_fits *fits, struct study *study, const char *arm,
                           struct error *error)
{
    for (int s = 0; s < SCENARIO_COUNT; s++)
        tasks_init(&fits->tasks[s], fits, (enum scenario)s);
    for (uint32_t fit = 0; fit < fits->fits; fit++)
        if (!fit_and_measure(fits, study, arm, fit, error))
            return false;
    return true;
}

static void fill(struct asked *asked, const struct part_fits *fits, struct answer_parts *answer)
{
    const struct feature_space *space = &asked->study->space;
    struct bytes names = {0};
    for (size_t i = 0; i < space->count; i++)
        bytes_add(&names, space->fields[i].name, strlen(space->fields[i].name) + 1);
    answer->names_size = names.size;
    answer->name_texts = (uint32_t)space->count;
    answer->names = asked_text(asked, &names);
    for (int s = 0; s < SCENARIO_COUNT; s++) {
        answer->users[s] = fits->tasks[s].users;
        answer->errors[s] = root_of(&fits->tasks[s].clusters[BY_USER], FIT_WITH_ALL);
    }
    size_t count = (space->count + 1) * SCENARIO_COUNT;
    struct part_gain *gains = arena_take(asked->arena, count * sizeof *gains);
    for (size_t i = 0; i < count; i++)
        gains[i] = (struct part_gain){NAN, NAN, NAN, 1};
    for (int by = 0; by < CLUSTERINGS; by++)
        judge(fits, by, gains);
    answer->gains = gains;
}

bool answer_parts(struct asked *asked, const struct question_parts *question,
                  struct answer_parts *answer, struct error *error)
{
    struct study *study = asked->study;
    struct part_fits fits = {
        .study = study,
        .fits = FIT_WITHOUT_FIRST + (uint32_t)study->space.count,
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
    bool good = part_fits_make(&fits, study, arm->name, error);
    if (good) {
        answer->arm = arm->name;
        fill(asked, &fits, answer);
    }
    for (int s = 0; s < SCENARIO_COUNT; s++)
        tasks_release(&fits.tasks[s]);
    return good;
}
