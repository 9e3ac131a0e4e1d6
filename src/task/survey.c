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
#include "task_rows.h"

/* What a row, user or item was met as. */
enum { MET_TRAINING = 1, MET_VALIDATION = 2, MET_TEST = 4, MET_COLD = 8, MET_WARM = 16 };

struct marks {
    uint8_t *rows, *users, *items;
};

/* -- sizes ------------------------------------------------------------------------------------- */

static int ascending(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* Sorts the numbers. */
static void find_points(uint32_t *numbers, uint32_t count, uint32_t points[SIZE_POINTS])
{
    qsort(numbers, count, sizeof *numbers, ascending);
    for (uint64_t i = 0; count > 0 && i < SIZE_POINTS; i++)
        points[i] = numbers[((count - 1) * i + 2) / (SIZE_POINTS - 1)];
}

static void measure(struct task_group *group, const struct task_set *set,
                    const struct task_options *options)
{
    uint32_t *support = memory_array(set->count, sizeof *support);
    uint32_t *query = memory_array(set->count, sizeof *query);
    for (uint32_t t = 0; t < set->count; t++) {
        support[t] = set->tasks[t].support_count;
        query[t] = set->tasks[t].query_count;
        for (uint32_t i = 0; i < options->shot_count; i++)
            group->at_shots[i] += options->shots[i] == SHOTS_ALL || support[t] >= options->shots[i];
    }
    find_points(support, set->count, group->support);
    find_points(query, set->count, group->query);
    free(support);
    free(query);
}

/* -- users and rows ---------------------------------------------------------------------------- */

uint32_t task_group_rows(const struct task_group *group, const struct dataset *dataset,
                         const struct split *split, uint32_t user, uint32_t *rows)
{
    enum row_role role = group->part == TASKS_TEST         ? ROLE_TEST
                         : group->part == TASKS_VALIDATION ? ROLE_VALIDATION
                                                           : ROLE_TRAINING;
    return rows_of_task(split, dataset, user, role, (enum scenario)group->scenario, rows);
}

/* Counts users, and rows by their fate, by what `tasks` has of each user. */
static void count_users(struct task_survey *survey, struct task_group *group,
                        const struct dataset *dataset, const struct split *split)
{
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    bool test = group->part == TASKS_TEST, training = group->part == TASK_PARTS;
    for (uint32_t user = 0; user < dataset->by_user.count; user++) {
        uint32_t count = task_group_rows(group, dataset, split, user, rows);
        bool few = count > 0 && count<group->least, many = count> group->most;
        group->absent += count == 0;
        group->too_few += few;
        group->too_many += many;
        survey->fates[training ? FATE_TRAINING
                      : test   ? few    ? FATE_TEST_FEW
                                 : many ? FATE_TEST_MANY
                                        : FATE_TEST_TASK
                      : few    ? FATE_VALIDATION_FEW
                               : FATE_VALIDATION_TASK] += count;
    }
    free(rows);
}

/* Current rows without a role: those that a published column leaves out, and those that an own
 * split does. */
static void count_unused(struct task_survey *survey, const struct dataset *dataset,
                         const struct split *split, const struct task_options *options)
{
    const struct column *column = options->nested ? table_column(&dataset->context, "split") : NULL;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (!dataset->current[row] || split->role[row] != ROLE_UNUSED)
            continue;
        const char *text = column ? column_text(column, row) : NULL;
        bool outside = options->published || options->fold ||
                       split->scenario[row] == SCENARIO_COUNT ||
                       (options->nested && !(text && strcmp(text, "meta_training") == 0));
        survey->fates[outside ? FATE_OUTSIDE : FATE_BETWEEN]++;
    }
}

static void count_training(struct task_survey *survey, struct task_group *group,
                           const struct dataset *dataset, const struct split *split)
{
    uint32_t *sizes = memory_array(split->training_task_count, sizeof *sizes);
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    for (uint32_t t = 0; t < split->training_task_count; t++)
        sizes[t] = task_group_rows(group, dataset, split, split->training_tasks[t], rows);
    group->tasks = split->training_task_count;
    find_points(sizes, group->tasks, group->support);
    free(rows);
    free(sizes);
    count_users(survey, group, dataset, split);
}

