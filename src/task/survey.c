/* SPDX-License-Identifier: MIT
 *
 * Counts tasks and rows of a split. What must be disjoint is marked from the tasks themselves, row
 * by row, and counted where two marks meet.
 */
#include "config.h"

#include "task/survey.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "task_rows.h"

/* What a row, user or item was met as. */
enum { MET_TRAINING = 1, MET_VALIDATION = 2, MET_TEST = 4, MET_COLD = 8, MET_WARM = 16 };

struct survey_marks {
    uint8_t *rows, *users, *items;
};

/* -- sizes ------------------------------------------------------------------------------------- */

/* Sorts the numbers. */
static void find_points(uint32_t *numbers, uint32_t count, uint32_t points[SIZE_POINTS])
{
    qsort(numbers, count, sizeof *numbers, numbers_ascending_u32);
    for (uint64_t i = 0; count > 0 && i < SIZE_POINTS; i++)
        points[i] = numbers[((count - 1) * i + 2) / (SIZE_POINTS - 1)];
}

static void measure(struct task_stratum *stratum, const struct task_set *set,
                    const struct task_options *options)
{
    uint32_t *support = memory_array(set->count, sizeof *support);
    uint32_t *query = memory_array(set->count, sizeof *query);
    for (uint32_t t = 0; t < set->count; t++) {
        support[t] = set->tasks[t].support_count;
        query[t] = set->tasks[t].query_count;
        for (uint32_t i = 0; i < options->shot_count; i++)
            stratum->at_shots[i] +=
                options->shots[i] == SHOTS_ALL || support[t] >= options->shots[i];
    }
    find_points(support, set->count, stratum->support);
    find_points(query, set->count, stratum->query);
    free(support);
    free(query);
}

/* -- groups and rows --------------------------------------------------------------------------- */

uint32_t task_stratum_rows(const struct task_stratum *stratum, const struct split *split,
                           uint32_t group, uint32_t *rows)
{
    enum row_role role = stratum->part == TASKS_TEST         ? ROLE_TEST
                         : stratum->part == TASKS_VALIDATION ? ROLE_VALIDATION
                                                             : ROLE_TRAINING;
    return rows_of_task(split, group, role, (enum scenario)stratum->scenario, rows);
}

/* The rows that some draw has. The others are those beyond `max` of a validation task, and those
 * that the `draw` of a script leaves out. */
static uint32_t count_drawn(const struct survey_marks *marks, const uint32_t *rows, uint32_t count)
{
    uint32_t drawn = 0;
    for (uint32_t i = 0; i < count; i++)
        drawn += (marks->rows[rows[i]] & (MET_TEST | MET_VALIDATION)) != 0;
    return drawn;
}

/* Counts groups, and rows held out by their fate, by how many rows each group has. */
static void count_groups(struct task_survey *survey, struct task_stratum *stratum,
                         const struct survey_marks *marks, const struct dataset *dataset,
                         const struct split *split)
{
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows), *fates = survey->fates;
    bool test = stratum->part == TASKS_TEST, training = stratum->part == TASK_PARTS;
    for (uint32_t group = 0; group < split->groups.index.count; group++) {
        uint32_t count = task_stratum_rows(stratum, split, group, rows);
        bool few = count > 0 && count < stratum->least;
        bool many = count > stratum->most;
        stratum->absent += count == 0;
        stratum->too_few += few;
        stratum->too_many += many;
        if (training)
            continue;
        uint32_t drawn = few || (test && many) ? count : count_drawn(marks, rows, count);
        fates[test  ? few    ? FATE_TEST_FEW
                      : many ? FATE_TEST_MANY
                             : FATE_TEST_TASK
              : few ? FATE_VALIDATION_FEW
                    : FATE_VALIDATION_TASK] += drawn;
        fates[FATE_UNDRAWN] += count - drawn;
    }
    free(rows);
}

static bool has_key(const struct split *split, uint32_t row)
{
    const char *key = split->groups.keys ? column_text(split->groups.keys, row) : "all";
    return key && *key;
}

/* Whether a row without a role is one that a published column, a fold or a function leaves out; an
 * own split leaves out those between test and validation. */
static bool is_outside(const struct dataset *dataset, const struct split *split,
                       const struct task_options *options, uint32_t row)
{
    const struct column *column = options->nested ? table_column(&dataset->context, "split") : NULL;
    const char *text = column ? column_text(column, row) : NULL;
    return options->published || options->fold || split->scenario[row] == SCENARIO_COUNT ||
           (options->nested && !(text && strcmp(text, "meta_training") == 0));
}

