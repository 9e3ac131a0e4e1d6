/* SPDX-License-Identifier: MIT
 *
 * The user's experiment: a Lua script that declares data, mapping, tasks and arms. Each lane
 * (thread) has its own Lua state that loads the same source, so learners can run in all lanes at
 * once. The declarations are read from lane 0 and must be the same in every lane.
 *
 * Scripts have limits on memory, instructions and time, and see only the safe parts of Lua. Every
 * random number and every order is reproducible. These limits are for clear errors and identical
 * bits; the worker's process is what protects the machine from a hostile script.
 */
#ifndef SCRIPT_SCRIPT_H
#define SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "baseline/baseline.h"
#include "data/dataset.h"
#include "data/own_metric.h"
#include "feature/feature.h"
#include "recommender/item_prior.h"
#include "recommender/recommender.h"
#include "task/task.h"
#include "tensor/real.h"

struct script_source {
    const char *path; /* for messages */
    const char *text;
    size_t size;
    const char *modules; /* user's modules: name NUL source NUL ...; or NULL */
    size_t modules_size;
    const char *settings; /* "name=value" lines that override the script; NULL for none */
};

/* Lets a thread that runs no lane see how long calls of Lua have taken, because a C function of Lua
 * can run for ever. Has an entry for each lane and one for the lane that declares. */
struct script_watch;
struct script_watch *script_watch_new(uint32_t lanes);
void script_watch_free(struct script_watch *watch); /* free the hosts first; accepts NULL */
/* The earliest deadline of the calls under way, on the monotonic clock; INFINITY if there is none.
 * Sets `line` to the script's line of a long operation under way, or to 0. Any thread. */
double script_watch_deadline(const struct script_watch *watch, int *line);
/* The deadline at which a call was stopped first, whose memory may still be on its way back to the
 * system, and the error of that call; INFINITY if none was stopped. Any thread. */
double script_watch_overran(const struct script_watch *watch, const char **why);

struct script_limits {
    size_t memory;        /* bytes of one lane's Lua state */
    double load_seconds;  /* to load the source in all lanes together */
    double ready_seconds; /* to prepare an arm in one lane */
    double row_seconds;   /* for one call of a mapping's function */
    double map_seconds;   /* for a mapping, plus `each_seconds` for each row so far */
    double each_seconds;
    double step_seconds;        /* for one call of a learner */
    uint64_t instructions;      /* for loading */
    uint32_t fit_iterations;    /* most of a plain arm's fit; 0 for as many as the arm says */
    struct script_watch *watch; /* borrowed; NULL for none */
    struct budget *budget;      /* for memory outside Lua; borrowed; NULL for none */
    uint64_t saved_most;        /* bytes of a saved learner; 0 for no limit */
};
/* The limits of a run are too wide for an honest script to reach. Those of a check are narrow, so
 * that it answers within 3 seconds. */
struct script_limits script_limits_of(bool check);

struct arm {
    char name[64];
    bool is_baseline;
    enum baseline_kind baseline;
    struct baseline_options baseline_options;
    char description[160]; /* "ridge head on mlp 32-64-16, 20 epochs" */
};

/* An arm with other options, tried before the arm itself is run (lua/thaw/search.lua). Trial 0 is
 * the arm itself and is not in the list. */
struct arm_trial {
    size_t arm;      /* index in `arms` */
    uint32_t number; /* counted from 1 within the arm */
    char *settings;  /* its options: "arms.ridge.learner.lr=0.003" lines, as for --set */
};

struct experiment {
    char name[64];
    char data[64];
    struct arm *arms; /* the plain arms of every comparison are added if missing */
    size_t arm_count;
    char baseline[64]; /* the arm that gains are relative to, or "best_plain": the best plain arm of
                          each cell */
    char answer[16];   /* the answer MAE is computed on: "level", "median" or "raw" */
    struct own_metric *metrics; /* by name; at most OWN_METRICS_MOST */
    size_t metric_count;
    double matters; /* a smaller gain is no difference that matters */
    uint64_t *seeds;
    size_t seed_count;
    struct task_options tasks;
    double prior_shrink;      /* shrinkage of the item prior */
    bool has_target;          /* a function makes targets of the ratings */
    bool has_where;           /* a function says which ratings count */
    bool has_key;             /* a function makes keys of rows: tasks are by user and key */
    struct arm_trial *trials; /* by arm, then by ascending number; empty without a search */
    size_t trial_count;
    uint32_t rungs, factor; /* of the search: one in `factor` trials survives each rung */
};

struct script_host;

/* Loads the source in `lanes` states. Errors are ERROR_SCRIPT: "FILE:LINE: what, what was
 * expected", then a newline and the source line. `print` receives each line that the script prints,
 * safe to show; it may be NULL. */
struct script_host *script_host_new(const struct script_source *source, uint32_t lanes,
                                    const struct script_limits *limits,
                                    void (*print)(void *context, const char *line), void *context,
                                    struct error *error);
void script_host_free(struct script_host *host); /* accepts NULL */
const struct experiment *script_host_experiment(const struct script_host *host);

/* Calls the functions of the script's mapping on every row of this data set. The caller releases
 * `parts`. */
bool script_host_map(struct script_host *host, const struct dataset *dataset,
                     struct feature_parts *parts, struct error *error);

/* Replaces the ratings by the targets that the script's function makes of the rows, if it has one.
 * Rows for which it returns nil are not current any more. */
bool script_host_target(struct script_host *host, struct dataset *dataset, struct error *error);
/* The target of a rating of an item that a person gives now; the rating itself if the script has no
 * function. Fails with ERROR_USAGE if the function returns nil. */
bool script_host_target_of(struct script_host *host, const struct dataset *dataset,
                           const char *item, double rating, double *target, struct error *error);

