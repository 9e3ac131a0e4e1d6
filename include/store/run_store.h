/* SPDX-License-Identifier: MIT
 *
 * Executions and runs in the workbench. An **execution** is one start of an experiment; it has
 * number N. Each of its **runs** is one arm with one seed, named "N/arm/seed"; "N/arm" and "N" name
 * several runs. All runs of an execution share the test tasks, so their predictions can be compared
 * row by row.
 *
 * The keeper writes; any process reads. Functions that write need an open transaction (store_begin)
 * if their comment says so.
 */
#ifndef STORE_RUN_STORE_H
#define STORE_RUN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "data/value_scale.h"
#include "store/store.h"
#include "store/task_part.h"

/* name in results, what it means */
#define RUN_STATES(X)                                                                              \
    X(QUEUED, "queued", "waits for the runs before it")                                            \
    X(RUNNING, "running", "computes")                                                              \
    X(PAUSED, "paused", "waits for you")                                                           \
    X(STOPPED, "stopped", "was stopped; `thaw resume` goes on")                                    \
    X(INTERRUPTED, "interrupted", "ended without a word; `thaw resume` goes on")                   \
    X(FAILED, "failed", "could not go on; its text says why")                                      \
    X(DONE, "done", "has its results")

enum run_state {
#define X(name, text, help) RUN_##name,
    RUN_STATES(X)
#undef X
        RUN_STATE_COUNT
};
const char *run_state_name(enum run_state state);
bool run_state_is_over(enum run_state state); /* failed or done: it cannot be resumed */

enum { STORED_THREADS_MOST = 1024 }; /* of an execution */

struct execution {
    int64_t number;
    char *experiment; /* the file name without folder and .lua, or the name that the script sets */
    char *script_path;
    char *script;  /* the source that ran */
    char *modules; /* name NUL source NUL ... of the user's own modules */
    size_t modules_size;
    char *data;     /* data set */
    char *baseline; /* an arm, or "best_plain": the best plain arm in each cell */
    char *settings; /* "name=value" lines given on the command line, or "" */
    char script_digest[65], data_digest[65];
    char *binary; /* build and BLAS kernel that computed it, to compare at a resume */
    uint64_t seed;
    uint32_t threads;
    int64_t created_at;
    /* The distinct values in training and validation rows, ascending; level_count is 0 if there are
     * more than VALUE_LEVELS_MOST. An execution of an older thaw has none, and a range of 0 to 0.
     */
    float levels[VALUE_LEVELS_MOST];
    uint32_t level_count;
    float smallest, largest; /* of these levels; without levels, of the training rows */
    char answer[16];         /* what MAE is judged on: "level", "median" or "raw" */
    double matters;          /* smaller gains count as no difference; at least 0 */
    uint32_t negatives;      /* sampled for each row of a task; 0: none */
    char negatives_by[16];   /* "uniform", "popularity"; "" without them */
    bool unjailed;           /* the user lets it run even if its worker cannot be confined */
    char *confinement;       /* what its last worker ran without (wire/confinement.h); or "" */
};
void execution_release(struct execution *execution); /* accepts NULL; leaves {0} */

struct run {
    int64_t id; /* key of the tables; users see `name` */
    int64_t execution;
    char name[96]; /* "3/maml/1" */
    char arm[64];
    uint64_t seed;
    enum run_state state;
    bool learns;                             /* false for closed forms: no curve */
    uint64_t step, steps;                    /* outer steps done and in total; evaluation follows */
    double share;                            /* of the whole work including evaluation, 0 .. 1 */
    double rate;                             /* steps per second over the last seconds */
    double eta;                              /* seconds left; NaN: not known yet */
    double loss;                             /* the last training loss; NaN: none */
    double seconds;                          /* computing time, over all resumes */
    char phase[24];                          /* "training", "evaluation", "" */
    int64_t started_at, ended_at, heartbeat; /* 0 if not yet */
    char *text;                              /* why it failed or was interrupted; or "" */
    char digest[65];                         /* of final weights and metrics; "" until done */
    uint64_t parameters;                     /* number of learned values */
    uint64_t peak_bytes;                     /* of the arenas */
};
/* The weight of a run in the progress of its execution. A closed form takes next to no time
 * compared with a learner. */
double run_weight(const struct run *run);
void run_array_free(struct run *runs, size_t count);

/* Reading. Arrays are new and freed by the caller; `count` is set. NULL or false on failure. */
bool store_execution(struct store *store, int64_t number, struct execution *execution,
                     struct error *error);
int64_t *store_executions(struct store *store, size_t *count,
                          struct error *error); /* newest first */
struct run *store_runs(struct store *store, int64_t execution, size_t *count, struct error *error);
/* The runs that "3", "3/maml" or "3/maml/1" names; ERROR_USAGE with a sentence if there is none. */
struct run *store_runs_named(struct store *store, const char *name, size_t *count,
                             struct error *error);

/* A loss curve. Series are "train" and "validation". */
struct point {
    uint64_t step;
    double value;
};
/* Points with step > `after`, in order. */
struct point *store_points(struct store *store, int64_t run, const char *series, int64_t after,
                           size_t *count, struct error *error);

const char *task_part_name(enum task_part part); /* "test", "validation" */

/* Tasks of one part, scenario and draw, in order. All predictions of the execution refer to
 * them. */
