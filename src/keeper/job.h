/* SPDX-License-Identifier: MIT
 *
 * A job is one worker with one script, from LOAD to its end. It checks each frame and turns it into
 * states, rows of runs and a journal. The server decides when to start or queue a job and what to
 * tell clients.
 *
 * The journal holds what the worker has sent and the database does not have yet. It is written in
 * one transaction every 150 milliseconds, sooner for checkpoints and results. If writing fails
 * (disk full, database locked), the journal stays, the worker pauses, and writing is tried again.
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
    JOB_STARTING, /* its worker starts; CONFINED comes next */
    JOB_LOADING,  /* LOAD is sent */
    JOB_PLANNED,  /* PLAN has come; job_send_data is next */
    JOB_BINDING,  /* DATA is sent; job_ask is next if there is a question */
    JOB_BOUND,    /* BOUND has come; job_start_runs is next */
    JOB_ASKED,    /* QUESTION is sent */
    JOB_ANSWERED, /* ANSWER or DECLINED has come, and the worker stays; job_wait is next */
    JOB_WAITING,  /* for a further question: job_ask_again */
    JOB_RUNNING,  /* START is sent */
    JOB_PAUSED,   /* by the user */
    JOB_STOPPING, /* STOP is sent */
    JOB_OVER      /* the worker is gone: `end` says how */
};

enum job_end {
    END_LOST,     /* the worker died, hung or was killed: runs are interrupted */
    END_FINISHED, /* all runs are done or failed */
    END_STOPPED,
    END_ANSWERED, /* `answer` */
    END_REFUSED,  /* the worker is not confined as required; nothing was run */
    END_FAILED    /* the script failed, or the worker sent something invalid */
};

struct job_run {
    struct run row;
    bool dirty;            /* differs from the database */
    uint32_t predictions;  /* PREDICTIONS received since START */
    uint32_t metrics;      /* METRICs received since START */
    uint32_t points;       /* POINTs received */
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
    bool urgent;        /* to be written at once, and synced to the disk */
    double since;       /* when the first entry came */
    double retry_at;    /* the time of the next try; 0: none */
    bool failing;
};

/* The tasks of a part, scenario and draw, which predictions must match. */
struct job_tasks {
    enum task_part part;
    char scenario[16];
    uint32_t draw, count;
    uint32_t *support, *query; /* rows of each task; owned */
};

/* The question of a JOB_ASK. */
struct job_question {
    enum question_type type;
    union question_body question; /* points into `bytes` */
    void *bytes;                  /* as the client wrote it; owned */
    size_t size;
    struct run run; /* of `execution`, if the question is about a run */
};

/* What a worker that stays between questions about runs of one execution has been given. */
struct job_stay {
    struct {
        char arm[MESSAGE_NAME + 1];
        uint64_t seed;
    } runs[MESSAGE_KEPT_RUNS]; /* it has their checkpoints */
    uint32_t run_count;
    bool tried;         /* it has the results of the search */
    bool declined;      /* the question: `error` and `line` of the job say why */
    bool outdated;      /* a data set or execution was changed; no further questions */
    int64_t others;     /* store_version_of_others when the data set was read */
    double waits_since; /* for a question */
    double computed;    /* seconds that the worker had computed before the question */
};

#define JOB_PRINTED_MORE "prints    (more, which is not shown)\n"

struct worker_job {
    enum job_kind kind;
    enum job_state state;
    enum job_end end;
    struct error error;          /* why, for END_LOST and END_FAILED */
    uint32_t line;               /* of the script, for END_FAILED; or 0 */
    char printed[REPLY_PRINTED]; /* by the script of a JOB_ASK, as lines to show */
    bool printed_all;            /* `printed` is full */
    void *answer;                /* for END_ANSWERED: its bytes, checked */
    size_t answer_size;

    struct worker_process worker;
    bool is_mute; /* the worker has closed its standard error */
    struct frame_input input;
    struct frame_output output;
    double silence;    /* seconds without a frame, counted while the keeper runs */
    double deadline;   /* when it must have exited; 0: none */
    bool said_its_end; /* FINISHED, STOPPED, ANSWER or FAILED came: `end` is set and it may exit */
    bool held;         /* paused until the database is writable again */

