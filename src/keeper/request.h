/* SPDX-License-Identifier: MIT
 *
 * What a client asks and the keeper answers: one request, then one reply, over the frames of
 * wire/frame.h, a struct each. request_start_write adds a frame; request_start_read takes apart one
 * of its type. What is read lies in the frame and lives as long. Texts are NULL if there is none,
 * and hold any bytes but NUL, for so do paths and names that a person types.
 */
#ifndef KEEPER_REQUEST_H
#define KEEPER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keeper/client.h"
#include "wire/codec.h"
#include "wire/frame.h"
#include "wire/question.h"

/* name, name in C, most bytes */
#define REQUESTS(X)                                                                                \
    X(HELLO, hello, 1 << 10)                                                                       \
    X(IMPORT, import, 1 << 20)                                                                     \
    X(REMOVE_DATA, remove_data, 1 << 20)                                                           \
    X(START, start, 32 << 20)                                                                      \
    X(CONTROL, control, 1 << 20)                                                                   \
    X(RESUME, resume, 1 << 20)                                                                     \
    X(ASK, ask, 32 << 20)

#define REPLIES(X)                                                                                 \
    X(REFUSED, refused, 4 << 10)                                                                   \
    X(DONE, done, 4 << 10)                                                                         \
    X(IMPORTED, imported, 16 << 10)                                                                \
    X(ANSWERED, answered, 128 << 20)

enum request_type {
    REQUEST_NONE,
#define X(name, lower, most) REQUEST_##name,
    REQUESTS(X)
#undef X
#define X(name, lower, most) REPLY_##name,
        REPLIES(X)
#undef X
            REQUEST_TYPES
};

/* For frame_input_init, REQUEST_TYPES of them: what a keeper accepts, what a client accepts. */
extern const struct frame_kind requests[REQUEST_TYPES], replies[REQUEST_TYPES];

enum { REPLY_NOTE = 512, REPLY_PRINTED = 2000 }; /* bytes of texts with their NUL */

/* -- requests ---------------------------------------------------------------------------------- */

struct request_hello {
    const char *version; /* of the client: a keeper of another one says so */
};

struct request_import {
    struct import_options options; /* paths are absolute */
    bool replace;                  /* a data set of that name */
};

struct request_remove_data {
    const char *name;
};

/* A script, and how a worker computes it. */
struct script_request {
    const char *message_path; /* how messages call it */
    const char *path;         /* absolute */
    const char *text;         /* its source */
    const char *modules;      /* as in message_load */
    size_t modules_size;
    const char *data;     /* in place of the script's data set; or NULL */
    const char *settings; /* "name=value" lines; or NULL */
    uint32_t threads;     /* 0: one a core */
    uint64_t memory;      /* bytes; 0: the usual share */
    bool unjailed;        /* even if its worker cannot be confined */
};

struct request_start {
    struct script_request script;
    bool seeded; /* the first run has the seed; further ones count up */
    uint64_t seed;
};

struct request_control {
    enum execution_control control;
    const char *name; /* of runs, which means their execution */
};

struct request_resume {
    const char *name;
    uint32_t threads; /* 0: as before */
    uint64_t memory;
    bool unjailed;
};

/* A question about a script or a run, as question_kinds[type] says. */
struct request_ask {
    enum question_type type;
    struct script_request script;
    const char *run; /* exactly one, which is done */
    bool unjailed;   /* of a question about a run */
    const void *bytes;
    size_t size; /* of question_write */
};

/* -- replies ----------------------------------------------------------------------------------- */

struct reply_refused {
    struct error error;          /* can be shown, line by line */
    bool asked;                  /* a worker was asked, and failed */
    uint32_t line;               /* of the script, if known */
    char note[REPLY_NOTE];       /* what that worker ran without; or "" */
    char printed[REPLY_PRINTED]; /* by its script, line by line; or "" */
};

struct reply_done {
    int64_t execution;
    char note[REPLY_NOTE]; /* what a person should know; or "" */
};

struct reply_imported {
    struct dataset_summary summary;
    char rejected[IMPORT_REJECTED]; /* as the report of the import says */
};

struct reply_answered {
    char note[REPLY_NOTE];       /* what the worker ran without; or "" */
    char printed[REPLY_PRINTED]; /* by its script, line by line; or "" */
    const void *bytes;           /* of answer_write, checked */
    size_t size;
};

#define X(name, lower, most) CODEC_DECLARED(request_##lower)
REQUESTS(X)
#undef X
#define X(name, lower, most) CODEC_DECLARED(reply_##lower)
REPLIES(X)
#undef X

#endif
