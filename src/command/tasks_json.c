/* SPDX-License-Identifier: MIT
 *
 * The words and the JSON of `thaw tasks`.
 */
#include "config.h"

#include "tasks_json.h"

#include <string.h>

#include "base/list.h"
#include "evaluate/shots.h"
#include "report/json.h"

const char *const task_part_words[TASK_PARTS + 1] = {TASK_PART_NAMES(LIST_TEXT) "training"};
const char *const task_scenario_words[SCENARIO_COUNT + 1] = {SCENARIOS(LIST_TEXT) "-"};

const struct fate_words fate_words[ROW_FATE_COUNT] = {
#define X(name, key, words) {key, words},
    ROW_FATES(X)
#undef X
};

enum { MAY, MUST };
const struct finding_words finding_words[TASK_FINDING_COUNT] = {
#define X(name, kind, key, words) {kind, key, words},
    TASK_FINDINGS(X)
#undef X
};

const struct task_stratum *answer_stratum(const struct answer_tasks *answer, uint32_t number)
{
    return (const struct task_stratum *)answer->strata + number;
}

bool tasks_of_items(const struct answer_tasks *answer)
{
    return strcmp(answer->subject, "item") == 0;
}

const char *answer_text(const struct answer_tasks *answer, uint32_t row)
{
    const char *text = answer->texts;
    for (uint32_t i = 0; i < 2 * row; i++)
        text += strlen(text) + 1;
    return text;
}

bool answer_is_sampled(const struct answer_tasks *answer, uint32_t row)
{
    return answer->negatives > 0 && answer->values[row] == 0;
}

uint32_t answer_faults(const struct answer_tasks *answer)
{
    uint32_t faults = 0;
    for (uint32_t i = 0; i < TASK_FINDING_COUNT; i++)
        faults += finding_words[i].must && answer->findings[i] > 0;
    return faults;
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void write_points(struct json *json, const char *key, const struct task_stratum *stratum,
                         const uint32_t points[SIZE_POINTS])
{
    json_open_array(json, key);
    for (uint32_t i = 0; stratum->tasks > 0 && i < SIZE_POINTS; i++)
        json_integer(json, NULL, points[i]);
    json_close_array(json);
}

static void write_stratum(struct json *json, const struct answer_tasks *answer,
                          const struct task_stratum *stratum)
{
    bool training = stratum->part == TASK_PARTS;
    json_open_object(json, NULL);
    json_text(json, "part", task_part_words[stratum->part]);
    json_text(json, "scenario", training ? NULL : task_scenario_words[stratum->scenario]);
    json_integer(json, "tasks", stratum->tasks);
    json_integer(json, "too_few", stratum->too_few);
    json_integer(json, "too_many", stratum->too_many);
    json_integer(json, "no_row", stratum->absent);
    json_integer(json, "least", stratum->least);
    if (stratum->most == UINT32_MAX)
        json_null(json, "most");
    else
        json_integer(json, "most", stratum->most);
    write_points(json, training ? "rows" : "support", stratum, stratum->support);
    if (!training) {
        write_points(json, "query", stratum, stratum->query);
        json_open_object(json, "shots");
        for (size_t i = 0; i < answer->shot_count; i++) {
            char shots[SHOTS_TEXT];
            json_integer(json, shots_words(answer->shots[i], shots), stratum->at_shots[i]);
        }
        json_close_object(json);
    }
    json_close_object(json);
}

static void write_rows(struct json *json, const char *key, const struct answer_tasks *answer,
                       uint32_t first, uint32_t count)
{
    const char *text = answer_text(answer, first);
    json_open_array(json, key);
    for (uint32_t row = first; row < first + count; row++) {
        const char *title = text + strlen(text) + 1;
        json_open_object(json, NULL);
        json_text(json, tasks_of_items(answer) ? "user" : "item", text);
        if (!tasks_of_items(answer))
            json_text(json, "title", *title ? title : NULL);
        json_number(json, "value", (double)answer->values[row]);
        if (answer->negatives > 0)
            json_boolean(json, "sampled", answer_is_sampled(answer, row));
        if (answer->time_count > 0)
            json_moment(json, "time", answer->times[row]);
        json_close_object(json);
        text = title + strlen(title) + 1;
    }
    json_close_array(json);
}

static void write_opened(struct json *json, const struct answer_tasks *answer)
{
    bool training = answer->part == TASK_PARTS;
    json_open_object(json, "task");
    json_text(json, answer->subject, answer->user);
    if (tasks_of_items(answer))
        json_text(json, "title", *answer->title ? answer->title : NULL);
    if (answer->keyed)
        json_text(json, "key", answer->key);
    json_text(json, "part", task_part_words[answer->part]);
    json_text(json, "scenario", training ? NULL : task_scenario_words[answer->scenario]);
    json_integer(json, "draw", answer->draw + 1);
    write_rows(json, training ? "rows" : "support", answer, answer->query, answer->support);
    if (!training)
        write_rows(json, "query", answer, 0, answer->query);
    json_close_object(json);
}

void tasks_write_json(const struct answer_tasks *answer, struct output *output)
{
    struct json *json = json_new(output);
    json_open_object(json, NULL);
    json_text(json, "data", answer->data);
    json_text(json, "split", answer->split);
    json_text(json, "task_is", answer->keyed ? "user_and_key" : answer->subject);
    json_integer(json, "groups", answer->groups);
    json_integer(json, "seed", (int64_t)answer->seed);
    json_integer(json, "draws", answer->draws);
    json_integer(json, "users", answer->users);
    json_integer(json, "items", answer->items);
    json_integer(json, "ratings", answer->rows);
    if (answer->negatives > 0) {
        json_integer(json, "sampled_negatives", answer->negatives);
        json_text(json, "sampled_by", answer->negatives_by);
        json_integer(json, "sampled_rows", answer->sampled);
    }
    json_open_array(json, "tasks");
    for (uint32_t g = 0; g < TASK_STRATA; g++)
        write_stratum(json, answer, answer_stratum(answer, g));
    json_close_array(json);
    json_open_object(json, "rows");
    for (uint32_t i = 0; i < ROW_FATE_COUNT; i++)
        json_integer(json, fate_words[i].key, answer->fates[i]);
    json_close_object(json);
    json_open_object(json, "found");
    for (uint32_t i = 0; i < TASK_FINDING_COUNT; i++)
        json_integer(json, finding_words[i].key, answer->findings[i]);
    json_close_object(json);
    json_boolean(json, "disjoint", answer_faults(answer) == 0);
    if (*answer->user)
        write_opened(json, answer);
    json_close_object(json);
    json_finish(json);
}
