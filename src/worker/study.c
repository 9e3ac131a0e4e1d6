/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "task/negatives.h"
#include "wire/message.h"
#include "wire/report.h"

/* The size of a checkpoint besides its parameters: its header and the parameters' names. */
enum { CHECKPOINT_HEAD = 256 << 10 };

bool study_load(struct study *study, const struct script_source *source, uint32_t lanes,
                struct script_limits limits, void (*print)(void *context, const char *line),
                void *context, struct error *error)
{
    limits.saved_most = messages_to_keeper[MESSAGE_CHECKPOINT].most - CHECKPOINT_HEAD;
    study->host = script_host_new(source, lanes, &limits, print, context, error);
    if (!study->host)
        return false;
    study->budget = limits.budget;
    study->experiment = script_host_experiment(study->host);
    study->chosen = memory_array(study->experiment->arm_count, sizeof *study->chosen);
    for (size_t i = 0; i < study->experiment->arm_count; i++)
        study->chosen[i] = i;
    return true;
}

static bool set_targets(struct study *study, struct error *error)
{
    const struct dataset *dataset = study->dataset;
    if (!script_host_target(study->host, study->dataset, error))
        return false;
    if (dataset->by_user.starts[dataset->by_user.count] > 0)
        return true;
    error_set(error, ERROR_SCRIPT, "target: the function returns nil for all %u rows",
              dataset->interactions);
    return script_host_blame_target(study->host, error);
}

/* Leaves out the rows that the script's `where` does not want. */
static bool filter_rows(struct study *study, struct error *error)
{
    struct dataset *dataset = study->dataset;
    double *wanted = NULL;
    if (!script_host_numbers(study->host, dataset, ROW_WHERE, NULL, &wanted, error))
        return false;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        wanted[row] = wanted[row] == 1 ? (double)dataset->value[row] : (double)NAN;
    study->kept = dataset_set_targets(dataset, wanted);
    free(wanted);
    if (study->kept > 0)
        return true;
    error_set(error, ERROR_SCRIPT, "where: the function is true for none of the %u rows",
              dataset->interactions);
    return script_host_blame_where(study->host, error);
}

/* Keys are stored and shown. */
static bool check_key(const char *key, uint32_t row, struct error *error)
{
    size_t length = strlen(key);
    if (length > MESSAGE_KEY)
        return error_set(
            error, ERROR_SCRIPT,
            "tasks.by: the key of row %u of the ratings has %zu bytes, but must have at "
            "most %d",
            row + 1, length, MESSAGE_KEY);
    return text_is_utf8(key, length) ||
           error_set(error, ERROR_SCRIPT,
                     "tasks.by: the key of row %u of the ratings is not valid UTF-8", row + 1);
}

/* Sets the column of keys, or NULL if tasks are by user alone. */
static bool find_keys(struct study *study, const struct column **keys, struct error *error)
{
    const struct dataset *dataset = study->dataset;
    *keys = NULL;
    if (!study->experiment->has_key)
        return true;
    if (!script_host_keys(study->host, dataset, &study->keys, error))
        return false;
    *keys = study->keys.parts[0].computed;
    bool found = false;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        const char *key = dataset->current[row] ? column_text(*keys, row) : NULL;
        if (key && !check_key(key, row, error))
            return script_host_blame_tasks(study->host, error);
        found = found || (key && *key);
    }
    if (found)
        return true;
    error_set(error, ERROR_SCRIPT,
              "tasks.by: the function returns nil or an empty text for all %u rows: return what "
              "divides the rows of a "
              "user, such as row.timestamp // 86400",
              dataset->interactions);
    return script_host_blame_tasks(study->host, error);
}

/* Splits the rows as the script says. */
static bool split_rows(struct study *study, struct error *error)
{
    const struct task_options *tasks = &study->experiment->tasks;
    struct split_script script = {0};
    double *given = NULL;
    if (!find_keys(study, &script.keys, error))
        return false;
    if (tasks->given &&
        !script_host_numbers(study->host, study->dataset, ROW_SPLIT, NULL, &given, error))
        return false;
    script.given = given;
    bool good = split_make_scripted(&study->split, study->dataset, tasks, script,
                                    study->experiment->seeds[0], error) ||
                script_host_blame_tasks(study->host, error);
    free(given);
    return good;
}

/* The training rows of each item. */
static uint32_t *count_popularity(const struct study *study)
{
    const struct dataset *dataset = study->dataset;
    uint32_t *popularity = memory_array(dataset->by_item.count, sizeof *popularity);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        popularity[dataset->item[row]] += study->split.training[row];
    return popularity;
}

/* Calls the script's own functions of the order of rows. */
static bool order_rows(struct study *study, struct error *error)
{
    const struct task_options *tasks = &study->experiment->tasks;
    const struct dataset *dataset = study->dataset;
    struct split *split = &study->split;
    if (tasks->ask != ORDER_FUNCTION && tasks->show != ORDER_FUNCTION)
        return true;
    uint32_t *popularity = count_popularity(study);
    bool good =
        (tasks->ask != ORDER_FUNCTION ||
         script_host_numbers(study->host, dataset, ROW_ASK, popularity, &split->ask, error)) &&
        (tasks->show != ORDER_FUNCTION ||
         script_host_numbers(study->host, dataset, ROW_SHOW, popularity, &split->show, error));
    free(popularity);
    return good;
}

