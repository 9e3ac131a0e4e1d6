/* SPDX-License-Identifier: MIT
 *
 * What diagnosis.c knows of a file while it examines it. First all rows are read and the good ones
 * are noted. To rescue the file, the rows are then read again, and those that belong to something
 * good are copied.
 */
#ifndef STORE_EXAMINATION_H
#define STORE_EXAMINATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "dataset_tables.h"
#include "store/doctor.h"
#include "table_layout.h"
#include "walk.h"

/* Thaw's tables, in the order in which they refer to each other. For each: its name; what its
 * rows are; what is lost with a row; and SQL for what the index of its key still tells about an
 * unreadable row: the number of the run and of the execution that it belongs to, and its own
 * name. */
#define SUBJECTS(X)                                                                                \
    X(SCRIPTS, "thaw_scripts", "scripts", "the script; results of its executions are kept", NULL,  \
      NULL, NULL)                                                                                  \
    X(EXECUTIONS, "thaw_executions", "executions", "the execution with all its runs", NULL, NULL,  \
      NULL)                                                                                        \
    X(RUNS, "thaw_runs", "runs", "the run with all that it stored", "NULL", "NULL",                \
      "'run ' || name")                                                                            \
    X(DATASETS, "thaw_datasets", "data sets", "the data set", "NULL", "NULL",                      \
      "'data set ' || name")                                                                       \
    X(COLUMNS, "thaw_columns", "columns of data sets", "the data set", NULL, NULL, NULL)           \
    X(TASKS, "thaw_tasks", "tasks", "this draw, for every run", "NULL", "execution",               \
      "part || ' tasks of ' || scenario || ', draw ' || (draw + 1)")                               \
    X(PREDICTIONS, "thaw_predictions", "predictions", "what the run said there", "run", "NULL",    \
      "part || ' predictions of ' || scenario || ', ' || CASE shots WHEN -1 THEN 'all' ELSE shots" \
      " END || ' shots, draw ' || (draw + 1)")                                                     \
    X(METRICS, "thaw_metrics", "metrics", "the metric, for every run", "NULL", "execution",        \
      "'metric ' || number")                                                                       \
    X(METRIC_VALUES, "thaw_metric_values", "values of metrics", "the metric of the run there",     \
      "run", "NULL",                                                                               \
      "'metric ' || metric || ' of ' || scenario || ', ' || CASE shots WHEN -1 THEN 'all' ELSE"    \
      " shots END || ' shots, draw ' || (draw + 1)")                                               \
    X(CHECKPOINTS, "thaw_checkpoints", "checkpoints",                                              \
      "the checkpoint; resuming goes on from the one before it", "run", "NULL",                    \
      "'the checkpoint of step ' || step")                                                         \
    X(LOG, "thaw_log", "lines of the log", "these lines", NULL, NULL, NULL)                        \
    X(POINTS, "thaw_points", "points of curves", "these points of the curve", NULL, NULL, NULL)    \
    X(TRIALS, "thaw_trials", "trials", "these trials", NULL, NULL, NULL)

enum subject {
#define X(name, ...) SUBJECT_##name,
    SUBJECTS(X)
#undef X
        SUBJECT_COUNT
};

struct subject_form {
    const char *table, *rows, *lost, *run, *execution, *name;
};
extern const struct subject_form subjects[SUBJECT_COUNT];

struct known_execution {
    int64_t number, created_at;
    char data[64];
    double smallest, largest;
    bool script_lost;
};

struct known_run {
    int64_t id, execution;
    char name[96], arm[64];
    bool learns; /* has a curve */
};

/* Tasks of one execution, part, scenario and draw share `group`. */
struct known_task {
    int64_t execution;
    char scenario[16];
    bool validation, good; /* good: no number occurs twice in its draw */
    uint32_t draw, number, support, query;
};

struct known_dataset {
    struct dataset_summary summary; /* as in the register: texts, imported_at, rejected, repeats */
    char *decisions, *rejected_rows;
    int64_t said[DATASET_TABLES], rows[DATASET_TABLES]; /* rows by the register */
    struct stored_columns columns[DATASET_TABLES];
    bool torn;        /* the register lacks columns */
    bool good, whole; /* it can be read at all; no row of ratings is missing */
};

struct examination {
    struct store *store, *model; /* the file; a correct database in memory */
    int64_t version;
    const struct doctor_listener *listener;
    struct doctor_report *report;
    size_t said;                                /* findings in the table being read */
    struct table_layout layouts[SUBJECT_COUNT]; /* count 0: this version has no such table */
    bool missing[SUBJECT_COUNT];                /* the file lacks a table of its version */
    char (*scripts)[DIGEST_TEXT];
    size_t script_count;
    struct known_execution *executions;
    size_t execution_count;
    struct known_run *runs; /* ascending ids */
    size_t run_count;
    struct known_task *tasks; /* by execution, part, scenario, draw, number when all are read */
    size_t task_count;
    struct known_dataset *datasets;
    size_t dataset_count;
};

/* What is wrong with a row, where it belongs, and what is lost with it. */
struct complaint {
    char place[160], what[320];
    const char *lost;
};

/* Tells the listener. After a dozen findings in one table, the rest is only counted;
 * examination_enough tells how many there were. */
void examination_say(struct examination *examination, const char *place, const char *lost,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
void examination_enough(struct examination *examination, const char *place);
/* The last clause of an error. The clauses before it repeat what is known. */
const char *examination_why(const struct error *error);
void examination_begin(const struct examination *examination, const char *what);

const struct known_execution *known_execution(const struct examination *examination,
                                              int64_t number);
const struct known_run *known_run(const struct examination *examination, int64_t id);
struct known_dataset *known_dataset(const struct examination *examination, const char *name);
/* The `count` tasks of a draw, if they are good; NULL if there are none. */
const struct known_task *known_tasks(const struct examination *examination,
                                     const struct known_task *like, size_t *count);
/* The draw that a row of tasks or predictions belongs to. */
struct known_task known_draw(int64_t execution, const struct stored_row *record);

/* Sets the bounds of the numbers in a table's columns. */
void row_check_bound(enum subject subject, struct table_layout *layout);
/* Whether a row is valid and belongs to something good. */
bool row_check(struct examination *examination, enum subject subject,
               const struct stored_row *record, struct complaint *complaint);

/* Calls `row` with each readable record of a table; reports the unreadable ones if `says`. */
struct table_visit {
    struct examination *examination;
    enum subject subject;
    bool (*row)(void *context, const struct stored_row *record, struct error *error);
    void *context;
    bool says;
};
bool visit_rows(const struct table_visit *visit, struct error *error);

/* Fails if a file that is read without locks has changed meanwhile. */
bool examination_is_unchanged(const struct examination *examination, struct error *error);

/* Examines everything but the pages. False if it was stopped. */
bool examination_rows(struct examination *examination, struct error *error);

/* Examines the tables of the registered data sets. False if it was stopped. */
bool examination_data(struct examination *examination, struct error *error);
/* The layout that the register prescribes; columns have the names of the file. */
void dataset_layout(const struct known_dataset *dataset, enum dataset_table part,
                    struct table_layout *layout);

/* Copies what is good into a new file. */
bool rescue_write(struct examination *examination, const char *target, struct error *error);

#endif
