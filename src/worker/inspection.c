/* SPDX-License-Identifier: MIT
 *
 * Checks a script without running it: describes in words what it declares, and tries one step and
 * one prediction of each arm on a few tasks. Also checks that tasks are predicted independently of
 * each other (independence.h). Fails at the first arm that fails.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "data_warning.h"
#include "independence.h"
#include "questions.h"
#include "recommender/parameters.h"
#include "report/figures.h"
#include "run_metrics.h"
#include "shots_warning.h"
#include "wire/report.h"

enum { TRIED_TASKS = 2, TRIED_SHOTS = 5 };

/* -- words ------------------------------------------------------------------------------------- */

static uint32_t current_rows(const struct study *study)
{
    const struct dataset *dataset = study->dataset;
    return dataset->by_user.starts[dataset->by_user.count] - dataset->sampled;
}

static void describe_target(const struct study *study, struct bytes *text)
{
    const struct dataset *dataset = study->dataset;
    uint32_t current = current_rows(study);
    double least = INFINITY, most = -INFINITY, sum = 0;
    char rows[FIGURE_TEXT], all[FIGURE_TEXT];
    for (uint32_t row = 0; row < dataset->interactions - dataset->sampled; row++) {
        double value = (double)dataset->value[row];
        if (!dataset->current[row])
            continue;
        least = fmin(least, value);
        most = fmax(most, value);
        sum += value;
    }
    bytes_add_format(text, "target    of %s, from %g to %g, mean %.4g",
                     figure_of(current, "row", rows), least, most, sum / current);
    if (current < study->kept)
        bytes_add_format(text, "; %s left out", figure_count(study->kept - current, all));
    bytes_add_format(text, "\n");
}

/* What a task is, unless it is one user. */
static void describe_groups(const struct study *study, struct bytes *text)
{
    const struct interaction_index *groups = &study->split.groups.index;
    char number[FIGURE_TEXT], rows[FIGURE_TEXT], left[FIGURE_TEXT];
    if (study->dataset->mirrored)
        bytes_add_format(text, "tasks     are items, which meet users\n");
    if (!study->experiment->has_key)
        return;
    uint32_t used = groups->starts[groups->count], current = current_rows(study);
    bytes_add_format(text, "tasks     are made of %s of a user with one key; half of them have %s",
                     figure_of(groups->count, "group", number),
                     figure_of(task_groups_median(&study->split.groups), "rating", rows));
    if (used < current)
        bytes_add_format(text, " or fewer; %s without a key in none\n",
                         figure_of(current - used, "rating", left));
    else
        bytes_add_format(text, " or fewer\n");
}

static uint32_t observed_training(const struct study *study)
{
    uint32_t rows = 0;
    for (uint32_t row = 0; row < study->dataset->interactions; row++)
        rows += study->split.observed[row];
    return rows;
}

static void describe_negatives(const struct study *study, struct bytes *text)
{
    const struct split *split = &study->split;
    const struct task_options *tasks = &study->experiment->tasks;
    char rows[FIGURE_TEXT], few[FIGURE_TEXT], users[FIGURE_TEXT];
    if (tasks->negatives == 0)
        return;
    bytes_add_format(
        text, "negatives %" PRIu32 " sampled for each rating, by %s: %s with target 0%s",
        tasks->negatives, negatives_by_name(tasks->negatives_by),
        figure_of(study->dataset->sampled, "row", rows), split->short_rows ? "" : "\n");
    if (split->short_rows)
        bytes_add_format(text, "; %s of %s got fewer: too few %ss are left\n",
                         figure_of(split->short_rows, "rating", few),
                         figure_of(split->short_users, dataset_user_word(study->dataset), users),
                         dataset_item_word(study->dataset));
}