/* The fates that follow from a row's role alone. */
static void count_rows(struct task_survey *survey, const struct dataset *dataset,
                       const struct split *split, const struct task_options *options)
{
    uint32_t *fates = survey->fates;
    for (uint32_t row = 0; row < dataset->interactions - dataset->sampled; row++) {
        if (!dataset->current[row])
            continue;
        if (split->role[row] == ROLE_TRAINING)
            fates[FATE_TRAINING]++;
        else if (split->role[row] == ROLE_UNUSED)
            fates[is_outside(dataset, split, options, row) ? FATE_OUTSIDE : FATE_BETWEEN]++;
        else
            fates[FATE_KEYLESS] += !has_key(split, row);
    }
}

static void count_training(struct task_survey *survey, struct task_stratum *stratum,
                           const struct survey_marks *marks, const struct dataset *dataset,
                           const struct split *split)
{
    uint32_t *sizes = memory_array(split->training_task_count, sizeof *sizes);
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    for (uint32_t t = 0; t < split->training_task_count; t++)
        sizes[t] = task_stratum_rows(stratum, split, split->training_tasks[t], rows);
    stratum->tasks = split->training_task_count;
    find_points(sizes, stratum->tasks, stratum->support);
    free(rows);
    free(sizes);
    count_groups(survey, stratum, marks, dataset, split);
}

/* -- findings ---------------------------------------------------------------------------------- */

static int by_number(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* Counts the rows in test tasks whose pair of user and item is also a training row, which happens
 * if all rows of a repeated pair count. */
static uint32_t count_pairs(const struct survey_marks *marks, const struct dataset *dataset)
{
    uint64_t *pairs = memory_array(dataset->interactions, sizeof *pairs);
    uint32_t count = 0, found = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (marks->rows[row] & MET_TRAINING)
            pairs[count++] = (uint64_t)dataset->user[row] << 32 | dataset->item[row];
    qsort(pairs, count, sizeof *pairs, by_number);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        uint64_t pair = (uint64_t)dataset->user[row] << 32 | dataset->item[row];
        found += (marks->rows[row] & MET_TEST) &&
                 bsearch(&pair, pairs, count, sizeof *pairs, by_number) != NULL;
    }
    free(pairs);
    return found;
}

/* Whether the row is of another user, or has another key, than the task. A sampled row has no key
 * of its own. */
static bool is_foreign(const struct dataset *dataset, const struct split *split,
                       const struct task *task, uint32_t row)
{
    const struct column *keys = split->groups.keys;
    bool keyed = keys && !dataset_is_sampled(dataset, row);
    if (dataset->user[row] != task->user || !keyed)
        return dataset->user[row] != task->user;
    const char *key = column_text(keys, row);
    return !key || strcmp(key, task_groups_key(&split->groups, task->group)) != 0;
}

static void mark_task(struct task_survey *survey, struct survey_marks *marks,
                      const struct dataset *dataset, const struct split *split,
                      const struct task_set *set, const struct task *task, bool *had)
{
    bool user = set->scenario == SCENARIO_USER_COLD || set->scenario == SCENARIO_BOTH_COLD;
    bool item = set->scenario == SCENARIO_ITEM_COLD || set->scenario == SCENARIO_BOTH_COLD;
    marks->users[task->user] |= user ? MET_COLD : MET_WARM;
    for (uint32_t i = 0; i < task->query_count + task->support_rows; i++) {
        bool query = i < task->query_count;
        uint32_t row = query ? task->query[i] : task->support[i - task->query_count];
        marks->rows[row] |= set->part == TASKS_TEST ? MET_TEST : MET_VALIDATION;
        marks->items[dataset->item[row]] |= item ? MET_COLD : MET_WARM;
        survey->findings[FINDING_FOREIGN] += is_foreign(dataset, split, task, row);
        survey->findings[FINDING_TWICE] += had[row];
        had[row] = true;
    }
    for (uint32_t i = 0; i < task->query_count; i++)
        had[task->query[i]] = false;
    for (uint32_t i = 0; i < task->support_rows; i++)
        had[task->support[i]] = false;
}

static uint32_t count_both(const uint8_t *marks, uint32_t count, uint8_t with, uint8_t without)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += (marks[i] & with) == with && !(marks[i] & without);
    return found;
}

