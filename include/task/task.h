/* SPDX-License-Identifier: MIT
 *
 * Which rows are learned from and which are asked for. A task is one user; of its rows some are the
 * support (seen) and some the query (asked). Cold users and items occur in no training row. Test
 * tasks are what arms are compared on; validation tasks, of the same scenarios, are what anything
 * is chosen or calibrated on before.
 *
 * Everything here is a function of the data set, the options and a seed: the same for every arm and
 * number of shots.
 */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dataset.h"
#include "recommender/recommender.h"
#include "store/task_part.h"

/* One row a scenario: name on screen and in results, value of the published split column. */
#define SCENARIOS(X)                                                                               \
    X(WARM, "warm", "warm_up")                                                                     \
    X(USER_COLD, "user-cold", "user_cold")                                                         \
    X(ITEM_COLD, "item-cold", "item_cold")                                                         \
    X(BOTH_COLD, "both-cold", "user_item_cold")

enum scenario {
#define X(name, text, column) SCENARIO_##name,
    SCENARIOS(X)
#undef X
        SCENARIO_COUNT
};
const char *scenario_name(enum scenario scenario);

#define SHOTS_ALL UINT32_MAX
enum { SHOTS_MOST = 16 }; /* different numbers of shots in one experiment */

/* How often query and support of validation tasks are drawn; and the number of them that a scenario
 * should have, for which users with fewer rows are taken, down to so many. */
enum { VALIDATION_DRAWS = 3, VALIDATION_TASKS_WANTED = 50, VALIDATION_LEAST = 4 };

struct task_options { /* defaults: lua/thaw/tasks.lua */
    uint32_t least, most; /* rows of a test task in its scenario; others are left out */
    uint32_t query;       /* query rows of a test task */
    uint32_t shots[SHOTS_MOST], shot_count;
    uint32_t draws;                /* how often query and support are drawn anew for the tests */
    bool published;                /* the split is the data set's column `split` */
    bool nested;                   /* an own split of the rows that this column trains with */
    bool by_time;                  /* cold are those first seen last, or else a random choice */
    char cold_column[64];          /* cold items are those with the largest numbers in this column
                                      of the items, whatever `by_time` says; "": none */
    double cold_users, cold_items; /* shares, 0 .. 0.9 */
    double warm;       /* share of the warm users' rows held out for the warm scenario */
    double validation; /* share of the training users and items that only measure */
};

enum row_role { ROLE_UNUSED, ROLE_TRAINING, ROLE_VALIDATION, ROLE_TEST };

struct split {
    uint8_t *role;     /* of each interaction */
    uint8_t *scenario; /* of each interaction with ROLE_TEST or ROLE_VALIDATION */
    bool *training;    /* role is ROLE_TRAINING: what statistics and vocabularies are made from */
    uint32_t training_rows, validation_rows;
    uint32_t *training_users, training_user_count;     /* users with training rows, ascending */
    uint32_t *training_tasks, training_task_count;     /* those of them with at least two */
    uint32_t *validation_users, validation_user_count; /* cold ones: with rows in user-cold */
    /* All scenarios, one after another; in each, users with at least validation_least of its
     * validation rows, ascending. */
    struct validation_task {
        uint32_t user;
        enum scenario scenario;
    } * validation_tasks;
    uint32_t validation_task_count;
    uint32_t validation_counts[SCENARIO_COUNT], validation_least[SCENARIO_COUNT];
    uint32_t test_tasks[SCENARIO_COUNT]; /* users with least .. most rows in each scenario */
};

/* Only current interactions have a role other than ROLE_UNUSED.
 *
 * Published: `meta_training` trains, the other values of the column are the scenarios. Validation
 * users are taken from the training users that are in no test task. All published test rows stay
 * what they are.
 * Own: cold users and items are set apart, rows of a cold user with a warm item are user-cold, and
 * so on. Each warm user holds out the share `warm` of the rows with warm items (the latest, or a
 * random choice) if that makes a test task; one with fewer rows holds out `least` with the
 * probability that keeps the share, and one with fewer than 2 least rows none.
 *
 * Validation, of what is left for training: the share `validation` of the users (with least .. most
 * rows) is cold, and so is that share of the items, put in the order that cold items are chosen in
 * (published: `cold_column` or at random), as long as they have no more than that share of the
 * rows; an item that has too many is passed over. Rows with one of them or both are user-cold,
 * item-cold and both-cold. Of the other users the same share holds out rows for the warm scenario
 * as for the test. In an own split a test row with a validation item is unused: it is neither warm
 * nor cold. A scenario that the options give no test (`cold_items` or `warm` is 0) has no
 * validation either.
 *
 * Nested: the same among the rows of `meta_training` alone, so that choices can be made before the
 * published test users are looked at.
 *
 * Fails (ERROR_SCRIPT) if the data set has no split column or times that the options ask for,
 * where the options contradict each other, or where no training row or no test task is left. */
