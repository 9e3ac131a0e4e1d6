/* SPDX-License-Identifier: MIT
 *
 * Decides which rows are learned from and which are predicted. A task is one user, or one user with
 * one key (task_groups.h); some of its rows are the support (seen), some are the query (predicted).
 * Cold users and items occur in no training row, whatever the keys. Arms are compared on test
 * tasks. Before that, every choice and calibration uses validation tasks of the same scenarios.
 *
 * Everything here is a function of the data set, the options and a seed, the same for every arm and
 * number of shots.
 */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dataset.h"
#include "evaluate/shots.h"
#include "recommender/recommender.h"
#include "store/task_part.h"
#include "task/task_groups.h"

/* One row for each scenario: its name on screen and in results, and its value in a published split
 * column. */
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
/* What a person calls a scenario of this data set: in a mirrored one, the user-cold scenario is
 * called "item-cold". */
const char *scenario_name(const struct dataset *dataset, enum scenario scenario);
/* The scenario with a person's name for this one, and the reverse. */
enum scenario scenario_named(const struct dataset *dataset, enum scenario scenario);

enum { SHOTS_MOST = 16 }; /* the most numbers of shots in one experiment */

/* Query and support of validation tasks are drawn VALIDATION_DRAWS times, or once if draws do not
 * differ (task_draws). Each scenario should have VALIDATION_TASKS_WANTED validation tasks. To reach
 * this number, users with fewer rows are included, down to VALIDATION_LEAST rows. */
enum { VALIDATION_DRAWS = 3, VALIDATION_TASKS_WANTED = 50, VALIDATION_LEAST = 4 };

/* Which of a user's rows are asked for, and in what order the others are shown: at random; by time;
 * those of the items with the most or the fewest training rows first; by the numbers of a script's
 * function, smallest first. What is equal is in random order. */
#define TASK_ORDERS(X)                                                                             \
    X(RANDOM, "random")                                                                            \
    X(EARLIEST, "earliest")                                                                        \
    X(LATEST, "latest")                                                                            \
    X(POPULAR, "popular")                                                                          \
    X(RARE, "rare")                                                                                \
    X(FUNCTION, "function")
enum task_order {
#define X(name, text) ORDER_##name,
    TASK_ORDERS(X)
#undef X
        ORDER_COUNT
};

/* How the items of sampled negatives are chosen: all alike, or by how many training rows they have
 * (task/negatives.h). */
#define NEGATIVES_BY(X)                                                                            \
    X(UNIFORM, "uniform")                                                                          \
    X(POPULARITY, "popularity")
enum negatives_by {
#define X(name, text) NEGATIVES_##name,
    NEGATIVES_BY(X)
#undef X
        NEGATIVES_BY_COUNT
};
const char *negatives_by_name(enum negatives_by by);
enum { NEGATIVES_MOST = 100 }; /* for one positive */

struct task_options {     /* defaults: lua/thaw/tasks.lua */
    uint32_t least, most; /* rows of a test task in its scenario; other groups are left out */
    uint32_t query;       /* query rows of a test task */
    uint32_t shots[SHOTS_MOST], shot_count;
    uint32_t draws; /* how often query and support of test tasks are drawn */
    bool published; /* the split is the data set's column `split` */
    bool nested;    /* an own split, made from the rows that this column trains with */
    bool given;     /* a function of the script says what each row is for: split_script.given */
    bool by_time;   /* the users and items first seen last are cold; else a random choice */
    /* If not "", the users (items) with the largest numbers in this column of their table are cold,
     * whatever `by_time` says. */
    char cold_users_by[64], cold_items_by[64];
    bool by_item; /* tasks are items: the options are mirrored, and so must the data set be */
    double cold_users, cold_items; /* shares, 0 .. 0.9 */
    double warm;       /* share of the warm users' rows held out for the warm scenario */
    double validation; /* share of the training users and items held out for validation */
    enum task_order ask, show;
    uint32_t negatives; /* sampled for each row; 0: none */
    enum negatives_by negatives_by;
    bool own_draw; /* split->drawer draws; no validation task has fewer than `least` rows */
    /* Cross-validation, if `fold` is not 0: the fold that is the test, counted from 1 of `folds`
     * random ones, or of the values of `fold_column` in the ratings if it is not "". Then only
     * `shots`, `draws`, `by_item` and `validation` count of the others; instead of the share
     * `validation`, `validation_fold` is the validation if it is not 0. */
    uint32_t fold, folds, validation_fold;
    char fold_column[64];
};
enum { FOLDS_MOST = 100 };

/* How often the tasks of a part are drawn: 1 if no query and no support is chosen at random, as in
 * folds, because each further draw would ask for the same rows again. */
uint32_t task_draws(const struct task_options *options, enum task_part part);

/* Exchanges what the options say of users and of items, for a data set that is mirrored. */
void task_options_mirror(struct task_options *options);

enum row_role { ROLE_UNUSED, ROLE_TRAINING, ROLE_VALIDATION, ROLE_TEST };

