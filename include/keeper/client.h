/* SPDX-License-Identifier: MIT
 *
 * Asking the keeper: the one process that writes a workbench. It is started if none runs, found
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
#include "wire/question.h"

struct keeper; /* a connection; one thread */

/* Connects, after starting a keeper if none listens. Creates the database and its folder if
 * missing. Every wait for this keeper, now and later, ends with ERROR_CANCELLED as soon as the
 * patience does. What was asked for then is given up by the keeper, too: a check, an import, an
 * experiment that has not begun. `patience` is borrowed; NULL has no end but the limits of time. */
struct keeper *keeper_connect_patiently(const char *database, const struct patience *patience,
                                        struct error *error);
void keeper_disconnect(struct keeper *keeper); /* accepts NULL; never stops what runs */

/* What this connection asks for from now on runs its script even if the system does not let its
 * worker be confined (wire/confinement.h); an execution keeps that, for every resume. Without, such
 * a request is refused with a sentence. */
void keeper_allow_unjailed(struct keeper *keeper);

/* Whether a keeper holds the database: runs that are "running" without one were interrupted. Waits
 * for nobody. */
bool keeper_is_alive(const char *database);

/* Opens the workbench for reading. If it is one of an older thaw, a keeper brings it up to date
 * first, after putting a copy beside it. */
struct store;
struct store *keeper_open_reader_patiently(const char *database, const struct patience *patience,
                                           struct error *error);

/* `replace` takes the place of a data set of that name. `rejected` is what the import's report says
 * of rejected rows; NULL if nobody asks. */
bool keeper_import(struct keeper *keeper, const struct import_options *options, bool replace,
                   struct dataset_summary *summary, char rejected[IMPORT_REJECTED],
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
    uint64_t memory;  /* bytes that the worker may take beside Lua; 0: a share of what is free */
    bool gradients;   /* keeper_check compares gradients with finite differences instead */
};
/* Checks the script against the data set, stores the execution with its runs and starts it, or
 * queues it behind the one that runs. A Lua error is ERROR_SCRIPT with file, line, source line and
 * what was expected. */
bool keeper_start(struct keeper *keeper, const struct start_options *options, int64_t *execution,
                  struct error *error);

/* What a script declares, found by asking QUESTION_CHECK, or QUESTION_GRADIENTS. */
struct check_report {
    char *text; /* several lines for a person: data, arms, tasks, parameters; or the error */
    bool good;
    uint32_t line; /* of the error, 0 if unknown */
};
bool keeper_check(struct keeper *keeper, const struct start_options *options,
                  struct check_report *report, struct error *error);
void check_report_release(struct check_report *report);

/* A question (wire/question.h), and what it is about: one of both. */
struct keeper_question {
    enum question_type type;
    const struct start_options *script; /* of a QUESTION_OF_SCRIPT */
    const char *run;                    /* of a QUESTION_OF_RUN: "3/ridge/1", which is done */
    union question_body question;
};
struct keeper_answer {
    union answer_body answer; /* points into `bytes` */
    char note[512];           /* what the worker ran without; or "" */
    char printed[2000];       /* by the script, line by line; or "" */
    bool asked;               /* of a failure: a worker was asked */
    uint32_t line;            /* of a failure: in the script; 0 if unknown */
    void *bytes;
};
/* Starts a worker and asks it. Nothing is stored. */
bool keeper_ask(struct keeper *keeper, const struct keeper_question *asked,
                struct keeper_answer *answer, struct error *error);
void keeper_answer_release(struct keeper_answer *answer);

/* name, what a client waits for */
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
/* `name` as in store_runs_named; what applies to a run applies to its whole execution, which is set
 * in `execution`. */
bool keeper_control(struct keeper *keeper, enum execution_control control, const char *name,
                    int64_t *execution, struct error *error);
/* Starts what is stopped, paused or interrupted again from its checkpoint, with `threads` (0: as
 * before) and `memory` as in start_options. `note` says what differs from the machine that began
 * it, or "". */
bool keeper_resume(struct keeper *keeper, const char *name, uint32_t threads, uint64_t memory,
                   int64_t *execution, char note[512], struct error *error);

/* What a worker may take beside Lua that is started now, if no other runs and nobody says how
 * much: bytes. */
uint64_t keeper_usual_memory(void);

/* The keeper's own life; what `thaw keeper` runs. Returns the exit status. */
int keeper_serve(const char *database);

#endif