/* -- findings ---------------------------------------------------------------------------------- */

static int by_number(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* Counts the rows in test tasks whose pair of user and item is also a training row, which happens
 * if all rows of a repeated pair count. */
static uint32_t count_pairs(const struct marks *marks, const struct dataset *dataset)
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

static void mark_task(struct task_survey *survey, struct marks *marks,
                      const struct dataset *dataset, const struct task_set *set,
                      const struct task *task, bool *had)
{
    bool user = set->scenario == SCENARIO_USER_COLD || set->scenario == SCENARIO_BOTH_COLD;
    bool item = set->scenario == SCENARIO_ITEM_COLD || set->scenario == SCENARIO_BOTH_COLD;
    marks->users[task->user] |= user ? MET_COLD : MET_WARM;
    for (uint32_t i = 0; i < task->query_count + task->support_count; i++) {
        bool query = i < task->query_count;
        uint32_t row = query ? task->query[i] : task->support[i - task->query_count];
        marks->rows[row] |= set->part == TASKS_TEST ? MET_TEST : MET_VALIDATION;
        marks->items[dataset->item[row]] |= item ? MET_COLD : MET_WARM;
        survey->findings[FINDING_FOREIGN] += dataset->user[row] != task->user;
        survey->findings[FINDING_TWICE] += had[row];
        had[row] = true;
    }
    for (uint32_t i = 0; i < task->query_count; i++)
        had[task->query[i]] = false;
    for (uint32_t i = 0; i < task->support_count; i++)
        had[task->support[i]] = false;
}

static uint32_t count_both(const uint8_t *marks, uint32_t count, uint8_t with, uint8_t without)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += (marks[i] & with) == with && !(marks[i] & without);
    return found;
}

static void find(struct task_survey *survey, struct marks *marks, const struct dataset *dataset,
                 const struct split *split)
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

/* Makes the tasks of every draw of a group and marks their rows; measures the first draw. */
static void survey_group(struct task_survey *survey, struct task_group *group, struct marks *marks,
                         const struct dataset *dataset, const struct split *split,
                         const struct task_options *options, uint64_t seed)
{
    bool test = group->part == TASKS_TEST;
    uint32_t draws = test ? options->draws : VALIDATION_DRAWS;
    bool *had = memory_array(dataset->interactions, sizeof *had);
    for (uint32_t draw = 0; draw < draws; draw++) {
        struct task_set set;
        (test ? task_set_make : task_set_make_validation)(&set, dataset, split, options, seed,
                                                          (enum scenario)group->scenario, draw);
        for (uint32_t t = 0; t < set.count; t++)
            mark_task(survey, marks, dataset, &set, &set.tasks[t], had);
        if (draw == 0) {
            group->tasks = set.count;
            measure(group, &set, options);
        }
        task_set_release(&set);
    }
    free(had);
    count_users(survey, group, dataset, split);
}

void task_survey_make(struct task_survey *survey, const struct dataset *dataset,
                      const struct split *split, const struct task_options *options, uint64_t seed)
{
    struct marks marks = {
        .rows = memory_array(dataset->interactions, 1),
        .users = memory_array(dataset->by_user.count, 1),
        .items = memory_array(dataset->by_item.count, 1),
    };
    *survey = (struct task_survey){0};
    for (uint32_t g = 0; g + 1 < TASK_GROUPS; g++) {
        struct task_group *group = &survey->groups[g];
        group->part = g / SCENARIO_COUNT;
        group->scenario = g % SCENARIO_COUNT;
        bool test = group->part == TASKS_TEST;
        group->least = test ? options->least : split->validation_least[group->scenario];
        group->most = test && options->most < INT32_MAX ? options->most : UINT32_MAX;
        survey_group(survey, group, &marks, dataset, split, options, seed);
    }
    struct task_group *training = &survey->groups[TASK_GROUPS - 1];
    *training = (struct task_group){
        .part = TASK_PARTS, .scenario = SCENARIO_COUNT, .least = 2, .most = UINT32_MAX};
    count_training(survey, training, dataset, split);
    count_unused(survey, dataset, split, options);
    find(survey, &marks, dataset, split);
    free(marks.rows);
    free(marks.users);
    free(marks.items);
}
