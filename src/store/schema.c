/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "schema.h"

/* Data sets: the summary of each, and the columns of its tables in their order. `part` is the end
 * of the table's name, `name` the column in the table, `source_name` its name in the imported file,
 * `role` what it means to thaw. */
static const char DATASETS[] =
    "CREATE TABLE thaw_datasets ("
    " name TEXT PRIMARY KEY,"
    " source TEXT NOT NULL,"
    " format TEXT NOT NULL,"
    " imported_at INTEGER NOT NULL,"
    " users INTEGER NOT NULL,"
    " items INTEGER NOT NULL,"
    " ratings INTEGER NOT NULL,"
    " user_rows INTEGER NOT NULL,"
    " item_rows INTEGER NOT NULL,"
    " duplicates INTEGER NOT NULL,"
    " rejected INTEGER NOT NULL,"
    " first_time INTEGER,"
    " last_time INTEGER,"
    " mean REAL NOT NULL,"
    " smallest REAL NOT NULL,"
    " largest REAL NOT NULL"
    ") STRICT;"
    "CREATE TABLE thaw_columns ("
    " dataset TEXT NOT NULL REFERENCES thaw_datasets (name) ON DELETE CASCADE,"
    " part TEXT NOT NULL CHECK (part IN ('ratings', 'users', 'items')),"
    " position INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " source_name TEXT NOT NULL,"
    " type TEXT NOT NULL CHECK (type IN ('TEXT', 'INTEGER', 'REAL')),"
    " role TEXT NOT NULL,"
    " PRIMARY KEY (dataset, part, position)"
    ") STRICT;";

/* Executions, their runs and the results. A script is kept once, however often it was run. Times
 * are seconds since 1970. NULL is a time that has not come, or an unknown eta or loss. */
static const char RUNS[] =
    "CREATE TABLE thaw_scripts ("
    " digest TEXT PRIMARY KEY," /* SHA-256 of source and modules */
    " source TEXT NOT NULL,"
    " modules BLOB NOT NULL" /* name NUL source NUL ... */
    ") STRICT;"
    "CREATE TABLE thaw_executions ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " experiment TEXT NOT NULL,"
    " script_path TEXT NOT NULL,"
    " script TEXT NOT NULL REFERENCES thaw_scripts (digest),"
    " data TEXT NOT NULL,"
    " data_digest TEXT NOT NULL,"
    " baseline TEXT NOT NULL,"
    " settings TEXT NOT NULL,"
    " seed INTEGER NOT NULL,"
    " threads INTEGER NOT NULL,"
    " binary TEXT NOT NULL,"
    " created_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE thaw_runs ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " execution INTEGER NOT NULL REFERENCES thaw_executions (number) ON DELETE CASCADE,"
    " name TEXT NOT NULL UNIQUE,"
    " arm TEXT NOT NULL,"
    " seed INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " learns INTEGER NOT NULL CHECK (learns IN (0, 1)),"
    " step INTEGER NOT NULL,"
    " steps INTEGER NOT NULL,"
    " share REAL NOT NULL CHECK (share BETWEEN 0 AND 1),"
    " rate REAL NOT NULL,"
    " eta REAL,"
    " loss REAL,"
    " seconds REAL NOT NULL,"
    " phase TEXT NOT NULL,"
    " started_at INTEGER,"
    " ended_at INTEGER,"
    " heartbeat INTEGER,"
    " text TEXT NOT NULL,"
    " digest TEXT NOT NULL,"
    " parameters INTEGER NOT NULL,"
    " peak_bytes INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX thaw_runs_of_execution ON thaw_runs (execution);"
    "CREATE TABLE thaw_points ("
    " run INTEGER NOT NULL REFERENCES thaw_runs (id) ON DELETE CASCADE,"
    " series TEXT NOT NULL,"
    " step INTEGER NOT NULL,"
    " value REAL NOT NULL CHECK (abs(value) < 9e999),"
    " PRIMARY KEY (run, series, step)"
    ") STRICT, WITHOUT ROWID;"
    /* Blobs are little-endian: support and query are 4-byte whole numbers, each the rowid of a
     * rating less 1; truth and predictions are 4-byte reals. */
    "CREATE TABLE thaw_tasks ("
    " execution INTEGER NOT NULL REFERENCES thaw_executions (number) ON DELETE CASCADE,"
    " scenario TEXT NOT NULL,"
    " draw INTEGER NOT NULL,"
    " number INTEGER NOT NULL,"
    " user TEXT NOT NULL,"
    " support BLOB NOT NULL,"
    " query BLOB NOT NULL,"
    " truth BLOB NOT NULL,"
    " PRIMARY KEY (execution, scenario, draw, number)"
    ") STRICT;"
    "CREATE TABLE thaw_predictions ("
    " run INTEGER NOT NULL REFERENCES thaw_runs (id) ON DELETE CASCADE,"
    " scenario TEXT NOT NULL,"
    " shots INTEGER NOT NULL," /* -1 is all */
    " draw INTEGER NOT NULL,"
    " predictions BLOB NOT NULL," /* of the query rows of all tasks, in order */
    " PRIMARY KEY (run, scenario, shots, draw)"
    ") STRICT;"
    "CREATE TABLE thaw_checkpoints ("
    " run INTEGER NOT NULL REFERENCES thaw_runs (id) ON DELETE CASCADE,"
    " step INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " format INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " digest TEXT NOT NULL,"
    " data BLOB NOT NULL,"
    " PRIMARY KEY (run, step)"
    ") STRICT;"
    "CREATE TABLE thaw_log ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " time INTEGER NOT NULL,"
    " execution INTEGER REFERENCES thaw_executions (number) ON DELETE CASCADE,"
    " run TEXT NOT NULL,"
    " text TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX thaw_log_of_execution ON thaw_log (execution);";