bool split_make(struct split *split, const struct dataset *dataset,
                const struct task_options *options, uint64_t seed, struct error *error);
void split_release(struct split *split);

/* A test task: `query` and `support` are interactions of the user, in an order drawn at random; the
 * first K of `support` are the K shots. */
struct task {
    uint32_t user;
    const uint32_t *query, *support;
    uint32_t query_count, support_count;
};

struct task_set {
    enum task_part part;
    enum scenario scenario;
    uint32_t draw;
    struct task *tasks;
    uint32_t count;
    uint32_t *rows; /* all of them, owned; NULL in a selection */
    bool borrowed;  /* `tasks` are another set's */
};

/* The validation rows of that user and scenario, ascending, into `rows`, which has room for all
 * rows of the user. Returns how many. */
uint32_t validation_task_rows(const struct split *split, const struct dataset *dataset,
                              struct validation_task task, uint32_t *rows);

/* The test tasks. */
void task_set_make(struct task_set *set, const struct dataset *dataset, const struct split *split,
                   const struct task_options *options, uint64_t seed, enum scenario scenario,
                   uint32_t draw);
/* The validation tasks. A user with more than `most` rows has a random choice of them, one with
 * fewer than `least` asks half of them at most. */
void task_set_make_validation(struct task_set *set, const struct dataset *dataset,
                              const struct split *split, const struct task_options *options,
                              uint64_t seed, enum scenario scenario, uint32_t draw);
/* The tasks of `set` with at least `shots` support rows, all for SHOTS_ALL, in order. Borrows the
 * rows, and the tasks if it has all of them. */
void task_set_select(struct task_set *chosen, const struct task_set *set, uint32_t shots);
void task_set_release(struct task_set *set);

struct arena;
/* Tasks first .. first + count - 1 of the set with `shots` support rows each (all if a task has
 * fewer), without query values. */
struct episodes task_set_episodes(const struct task_set *set, const struct dataset *dataset,
                                  uint32_t first, uint32_t count, uint32_t shots,
                                  struct arena *arena);

/* The values of a set's query rows, one task after another: the truth that predictions are measured
 * by. Lies in the arena. */
const float *task_set_truth(const struct task_set *set, const struct dataset *dataset,
                            uint32_t first, uint32_t count, struct arena *arena);

/* Training: steps in all, before a phase and in an epoch of it; when step `step` is, its shards,
 * and the episodes of one of them. Steps and epochs are counted over all phases; after the last
 * step the last phase goes on. The order of tasks or rows is a random one in each epoch; the last,
 * smaller batch is used. By row, support is empty, every row is a query, and all rows are one task.
 * On validation users a task is one of all validation tasks: a user in a scenario. A phase without
 * tasks has no step. */
uint32_t training_steps(const struct split *split, const struct training_plan *plan);
uint32_t training_first_step(const struct split *split, const struct training_plan *plan,
                             uint32_t phase);
uint32_t training_steps_per_epoch(const struct split *split, const struct training_plan *plan,
                                  uint32_t phase);
struct training_position training_position(const struct split *split,
                                           const struct training_plan *plan, uint32_t step);
uint32_t training_shards(const struct split *split, const struct training_plan *plan,
                         uint32_t step);

/* The order of one epoch, made once at its start and read by all threads.
 * `entries` is kept and used again when the order of another epoch is made; {0} is an empty one. */
struct training_order {
    uint32_t epoch, phase, count;
    uint32_t *entries; /* users, places in validation_tasks, or interactions */
};
void training_order_make(struct training_order *order, const struct dataset *dataset,
                         const struct split *split, const struct training_plan *plan, uint64_t seed,
                         struct training_position position);
void training_order_release(struct training_order *order);
struct episodes training_episodes(const struct training_order *order, const struct dataset *dataset,
                                  const struct split *split, const struct training_plan *plan,
                                  uint64_t seed, uint32_t step, uint32_t shard,
                                  struct arena *arena);

#endif
