/* SPDX-License-Identifier: MIT
 *
 * What a comparison knows beyond its cells: the runs behind each arm, the users of each scenario,
 * and every user's error under every arm.
 */
#ifndef COMMAND_COMPARISON_PRIVATE_H
#define COMMAND_COMPARISON_PRIVATE_H

#include "command/comparison.h"
#include "data/id_map.h"
#include "store/run_store.h"

/* Counted runs of an arm. */
struct arm_runs {
    int64_t execution;
    int64_t *runs; /* keys of the tables */
    size_t count;
};

struct scenario_users {
    char name[16];
    uint32_t *draws; /* their numbers in the store, in order */
    size_t draw_count;
    struct id_map *users; /* those that have a test task in any draw */
};

struct comparison_detail {
    struct arm_runs *arms; /* as comparison.arms */
    int64_t *executions;   /* compared, the first is comparison.execution */
    size_t execution_count;
    struct scenario_users *scenarios;
    size_t scenario_count;
    size_t *scenario_of; /* of each setting */
    double **mae;        /* mae[setting][arm * users + user]; NaN where the user is not counted */
    double **squares;    /* the same, sums of squared errors of one seed, averaged over seeds */
    double **rows;       /* rows[setting][user]: what those sums are of */
};

/* Finds the runs that are meant and fills title, data, arms, baseline and notes, and the arms and
 * executions of the detail. */
bool comparison_choose(struct comparison *comparison, struct store *store, const char *const *names,
                       size_t count, const char *baseline, struct error *error);
/* Then reads tasks and predictions of those arms and fills settings, cells and the rest. */
bool comparison_judge(struct comparison *comparison, struct store *store, struct error *error);
/* Adds a line to the notes. */
void comparison_note(struct comparison *comparison, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