/* Standard deviations of the ratings around the predictions, 4-byte reals in the same order; NULL
 * if the arm does not give them. */
static const char DEVIATIONS[] = "ALTER TABLE thaw_predictions ADD COLUMN deviations BLOB;";

/* Adds validation tasks, predictions in two bytes, the scale of the ratings, and how the execution
 * is judged. Older rows are of test tasks, in 4-byte reals. */
static const char PARTS[] =
    "ALTER TABLE thaw_tasks RENAME TO thaw_tasks_before;"
    "CREATE TABLE thaw_tasks ("
    " execution INTEGER NOT NULL REFERENCES thaw_executions (number) ON DELETE CASCADE,"
    " part TEXT NOT NULL CHECK (part IN ('test', 'validation')),"
    " scenario TEXT NOT NULL,"
    " draw INTEGER NOT NULL,"
    " number INTEGER NOT NULL,"
    " user TEXT NOT NULL,"
    " support BLOB NOT NULL,"
    " query BLOB NOT NULL,"
    " truth BLOB NOT NULL,"
    " PRIMARY KEY (execution, part, scenario, draw, number)"
    ") STRICT;"
    "INSERT INTO thaw_tasks SELECT execution, 'test', scenario, draw, number, user, support, query,"
    " truth FROM thaw_tasks_before;"
    "DROP TABLE thaw_tasks_before;"
    "ALTER TABLE thaw_predictions RENAME TO thaw_predictions_before;"
    "CREATE TABLE thaw_predictions ("
    " run INTEGER NOT NULL REFERENCES thaw_runs (id) ON DELETE CASCADE,"
    " part TEXT NOT NULL CHECK (part IN ('test', 'validation')),"
    " scenario TEXT NOT NULL,"
    " shots INTEGER NOT NULL," /* -1 is all */
    " draw INTEGER NOT NULL,"
    /* Bytes of each number. 4: a real. 2: a little-endian whole number n; a prediction is smallest
     * + n * (largest - smallest) / 65535 of the execution, a deviation n * (largest - smallest) /
     * 65535. */
    " bytes INTEGER NOT NULL CHECK (bytes IN (2, 4)),"
    " predictions BLOB NOT NULL," /* of query rows of tasks with `shots` support rows */
    " deviations BLOB,"           /* NULL if the arm does not give them */
    " PRIMARY KEY (run, part, scenario, shots, draw)"
    ") STRICT;"
    "INSERT INTO thaw_predictions SELECT run, 'test', scenario, shots, draw, 4, predictions,"
    " deviations FROM thaw_predictions_before;"
    "DROP TABLE thaw_predictions_before;"
    "ALTER TABLE thaw_executions ADD COLUMN levels TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE thaw_executions ADD COLUMN smallest REAL NOT NULL DEFAULT 0;"
    "ALTER TABLE thaw_executions ADD COLUMN largest REAL NOT NULL DEFAULT 0;"
    "ALTER TABLE thaw_executions ADD COLUMN answer TEXT NOT NULL DEFAULT 'level';"
    "ALTER TABLE thaw_executions ADD COLUMN matters REAL NOT NULL DEFAULT 0;";

