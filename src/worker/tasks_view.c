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
#include "data/dataset_mirror.h"
#include "questions.h"
#include "task/negatives.h"
#include "task/survey.h"

/* The task that is opened: the group, the stratum, and its rows, the query's first. */
struct opened {
    uint32_t group, stratum;
    uint32_t *rows, query, support;
};

/* -- which task -------------------------------------------------------------------------------- */

/* The stratum of the data set as it is held that is number `stratum` for a person. */
static uint32_t held(const struct study *study, uint32_t stratum)
{
    uint32_t scenario = stratum % SCENARIO_COUNT;
    if (stratum + 1 == TASK_STRATA)
        return stratum;
    return stratum - scenario + scenario_named(study->dataset, (enum scenario)scenario);
}

static bool is_asked(const struct question_tasks *question, uint32_t stratum)
{
    uint32_t part = stratum / SCENARIO_COUNT;
    uint32_t scenario = part == TASK_PARTS ? SCENARIO_COUNT : stratum % SCENARIO_COUNT;
    return (question->part == TASKS_ANY_PART || question->part == part) &&
           (question->scenario == SCENARIO_COUNT || question->scenario == scenario);
}

static uint32_t count_unused(const struct split *split, uint32_t group)
{
    const struct interaction_index *index = &split->groups.index;
    uint32_t count = 0;
    for (uint32_t at = index->starts[group]; at < index->starts[group + 1]; at++)
        count += split->role[index->rows[at]] == ROLE_UNUSED;
    return count;
}

/* Adds where the rows of the group are, because they make no task that was asked for. */
static void add_places(const struct study *study, const struct task_survey *survey,
                       struct opened *opened, struct bytes *text)
{
    static const char *const PARTS[] = {TASK_PART_NAMES(LIST_TEXT) "training"};
    size_t before = text->size;
    for (uint32_t s = 0; s < TASK_STRATA; s++) {
        const struct task_stratum *stratum = &survey->strata[held(study, s)];
        uint32_t count = task_stratum_rows(stratum, &study->split, opened->group, opened->rows);
        if (count == 0)
            continue;
        bool training = stratum->part == TASK_PARTS;
        bytes_add_format(text, "%s %s%s%s: %" PRIu32 " row%s", text->size > before ? "," : "",
                         PARTS[stratum->part], training ? "" : " ",
                         training ? ""
                                  : scenario_name(study->dataset, (enum scenario)stratum->scenario),
                         count, count == 1 ? "" : "s");
        if (count < stratum->least)
            bytes_add_format(text, ", where a task has at least %" PRIu32, stratum->least);
        if (count > stratum->most)
            bytes_add_format(text, ", where a task has at most %" PRIu32, stratum->most);
    }
    uint32_t unused = count_unused(&study->split, opened->group);
    if (study->drawer && unused > 0)
        bytes_add_format(text, "%s %" PRIu32 " row%s outside the split, or `draw` returned nil",
                         text->size > before ? "," : "", unused, unused == 1 ? "" : "s");
    if (text->size == before)
        bytes_add_format(text, " none of the rows is in the split");
}

/* Says what groups the user has, and if it is one, where its rows are. */
static bool explain(const struct study *study, const struct task_survey *survey,
                    const struct question_tasks *question, uint32_t user, struct opened *opened,
                    struct error *error)
{
    const struct task_groups *groups = &study->split.groups;
    const struct dataset *dataset = study->dataset;
    char id[64], key[64];
    struct bytes text = {0};
    uint32_t found = 0;
    for (uint32_t group = 0; group < groups->index.count; group++) {
        if (groups->user[group] != user)
            continue;
        text_safe(task_groups_key(groups, group), key, sizeof key);
        if (groups->keys && (!*question->key || strcmp(key, question->key) != 0))
            bytes_add_format(&text, "%s %s", found++ ? "," : " keys:", key);
        opened->group = group;
        if (!groups->keys || strcmp(key, question->key) == 0) {
            bytes_clear(&text);
            add_places(study, survey, opened, &text);
            break;
        }
    }
    bytes_add(&text, "", 1);
    error_set(error, ERROR_USAGE, "%s \"%s\" has no such task;%s", dataset_user_word(dataset),
              text_safe(id_map_text(dataset->users, user), id, sizeof id),
              text.size > 1 ? (const char *)text.data : " none of the rows has a key");
    bytes_release(&text);
    return false;
}

