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

const struct task_group *answer_group(const struct answer_tasks *answer, uint32_t number)
{
    return (const struct task_group *)answer->groups + number;
}

const char *answer_text(const struct answer_tasks *answer, uint32_t row)
{
    const char *text = answer->texts;
    for (uint32_t i = 0; i < 2 * row; i++)
        text += strlen(text) + 1;
    return text;
}

uint32_t answer_faults(const struct answer_tasks *answer)
{
    uint32_t faults = 0;
    for (uint32_t i = 0; i < TASK_FINDING_COUNT; i++)
        faults += finding_words[i].must && answer->findings[i] > 0;
    return faults;
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void write_points(struct json *json, const char *key, const struct task_group *group,
                         const uint32_t points[SIZE_POINTS])
{
    json_open_array(json, key);
    for (uint32_t i = 0; group->tasks > 0 && i < SIZE_POINTS; i++)
        json_integer(json, NULL, points[i]);
    json_close_array(json);
}

static void write_group(struct json *json, const struct answer_tasks *answer,
                        const struct task_group *group)
{
    bool training = group->part == TASK_PARTS;
    json_open_object(json, NULL);
    json_text(json, "part", task_part_words[group->part]);
    json_text(json, "scenario", training ? NULL : task_scenario_words[group->scenario]);
    json_integer(json, "tasks", group->tasks);
    json_integer(json, "too_few", group->too_few);
    json_integer(json, "too_many", group->too_many);
    json_integer(json, "no_row", group->absent);
    json_integer(json, "least", group->least);
    if (group->most == UINT32_MAX)
        json_null(json, "most");
    else
        json_integer(json, "most", group->most);
    write_points(json, training ? "rows" : "support", group, group->support);
    if (!training) {
        write_points(json, "query", group, group->query);
        json_open_object(json, "shots");
        for (size_t i = 0; i < answer->shot_count; i++) {
            char shots[SHOTS_TEXT];
            json_integer(json, shots_words(answer->shots[i], shots), group->at_shots[i]);
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
        json_text(json, "item", text);
        json_text(json, "title", *title ? title : NULL);
        json_number(json, "value", (double)answer->values[row]);
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
    json_text(json, "user", answer->user);
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
    json_integer(json, "seed", (int64_t)answer->seed);
    json_integer(json, "draws", answer->draws);
    json_integer(json, "users", answer->users);
    json_integer(json, "items", answer->items);
    json_integer(json, "ratings", answer->rows);
    json_open_array(json, "tasks");
    for (uint32_t g = 0; g < TASK_GROUPS; g++)
        write_group(json, answer, answer_group(answer, g));
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