static void describe_data(const struct study *study, struct bytes *text)
{
    const struct dataset *dataset = study->dataset;
    const struct dataset_names names = dataset_named(dataset);
    const char *subject = dataset_user_word(dataset);
    char name[256], rows[FIGURE_TEXT], users[FIGURE_TEXT], items[FIGURE_TEXT];
    bytes_add_format(text, "data      %s: %s of %s and %s\n",
                     text_safe(dataset->name, name, sizeof name),
                     figure_of(dataset->interactions - dataset->sampled, "rating", rows),
                     figure_of((int64_t)id_map_size(names.users), "user", users),
                     figure_of((int64_t)id_map_size(names.items), "item", items));
    if (study->counted < dataset->interactions - dataset->sampled)
        bytes_add_format(text, "repeats   %s ratings count: of a pair rated again %s\n",
                         figure_count(study->counted, rows),
                         repeats_clause(dataset->repeats, dataset->time != NULL));
    if (study->experiment->has_where)
        bytes_add_format(text, "where     %s of %s left out\n",
                         figure_count(study->counted - study->kept, rows),
                         figure_count(study->counted, items));
    if (study->experiment->has_target)
        describe_target(study, text);
    describe_negatives(study, text);
    bytes_add_format(text, "training  %s of %s; %s more %ss validate\n",
                     figure_of(observed_training(study), "rating", rows),
                     figure_of(study->split.training_user_count, subject, users),
                     figure_count(study->split.validation_user_count, items), subject);
    describe_groups(study, text);
}

static void describe_tests(const struct study *study, struct bytes *text)
{
    const struct task_options *options = &study->experiment->tasks;
    char number[FIGURE_TEXT], draws[FIGURE_TEXT], seeds[FIGURE_TEXT], shots[SHOTS_TEXT];
    bytes_add_format(text, "test      ");
    for (int i = 0; i < SCENARIO_COUNT; i++)
        bytes_add_format(text, "%s%s %s", i > 0 ? ", " : "",
                         scenario_name(study->dataset, (enum scenario)i),
                         figure_count(study->split.test_tasks[i], number));
    bytes_add_format(text, " tasks; shots");
    for (uint32_t i = 0; i < options->shot_count; i++)
        bytes_add_format(text, " %s", shots_words(options->shots[i], shots));
    if (options->fold)
        snprintf(number, sizeof number, "all of fold %u", options->fold);
    else
        figure_of(options->query, "query rating", number);
    bytes_add_format(text, "; %s, %s, %s\n", number, figure_of(task_draws(options, TASKS_TEST), "draw", draws),
                     figure_of((int64_t)study->experiment->seed_count, "seed", seeds));
}

static void add_warning(void *context, const char *sentence)
{
    bytes_add_format(context, "warning   %s\n", sentence);
}

static void describe_validation(const struct study *study, struct bytes *text)
{
    const struct split *split = &study->split;
    char number[FIGURE_TEXT];
    bytes_add_format(text, "validate  ");
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        bytes_add_format(text, "%s%s %s", i > 0 ? ", " : "",
                         scenario_name(study->dataset, (enum scenario)i),
                         figure_count(split->validation_counts[i], number));
        if (split->validation_counts[i] > 0 &&
            split->validation_least[i] < study->experiment->tasks.least)
            bytes_add_format(text, " (from %" PRIu32 " ratings)", split->validation_least[i]);
    }
    uint32_t draws = task_draws(&study->experiment->tasks, TASKS_VALIDATION);
    bytes_add_format(text, " tasks; %s\n", figure_of(draws, "draw", number));
}

static void describe_fields(const struct study *study, struct bytes *text)
{
    static const char *const kinds[] = {
        [FEATURE_INDEX] = "", [FEATURE_BAG] = "a bag of ", [FEATURE_NUMBER] = ""};
    bytes_add_format(text, "fields   ");
    for (size_t i = 0; i < study->space.count; i++) {
        const struct feature_field *field = &study->space.fields[i];
        char name[160], number[FIGURE_TEXT];
        bytes_add_format(text, "%s %s: %s", i > 0 ? "," : "",
                         text_safe(field->name, name, sizeof name), kinds[field->kind]);
        if (field->columns > 1)
            bytes_add_format(text, "%" PRIu32 " numbers", field->columns);
        else if (field->kind == FEATURE_NUMBER)
            bytes_add_format(text, "a number");
        else
            bytes_add_format(text, "%s", figure_count(field->vocabulary, number));
    }
    bytes_add_format(text, study->space.count > 0 ? "\n" : " none\n");
}

static void describe_baseline(const struct study *study, struct bytes *text)
{
    if (strcmp(study->experiment->baseline, MESSAGE_BEST_PLAIN) == 0)
        bytes_add_format(
            text,
            "gains     over the plain arm that is best there on validation tasks, in each cell\n");
}

static const char *judged_words(enum metric_subject of)
{
    return of == METRIC_OF_MEAN     ? "the mean answer"
           : of == METRIC_OF_LEVEL  ? "the median level"
           : of == METRIC_OF_MEDIAN ? "the continuous median"
                                    : "predictions as they are";
}