static void find(struct task_survey *survey, struct survey_marks *marks,
                 const struct dataset *dataset, const struct split *split)
{
    uint32_t rows = dataset->interactions, users = dataset->by_user.count,
             items = dataset->by_item.count, *found = survey->findings;
    for (uint32_t row = 0; row < rows; row++) {
        if (!split->training[row])
            continue;
        marks->rows[row] |= MET_TRAINING;
        marks->users[dataset->user[row]] |= MET_TRAINING;
        marks->items[dataset->item[row]] |= MET_TRAINING;
    }
    found[FINDING_TRAINING_TEST] = count_both(marks->rows, rows, MET_TRAINING | MET_TEST, 0);
    found[FINDING_TRAINING_VALIDATION] =
        count_both(marks->rows, rows, MET_TRAINING | MET_VALIDATION, 0);
    found[FINDING_VALIDATION_TEST] = count_both(marks->rows, rows, MET_VALIDATION | MET_TEST, 0);
    found[FINDING_COLD_USERS] = count_both(marks->users, users, MET_TRAINING | MET_COLD, 0);
    found[FINDING_COLD_ITEMS] = count_both(marks->items, items, MET_TRAINING | MET_COLD, 0);
    found[FINDING_WARM_USERS] = count_both(marks->users, users, MET_WARM, MET_TRAINING);
    found[FINDING_WARM_ITEMS] = count_both(marks->items, items, MET_WARM, MET_TRAINING);
    found[FINDING_PAIRS] = count_pairs(marks, dataset);
}

/* -- all --------------------------------------------------------------------------------------- */

/* Makes the tasks of every draw of a stratum and marks their rows; measures the first draw. */
static void survey_stratum(struct task_survey *survey, struct task_stratum *stratum,
                           struct survey_marks *marks, const struct dataset *dataset,
                           const struct split *split, const struct task_options *options,
                           uint64_t seed)
{
    bool test = stratum->part == TASKS_TEST;
    uint32_t draws = task_draws(options, (enum task_part)stratum->part);
    bool *had = memory_array(dataset->interactions, sizeof *had);
    for (uint32_t draw = 0; draw < draws; draw++) {
        struct task_set set;
        (test ? task_set_make : task_set_make_validation)(&set, dataset, split, options, seed,
                                                          (enum scenario)stratum->scenario, draw);
        for (uint32_t t = 0; t < set.count; t++)
            mark_task(survey, marks, dataset, split, &set, &set.tasks[t], had);
        if (draw == 0) {
            stratum->tasks = set.count;
            measure(stratum, &set, options);
        }
        task_set_release(&set);
    }
    free(had);
    count_groups(survey, stratum, marks, dataset, split);
}

void task_survey_make(struct task_survey *survey, const struct dataset *dataset,
                      const struct split *split, const struct task_options *options, uint64_t seed)
{
    struct survey_marks marks = {
        .rows = memory_array(dataset->interactions, 1),
        .users = memory_array(dataset->by_user.count, 1),
        .items = memory_array(dataset->by_item.count, 1),
    };
    *survey = (struct task_survey){0};
    for (uint32_t g = 0; g + 1 < TASK_STRATA; g++) {
        struct task_stratum *stratum = &survey->strata[g];
        stratum->part = g / SCENARIO_COUNT;
        stratum->scenario = g % SCENARIO_COUNT;
        bool test = stratum->part == TASKS_TEST;
        stratum->least = test ? options->least : split->validation_least[stratum->scenario];
        stratum->most = test && options->most < INT32_MAX ? options->most : UINT32_MAX;
        survey_stratum(survey, stratum, &marks, dataset, split, options, seed);
    }
    struct task_stratum *training = &survey->strata[TASK_STRATA - 1];
    *training = (struct task_stratum){
        .part = TASK_PARTS, .scenario = SCENARIO_COUNT, .least = 2, .most = UINT32_MAX};
    count_training(survey, training, &marks, dataset, split);
    count_rows(survey, dataset, split, options);
    find(survey, &marks, dataset, split);
    free(marks.rows);
    free(marks.users);
    free(marks.items);
}

static void exchange(uint32_t *one, uint32_t *other)
{
    uint32_t kept = *one;
    *one = *other;
    *other = kept;
}

void task_survey_mirror(struct task_survey *survey)
{
    for (unsigned part = 0; part < TASK_PARTS; part++) {
        struct task_stratum *strata = &survey->strata[part * SCENARIO_COUNT],
                            users = strata[SCENARIO_USER_COLD];
        strata[SCENARIO_USER_COLD] = strata[SCENARIO_ITEM_COLD];
        strata[SCENARIO_ITEM_COLD] = users;
        strata[SCENARIO_USER_COLD].scenario = SCENARIO_USER_COLD;
        strata[SCENARIO_ITEM_COLD].scenario = SCENARIO_ITEM_COLD;
    }
    exchange(&survey->findings[FINDING_COLD_USERS], &survey->findings[FINDING_COLD_ITEMS]);
    exchange(&survey->findings[FINDING_WARM_USERS], &survey->findings[FINDING_WARM_ITEMS]);
}
