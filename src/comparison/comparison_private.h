/* SPDX-License-Identifier: MIT
 *
 * The private part of a comparison: the runs behind each arm, the users of each scenario, the
 * fitted last step of every run, and every user's loss under every run.
 */
#ifndef COMMAND_COMPARISON_PRIVATE_H
#define COMMAND_COMPARISON_PRIVATE_H

#include "comparison/comparison.h"
#include "data/id_map.h"
#include "evaluate/answer.h"
#include "evaluate/gain.h"
#include "store/metric_store.h"
#include "store/run_store.h"

/* The counted runs of an arm. "best_plain" has none. */
struct arm_runs {
    int64_t execution;
    int64_t *runs; /* keys in the store */
    size_t count;
};

/* The rows that are asked for in any draw, if items are cold and the data set is still there. */
struct query_items {
    uint32_t count, *rows; /* rowids of the ratings less 1; of a sampled one, a row with its item */
    uint32_t **place;      /* of each query row of each draw: its index in `rows` */
    size_t draw_count;
    uint32_t *item, items; /* of each; how many different ones */
};
void query_items_release(struct query_items *asked);

struct scenario_users {
    char name[16];
    uint32_t *draws; /* their numbers in the store, in order */
    size_t draw_count;
    struct stored_tasks *tasks; /* of each draw */
    uint32_t **user;            /* of each task in each draw: the user's index in `users`; losses of
                                   all tasks of a user are one, as they are not independent */
    struct id_map *users;       /* all users with a test task in some draw */
    struct query_items asked;   /* empty if items are no source of chance */
};

/* The losses of each user under each run of an arm in a setting, `seeds` x users, run by run. Users
 * are those that count in the setting. */
struct scores {
    size_t seeds; /* 0: the arm has no predictions there */
    /* Mean absolute error; sum of squares; mean log score; metrics of order and own ones, NaN for a
     * user without a task that counts. */
    double *losses[METRICS_MOST];
    double *covered; /* number of ratings inside the 90 % interval */
};

/* The users that count in a setting, ascending by their number in the scenario. */
struct counted_users {
    uint32_t *numbers, count;
    uint32_t *tasks, *rows;         /* of each, over all draws */
    uint32_t *valued[METRICS_MOST]; /* those that count in a metric; NULL: all tasks */
};

struct comparison_detail {
    struct arm_runs *arms; /* in the order of comparison.arms */
    int64_t *executions;   /* all that are compared; the first is comparison.execution */
    size_t execution_count;
    struct {
        struct own_metric metric;
        uint32_t *numbers;   /* in the store, by execution */
        bool other;          /* its values are of other answers than this comparison judges */
        size_t failed;       /* an arm without values somewhere; SIZE_MAX: none */
    } own[OWN_METRICS_MOST]; /* metrics[own_first + i] */
    size_t own_count, own_first;
    struct ranking_metric rankings[METRICS_MOST]; /* of each metric; RANKING_NONE for others */
    float levels[ANSWER_LEVELS_MOST];
    struct answer_scale scale; /* of the first execution's ratings */
    struct scenario_users *scenarios;
    size_t scenario_count;
    size_t *scenario_of;           /* of each setting */
    struct counted_users *counted; /* of each setting */
    struct answer_step **steps;    /* steps[setting * arms + arm][run]; NULL: judged raw */
    struct scores *scores;         /* scores[setting * arms + arm] */
    struct gain_items *items;      /* items[(setting * arms + arm) * METRIC_COUNT + metric] */
};

/* The steps of opening a comparison, in this order. The first finds the runs and fills title,
 * data, arms, baseline and notes, and the arms and executions of the detail. */
bool comparison_choose(struct comparison *comparison, struct store *store,
                       const struct comparison_options *options, struct error *error);
/* Finds the metrics: the built-in ones, and those of the script that all executions share. */
bool comparison_find_metrics(struct comparison *comparison, struct store *store,
                             const struct comparison_options *options, struct error *error);
/* A part of that: finds the metrics of order. */
bool comparison_find_rankings(struct comparison *comparison,
                              const struct comparison_options *options, struct error *error);
/* Notes how many tasks are degenerate. */
void comparison_note_degenerate(struct comparison *comparison);
/* Finds the settings and reads their tasks. */
bool comparison_lay_out(struct comparison *comparison, struct store *store, struct error *error);
/* Fits the last step of every run on its validation tasks and chooses the best plain arms. */
bool comparison_answer(struct comparison *comparison, struct store *store, struct error *error);
/* Reads the predictions of the test tasks and judges them. */
bool comparison_judge(struct comparison *comparison, struct store *store, struct error *error);
/* A part of that: reads the values of the script's metrics in a setting, and chooses the best plain
 * arms by them. `place_of` gives the index in the scores for each user of the scenario. */
bool comparison_judge_own(struct comparison *comparison, struct store *store, size_t setting,
                          const uint32_t *place_of, struct error *error);
/* Notes how many users have no value of a metric of the script. */
void comparison_note_unvalued(struct comparison *comparison);
/* How many tasks of each counted user count in a metric. */
const uint32_t *comparison_counted(const struct counted_users *counted, size_t metric);
/* Fills `asked` of the scenario. False if the data set is gone or was replaced. */
bool comparison_read_items(struct comparison *comparison, struct store *store,
                           struct scenario_users *scenario);
/* Whether the data set was imported after the execution had begun, or is gone. */
bool comparison_data_is_newer(const struct comparison *comparison, struct store *store);
/* Computes gains and separates them from chance. */
void comparison_gains(struct comparison *comparison);
void comparison_detail_free(struct comparison *comparison);

/* A judged row: the answers of the run's distribution by `step`, or of its raw predictions if that
 * is NULL. `absolute` is the absolute error of the kind of prediction that `answer` names. */
struct judged_row {
    double absolute, mean, log_score, variance;
    bool covered;
};
void comparison_judge_rows(const struct comparison *comparison, const struct answer_step *step,
                           const float *predictions, const float *deviations, const float *truth,
                           size_t count, struct judged_row *rows);

/* What each asked row of a setting adds to the metrics of all arms, to be summed by item. NULL if
 * items are no source of chance there. */
struct row_losses;
struct row_losses *row_losses_new(const struct comparison *comparison, size_t setting);
void row_losses_free(struct row_losses *rows); /* accepts NULL */
/* Adds a task of the `user`-th user who counts, whose rows are at `place`: its weight, once,
 * and its losses under one of the arm's `seeds` runs. */
void row_losses_weigh(struct row_losses *rows, const uint32_t *place, size_t count, uint32_t user);
void row_losses_add(struct row_losses *rows, size_t arm, const uint32_t *place,
                    const struct judged_row *judged, const float *truth, size_t count,
                    uint32_t user, size_t seeds);
/* Sets what items add to each gain of the setting: arms x METRIC_COUNT. */
void row_losses_finish(const struct row_losses *rows, struct gain_items *items);
void gain_items_release(struct gain_items *items);

/* Adds a line to the notes. */
void comparison_note(struct comparison *comparison, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
