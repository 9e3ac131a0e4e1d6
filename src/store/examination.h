/* SPDX-License-Identifier: MIT
 *
 * What doctor.c knows of a file while it looks at it: first everything is read and what is good is
 * noted, then, where it is to be saved, the same rows are read again and those that belong to what
 * is good are copied.
 */
#ifndef STORE_EXAMINATION_H
#define STORE_EXAMINATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "dataset_tables.h"
#include "table_layout.h"
#include "store/doctor.h"
#include "walk.h"

/* Tables with rowids in the order in which they refer to each other; name, what one row is. */
#define SUBJECTS(X)                                                                                \
    X(SCRIPTS, "thaw_scripts", "scripts")                                                          \
    X(EXECUTIONS, "thaw_executions", "executions")                                                 \
    X(RUNS, "thaw_runs", "runs")                                                                   \
    X(DATASETS, "thaw_datasets", "data sets")                                                      \
    X(COLUMNS, "thaw_columns", "columns of data sets")                                             \
    X(TASKS, "thaw_tasks", "tasks")                                                                \
    X(PREDICTIONS, "thaw_predictions", "predictions")                                              \
    X(CHECKPOINTS, "thaw_checkpoints", "checkpoints")                                              \
    X(LOG, "thaw_log", "lines of the log")                                                         \
    X(POINTS, "thaw_points", "points of curves")                                                   \
    X(TRIALS, "thaw_trials", "trials")

enum subject {
#define X(name, table, rows) SUBJECT_##name,
    SUBJECTS(X)
#undef X
        SUBJECT_COUNT
};

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
    bool validation, good; /* good: no number of its draw is there twice */
    uint32_t draw, number, support, query;
};

struct known_dataset {
    char name[64], source[512], format[64], notes[1024];
    int64_t imported_at, rejected;
    int64_t said[DATASET_TABLES], rows[DATASET_TABLES]; /* by the register; that are good */
    struct stored_columns columns[DATASET_TABLES];
    bool torn;        /* columns are missing in the register */
    bool good, whole; /* can be read at all; no row of ratings is missing */
};

struct examination {
    struct store *store, *model; /* the file; a database in memory as it should be */
    int64_t version;
    const struct doctor_listener *listener;
    struct doctor_report *report;
    size_t said;                                /* findings of the table that is being read */
    struct table_layout layouts[SUBJECT_COUNT]; /* count 0: this version has no such table, */
    bool missing[SUBJECT_COUNT];                /* or the file has not what it should have */
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

/* What is wrong with a row. */
struct complaint {
    char place[160], what[320], lost[160];
};

const char *subject_table(enum subject subject);

/* Tells the listener; after a dozen of one table the rest is counted, and told by examine_enough.
 */
void examination_say(struct examination *examination, const char *place, const char *lost,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
void examination_enough(struct examination *examination, const char *place);
/* The last clause of an error: the rest repeats what is known. */
const char *examination_why(const struct error *error);
void examination_begin(const struct examination *examination, const char *what);

const struct known_execution *known_execution(const struct examination *examination,
                                              int64_t number);
const struct known_run *known_run(const struct examination *examination, int64_t id);
struct known_dataset *known_dataset(struct examination *examination, const char *name);
/* The tasks of a draw, `count` of them, which are good; NULL where there are none. */
const struct known_task *known_tasks(const struct examination *examination,
                                     const struct known_task *like, size_t *count);
void tasks_sort(struct examination *examination); /* and marks those that are good */

/* Whether a row is what it should be and belongs to what is good. */
bool row_check(struct examination *examination, enum subject subject, const struct record *record,
               struct complaint *complaint);
/* Notes a good row. */
void row_learn(struct examination *examination, enum subject subject, const struct record *record);

/* Calls `row` with each record of a table that can be read; says which cannot where `says`. */
struct visit {
    struct examination *examination;
    enum subject subject;
    bool (*row)(void *context, const struct record *record, struct error *error);
    void *context;
    bool says;
};
bool visit_rows(const struct visit *visit, struct error *error);

/* Everything but the pages. False where it was ended. */
bool examination_rows(struct examination *examination, struct error *error);

/* The tables of the data sets in the register. False where it was ended. */
bool examination_data(struct examination *examination, struct error *error);
/* As it should be by the register; columns have the names of the file. */
void dataset_layout(const struct known_dataset *dataset, enum dataset_table part,
                    struct table_layout *layout);

/* Copies what is good into a new file. */
bool rescue_write(struct examination *examination, const char *target, struct error *error);

#endif
