/* SPDX-License-Identifier: MIT
 *
 * The client of the keeper, the one process that writes a workbench. The keeper is started if none
 * runs, is found by a Unix socket beside the database, and exits when nobody needs it. Results are
 * read from the database. A request only tells what was started, or why not.
 */
#ifndef KEEPER_CLIENT_H
#define KEEPER_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/patience.h"
#include "data/dataset_sink.h"
#include "data/derivation.h"
#include "import/import.h"
#include "wire/question.h"

struct keeper; /* a connection; one thread */

/* Connects, after starting a keeper if none listens. Creates the database and its folder if they
 * are missing. Every wait for this keeper, now and later, fails with ERROR_CANCELLED as soon as the
 * patience ends. The keeper then also gives up the request: a check, an import, an experiment that
 * has not begun. `patience` is borrowed; with NULL only the time limits end a wait. */
struct keeper *keeper_connect_patiently(const char *database, const struct patience *patience,
                                        struct error *error);
void keeper_disconnect(struct keeper *keeper); /* accepts NULL; never stops what runs */

/* From now on, requests of this connection run their scripts even if the system does not let the
 * worker be confined (wire/confinement.h). An execution keeps this for every resume. Without it,
 * such a request is refused with an error. */
void keeper_allow_unjailed(struct keeper *keeper);

/* Whether a keeper holds the database. If none does, runs that are "running" were interrupted.
 * Never waits. */
bool keeper_is_alive(const char *database);

/* Opens the workbench for reading. A workbench of an older thaw is upgraded first by a keeper,
 * which puts a copy beside it. */
struct store;
struct store *keeper_open_reader_patiently(const char *database, const struct patience *patience,
                                           struct error *error);

/* From now on, `tell` is told some times a second how far an import of this connection is, on the
 * thread that waits for it. */
void keeper_watch_import(struct keeper *keeper,
                         void (*tell)(void *context, const struct import_progress *progress),
                         void *context);
/* `replace` allows it to replace a data set of that name. `rejected` receives what the import says
 * of rejected rows; it may be NULL. */
bool keeper_import(struct keeper *keeper, const struct import_options *options, bool replace,
                   struct dataset_summary *summary, char rejected[IMPORT_REJECTED],
                   struct error *error);
bool keeper_remove_data(struct keeper *keeper, const char *name, struct error *error);
/* As store_dataset_rename and store_dataset_derive, in one transaction. If the wait ends, nothing
 * is changed. Fails if a set to be renamed is in use. */
bool keeper_rename_data(struct keeper *keeper, const char *old, const char *name,
                        struct error *error);
bool keeper_derive_data(struct keeper *keeper, const struct derivation *derivation,
                        struct dataset_summary *summary, struct error *error);

struct start_options {
    const char *script_path; /* for messages and for the folder of its own modules */
    const char *script;      /* source, not NUL-terminated */
    size_t script_size;
    const char *data;     /* replaces the script's data set; or NULL */
    const char *settings; /* "name=value" lines; or NULL */
    bool seeded;
    uint64_t seed;    /* of the first run, instead of the script's; further runs count up */
    uint32_t threads; /* 0: one per core */
    uint64_t memory;  /* bytes for the worker outside of Lua; 0: a share of the free memory */
    bool gradients;   /* keeper_check compares gradients with finite differences */
    bool sampled;     /* keeper_check takes some of the ratings alone, and shows mapped rows */
};
/* Checks the script against the data set, stores the execution with its runs, and starts it or
 * queues it behind the running one. A Lua error is ERROR_SCRIPT with file, line, source line and
 * what was expected. */
bool keeper_start(struct keeper *keeper, const struct start_options *options, int64_t *execution,
                  struct error *error);

/* What a script declares, as found by QUESTION_CHECK or QUESTION_GRADIENTS. */
struct check_report {
    char *text; /* several lines for the user: data, arms, tasks, parameters; or the error */
    bool good;
    uint32_t line; /* of the error, 0 if unknown */
};
bool keeper_check(struct keeper *keeper, const struct start_options *options,
                  struct check_report *report, struct error *error);
void check_report_release(struct check_report *report);

/* A question (wire/question.h) and its subject: a script or a run. */
struct keeper_question {
    enum question_type type;
    const struct start_options *script; /* of a QUESTION_OF_SCRIPT */
    const char *run;                    /* of a QUESTION_OF_RUN: "3/ridge/1", which must be done */
    union question_body question;
};
struct keeper_answer {
    union answer_body answer; /* points into `bytes` */
    char note[512];           /* what the worker ran without; or "" */
    char printed[2000];       /* by the script, line by line; or "" */
    bool asked;               /* on failure: a worker was asked */
    uint32_t line;            /* on failure: the line of the script; 0 if unknown */
    void *bytes;
};
/* Starts a worker and asks it. Nothing is stored. */
bool keeper_ask(struct keeper *keeper, const struct keeper_question *asked,
                struct keeper_answer *answer, struct error *error);
void keeper_answer_release(struct keeper_answer *answer);

/* name, what a client waits for (in messages) */
#define EXECUTION_CONTROLS(X)                                                                      \
    X(PAUSE, "the keeper's answer")                                                                \
    X(CONTINUE, "the keeper's answer")                                                             \
    X(STOP, "the keeper, which stops it after a checkpoint")                                       \
    X(REMOVE, "the keeper, which removes it")

enum execution_control {
#define X(name, awaited) CONTROL_##name,
    EXECUTION_CONTROLS(X)
#undef X
        CONTROL_COUNT
};
/* `name` as in store_runs_named. A request for a run applies to its whole execution, which is set
 * in `execution`. */
bool keeper_control(struct keeper *keeper, enum execution_control control, const char *name,
                    int64_t *execution, struct error *error);
/* Resumes what is stopped, paused or interrupted from its checkpoint, with `threads` (0: as before)
 * and `memory` as in start_options. `note` says how this machine differs from the one that began
 * it, or is "". */
bool keeper_resume(struct keeper *keeper, const char *name, uint32_t threads, uint64_t memory,
                   int64_t *execution, char note[512], struct error *error);

/* The bytes that a worker started now may take outside of Lua, if no other worker runs and the user
 * sets no limit. */
uint64_t keeper_usual_memory(void);

/* Runs a keeper until it exits, for `thaw keeper`. Returns the exit status. */
int keeper_serve(const char *database);

#endif
