/* SPDX-License-Identifier: MIT
 *
 * What a script splits its data set into: a survey of all tasks, and one task with its rows.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"
#include "base/text.h"
#include "questions.h"
#include "task/survey.h"

/* The task that is opened: the user, the group, and its rows, the query's first. */
struct opened {
    uint32_t user, group;
    uint32_t *rows, query, support;
};

/* -- which task -------------------------------------------------------------------------------- */

static bool is_asked(const struct question_tasks *question, const struct task_group *group)
{
    return (question->part == TASKS_ANY_PART || question->part == group->part) &&
           (question->scenario == SCENARIO_COUNT || question->scenario == group->scenario);
}

/* Says where the rows of a user are, because they make no task that was asked for. */
static bool explain(const struct study *study, const struct task_survey *survey, uint32_t user,
                    uint32_t *rows, struct error *error)
{
    static const char *const PARTS[] = {TASK_PART_NAMES(LIST_TEXT) "training"};
    char id[64];
    struct bytes text = {0};
    for (uint32_t g = 0; g < TASK_GROUPS; g++) {
        const struct task_group *group = &survey->groups[g];
        uint32_t count = task_group_rows(group, study->dataset, &study->split, user, rows);
        if (count == 0)
            continue;
        bool training = group->part == TASK_PARTS;
        bytes_add_format(&text, "%s %s%s%s: %" PRIu32 " row%s", text.size ? "," : "",
                         PARTS[group->part], training ? "" : " ",
                         training ? "" : scenario_name((enum scenario)group->scenario), count,
                         count == 1 ? "" : "s");
        if (count < group->least)
            bytes_add_format(&text, ", where a task has at least %" PRIu32, group->least);
        if (count > group->most)
            bytes_add_format(&text, ", where a task has at most %" PRIu32, group->most);
    }
    bytes_add(&text, "", 1);
    error_set(error, ERROR_USAGE, "user \"%s\" has no such task;%s",
              text_safe(id_map_text(study->dataset->users, user), id, sizeof id),
              text.size > 1 ? (const char *)text.data : " none of the rows is in the split");
    bytes_release(&text);
    return false;
}

/* The first group that was asked for in which the user has a task. */
static bool find_group(const struct study *study, const struct task_survey *survey,
                       const struct question_tasks *question, struct opened *opened)
{
    for (opened->group = 0; opened->group < TASK_GROUPS; opened->group++) {
        const struct task_group *group = &survey->groups[opened->group];
        if (!is_asked(question, group))
            continue;
        opened->support =
            task_group_rows(group, study->dataset, &study->split, opened->user, opened->rows);
        if (opened->support >= group->least && opened->support <= group->most)
            return true;
    }
    return false;
}

static bool find_user(const struct study *study, const struct task_survey *survey,
                      const struct question_tasks *question, struct opened *opened,
                      struct error *error)
{
    const struct dataset *dataset = study->dataset;
    char shown[64];
    if (!*question->user) {
        for (opened->user = 0; opened->user < dataset->by_user.count; opened->user++)
            if (find_group(study, survey, question, opened))
                return true;
        return error_set(error, ERROR_USAGE, "there is no such task");
    }
    if (!id_map_find(dataset->users, question->user, strlen(question->user), &opened->user))
        return error_set(error, ERROR_USAGE, "%s has no user \"%s\"", dataset->name,
                         text_safe(question->user, shown, sizeof shown));
    return find_group(study, survey, question, opened) ||
           explain(study, survey, opened->user, opened->rows, error);
}

/* Replaces the rows by those of the draw, the query first. */
static bool draw_task(const struct study *study, const struct task_group *group, uint64_t seed,
                      uint32_t draw, struct opened *opened, struct error *error)
{
    const struct task_options *options = &study->experiment->tasks;
    bool test = group->part == TASKS_TEST;
    uint32_t draws = test ? options->draws : group->part == TASK_PARTS ? 1 : VALIDATION_DRAWS;
    if (draw >= draws)
        return error_set(
            error, ERROR_USAGE, "there %s %" PRIu32 " draw%s of it, and no draw %" PRIu64,
            draws == 1 ? "is" : "are", draws, draws == 1 ? "" : "s", (uint64_t)draw + 1);
    if (group->part == TASK_PARTS)
        return true;
    struct task_set set;
    (test ? task_set_make : task_set_make_validation)(&set, study->dataset, &study->split, options,
                                                      seed, (enum scenario)group->scenario, draw);
    for (uint32_t t = 0; t < set.count; t++) {
        const struct task *task = &set.tasks[t];
        if (task->user != opened->user)
            continue;
        opened->query = task->query_count;
        opened->support = task->support_count;
        memcpy(opened->rows, task->query, task->query_count * sizeof *task->query);
        memcpy(opened->rows + task->query_count, task->support,
               task->support_count * sizeof *task->support);
    }
    task_set_release(&set);
    return true;
}