/* The trials of a search for settings. `rung` counts trainings of growing length from 0. `share` is
 * the part of the epochs trained. `settings` are those for --set; trial 0 is the arm as the script
 * has it. `score` is the mean log score on validation tasks. It is NULL if the trial failed, and
 * `text` then says why. */
static const char TRIALS[] =
    "CREATE TABLE thaw_trials ("
    " execution INTEGER NOT NULL REFERENCES thaw_executions (number) ON DELETE CASCADE,"
    " arm TEXT NOT NULL,"
    " trial INTEGER NOT NULL,"
    " rung INTEGER NOT NULL,"
    " share REAL NOT NULL,"
    " settings TEXT NOT NULL,"
    " score REAL,"
    " seconds REAL NOT NULL,"
    " text TEXT NOT NULL,"
    " PRIMARY KEY (execution, arm, rung, trial)"
    ") STRICT, WITHOUT ROWID;";

/* Packs predictions; older rows stay as they are.
 *   real: 4-byte reals.
 *   grid16: 2-byte whole numbers n. A prediction is smallest + n * (largest - smallest) / 65535 of
 *   the execution, a deviation n * (largest - smallest) / 65535.
 *   grid12: the same with 4095, in a zlib stream: first the upper 8 bits of all numbers, then the
 *   lower 4, two numbers per byte, the first in the lower half. */
static const char PACKING[] =
    "ALTER TABLE thaw_predictions RENAME TO thaw_predictions_before;"
    "CREATE TABLE thaw_predictions ("
    " run INTEGER NOT NULL REFERENCES thaw_runs (id) ON DELETE CASCADE,"
    " part TEXT NOT NULL CHECK (part IN ('test', 'validation')),"
    " scenario TEXT NOT NULL,"
    " shots INTEGER NOT NULL,"
    " draw INTEGER NOT NULL,"
    " encoding TEXT NOT NULL CHECK (encoding IN ('real', 'grid16', 'grid12')),"
    " predictions BLOB NOT NULL,"
    " deviations BLOB,"
    " PRIMARY KEY (run, part, scenario, shots, draw)"
    ") STRICT;"
    "INSERT INTO thaw_predictions SELECT run, part, scenario, shots, draw,"
    " iif(bytes = 4, 'real', 'grid16'), predictions, deviations FROM thaw_predictions_before;"
    "DROP TABLE thaw_predictions_before;";

/* Whether the user lets the execution run even if its worker cannot be confined, and the
 * confinement that its last worker lacked: "" if nothing was missing, or if no worker was started
 * yet. */
static const char CONFINEMENT[] =
    "ALTER TABLE thaw_executions ADD COLUMN unjailed INTEGER NOT NULL DEFAULT 0"
    " CHECK (unjailed IN (0, 1));"
    "ALTER TABLE thaw_executions ADD COLUMN confinement TEXT NOT NULL DEFAULT '';";

/* What an import decided on its own, one per line. */
static const char NOTES[] = "ALTER TABLE thaw_datasets ADD COLUMN notes TEXT NOT NULL DEFAULT '';";

/* `repeats`: what the rows of a repeated pair count as, a word of REPEATS. `decisions`: one a line,
 * its file, subject, choice, reason, option and "told" between tabs. `rejected_rows`: the rows that
 * were left out, each with file, line and reason, one a line; at most the first 10,000. */
static const char ORIGIN[] =
    "ALTER TABLE thaw_datasets ADD COLUMN repeats TEXT NOT NULL DEFAULT 'last';"
    "ALTER TABLE thaw_datasets ADD COLUMN decisions TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE thaw_datasets ADD COLUMN rejected_rows TEXT NOT NULL DEFAULT '';";

/* A task is a user, or if `user` is '' an item. `key`: which of the user's tasks it is; '' if tasks
 * have no keys. */
static const char OWNERS[] = "ALTER TABLE thaw_tasks ADD COLUMN item TEXT NOT NULL DEFAULT '';"
                             "ALTER TABLE thaw_tasks ADD COLUMN key TEXT NOT NULL DEFAULT '';";

const char *const schema_steps[] = {
    DATASETS, RUNS, DEVIATIONS, PARTS, TRIALS, PACKING, CONFINEMENT, NOTES, ORIGIN, OWNERS,
};
const size_t schema_step_count = sizeof schema_steps / sizeof *schema_steps;
