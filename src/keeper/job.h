/* SPDX-License-Identifier: MIT
 *
 * A job: one worker with one script, from LOAD to its end. It turns frames, each checked, into
 * states, rows of runs and a journal; when to start, to queue and what to tell clients is the
 * server's business.
 *
 * The journal holds what has come and is not yet in the database. It is written in one transaction
 * every 150 milliseconds, sooner for checkpoints and results; if writing fails (disk full,
 * database locked) it stays, the worker pauses, and it is tried again.
 */
#ifndef KEEPER_JOB_H
#define KEEPER_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "job_limits.h"
#include "packed_data.h"
#include "request.h"
#include "store/run_store.h"
#include "wire/report.h"
#include "worker_process.h"

enum job_kind { JOB_START, JOB_RESUME, JOB_ASK };

enum job_state {
    JOB_STARTING, /* its worker begins; CONFINED is awaited */
    JOB_LOADING,  /* LOAD is sent */
    JOB_PLANNED,  /* PLAN has come; job_send_data is next */
    JOB_BINDING,  /* DATA is sent; job_ask is next if there is a question */
    JOB_BOUND,    /* BOUND has come; job_start_runs is next */
    JOB_ASKED,    /* QUESTION is sent */
    JOB_RUNNING,  /* START is sent */
    JOB_PAUSED,   /* by a person */
    JOB_STOPPING, /* STOP is sent */
    JOB_OVER      /* the worker is gone: `end` says how */
};

enum job_end {
    END_LOST,     /* the worker died, hung or was ended: runs are interrupted */
    END_FINISHED, /* all runs are done or failed */
    END_STOPPED,
    END_ANSWERED, /* `answer` */
    END_REFUSED,  /* the worker is not confined as it must be; nothing was run */
    END_FAILED    /* the script failed, or the worker sent what it must not */
};

struct job_run {
    struct run row;
    bool dirty;            /* differs from the database */
    uint32_t predictions;  /* PREDICTIONS since START */
    uint32_t points;       /* POINTs */
    double seconds_before; /* computing time before this start */
};

struct job_arm {
    char name[MESSAGE_NAME + 1];
    bool learns;
};

struct journal {
    struct journal_entry {
        uint32_t type;
        size_t offset, size;
    } * entries;
    size_t count;
    struct bytes bytes; /* payloads, each aligned to 8 */
    bool pending;       /* entries, or a dirty run */
    bool urgent;        /* to be written at once, and to disk */
    double since;       /* when it began to fill */
    double retry_at;    /* not before; 0 */
    bool failing;
};

/* The tasks of a part, scenario and draw: what predictions must have. */
struct job_tasks {
    enum task_part part;
    char scenario[16];
    uint32_t draw, count;
    uint32_t *support, *query; /* rows of each task; owned */
};

/* What a JOB_ASK asks. */
struct job_question {
    enum question_type type;
    union question_body question; /* in `bytes` */
    void *bytes;                  /* as the client wrote it; owned */
    size_t size;
    struct run run; /* of `execution`, if it is about a run */
};

#define JOB_PRINTED_MORE "prints    (more, which is not shown)\n"

struct worker_job {
    enum job_kind kind;
    enum job_state state;
    enum job_end end;
    struct error error;          /* why, for END_LOST and END_FAILED */
    uint32_t line;               /* of the script, for END_FAILED; or 0 */
    char printed[REPLY_PRINTED]; /* by the script of a JOB_ASK: lines as they are shown */
    bool printed_all;            /* there is no room for more */
    void *answer;                /* for END_ANSWERED: its bytes, checked */
    size_t answer_size;

    struct worker_process worker;
    bool is_mute; /* the worker has closed its standard error */
    struct frame_input input;
    struct frame_output output;
    double silence;    /* seconds since its last frame, as far as the keeper looked */
    double deadline;   /* when it must be gone; 0 */
    bool said_its_end; /* FINISHED, STOPPED, ANSWER or FAILED: `end` is known, it may exit */
    bool held;         /* waits for the database to be writable again */

    char *message_path; /* how messages call the script */
    struct execution execution;
    bool known;      /* `execution` was in the database before this job */
    bool stored;     /* `execution` and `runs` are in the database, and this job's to change */
    bool seeded;     /* seeds count up from execution.seed instead of the script's */
    uint64_t memory; /* bytes that its worker may take outside of Lua; 0: all */
    uint64_t asked_memory; /* by a person; 0: nobody did */
    struct job_arm arms[MESSAGE_ARMS];
    uint32_t arm_count;
    struct job_question question;
    struct job_run *runs;
    uint32_t run_count;
    struct job_limits limits;
    uint32_t trials; /* TRIALs */
    bool rebound;    /* BOUND has come again, after a search */
    struct job_tasks *tasks;
    size_t task_count;
    uint32_t log_lines;
    struct journal journal;
    char note[512]; /* what differs from the machine that began it; or "" */
};

struct worker_job *job_new(enum job_kind kind);
void job_free(struct worker_job *job); /* ends its worker; accepts NULL */

/* Sets what it asks. False with `error` (USAGE) if the bytes are no question of that type. */
bool job_set_question(struct worker_job *job, enum question_type type, const void *bytes,
                      size_t size, struct error *error);
/* Starts the worker for job->execution's script. */
bool job_begin(struct worker_job *job, struct error *error);
/* Sends it the script, once it has said how it is confined. */
void job_load(struct worker_job *job);
/* Sends the data set; job->execution.data_digest must be set. `keep` leaves it where it is. */
void job_send_data(struct worker_job *job, struct packed_data *data, bool keep);
/* Sends the runs with their newest checkpoints, and START. */
bool job_start_runs(struct worker_job *job, struct store *store, struct error *error);

/* Sends the question, with the last checkpoint of the run that it is about. */
bool job_ask(struct worker_job *job, struct store *store, struct error *error);

/* Sends what waits. */
void job_flush_output(struct worker_job *job);

void job_pause(struct worker_job *job);
void job_continue(struct worker_job *job);
void job_hold(struct worker_job *job, bool hold); /* the same without a person, and not shown */
void job_stop(struct worker_job *job); /* answered by STOPPED, or the worker is killed in the end */
/* What a failure means: runs that ran have failed, runs that were to be resumed are as before. */
enum job_end job_end_of_failure(const struct worker_job *job);
/* Waits for a worker whose pipe has ended, or must, and notes how it ended. */
void job_end_worker(struct worker_job *job);
/* Ends the worker at once. */
void job_fail(struct worker_job *job, enum job_end end, const struct error *error);

/* Once a second: heartbeats, and whether the worker is silent for too long. */
void job_tick(struct worker_job *job, double seconds);

/* Marks a run for the next write. */
void job_run_changed(struct worker_job *job, struct job_run *run);
void job_log(struct worker_job *job, const char *text);

/* -- journal.c --------------------------------------------------------------------------------- */

enum { JOURNAL_REMARK = MESSAGE_TYPES }; /* besides messages: a line for the log, with its NUL */

void journal_add(struct journal *journal, uint32_t type, const void *data, size_t size);
void journal_mark(struct journal *journal, bool urgent);
void journal_release(struct journal *journal);
/* Nothing more is taken in until it is written. */
bool journal_is_full(const struct journal *journal);
/* Whether it should be written now; and the seconds until then, at most `most`. */
bool journal_is_due(const struct journal *journal, double *wait);
/* Writes all of it, or nothing and sets a time to try again. */
bool job_write_journal(struct worker_job *job, struct store *store, struct error *error);

#endif
