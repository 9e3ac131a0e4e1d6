/* SPDX-License-Identifier: MIT
 *
 * What `thaw tasks` calls things, on paper and in JSON.
 */
#ifndef COMMAND_TASKS_JSON_H
#define COMMAND_TASKS_JSON_H

#include "report/output.h"
#include "task/survey.h"
#include "wire/question.h"

/* By task_part, training last; by scenario, "-" of the training last. */
extern const char *const task_part_words[TASK_PARTS + 1];
extern const char *const task_scenario_words[SCENARIO_COUNT + 1];

extern const struct fate_words {
    const char *key, *words;
} fate_words[ROW_FATE_COUNT];
extern const struct finding_words {
    bool must; /* be 0 */
    const char *key, *words;
} finding_words[TASK_FINDING_COUNT];

const struct task_stratum *answer_stratum(const struct answer_tasks *answer, uint32_t number);
bool tasks_of_items(const struct answer_tasks *answer); /* else of users */
/* The id of the item of a row of the opened task; its title and the next row's follow. */
const char *answer_text(const struct answer_tasks *answer, uint32_t row);
/* Whether a row of the opened task is a sampled negative. */
bool answer_is_sampled(const struct answer_tasks *answer, uint32_t row);
/* How many of the findings that must be 0 are not. */
uint32_t answer_faults(const struct answer_tasks *answer);

void tasks_write_json(const struct answer_tasks *answer, struct output *output);

#endif
