/* SPDX-License-Identifier: MIT
 *
 * What a comparison knows beyond its cells: the runs behind each arm, the users of each scenario,
 * what every run is judged by, and every user's loss under every run.
 */
#ifndef COMMAND_COMPARISON_PRIVATE_H
#define COMMAND_COMPARISON_PRIVATE_H

#include "comparison/comparison.h"
#include "data/id_map.h"
#include "evaluate/answer.h"
#include "store/run_store.h"

/* Counted runs of an arm; none of "best_plain". */
struct arm_runs {
    int64_t execution;
    int64_t *runs; /* keys of the tables */
    size_t count;
};

struct scenario_users {
    char name[16];
    uint32_t *draws; /* their numbers in the store, in order */
    size_t draw_count;
    struct stored_tasks *tasks; /* of each draw */
    uint32_t **user;            /* of each task, its number among the scenario's users */
    struct id_map *users;       /* those that have a test task in any draw */
};

/* What each user lost under each run of an arm in a setting, `seeds` x users, run by run. A user's
 * number is that among those who count in the setting. */
struct scores {
    size_t seeds;                 /* 0: the arm has no predictions there */
    double *losses[METRIC_COUNT]; /* mean absolute error; sum of squares; nDCG; mean log score */
    double *covered;              /* ratings within 90 % */
};

/* The users who count in a setting, ascending by their number in the scenario. */
struct counted_users {
    uint32_t *numbers, count;
    uint32_t *tasks, *rows; /* of each, over all draws */
};

struct comparison_detail {
    struct arm_runs *arms; /* as comparison.arms */
    int64_t *executions;   /* compared, the first is comparison.execution */
    size_t execution_count;
    float levels[ANSWER_LEVELS_MOST];
    struct answer_scale scale; /* of the first execution's training rows */
    struct scenario_users *scenarios;
    size_t scenario_count;
    size_t *scenario_of;           /* of each setting */
    struct counted_users *counted; /* of each setting */
    struct answer_step **steps;    /* steps[setting * arms + arm][run]; NULL: judged raw */
    struct scores *scores;         /* scores[setting * arms + arm] */
};

/* Finds the runs that are meant and fills title, data, arms, baseline and notes, and the arms and
 * executions of the detail. */
bool comparison_choose(struct comparison *comparison, struct store *store,
                       const struct comparison_options *options, struct error *error);
/* Then finds the settings and reads their tasks. */
bool comparison_lay_out(struct comparison *comparison, struct store *store, struct error *error);
/* Then fits the last step of every run on its validation tasks, and chooses the best plain arms. */
bool comparison_answer(struct comparison *comparison, struct store *store, struct error *error);
/* Then reads the predictions of the test tasks and judges them. */
bool comparison_judge(struct comparison *comparison, struct store *store, struct error *error);
/* Then tells gains from chance. */
void comparison_gains(struct comparison *comparison);
void comparison_detail_free(struct comparison *comparison);

/* What a run says of a row, as it is judged: by `step`, or raw where that is NULL. `absolute` is
 * what `answer` makes of it. */
struct judged_row {
    double absolute, mean, log_score, variance;
    bool covered;
};
void comparison_judge_rows(const struct comparison *comparison, const struct answer_step *step,
                           const float *predictions, const float *deviations, const float *truth,
                           size_t count, struct judged_row *rows);

/* Adds a line to the notes. */
void comparison_note(struct comparison *comparison, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum { COMPARISON_CUTOFF = 5 };

#endif