/* Adds sampled negatives to the data set. */
static bool sample(struct study *study, struct error *error)
{
    const struct experiment *experiment = study->experiment;
    const struct task_options *tasks = &experiment->tasks;
    const struct dataset *dataset = study->dataset;
    uint64_t each = 4 * sizeof(uint32_t) + sizeof(float) + sizeof(int64_t) +
                    sizeof(double) * dataset->context.column_count;
    uint64_t bytes = (uint64_t)tasks->negatives * dataset->interactions * each;
    if (!budget_take(study->budget, bytes)) {
        budget_refuse(study->budget, bytes, error, "`negatives`: %u for each of %u rows",
                      tasks->negatives, dataset->interactions);
        return script_host_blame_tasks(study->host, error);
    }
    return negatives_make(&study->split, study->dataset, tasks, experiment->seeds[0], error) ||
           script_host_blame_tasks(study->host, error);
}

/* Lets the script draw the tasks, and draws each of them once. */
static bool draw_tasks(struct study *study, struct error *error)
{
    const struct experiment *experiment = study->experiment;
    if (!experiment->tasks.own_draw)
        return true;
    study->popularity = count_popularity(study);
    study->drawer =
        script_host_drawer(study->host, study->dataset, &study->split.groups, study->popularity);
    study->split.drawer = study->drawer;
    if (split_settle(&study->split, study->dataset, &experiment->tasks, experiment->seeds[0],
                     error))
        return true;
    return study->drawer->failed ? false : script_host_blame_tasks(study->host, error);
}

bool study_has_drawn(const struct study *study, struct error *error)
{
    bool failed = study->drawer && study->drawer->failed;
    if (failed)
        *error = study->drawer->error;
    return !failed;
}

bool study_bind(struct study *study, struct dataset *dataset, struct error *error)
{
    const struct experiment *experiment = study->experiment;
    study->dataset = dataset;
    if (experiment->tasks.by_item)
        dataset_mirror(dataset);
    study->counted = study->kept = dataset->by_user.starts[dataset->by_user.count];
    if (experiment->has_where && !filter_rows(study, error))
        return false;
    if (experiment->has_target && !set_targets(study, error))
        return false;
    if (!split_rows(study, error) || !order_rows(study, error) || !draw_tasks(study, error))
        return false;
    if (!sample(study, error))
        return false;
    if (!script_host_map(study->host, dataset, &study->parts, error))
        return false;
    if (!feature_space_fit(&study->space, &study->parts, dataset, study->split.observed, error))
        return script_host_blame_mapping(study->host, error);
    item_prior_init(&study->prior, dataset, study->split.training, experiment->prior_shrink);
    study->data = (struct learning_data){
        .dataset = dataset, .split = &study->split, .space = &study->space, .prior = &study->prior};
    return true;
}

bool study_is_whole(struct study *study, struct error *error)
{
    for (size_t i = 0; i < study->parts.count; i++) {
        const struct feature_part *part = &study->parts.parts[i];
        char file[64];
        if (!feature_part_waits(part))
            continue;
        error_set(error, ERROR_SCRIPT,
                  "mapping `%s.%s`: the vectors of \"%s\" did not come with the script: "
                  "`map.pretrained` must be written out in it",
                  feature_entity_name(part->entity), part->name,
                  text_safe(part->text.file, file, sizeof file));
        return script_host_blame_mapping(study->host, error);
    }
    return true;
}

void study_release(struct study *study)
{
    item_prior_release(&study->prior);
    feature_space_release(&study->space);
    feature_parts_release(&study->parts);
    script_drawer_free(study->drawer);
    free(study->popularity);
    feature_parts_release(&study->keys);
    split_release(&study->split);
    dataset_free(study->dataset);
    script_host_free(study->host);
    free(study->chosen);
    *study = (struct study){0};
}

struct recommender *study_recommender(struct study *study, const char *arm, uint64_t seed,
                                      struct error *error)
{
    for (size_t i = 0; i < study->experiment->arm_count; i++) {
        if (strcmp(study->experiment->arms[i].name, arm) == 0)
            return study_recommender_at(study, study->chosen[i], seed, error);
    }
    error_set(error, ERROR_SCRIPT, "the script has no arm \"%s\"", arm);
    return NULL;
}

struct recommender *study_recommender_at(struct study *study, size_t number, uint64_t seed,
                                         struct error *error)
{
    return script_host_recommender(study->host, number, seed, &study->data, error);
}

void study_choose(struct study *study, size_t arm, size_t number)
{
    study->chosen[arm] = number;
}

uint32_t study_steps(const struct study *study, const struct recommender *recommender)
{
    return training_steps(&study->split, &recommender->plan);
}

void study_name(const struct study *study, const char *path, char name[MESSAGE_NAME + 1])
{
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    const char *given = study->experiment->name;
    text_safe(given[0] ? given : file, name, MESSAGE_NAME + 1);
    char *end = strrchr(name, '.');
    if (!given[0] && end && strcmp(end, ".lua") == 0)
        *end = '\0';
    for (char *at = name; *at; at++)
        if (*at == ' ' || *at == '/')
            *at = '_';
    if (!name[0])
        strcpy(name, "experiment");
}