/* Calls each metric for a test task, and says what it gives. */
static bool describe_metrics(const struct study *study, struct bytes *text, struct error *error)
{
    const struct experiment *experiment = study->experiment;
    double values[OWN_METRICS_MOST];
    uint32_t rows;
    if (!run_metrics_try(study->host, experiment, study->dataset, &study->split, values, &rows,
                         error))
        return false;
    for (size_t i = 0; i < experiment->metric_count; i++) {
        const struct own_metric *metric = &experiment->metrics[i];
        char number[FIGURE_TEXT], count[FIGURE_TEXT];
        bytes_add_format(text, "%s  %s: %s is better; of %s", i == 0 ? "metrics " : "        ",
                         metric->name, metric->more ? "higher" : "lower", judged_words(metric->of));
        if (rows > 0 && isnan(values[i]))
            bytes_add_format(text, "; none for the first task of %s",
                             figure_of(rows, "rating", count));
        else if (rows > 0)
            bytes_add_format(text, "; %s if the first task's %s are all predicted by their mean",
                             figure_metric(values[i], false, number),
                             figure_of(rows, "rating", count));
        bytes_add_format(text, "%s%s\n", *metric->help ? "; " : "", metric->help);
    }
    return true;
}

static void describe_arm(const struct study *study, const struct arm *arm,
                         const struct recommender *recommender, struct bytes *text)
{
    char parameters[FIGURE_TEXT], steps[FIGURE_TEXT];
    bytes_add_format(text, "%s  %s: %s", arm == study->experiment->arms ? "arms    " : "        ",
                     arm->name, arm->description);
    if (recommender->plan.phase_count > 0)
        bytes_add_format(text, "; %s parameters, %s steps",
                         figure_count(script_recommender_parameters(recommender), parameters),
                         figure_count(study_steps(study, recommender), steps));
    bytes_add_format(
        text, "%s\n",
        strcmp(arm->name, study->experiment->baseline) == 0 ? "; gains are over this one" : "");
}

/* The names of the options that a trial sets, "lr embed decay". */
static void describe_open(const char *settings, struct bytes *text)
{
    for (const char *line = settings; *line;) {
        size_t end = strcspn(line, "\n"), length = strcspn(line, "=");
        const char *name = line + length;
        while (name > line && name[-1] != '.')
            name--;
        bytes_add_format(text, " %.*s", (int)(line + length - name), name);
        line += end + (line[end] == '\n');
    }
}

static void describe_search(const struct study *study, struct bytes *text)
{
    const struct experiment *experiment = study->experiment;
    bool first = true;
    for (size_t i = 0, trials; i < experiment->trial_count; i += trials) {
        size_t arm = experiment->trials[i].arm;
        for (trials = 1; i + trials < experiment->trial_count; trials++)
            if (experiment->trials[i + trials].arm != arm)
                break;
        bytes_add_format(text, "%s  %s: %zu trials of", first ? "search  " : "        ",
                         experiment->arms[arm].name, trials + 1);
        describe_open(experiment->trials[i].settings, text);
        bytes_add_format(text, "\n");
        first = false;
    }
}

/* -- trying ------------------------------------------------------------------------------------ */

static bool try_step(const struct study *study, struct recommender *recommender, uint64_t seed,
                     struct arena *arena, struct error *error)
{
    struct training_plan plan = recommender->plan;
    struct training_order order = {0};
    struct training_place place = {.seed = seed};
    double loss = 0;
    if (plan.by == TRAIN_BY_TASK)
        plan.batch = plan.shard = TRIED_TASKS;
    struct training_position position = training_position(&study->split, &plan, 0);
    training_order_make(&order, study->dataset, &study->split, &plan, seed, position);
    struct episodes episodes =
        training_episodes(&order, study->dataset, &study->split, &plan, seed, 0, 0, arena);
    struct gradient_slot *slot = recommender->operations->slot_new(recommender, error);
    bool good = slot && recommender->operations->gradient(recommender, 0, &episodes, place, slot,
                                                          &loss, error);
    if (good && !isfinite(loss))
        good = error_set(error, ERROR_NUMERIC, "the loss of the first step is not a finite number");
    const struct outer_step step = {&slot, 1, episodes.query.tasks, position};
    good = good && recommender_step(recommender, &step, error);
    gradient_slot_free(slot);
    training_order_release(&order);
    return good;
}