/* -- the answer -------------------------------------------------------------------------------- */

static void fill_places(struct asked *asked, const struct task_survey *survey, uint32_t user,
                        struct answer_tasks *answer)
{
    const struct dataset *dataset = asked->study->dataset;
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    uint32_t *places = arena_take(asked->arena, TASK_GROUPS * sizeof *places);
    for (uint32_t g = 0; g < TASK_GROUPS; g++)
        places[g] = task_group_rows(&survey->groups[g], dataset, &asked->study->split, user, rows);
    answer->places = places;
    answer->place_count = TASK_GROUPS;
    free(rows);
}

static void fill_rows(struct asked *asked, const struct opened *opened, struct answer_tasks *answer)
{
    const struct dataset *dataset = asked->study->dataset;
    uint32_t count = opened->query + opened->support;
    float *values = arena_take(asked->arena, (count + 1) * sizeof *values);
    int64_t *times = arena_take(asked->arena, (count + 1) * sizeof *times);
    struct bytes texts = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = opened->rows[i];
        asked_add_text(&texts, id_map_text(dataset->items, dataset->item[row]));
        asked_add_text(&texts, asked_title(dataset, dataset->item[row]));
        values[i] = dataset->value[row];
        times[i] = dataset->time ? dataset->time[row] : DATASET_NO_TIME;
    }
    answer->query = opened->query;
    answer->support = opened->support;
    answer->texts_size = texts.size;
    answer->texts = asked_text(asked, &texts);
    answer->values = values;
    answer->value_count = count;
    answer->times = times;
    answer->time_count = dataset->time ? count : 0;
}

static bool open_task(struct asked *asked, const struct question_tasks *question,
                      const struct task_survey *survey, struct answer_tasks *answer,
                      struct error *error)
{
    const struct study *study = asked->study;
    struct opened opened = {.rows =
                                memory_array(study->dataset->interactions, sizeof *opened.rows)};
    bool good = find_user(study, survey, question, &opened, error) &&
                draw_task(study, &survey->groups[opened.group], answer->seed, question->draw,
                          &opened, error);
    if (good) {
        answer->user = id_map_text(study->dataset->users, opened.user);
        answer->part = survey->groups[opened.group].part;
        answer->scenario = survey->groups[opened.group].scenario;
        answer->draw = question->draw;
        fill_places(asked, survey, opened.user, answer);
        fill_rows(asked, &opened, answer);
    }
    free(opened.rows);
    return good;
}

bool answer_tasks(struct asked *asked, const struct question_tasks *question,
                  struct answer_tasks *answer, struct error *error)
{
    const struct study *study = asked->study;
    const struct dataset *dataset = study->dataset;
    const struct task_options *options = &study->experiment->tasks;
    struct task_survey *survey = arena_take(asked->arena, sizeof *survey);
    uint32_t current = dataset->by_user.starts[dataset->by_user.count];
    *answer = (struct answer_tasks){
        .data = dataset->name,
        .split = options->given       ? "function"
                 : options->fold      ? "folds"
                 : options->published ? "published"
                 : options->nested    ? "nested"
                                      : "own",
        .users = dataset->by_user.count,
        .items = dataset->by_item.count,
        .rows = dataset->interactions,
        .draws = options->draws,
        .seed = study->experiment->seeds[0],
        .shots = options->shots,
        .shot_count = options->shot_count,
    };
    task_survey_make(survey, dataset, &study->split, options, answer->seed);
    survey->fates[FATE_REPEATED] = dataset->interactions - study->counted;
    survey->fates[FATE_FILTERED] = study->counted - study->kept;
    survey->fates[FATE_TARGET] = study->kept - current;
    answer->groups = (const uint32_t *)survey->groups;
    answer->group_numbers = (size_t)TASK_GROUPS * TASK_GROUP_NUMBERS;
    answer->fates = survey->fates;
    answer->fate_count = ROW_FATE_COUNT;
    answer->findings = survey->findings;
    answer->finding_count = TASK_FINDING_COUNT;
    if (!study_has_drawn(study, error))
        return false;
    return !question->opens || open_task(asked, question, survey, answer, error);
}
