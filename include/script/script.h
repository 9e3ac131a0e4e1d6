/* SPDX-License-Identifier: MIT
 *
 * The user's experiment: a Lua script that declares data, mapping, tasks and arms. One Lua state a
 * lane (thread) loads the same source, so that learners run in all lanes at once; what a script
 * declares is read from lane 0 and must be the same in every one.
 *
 * Scripts are bounded in memory, instructions and time, see only the safe parts of Lua, and every
 * random number and order is reproducible. That is for good errors and the same bits; what keeps a
 * hostile script from the machine is the worker's process.
 */
#ifndef SCRIPT_SCRIPT_H
#define SCRIPT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "baseline/baseline.h"
#include "data/dataset.h"
#include "feature/feature.h"
#include "recommender/item_prior.h"
#include "recommender/recommender.h"
#include "task/task.h"

struct script_source {
    const char *path; /* for messages */
    const char *text;
    size_t size;
    const char
        *modules; /* the user's own modules: name NUL source NUL ...; NULL if there are none */
    size_t modules_size;
    const char *settings; /* "name=value" lines that replace what the script says; NULL for none */
};

/* Who watches a host from outside of its threads: C functions of Lua can run for ever. It has a
 * place for every lane and one more. */
struct script_watch;
struct script_watch *script_watch_new(uint32_t lanes);
void script_watch_free(struct script_watch *watch); /* after the hosts; accepts NULL */
/* When the first of the calls under way must be over, on the monotonic clock; INFINITY if there is
 * none. `line` is that of the script where it does something long; 0 if it does not. Any thread. */
double script_watch_deadline(const struct script_watch *watch, int *line);

struct script_limits {
    size_t memory;        /* bytes of one lane's Lua state */
    double load_seconds;  /* for loading it in all lanes together */
    double ready_seconds; /* for making an arm ready in one lane */
    double row_seconds;   /* for one call of a mapping's function */
    double map_seconds;   /* for a mapping, with `each_seconds` more for each row so far */
    double each_seconds;
    double step_seconds;        /* for one call of a learner */
    uint64_t instructions;      /* for loading */
    struct script_watch *watch; /* borrowed; NULL: nobody watches */
    struct budget *budget;      /* of what is taken outside of Lua; borrowed; NULL: none */
    uint64_t saved_most;        /* bytes that a learner may be saved in; 0: any */
};
/* Those of a run, which no honest script meets; or those of a check, which answers a person: each
 * call of the script is short enough for an answer within 3 seconds. */
struct script_limits script_limits_of(bool check);

struct arm {
    char name[64];
    bool is_baseline;
    enum baseline_kind baseline;
    struct baseline_options baseline_options;
    char description[160]; /* "ridge head on mlp 32-64-16, 20 epochs" */
};

/* An arm with other options, tried before it is run (lua/thaw/search.lua). Trial 0 is the arm
 * itself and stands in no list. */
struct arm_trial {
    size_t arm;      /* of `arms` */
    uint32_t number; /* 1, 2 .. of the arm */
    char *settings;  /* what sets it apart, "arms.ridge.learner.lr=0.003" lines as for --set */
};

struct experiment {
    char name[64];
    char data[64];
    struct arm *arms; /* global mean, user mean, item mean and bias are added where the script does
                         not have them */
    size_t arm_count;
    char baseline[64]; /* arm that gains are over; or "best_plain", the best plain arm of each cell
                        */
    char answer[16];   /* what MAE is judged on: "level", "median" or "raw" */
    double matters;    /* gains below it are no difference that matters */
    uint64_t *seeds;
    size_t seed_count;
    struct task_options tasks;
    double prior_shrink; /* of the item prior */
    struct arm_trial
        *trials; /* by arm, in ascending order of their numbers; none: there is no search */
    size_t trial_count;
    uint32_t rungs, factor; /* of the search: one in `factor` trials goes on at each rung */
};

struct script_host;

/* Loads the source in `lanes` states. Errors are ERROR_SCRIPT: "FILE:LINE: what, what was
 * expected", then a newline and the source line. `print` receives what the script prints, line by
 * line, already safe to show; may be NULL. */
struct script_host *script_host_new(const struct script_source *source, uint32_t lanes,
                                    const struct script_limits *limits,
                                    void (*print)(void *context, const char *line), void *context,
                                    struct error *error);
void script_host_free(struct script_host *host); /* accepts NULL */
const struct experiment *script_host_experiment(const struct script_host *host);

/* The script's mapping for this data set, its functions called on every row. The caller releases
 * `parts`. */
bool script_host_map(struct script_host *host, const struct dataset *dataset,
                     struct feature_parts *parts, struct error *error);

/* Put in front of an error if its cause stands in the script, "FILE:LINE: ...": of one that
 * begins with "mapping `ENTITY.FIELD`", and of one about the tasks or the arms. Always false. */
bool script_host_blame_mapping(struct script_host *host, struct error *error);
bool script_host_blame_tasks(struct script_host *host, struct error *error);
bool script_host_blame_arms(struct script_host *host, struct error *error);

/* What all learners of an execution share. Borrowed by every recommender made from it. */
struct learning_data {
    const struct dataset *dataset;
    const struct split *split;
    const struct feature_space *space;
    const struct item_prior *prior;
};

/* Recommender of arm number `arm`, its parameters started from `seed`. Baselines and learners
 * alike. From arm_count on they are those of the trials. No two threads may make one at once; what
 * else the host does meanwhile does not matter. */
struct recommender *script_host_recommender(struct script_host *host, size_t arm, uint64_t seed,
                                            const struct learning_data *data, struct error *error);
/* Numbers that a learner learns, 0 for a closed form; most bytes its tapes took in a step. */
uint64_t script_recommender_parameters(const struct recommender *recommender);
uint64_t script_host_peak(const struct script_host *host);

/* Puts where its arm stands in front of an error: "FILE:LINE: arm 'NAME': ...". For what is no
 * learner it does nothing. Always false. */
bool script_recommender_blame(const struct recommender *recommender, struct error *error);

/* Predicts as `predict` does, but adapts a learner once more, to other ratings of the same rows,
 * before it predicts from what it had adapted to. The same predictions say that it predicts from
 * what `adapt` returned, and not from what it kept elsewhere. */
bool script_recommender_predict_apart(struct recommender *recommender, uint32_t lane,
                                      const struct episodes *episodes, float *predictions,
                                      float *deviations, struct error *error);

/* The outer gradient of a learner beside central differences of its loss, for a few numbers of
 * every parameter: the largest of the gradient, and some evenly spread. Undecided are those whose
 * derivative is too small, or too near a kink. It needs the engine in double precision; in single
 * precision nearly all are undecided. */
struct gradient_report {
    bool exact; /* the learner means its direction to be the gradient of its loss */
    uint32_t agreed, differed, undecided;
    /* Where it differs most: entry of the parameter, counted from 0. */
    char parameter[64];
    uint32_t row, column;
    double by_tape, by_differences;
};
/* For one shard, in lane 0, after all parameters were moved a little away from where they start, so
 * that zeros hide nothing. What is no learner agrees with nothing. */
bool script_recommender_check_gradient(struct recommender *recommender,
                                       const struct episodes *episodes, struct training_place place,
                                       struct gradient_report *report, struct error *error);

/* Another thread asks everything that runs in this host to end with ERROR_CANCELLED. */
void script_host_cancel(struct script_host *host);

#endif
