/* SPDX-License-Identifier: MIT
 *
 * Asking the keeper: the one process that writes a workbench. It is started where none runs, found
 * by a Unix socket beside the database, and leaves when nobody needs it. Results are read from the
 * database; a request only says what was started, or why not.
 */
#ifndef KEEPER_CLIENT_H
#define KEEPER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/patience.h"
#include "data/dataset_sink.h"
#include "import/import.h"

struct keeper; /* a connection; one thread */

/* Connects, after starting a keeper where none listens. Creates the database and its folder where
 * missing. */
struct keeper *keeper_connect(const char *database, struct error *error);
/* The same, and every wait for this keeper, now and later, ends with ERROR_CANCELLED as soon as
 * the patience does. What was asked for then is given up by the keeper, too: a check, an import, an
 * experiment that has not begun. `patience` is borrowed; NULL has no end but the limits of time. */
struct keeper *keeper_connect_patiently(const char *database, const struct patience *patience,
                                        struct error *error);
void keeper_disconnect(struct keeper *keeper); /* accepts NULL; never stops what runs */

/* Whether a keeper holds the database: runs that are "running" without one were interrupted. Waits
 * for nobody. */
bool keeper_is_alive(const char *database);

/* Opens the workbench for reading. Where it is one of an older thaw, a keeper brings it up to date
 * first, after putting a copy beside it. */
struct store;
struct store *keeper_open_reader(const char *database, struct error *error);
struct store *keeper_open_reader_patiently(const char *database, const struct patience *patience,
                                           struct error *error);

/* `replace` takes the place of a data set of that name. */
bool keeper_import(struct keeper *keeper, const struct import_options *options, bool replace,
                   struct dataset_summary *summary, struct import_report *report,
                   struct error *error);
bool keeper_remove_data(struct keeper *keeper, const char *name, struct error *error);

struct start_options {
    const char *script_path; /* for messages and the folder of its own modules */
    const char *script;      /* source, not NUL-terminated */
    size_t script_size;
    const char *data;     /* in place of the script's data set; or NULL */
    const char *settings; /* "name=value" lines; or NULL */
    bool seeded;
    uint64_t seed;    /* of the first run, in place of the script's; further runs count up */
    uint32_t threads; /* 0: one a core */
    bool gradients;   /* keeper_check compares gradients with finite differences instead */
};
/* Checks the script against the data set, stores the execution with its runs and starts it, or
 * queues it behind the one that runs. A Lua error is ERROR_SCRIPT with file, line, source line and
 * what was expected. */
bool keeper_start(struct keeper *keeper, const struct start_options *options, int64_t *execution,
                  struct error *error);

/* What a script declares, found by loading it and computing one step of each arm; nothing is
 * stored. */
struct check_report {
    char *text; /* several lines for a person: data, arms, tasks, parameters; or the error */
    bool good;
    uint32_t line; /* of the error, 0 where unknown */
};
bool keeper_check(struct keeper *keeper, const struct start_options *options,
                  struct check_report *report, struct error *error);
void check_report_release(struct check_report *report);

struct recommend_options {
    const char *run;     /* "3/ridge/1": exactly one, and done */
    const char *ratings; /* "ITEM=VALUE" lines; the last of an item counts */
    const char *user;    /* of the data set, whose attributes count; NULL: nothing is known */
    uint32_t top;        /* so many items, 1 to MESSAGE_TOP */
    uint32_t calls;      /* how often it is computed, 1 to MESSAGE_CALLS, to measure the time */
};
struct recommendation {
    uint32_t items, rated; /* of the data set; of them rated, which are not recommended */
    uint32_t count;
    const char *ids;      /* best first, each with its NUL, one after another */
    const float *values;  /* predicted */
    double first_seconds; /* of the first call, which computes what is the same for everybody */
    double seconds;       /* median of all calls */
    uint32_t calls;
    void *bytes; /* that the above lies in */
};
/* Starts a worker with what the run has learned and asks it. Nothing is stored. */
bool keeper_recommend(struct keeper *keeper, const struct recommend_options *options,
                      struct recommendation *recommendation, struct error *error);
void recommendation_release(struct recommendation *recommendation); /* accepts NULL */

/* `name` as in store_runs_named; what applies to a run applies to its whole execution, which is set
 * in `execution`. */
bool keeper_pause(struct keeper *keeper, const char *name, int64_t *execution, struct error *error);
bool keeper_continue(struct keeper *keeper, const char *name, int64_t *execution,
                     struct error *error);
bool keeper_stop(struct keeper *keeper, const char *name, int64_t *execution,
                 struct error *error); /* checkpoints first */
/* Starts what is stopped, paused or interrupted again from its checkpoint, with `threads` (0: as
 * before). `note` says what differs from the machine that began it, or "". */
bool keeper_resume(struct keeper *keeper, const char *name, uint32_t threads, int64_t *execution,
                   char note[512], struct error *error);
bool keeper_remove_execution(struct keeper *keeper, int64_t execution, struct error *error);

/* The keeper's own life; what `thaw keeper` runs. Returns the exit status. */
int keeper_serve(const char *database);

#endif