/* The first stratum that was asked for in which the group has a task. */
static bool find_stratum(const struct study *study, const struct task_survey *survey,
                         const struct question_tasks *question, struct opened *opened)
{
    for (uint32_t s = 0; s < TASK_STRATA; s++) {
        opened->stratum = held(study, s);
        const struct task_stratum *stratum = &survey->strata[opened->stratum];
        if (!is_asked(question, s))
            continue;
        opened->support = task_stratum_rows(stratum, &study->split, opened->group, opened->rows);
        if (opened->support >= stratum->least && opened->support <= stratum->most)
            return true;
    }
    return false;
}

/* Whether the question speaks of users, items and keys as the tasks do. */
static bool fits(const struct study *study, const struct question_tasks *question,
                 struct error *error)
{
    bool items = study->dataset->mirrored;
    if (*question->user && question->of_item != items)
        return error_set(error, ERROR_USAGE, "a task is one %s here: name it with --%s",
                         dataset_user_word(study->dataset), dataset_user_word(study->dataset));
    return !*question->key || study->split.groups.keys ||
           error_set(error, ERROR_USAGE, "the tasks have no keys: leave out --key");
}

static bool find_task(const struct study *study, const struct task_survey *survey,
                      const struct question_tasks *question, struct opened *opened,
                      struct error *error)
{
    const struct dataset *dataset = study->dataset;
    const struct task_groups *groups = &study->split.groups;
    uint32_t user = 0;
    char shown[64];
    if (!fits(study, question, error))
        return false;
    if (*question->user &&
        !id_map_find(dataset->users, question->user, strlen(question->user), &user))
        return error_set(error, ERROR_USAGE, "%s has no %s \"%s\"", dataset->name,
                         dataset_user_word(dataset),
                         text_safe(question->user, shown, sizeof shown));
    for (opened->group = 0; opened->group < groups->index.count; opened->group++) {
        if ((*question->user && groups->user[opened->group] != user) ||
            (*question->key && strcmp(task_groups_key(groups, opened->group), question->key) != 0))
            continue;
        if (find_stratum(study, survey, question, opened))
            return true;
    }
    return *question->user ? explain(study, survey, question, user, opened, error)
                           : error_set(error, ERROR_USAGE, "there is no such task");
}

/* Replaces the rows by those of the draw, the query first. A training task is not drawn; its rows
 * get their sampled negatives. */
static bool draw_task(const struct study *study, const struct task_stratum *stratum, uint64_t seed,
                      uint32_t draw, struct opened *opened, struct error *error)
{
    const struct task_options *options = &study->experiment->tasks;
    bool test = stratum->part == TASKS_TEST;
    uint32_t draws =
        stratum->part == TASK_PARTS ? 1 : task_draws(options, (enum task_part)stratum->part);
    if (draw >= draws)
        return error_set(
            error, ERROR_USAGE, "there %s %" PRIu32 " draw%s of it, and no draw %" PRIu64,
            draws == 1 ? "is" : "are", draws, draws == 1 ? "" : "s", (uint64_t)draw + 1);
    if (stratum->part == TASK_PARTS) {
        opened->support = negatives_join(&study->split, opened->rows, opened->support);
        return true;
    }
    struct task_set set;
    (test ? task_set_make : task_set_make_validation)(&set, study->dataset, &study->split, options,
                                                      seed, (enum scenario)stratum->scenario, draw);
    for (uint32_t t = 0; t < set.count; t++) {
        const struct task *task = &set.tasks[t];
        if (task->group != opened->group)
            continue;
        opened->query = task->query_count;
        opened->support = task->support_rows;
        memcpy(opened->rows, task->query, task->query_count * sizeof *task->query);
        memcpy(opened->rows + task->query_count, task->support,
               task->support_rows * sizeof *task->support);
    }
    task_set_release(&set);
    return true;
}

