/* SPDX-License-Identifier: MIT
 *
 * What a client asks and the keeper answers: one request, then one reply, over the frames of
 * wire/frame.h. Every request and every reply has all fields; those that do not apply are zero.
 * Strings are owned by the struct, NULL where there is none.
 */
#ifndef KEEPER_REQUEST_H
#define KEEPER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/import.h"
#include "keeper/client.h"
#include "wire/frame.h"

enum request_type {
    REQUEST_NONE,
    REQUEST_HELLO, /* `name` is the version: a keeper of another one says so */
    REQUEST_IMPORT,
    REQUEST_REMOVE_DATA,
    REQUEST_START,
    REQUEST_CHECK,
    REQUEST_PAUSE,
    REQUEST_CONTINUE,
    REQUEST_STOP,
    REQUEST_RESUME,
    REQUEST_REMOVE_EXECUTION,
    REQUEST_RECOMMEND, /* `name` is a run that is done */
    REQUEST_TYPES,
    REPLY = REQUEST_TYPES,
    REQUEST_KINDS
};

struct request {
    enum request_type type;
    char *name; /* of runs, or of a data set */
    uint32_t threads;
    uint64_t memory; /* bytes; 0: the usual share */
    bool replace, keep_going, seeded, gradients;
    bool unjailed; /* of all that start a worker: even where it cannot be confined */
    uint64_t seed;
    char *script_path, *script, *data, *settings; /* the path as a person gave it */
    char *modules;
    size_t modules_size;
    char *path, *ratings, *users, *items; /* absolute; `path` is also a script's */
    char *ratings_columns, *users_columns, *items_columns;
    char *user, *given; /* for whom, and "ITEM=VALUE" lines */
    uint32_t top, calls;
};

struct reply {
    bool good;
    struct error error; /* where it is not */
    int64_t execution;
    char note[512];
    struct dataset_summary summary;
    struct import_report report;
    char *check_text;
    bool check_good;
    uint32_t check_line;
    void *recommended; /* a RECOMMENDED, checked */
    size_t recommended_size;
};

extern const struct frame_kind requests[REQUEST_KINDS], replies[REQUEST_KINDS];

void request_write(struct frame_output *output, const struct request *request);
bool request_read(struct request *request, const struct frame *frame, struct error *error);
void request_release(struct request *request);

void reply_write(struct frame_output *output, const struct reply *reply);
bool reply_read(struct reply *reply, const struct frame *frame, struct error *error);
void reply_release(struct reply *reply);

#endif