static bool predict_some(const struct task_set *set, const struct study *study,
                         struct recommender *recommender, struct arena *arena, struct error *error)
{
    uint32_t tasks = set->count < TRIED_TASKS ? set->count : TRIED_TASKS;
    struct episodes episodes = task_set_episodes(set, study->dataset, 0, tasks, TRIED_SHOTS, arena);
    uint32_t rows = episodes.query.offsets[tasks];
    float *predictions = arena_take(arena, rows * sizeof *predictions);
    float *deviations = arena_take(arena, rows * sizeof *deviations);
    return recommender->operations->predict(recommender, 0, &episodes, predictions, deviations,
                                            error) &&
           recommender_check(predictions, recommender->deviates ? deviations : NULL, rows, error);
}

/* Plain arms are our own code, in which no task sees another. */
static bool try_independence(const struct task_set *set, const struct study *study,
                             const struct arm *arm, struct recommender *recommender,
                             struct arena *arena, struct error *error)
{
    const struct independence about = {
        .recommender = recommender,
        .dataset = study->dataset,
        .set = set,
        .shots = TRIED_SHOTS,
        .range = value_range_of(study->dataset, study->split.training),
        .arena = arena,
    };
    return arm->is_baseline || independence_check(&about, error);
}

static bool try_prediction(const struct study *study, const struct arm *arm,
                           struct recommender *recommender, uint64_t seed, struct arena *arena,
                           struct error *error)
{
    bool good = true;
    for (int i = 0; good && i < SCENARIO_COUNT; i++) {
        struct task_set set;
        if (study->split.test_tasks[i] == 0)
            continue;
        task_set_make(&set, study->dataset, &study->split, &study->experiment->tasks, seed,
                      (enum scenario)i, 0);
        good = predict_some(&set, study, recommender, arena, error) &&
               try_independence(&set, study, arm, recommender, arena, error);
        task_set_release(&set);
    }
    return good;
}

static bool try_arm(struct study *study, const struct arm *arm, struct bytes *text,
                    struct arena *arena, struct error *error)
{
    uint64_t seed = study->experiment->seeds[0];
    struct recommender *recommender = study_recommender(study, arm->name, seed, error);
    if (!recommender)
        return false;
    describe_arm(study, arm, recommender, text);
    bool learns = recommender->plan.phase_count > 0;
    bool good = (learns ? try_step(study, recommender, seed, arena, error)
                        : recommender->operations->fit(recommender, error)) &&
                try_prediction(study, arm, recommender, seed, arena, error);
    if (!good && error->kind != ERROR_SCRIPT && !arm->is_baseline)
        script_recommender_blame(recommender, error);
    else if (!good && error->kind != ERROR_SCRIPT)
        error_within(error, "arm \"%s\"", arm->name);
    recommender->operations->free(recommender);
    arena_reset(arena);
    return good;
}

/* Tries learners first, because fits of plain arms take long. Describes the arms in their order. */
static bool try_arms(struct study *study, struct bytes *text, struct error *error)
{
    struct arena *arena = arena_new();
    size_t count = study->experiment->arm_count;
    struct bytes *texts = memory_array(count, sizeof *texts);
    bool good = true;
    for (int plain = 0; plain < 2; plain++)
        for (size_t i = 0; good && i < count; i++)
            if (study->experiment->arms[i].is_baseline == plain)
                good = try_arm(study, &study->experiment->arms[i], &texts[i], arena, error);
    for (size_t i = 0; i < count; i++) {
        bytes_add(text, texts[i].data, texts[i].size);
        bytes_release(&texts[i]);
    }
    free(texts);
    arena_free(arena);
    return good;
}

bool answer_check(struct asked *asked, const struct question_check *question,
                  struct answer_check *answer, struct error *error)
{
    struct study *study = asked->study;
    struct bytes text = {0};
    if (question->sampled)
        mapped_view_describe(study, &text);
    describe_data(study, &text);
    describe_tests(study, &text);
    describe_validation(study, &text);
    data_warn(study, add_warning, &text);
    shots_warn(study, add_warning, &text);
    describe_fields(study, &text);
    describe_baseline(study, &text);
    bool good = describe_metrics(study, &text, error) && try_arms(study, &text, error);
    describe_search(study, &text);
    answer->text = asked_text(asked, &text);
    return good;
}