/* -- the answer -------------------------------------------------------------------------------- */

static void fill_places(struct asked *asked, const struct task_survey *survey, uint32_t group,
                        struct answer_tasks *answer)
{
    const struct study *study = asked->study;
    uint32_t *rows = memory_array(study->dataset->interactions, sizeof *rows);
    uint32_t *places = arena_take(asked->arena, TASK_STRATA * sizeof *places);
    for (uint32_t s = 0; s < TASK_STRATA; s++)
        places[s] = task_stratum_rows(&survey->strata[held(study, s)], &study->split, group, rows);
    answer->places = places;
    answer->place_count = TASK_STRATA;
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
        asked_add_text(&texts, dataset->mirrored ? "" : asked_title(dataset, dataset->item[row]));
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
    bool good = find_task(study, survey, question, &opened, error) &&
                draw_task(study, &survey->strata[opened.stratum], answer->seed, question->draw,
                          &opened, error);
    if (good) {
        const struct task_stratum *stratum = &survey->strata[opened.stratum];
        uint32_t user = study->split.groups.user[opened.group];
        bool training = stratum->part == TASK_PARTS;
        answer->user = id_map_text(study->dataset->users, user);
        answer->key = task_groups_key(&study->split.groups, opened.group);
        answer->title = study->dataset->mirrored ? asked_title(study->dataset, user) : "";
        answer->part = stratum->part;
        answer->scenario = training
                               ? SCENARIO_COUNT
                               : scenario_named(study->dataset, (enum scenario)stratum->scenario);
        answer->draw = question->draw;
        fill_places(asked, survey, opened.group, answer);
        fill_rows(asked, &opened, answer);
    }
    free(opened.rows);
    return good;
}

/* The rows of the source that have a target. */
static uint32_t count_targets(const struct dataset *dataset, uint32_t rows)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < rows; row++)
        count += dataset->current[row];
    return count;
}

static const char *split_name(const struct task_options *options)
{
    return options->given       ? "function"
           : options->fold      ? "folds"
           : options->published ? "published"
           : options->nested    ? "nested"
                                : "own";
}

bool answer_tasks(struct asked *asked, const struct question_tasks *question,
                  struct answer_tasks *answer, struct error *error)
{
    const struct study *study = asked->study;
    const struct dataset *dataset = study->dataset;
    const struct task_options *options = &study->experiment->tasks;
    struct task_survey *survey = arena_take(asked->arena, sizeof *survey);
    uint32_t rows = dataset->interactions - dataset->sampled, *fates = survey->fates;
    *answer = (struct answer_tasks){
        .data = dataset->name,
        .split = split_name(options),
        .subject = dataset_user_word(dataset),
        .keyed = study->split.groups.keys != NULL,
        .users = (uint32_t)id_map_size(dataset_named(dataset).users),
        .items = (uint32_t)id_map_size(dataset_named(dataset).items),
        .rows = rows,
        .negatives = options->negatives,
        .sampled = dataset->sampled,
        .negatives_by = options->negatives ? negatives_by_name(options->negatives_by) : "",
        .groups = study->split.groups.index.count,
        .draws = task_draws(options, TASKS_TEST),
        .seed = study->experiment->seeds[0],
        .shots = options->shots,
        .shot_count = options->shot_count,
        .strata = (const uint32_t *)survey->strata,
        .stratum_numbers = (size_t)TASK_STRATA * TASK_STRATUM_NUMBERS,
        .fates = fates,
        .fate_count = ROW_FATE_COUNT,
        .findings = survey->findings,
        .finding_count = TASK_FINDING_COUNT,
    };
    task_survey_make(survey, dataset, &study->split, options, answer->seed);
    fates[FATE_REPEATED] = rows - study->counted;
    fates[FATE_FILTERED] = study->counted - study->kept;
    fates[FATE_TARGET] = study->kept - count_targets(dataset, rows);
    bool good = study_has_drawn(study, error) &&
                (!question->opens || open_task(asked, question, survey, answer, error));
    if (good && dataset->mirrored)
        task_survey_mirror(survey);
    return good;
}