struct stored_tasks {
    uint32_t count;
    bool of_items;                      /* each task is an item, and `users` are ids of items */
    char **users, **keys;               /* ids; "" where tasks have no keys */
    uint32_t *support_starts, *support; /* rowids of NAME_ratings less 1, or sampled
                                           (task_part.h); count + 1 starts */
    uint32_t *query_starts, *query;
    float *truth; /* of each query row */
};
void stored_tasks_release(struct stored_tasks *tasks);
/* The ratings in the support of task `task`, without sampled negatives: the most shots it has. */
uint32_t stored_tasks_shown(const struct stored_tasks *tasks, uint32_t task);
bool store_tasks(struct store *store, int64_t execution, enum task_part part, const char *scenario,
                 uint32_t draw, struct stored_tasks *tasks, struct error *error);
/* Draws are numbered from 0. The limit is ten times what a script may ask for. A larger stored
 * number is damage, and is an error. */
enum { STORED_DRAWS_MOST = 1000 };
/* The parts, scenarios, shots (UINT32_MAX is all) and draws for which this run has predictions,
 * test before validation; none before the run is done. */
struct prediction_key {
    enum task_part part;
    char scenario[16];
    uint32_t shots, draw;
};
struct prediction_key *store_prediction_keys(struct store *store, int64_t run, size_t *count,
                                             struct error *error);
/* A run's predictions for the query rows of those tasks of store_tasks that have at least `shots`
 * support rows, one task after another. All tasks count if shots is "all". */
struct stored_predictions {
    size_t count;      /* 0 if there are no such predictions */
    float *values;     /* clipped to the range of the data, as they are evaluated */
    float *deviations; /* standard deviation of the rating around each; NULL if unknown */
};
bool store_predictions(struct store *store, int64_t run, enum task_part part, const char *scenario,
                       uint32_t shots, uint32_t draw, struct stored_predictions *predictions,
                       struct error *error);
void stored_predictions_release(struct stored_predictions *predictions);
/* Where the predictions of each task begin: tasks->count + 1 offsets, freed by the caller. A task
 * with fewer than `shots` support rows has none. Older thaws stored predictions of all tasks at
 * any number of shots; the surplus is dropped here. NULL if the predictions do not match these
 * tasks. */
uint32_t *stored_predictions_starts(struct stored_predictions *predictions,
                                    const struct stored_tasks *tasks, uint32_t shots);

struct log_line {
    int64_t id, time, execution;
    char run[96];
    char *text;
};
/* The newest `most` lines with id > `after`, oldest first; a new array. NULL on failure. */
struct log_line *store_log(struct store *store, int64_t after, size_t most, size_t *count,
                           struct error *error);
void log_lines_free(struct log_line *lines, size_t count); /* accepts NULL */

/* Writing, within a transaction. */
bool store_execution_add(struct store *store, struct execution *execution,
                         struct error *error); /* sets number */
/* Updates what a resume may change: threads, unjailed, confinement. */
bool store_execution_update(struct store *store, const struct execution *execution,
                            struct error *error);
bool store_run_add(struct store *store, struct run *run, struct error *error); /* sets id, name */
bool store_run_update(struct store *store, const struct run *run,
                      struct error *error); /* all but key, arm, seed */
bool store_point_add(struct store *store, int64_t run, const char *series, uint64_t step,
                     double value, struct error *error); /* replaces a point at the same step */
/* Rewinds a run to its checkpoint of that step, or to its beginning if step is -1. Deletes later
 * points and checkpoints, and all predictions. */
bool store_run_rewind(struct store *store, int64_t run, int64_t step, struct error *error);
/* Call it when a new process becomes the writer: every run that is still queued, running or paused
 * becomes interrupted, with `text`. */
bool store_runs_interrupt(struct store *store, const char *text, struct error *error);
/* SHA-256 over `weights` (itself a digest), then all points of the run by series and step, then all
 * predictions (and deviations, if any) by part, scenario, shots and draw, as they are stored. It
 * does not depend on the number of threads or resumes. */
bool store_run_digest(struct store *store, int64_t run, const char *weights, char digest[65],
                      struct error *error);
/* Whom a task is about: ids of a user or an item, the other "", and the key or "". */
struct task_owner {
    const char *user, *item, *key;
};
bool store_task_add(struct store *store, int64_t execution, enum task_part part,
                    const char *scenario, uint32_t draw, uint32_t number, struct task_owner owner,
                    const uint32_t *support, size_t support_count, const uint32_t *query,
                    size_t query_count, const float *truth, struct error *error);
bool store_tasks_forget(struct store *store, int64_t execution, enum task_part part,
                        const char *scenario, uint32_t draw, struct error *error);
/* If the execution has levels and a range, numbers are rounded to the grid between its smallest and
 * largest rating (data/value_scale.h) and stored in 12 bits. Otherwise they are 4-byte reals. */
bool store_predictions_add(struct store *store, int64_t run, enum task_part part,
                           const char *scenario, uint32_t shots, uint32_t draw, const float *values,
                           const float *deviations /* or NULL */, size_t count,
                           struct error *error);
bool store_log_add(struct store *store, int64_t execution, const char *run, const char *text,
                   struct error *error);

/* Checkpoints: the newest three of a run are kept. Reading checks length, SHA-256 and format. A
 * damaged checkpoint is skipped for the one before it, and `damaged` is set. */
bool store_checkpoint_add(struct store *store, int64_t run, uint64_t step, const void *data,
                          size_t size, struct error *error);
bool store_checkpoint_latest(struct store *store, int64_t run, uint64_t *step, struct bytes *data,
                             bool *found, bool *damaged, struct error *error);

/* For a run that is done: this checkpoint, which holds what prediction needs, replaces all others.
 * With size 0, none is left. */
bool store_checkpoint_finish(struct store *store, int64_t run, uint64_t step, const void *data,
                             size_t size, struct error *error);

bool store_execution_remove(struct store *store, int64_t number, struct error *error);

#endif