/* Where a draw happens: what follows from it is the same in every execution with that seed. */
struct draw_place {
    uint64_t seed;
    uint32_t kind; /* part, scenario and number of the draw */
    uint32_t group;
    bool may_leave_out; /* the task may be left out; not part of the place */
};

/* Draws tasks in place of the orders `ask` and `show`, as a function of a script does. For one
 * thread. */
struct row_drawer {
    /* Puts first the rows that are asked for, then those that are shown, in order; others are left
     * out. Sets how many there are; at least one is asked, or none is asked and shown, where the
     * place allows it, and there is no such task. False with `error`. */
    bool (*draw)(struct row_drawer *drawer, struct draw_place place, uint32_t *rows, uint32_t count,
                 uint32_t *query, uint32_t *support);
    bool settled; /* no further test task may be left out; of split_settle */
    bool failed;  /* with `error`: from then on, sets have no tasks */
    struct error error;
};

struct split {
    struct task_groups groups;
    uint8_t *role;     /* of each interaction */
    uint8_t *scenario; /* of each interaction with ROLE_TEST or ROLE_VALIDATION */
    bool *training;    /* role is ROLE_TRAINING; arms and statistics of targets use only these */
    /* The same without sampled negatives, for vocabularies and popularity: `training` itself where
     * there are none. */
    bool *observed;
    /* Sampled negatives (task/negatives.h), which have the role and scenario of their positive: the
     * positive r has the rows negatives[r] up to, but not including, negatives[r + 1]. NULL: none
     * are sampled. */
    uint32_t *negatives, negatives_each; /* the latter: at most so many each */
    uint32_t short_rows, short_users;    /* positives, and their users, with fewer than asked for */
    uint32_t training_rows, validation_rows;
    uint32_t *training_users, training_user_count;     /* users with training rows, ascending */
    uint32_t *training_tasks, training_task_count;     /* groups with at least two of them */
    uint32_t *validation_users, validation_user_count; /* with rows in user-cold */
    /* All scenarios, one after another. Each lists, in ascending order, the groups with at least
     * validation_least validation rows in it. */
    struct validation_task {
        uint32_t group;
        enum scenario scenario;
    } * validation_tasks;
    uint32_t validation_task_count;
    uint32_t validation_counts[SCENARIO_COUNT], validation_least[SCENARIO_COUNT];
    uint32_t test_tasks[SCENARIO_COUNT]; /* groups with least .. most rows in each scenario */
    /* Of each interaction, smallest first, NaN last; owned; NULL: in random order. split_make
     * leaves those of ORDER_FUNCTION to the caller. */
    double *ask, *show;
    struct row_drawer *drawer; /* borrowed; NULL: rows are asked and shown in those orders */
};

/* Assigns a role to each row. Only current interactions get a role other than ROLE_UNUSED.
 *
 * Published: rows with the value `meta_training` train, and the other values of the column are the
 * scenarios. Validation users are chosen from the training users that are in no test task. All
 * published test rows stay test rows.
 *
 * Own: cold users and items are chosen. Rows of a cold user with a warm item are user-cold, and so
 * on. Each group of a warm user holds out the share `warm` of its rows with warm items (the latest,
 * or a random choice) if that is enough for a test task. A group with fewer rows holds out `least`
 * rows, with the probability that keeps the expected share; one with fewer than 2 * least rows
 * holds out none.
 *
 * Validation uses the remaining training rows. The share `validation` of the users (with a group of
 * least .. most rows) is cold, and so is at most that share of the items, with at most that share
 * of the rows. Items are taken in the order in which cold items are chosen (published:
 * `cold_items_by` or at random); an item with too many rows is skipped. Rows with a cold user, a
 * cold item or both are user-cold, item-cold or both-cold. Of the other users, the same share holds
 * out rows for the warm scenario, as for the test. In an own split, a test row with a validation
 * item is unused, because it is neither warm nor cold. A scenario without test tasks by the options
 * (`cold_items` or `warm` is 0) has no validation tasks either.
 *
 * Folds: the rows of one fold are the test, those of the others train, and those in no fold are
 * unused. Every group with rows in the fold is a task of the warm scenario, with all of these as
 * the query and no support. The rows of `validation_fold`, or the share `validation` of the
 * training rows, are held out for validation in the same way.
 *
 * Nested: the same as own, but only among the rows of `meta_training`, so that choices can be made
 * before the published test users are used.
 *
 * Rows without a key get roles like any other, so they may train, but they are in no task.
 *
 * Fails (ERROR_SCRIPT) if the data set lacks a split column or times that the options ask for, if
 * the options contradict each other, or if no training row or no test task remains. */
bool split_make(struct split *split, const struct dataset *dataset,
                const struct task_options *options, uint64_t seed, struct error *error);
/* What functions of the script say of each row, both borrowed; NULL: there is no such function. */
struct split_script {
    const struct column *keys; /* tasks are by user and key: as in task_groups_make */
    /* Of a split that is `given`: GIVEN_TRAINING, GIVEN_TEST, GIVEN_VALIDATION or NaN (unused). A
     * test or validation row is warm if training rows have its user and its item, and so on. If no
     * row is for validation, users and items are chosen as in a published split. A test row of a
     * validation user (item), one that has validation rows and no training rows, is unused. */
    const double *given;
};
#define GIVEN_TRAINING   1.0
#define GIVEN_TEST       2.0
#define GIVEN_VALIDATION 3.0
bool split_make_scripted(struct split *split, const struct dataset *dataset,
                         const struct task_options *options, struct split_script script,
                         uint64_t seed, struct error *error);
