/* SPDX-License-Identifier: MIT
 *
 * The requests of a client and the replies of the keeper, one struct each. One request and then one
 * reply, but for IMPORTING, go over the frames of wire/frame.h. request_start_write adds a frame;
 * request_start_read reads a frame of its type. Pointers in a read struct point into the frame and
 * live as long as it does. A text may be NULL and may contain any byte but NUL, because paths and
 * typed names may.
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
    X(RENAME_DATA, rename_data, 1 << 20)                                                           \
    X(DERIVE_DATA, derive_data, 1 << 20)                                                           \
    X(START, start, 96 << 20)                                                                      \
    X(CONTROL, control, 1 << 20)                                                                   \
    X(RESUME, resume, 1 << 20)                                                                     \
    X(ASK, ask, 96 << 20)

#define REPLIES(X)                                                                                 \
    X(REFUSED, refused, 4 << 10)                                                                   \
    X(DONE, done, 4 << 10)                                                                         \
    X(IMPORTING, importing, 1 << 10)                                                               \
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

/* For frame_input_init, REQUEST_TYPES of them: what a keeper and a client accept. */
extern const struct frame_kind requests[REQUEST_TYPES], replies[REQUEST_TYPES];

enum { REPLY_NOTE = 512, REPLY_PRINTED = 2000 }; /* sizes of texts with their NUL */

/* -- requests ---------------------------------------------------------------------------------- */

struct request_hello {
    const char *version; /* of the client; a keeper of another version refuses it */
};

struct request_import {
    struct import_options options; /* paths are absolute */
    bool replace;                  /* a data set of that name */
};

struct request_remove_data {
    const char *name;
};

struct request_rename_data {
    const char *old, *name;
};

struct request_derive_data {
    struct derivation derivation;
};

/* A script, and how a worker runs it. */
struct script_request {
    const char *message_path; /* its name in messages */
    const char *path;         /* absolute */
    const char *text;         /* its source */
    const char *modules;      /* as in message_load */
    size_t modules_size;
    const char *data;     /* replaces the script's data set; or NULL */
    const char *settings; /* "name=value" lines; or NULL */
    uint32_t threads;     /* 0: one per core */
    uint64_t memory;      /* bytes; 0: the usual share */
    bool unjailed;        /* run it even if the worker cannot be confined */
};

struct request_start {
    struct script_request script;
    bool seeded; /* the first run has `seed`, and further ones count up */
    uint64_t seed;
};

struct request_control {
    enum execution_control control;
    const char *name; /* of a run; means its whole execution */
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
    const char *run; /* the name of one run, which is done */
    bool unjailed;   /* for a question about a run */
    const void *bytes;
    size_t size; /* of question_write */
};

/* -- replies ----------------------------------------------------------------------------------- */

struct reply_refused {
    struct error error;          /* safe to show, line by line */
    bool asked;                  /* a worker was asked and failed */
    uint32_t line;               /* of the script, if known */
    char note[REPLY_NOTE];       /* what that worker ran without; or "" */
    char printed[REPLY_PRINTED]; /* by its script, line by line; or "" */
};

struct reply_done {
    int64_t execution;
    char note[REPLY_NOTE]; /* what the user should know; or "" */
};

/* Comes several times before IMPORTED. */
struct reply_importing {
    struct import_progress progress;
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
