/* SPDX-License-Identifier: MIT
 *
 * Counts the tasks of a split: how many and how large they are, what became of each group and each
 * row, and whether training, validation and test are disjoint. The findings are counted in the
 * tasks that arms get, not derived from how the split was made.
 */
#ifndef TASK_SURVEY_H
#define TASK_SURVEY_H

#include <stdint.h>

#include "task/task.h"

/* What became of a row of the ratings, with its name in JSON. Each row has exactly one fate. */
#define ROW_FATES(X)                                                                               \
    X(TRAINING, "training", "learned from")                                                        \
    X(VALIDATION_TASK, "validation_tasks", "in validation tasks")                                  \
    X(VALIDATION_FEW, "validation_too_few", "held out for validation, too few for a task")         \
    X(TEST_TASK, "test_tasks", "in test tasks")                                                    \
    X(TEST_FEW, "test_too_few", "held out for the test, too few for a task")                       \
    X(TEST_MANY, "test_too_many", "held out for the test, too many for a task")                    \
    X(UNDRAWN, "in_no_draw", "held out, but no draw of their task has them")                       \
    X(BETWEEN, "of_validation", "of a cold user or item, and of one of the validation")            \
    X(OUTSIDE, "not_in_split", "not in the split that a column or function gives")                 \
    X(KEYLESS, "no_key", "held out, but without a key")                                            \
    X(FILTERED, "filtered", "left out by `where`")                                                 \
    X(TARGET, "no_target", "without a target")                                                     \
    X(REPEATED, "repeated", "another row of the same pair counts")

enum row_fate {
#define X(name, ...) FATE_##name,
    ROW_FATES(X)
#undef X
        ROW_FATE_COUNT
};

/* What is counted in training rows and in the tasks of all draws, with its name in JSON. Those that
 * MUST be 0 make a split honest; the others are told. */
#define TASK_FINDINGS(X)                                                                           \
    X(TRAINING_TEST, MUST, "training_and_test", "rows learned from that are in a test task")       \
    X(TRAINING_VALIDATION, MUST, "training_and_validation",                                        \
      "rows learned from that are in a validation task")                                           \
    X(VALIDATION_TEST, MUST, "validation_and_test",                                                \
      "rows in a validation task and in a test task")                                              \
    X(TWICE, MUST, "twice_in_a_task", "rows that are twice in a task, as query or support")        \
    X(FOREIGN, MUST, "of_another_task", "rows of a task that are of another user, item or key")    \
    X(COLD_USERS, MUST, "cold_users_with_training", "cold users of a task with a training row")    \
    X(COLD_ITEMS, MUST, "cold_items_with_training", "cold items of a task with a training row")    \
    X(WARM_USERS, MAY, "warm_users_without_training",                                              \
      "warm users of a task without a training row")                                               \
    X(WARM_ITEMS, MAY, "warm_items_without_training",                                              \
      "warm items of a task without a training row")                                               \
    X(PAIRS, MAY, "pairs_in_training_and_test",                                                    \
      "rows in a test task whose user and item are a training row too")

enum task_finding {
#define X(name, ...) FINDING_##name,
    TASK_FINDINGS(X)
#undef X
        TASK_FINDING_COUNT
};

/* Least, lower quartile, median, upper quartile, most. A quartile is the number whose rank is
 * nearest to it. */
enum { SIZE_POINTS = 5 };

/* The tasks of a part and scenario in the first draw. Every group of the split is in one of tasks,
 * too_few, too_many and absent. Numbers of 32 bits only: it travels as an array of them. */
struct task_stratum {
    uint32_t part; /* a task_part; TASK_PARTS for training, whose scenario is SCENARIO_COUNT */
    uint32_t scenario;
    uint32_t tasks, too_few, too_many, absent; /* groups; absent: without a row of it */
    uint32_t least, most;                      /* rows of a task; most: UINT32_MAX for no limit */
    /* Rows of a task. A training task has all its rows as support here: each epoch draws anew. */
    uint32_t support[SIZE_POINTS], query[SIZE_POINTS];
    uint32_t at_shots[SHOTS_MOST]; /* tasks with so many support rows, by `shots` of the options */
};
enum {
    TASK_STRATA = TASK_PARTS * SCENARIO_COUNT + 1,
    TASK_STRATUM_NUMBERS = sizeof(struct task_stratum) / 4
};

struct task_survey {
    struct task_stratum strata[TASK_STRATA]; /* test, validation, training */
    uint32_t fates[ROW_FATE_COUNT];          /* rows; FILTERED, TARGET and REPEATED are 0 */
    uint32_t findings[TASK_FINDING_COUNT];
};

/* Makes all tasks of all draws, as an execution with this seed does, and counts. */
void task_survey_make(struct task_survey *survey, const struct dataset *dataset,
                      const struct split *split, const struct task_options *options, uint64_t seed);

/* Exchanges what the survey of a mirrored data set says of users and of items, so that scenarios
 * and findings are those of the source. */
void task_survey_mirror(struct task_survey *survey);

/* The rows of the group in the stratum, ascending, whether they make a task or not. `rows` must
 * have room for all rows of the group. */
uint32_t task_stratum_rows(const struct task_stratum *stratum, const struct split *split,
                           uint32_t group, uint32_t *rows);

#endif