/* Draws every task once, if there is a drawer, and makes the rows unused of those that it leaves
 * out, so that they are counted nowhere. Fails (ERROR_SCRIPT) if no test task remains, or as the
 * drawer does. */
bool split_settle(struct split *split, const struct dataset *dataset,
                  const struct task_options *options, uint64_t seed, struct error *error);
void split_release(struct split *split);

/* What predictions are judged on: the different ratings of training and validation rows, ascending,
 * and their range. If they are more than VALUE_LEVELS_MOST, those of the training rows; if these
 * are too, there are no levels, and the range is that of the training rows. Where a script chooses
 * the validation rows, they may have ratings that nothing is learned from, such as half stars
 * beside whole ones. */
struct rating_scale {
    float levels[VALUE_LEVELS_MOST];
    uint32_t level_count;
    struct value_range range;
};
struct rating_scale split_scale(const struct split *split, const struct dataset *dataset);

/* A test task. `query` and `support` are interactions of the group, in the orders of the options.
 * With K shots, the first K of `support` are shown. Sampled negatives go with their positive: they
 * follow it in the support, where shots count positives alone. The query is then in random order,
 * so that the place of a row does not tell what it is. */
struct task {
    uint32_t group, user;
    const uint32_t *query, *support;
    uint32_t query_count;
    uint32_t support_count, support_rows; /* without and with sampled negatives */
};

struct task_set {
    enum task_part part;
    enum scenario scenario;
    uint32_t draw;
    struct task *tasks;
    uint32_t count;
    uint32_t *rows; /* all of them, owned; NULL in a selection */
    bool borrowed;  /* `tasks` belong to another set */
};

/* Writes the validation rows of that group and scenario to `rows`, ascending, with the sampled
 * negatives of each behind it, and returns how many there are. `rows` must have room for all. */
uint32_t validation_task_rows(const struct split *split, struct validation_task task,
                              uint32_t *rows);
/* The same of all rows of a user, whatever their keys. */
uint32_t validation_user_rows(const struct split *split, const struct dataset *dataset,
                              uint32_t user, enum scenario scenario, uint32_t *rows);

/* Makes the test tasks. */
void task_set_make(struct task_set *set, const struct dataset *dataset, const struct split *split,
                   const struct task_options *options, uint64_t seed, enum scenario scenario,
                   uint32_t draw);
/* Makes the validation tasks. For a group with more than `most` rows, a random choice of them is
 * used. For a group with fewer than `least` rows, at most half of them are the query. */
void task_set_make_validation(struct task_set *set, const struct dataset *dataset,
                              const struct split *split, const struct task_options *options,
                              uint64_t seed, enum scenario scenario, uint32_t draw);
/* Selects the tasks of `set` with at least `shots` support rows, in order; SHOTS_ALL selects all.
 * Borrows the rows, and also the tasks if all are selected. */
void task_set_select(struct task_set *chosen, const struct task_set *set, uint32_t shots);
void task_set_release(struct task_set *set);

struct arena;
/* Tasks first .. first + count - 1 of the set, without query values. Each has `shots` support rows,
 * or all if it has fewer. */
struct episodes task_set_episodes(const struct task_set *set, const struct dataset *dataset,
                                  uint32_t first, uint32_t count, uint32_t shots,
                                  struct arena *arena);

/* The values of a set's query rows, one task after another. Predictions are compared with them.
 * They lie in the arena. */
const float *task_set_truth(const struct task_set *set, const struct dataset *dataset,
                            uint32_t first, uint32_t count, struct arena *arena);

/* The steps of a training: how many there are in all, before a phase, and in an epoch of a phase;
 * the position and the number of shards of a step. Steps and epochs are counted over all phases;
 * after the last step, the last phase continues. Each epoch has a random order of tasks or rows.
 * The last batch may be smaller. When training by row, all rows are the query of one task with no
 * support. On validation users, a task is one validation task: a group in a scenario. A phase
 * without tasks has no steps. */
uint32_t training_steps(const struct split *split, const struct training_plan *plan);
uint32_t training_first_step(const struct split *split, const struct training_plan *plan,
                             uint32_t phase);
uint32_t training_steps_per_epoch(const struct split *split, const struct training_plan *plan,
                                  uint32_t phase);
struct training_position training_position(const struct split *split,
                                           const struct training_plan *plan, uint32_t step);
uint32_t training_shards(const struct split *split, const struct training_plan *plan,
                         uint32_t step);

/* The order of one epoch. It is made once, when the epoch starts, and read by all threads. Its
 * memory is reused for the next epoch; {0} is an empty order. */
struct training_order {
    uint32_t epoch, phase, count;
    uint32_t *entries; /* groups, indices into validation_tasks, or interactions */
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