/* A function of the script that gives each row of the ratings a number: where it stands among those
 * that are asked for or shown; 1 if it counts, else 0; GIVEN_TRAINING, GIVEN_TEST or
 * GIVEN_VALIDATION. NaN for nil. */
enum row_function { ROW_ASK, ROW_SHOW, ROW_WHERE, ROW_SPLIT };
/* What it gives for each row, owned by the caller; NULL if there is none. `popularity`: by item, of
 * ASK and SHOW. */
bool script_host_numbers(struct script_host *host, const struct dataset *dataset,
                         enum row_function function, const uint32_t *popularity, double **numbers,
                         struct error *error);

/* Calls the script's own function that draws tasks. The caller frees it; all else is borrowed.
 * `popularity`: by item. */
struct row_drawer *script_host_drawer(struct script_host *host, const struct dataset *dataset,
                                      const struct task_groups *groups, const uint32_t *popularity);
void script_drawer_free(struct row_drawer *drawer); /* accepts NULL */

/* What the script's function of `tasks.by` gives for each row of the ratings, a column of texts in
 * the one part; no part if there is no function. The caller releases `keys`. */
bool script_host_keys(struct script_host *host, const struct dataset *dataset,
                      struct feature_parts *keys, struct error *error);

/* Put "FILE:LINE: " in front of an error whose cause is in the script. The error must begin with
 * "mapping `ENTITY.FIELD`", or be about the tasks, the target, the filter or the arms. Always
 * false. */
bool script_host_blame_mapping(struct script_host *host, struct error *error);
bool script_host_blame_tasks(struct script_host *host, struct error *error);
bool script_host_blame_target(struct script_host *host, struct error *error);
bool script_host_blame_where(struct script_host *host, struct error *error);
bool script_host_blame_arms(struct script_host *host, struct error *error);

/* Tasks, one after another: task i has the rows starts[i] .. starts[i + 1] - 1. */
struct metric_tasks {
    uint32_t count;
    const uint32_t *starts;
    const float *truth;
    const double *predictions;
};
/* Calls a metric of the script for each task, in order, in this lane. Sets `values`, NaN for a task
 * for which the function returns nil or which has no rows. Each value is finite. Some tasks are
 * asked for again, in a state in which the function was never called: it must give the same. */
bool script_host_metric(struct script_host *host, uint32_t lane, size_t metric,
                        const struct metric_tasks *tasks, double *values, struct error *error);

/* What all learners of an execution share. Every recommender made from it borrows it. */
struct learning_data {
    const struct dataset *dataset;
    const struct split *split;
    const struct feature_space *space;
    const struct item_prior *prior;
};

/* The recommender of arm number `arm`, a baseline or a learner, with parameters initialised from
 * `seed`. Numbers from arm_count on are the trials. Only one thread at a time may make one; the
 * lanes may run meanwhile. */
struct recommender *script_host_recommender(struct script_host *host, size_t arm, uint64_t seed,
                                            const struct learning_data *data, struct error *error);
/* script_recommender_parameters: trainable numbers; 0 for a closed form. script_host_peak: the most
 * bytes that a lane's tape used in one step. */
uint64_t script_recommender_parameters(const struct recommender *recommender);
uint64_t script_host_peak(const struct script_host *host);

/* What a learner has learned of a field: a table with a row for each word of its vocabulary, or of
 * a field of numbers a projection with a row for each of its columns. `gate` is the factor on the
 * field's values. Lives as long as the recommender, or until its next step. */
struct script_table {
    const char *name;
    const real *values; /* rows x columns */
    uint32_t rows, columns;
    double gate;
};
/* The table with this number, from 0, of a field of the space. `share`: the name by which the field
 * shares it, or NULL. False after the last one, and if the recommender is no learner. */
bool script_recommender_table(struct recommender *recommender, size_t field, const char *share,
                              size_t number, struct script_table *table);
/* Writes the score of each word of a field that attends to its words, `vocabulary` numbers. False
 * if it does not. */
bool script_recommender_scores(struct recommender *recommender, size_t field, const char *share,
                               double *scores);

/* Puts the place of the arm in front of an error: "FILE:LINE: arm 'NAME': ...". Does nothing for a
 * recommender that is not a learner. Always false. */
bool script_recommender_blame(const struct recommender *recommender, struct error *error);

/* Like `predict`, but between adapting and predicting it adapts the learner once more, to other
 * ratings of the same rows. If the predictions are the same, the learner predicts from what `adapt`
 * returned and not from state that it keeps elsewhere. */
bool script_recommender_predict_apart(struct recommender *recommender, uint32_t lane,
                                      const struct episodes *episodes, float *predictions,
                                      float *deviations, struct error *error);

/* Compares the outer gradient of a learner with central differences of its loss, for a few entries
 * of every parameter: those with the largest gradient and some evenly spread. An entry is undecided
 * if its derivative is too small or too near a kink. Needs the engine in double precision; in
 * single precision nearly all entries are undecided. */
struct gradient_report {
    bool exact; /* the learner's direction is meant to be the gradient of its loss */
    uint32_t agreed, differed, undecided;
    /* The entry with the largest difference, counted from 0. */
    char parameter[64];
    uint32_t row, column;
    double by_tape, by_differences;
};
/* Checks one shard, in lane 0. First moves all parameters a little from their initial values, so
 * that zeros hide nothing. Returns an empty report if the recommender is not a learner. */
bool script_recommender_check_gradient(struct recommender *recommender,
                                       const struct episodes *episodes, struct training_place place,
                                       struct gradient_report *report, struct error *error);

/* Makes everything that runs in this host end with ERROR_CANCELLED. Any thread. */
void script_host_cancel(struct script_host *host);

#endif
