/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "fake_tasks.h"

#include "task/survey.h"

/* One test task of user-cold, of which two rows are learned from if tasks overlap. */
const union answer_body *fake_tasks(const struct question_tasks *question, bool overlap)
{
    static struct task_survey survey = {.fates = {[FATE_TRAINING] = 5, [FATE_TEST_TASK] = 3}};
    static const uint32_t places[TASK_STRATA] = {[SCENARIO_USER_COLD] = 3};
    static const float values[] = {4, 2, 3};
    static const uint32_t shots[] = {0, SHOTS_ALL};
    for (uint32_t g = 0; g < TASK_STRATA; g++)
        survey.strata[g] = (struct task_stratum){.part = g / SCENARIO_COUNT,
                                                 .scenario = g % SCENARIO_COUNT,
                                                 .tasks = g == SCENARIO_USER_COLD,
                                                 .absent = g == SCENARIO_USER_COLD ? 1 : 2,
                                                 .least = 3,
                                                 .most = UINT32_MAX};
    survey.strata[TASK_STRATA - 1].scenario = SCENARIO_COUNT;
    survey.findings[FINDING_TRAINING_TEST] = overlap ? 2 : 0;
    static union answer_body answer;
    answer = (union answer_body){.tasks = {.data = "toy",
                                           .split = "own",
                                           .subject = "user",
                                           .groups = 2,
                                           .users = 2,
                                           .items = 3,
                                           .rows = 8,
                                           .draws = 1,
                                           .shots = shots,
                                           .shot_count = 2,
                                           .strata = (const uint32_t *)survey.strata,
                                           .stratum_numbers = TASK_STRATA * TASK_STRATUM_NUMBERS,
                                           .fates = survey.fates,
                                           .findings = survey.findings,
                                           .fate_count = ROW_FATE_COUNT,
                                           .finding_count = TASK_FINDING_COUNT}};
    if (question->opens) {
        answer.tasks.user = "7";
        answer.tasks.scenario = SCENARIO_USER_COLD;
        answer.tasks.query = 1;
        answer.tasks.support = 2;
        answer.tasks.places = places;
        answer.tasks.place_count = TASK_STRATA;
        answer.tasks.texts = "1\0Toy Story\0002\0\0003\0Heat";
        answer.tasks.texts_size = 22;
        answer.tasks.values = values;
        answer.tasks.value_count = 3;
    }
    return &answer;
}