    char *message_path; /* the script's name in messages */
    struct execution execution;
    bool known;      /* `execution` was in the database before this job */
    bool stored;     /* `execution` and `runs` are in the database and this job may change them */
    bool seeded;     /* seeds count up from execution.seed and replace the script's */
    uint64_t memory; /* bytes for its worker outside of Lua; 0: no limit */
    uint64_t asked_memory; /* what the user asked for; 0: nothing */
    struct job_arm arms[MESSAGE_ARMS];
    uint32_t arm_count;
    struct job_question question;
    bool stays; /* a JOB_ASK whose worker stays for further questions */
    struct job_stay stay;
    struct job_run *runs;
    uint32_t run_count;
    struct job_limits limits;
    struct own_metric metrics[OWN_METRICS_MOST];
    uint32_t metric_count;
    uint32_t trials; /* TRIALs received */
    bool rebound;    /* BOUND came again, after a search */
    struct job_tasks *tasks;
    size_t task_count;
    uint32_t log_lines;
    struct journal journal;
    char note[512]; /* how this machine differs from the one that began it; or "" */
};

struct worker_job *job_new(enum job_kind kind);
void job_free(struct worker_job *job); /* ends its worker; accepts NULL */

/* Copies the bytes and reads them. False with `error` (USAGE) if they are not a question of that
 * type. */
bool job_question_read(struct job_question *question, enum question_type type, const void *bytes,
                       size_t size, struct error *error);
void job_question_release(struct job_question *question); /* {0} is an empty one */
/* Starts the worker for job->execution's script. */
bool job_begin(struct worker_job *job, struct error *error);
/* Sends the script, after CONFINED. */
void job_load(struct worker_job *job);
/* Sends the data set; job->execution.data_digest must be set. With `keep`, `data` stays loaded. */
void job_send_data(struct worker_job *job, struct packed_data *data, bool keep);
/* Sends the runs with their newest checkpoints, and START. */
bool job_start_runs(struct worker_job *job, struct store *store, struct error *error);

/* Sends the question, and the last checkpoint of the run that it is about if the worker does not
 * have it. */
bool job_ask(struct worker_job *job, struct store *store, struct error *error);
/* Forgets the answer, once it is told. */
void job_wait(struct worker_job *job);
/* Whether the worker of a job that stays could answer a question about the run. */
bool job_can_take(const struct worker_job *job, const struct run *run);

/* Sends queued frames. */
void job_flush_output(struct worker_job *job);

void job_pause(struct worker_job *job);
void job_continue(struct worker_job *job);
void job_hold(struct worker_job *job, bool hold); /* for the keeper; users do not see it */
void job_stop(struct worker_job *job); /* STOPPED follows, or the worker is killed in the end */
/* How a failure ends the job: runs that ran have failed, runs that were to be resumed stay as
 * before. */
enum job_end job_end_of_failure(const struct worker_job *job);
/* Waits for a worker whose pipe has ended or must end, and notes how it ended. */
void job_end_worker(struct worker_job *job);
/* Kills the worker at once. */
void job_fail(struct worker_job *job, enum job_end end, const struct error *error);

/* Call it once a second: writes heartbeats and checks whether the worker is silent for too long. */
void job_tick(struct worker_job *job, double seconds);

/* Marks a run to be written with the journal. */
void job_run_changed(struct worker_job *job, struct job_run *run);
void job_log(struct worker_job *job, const char *text);

/* -- journal.c --------------------------------------------------------------------------------- */

enum { JOURNAL_REMARK = MESSAGE_TYPES }; /* besides messages: a line for the log, with its NUL */

void journal_add(struct journal *journal, uint32_t type, const void *data, size_t size);
void journal_mark(struct journal *journal, bool urgent);
void journal_release(struct journal *journal);
/* While it is full, no frames are read. */
bool journal_is_full(const struct journal *journal);
/* Whether it should be written now. Lowers `wait` to the seconds until then. */
bool journal_is_due(const struct journal *journal, double *wait);
/* Writes everything, or nothing; then sets a time to try again. */
bool job_write_journal(struct worker_job *job, struct store *store, struct error *error);

#endif
