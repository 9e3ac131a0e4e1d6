/* SPDX-License-Identifier: MIT
 *
 * A client's connection to its keeper. It finds or starts a keeper, sends a request and waits for
 * the reply. client_requests.c has the requests.
 */
#ifndef KEEPER_CONNECTION_H
#define KEEPER_CONNECTION_H

#include "base/patience.h"
#include "keeper/client.h"
#include "place.h"
#include "request.h"

/* Who is told how far an import is; `tell` may be NULL. */
struct import_watch {
    void (*tell)(void *context, const struct import_progress *progress);
    void *context;
};

struct keeper {
    const struct patience *patience; /* borrowed; NULL: none */
    struct workbench_place place;
    int peer;
    bool unjailed;
    bool no_keeper; /* the listener did not answer in time, or is not a keeper */
    bool given_up;  /* the patience ended */
    struct import_watch watch;
    struct frame_input input;
    struct frame_output output;
    struct reply_refused refused; /* why the last request was refused */
};

/* How to wait for a reply. */
struct expected {
    enum request_type reply;
    const char *awaited; /* for messages: "the keeper, which imports" */
    double glance;       /* seconds until a check of the keeper; 0: the time to load a script */
    bool is_long;        /* it may compute for longer, as long as it listens */
};

/* Sends the request in keeper->output and waits for the reply. False with `error` on failure, also
 * if the request was refused; keeper->refused then says more. */
bool connection_ask(struct keeper *keeper, const struct expected *expected, struct frame *reply,
                    struct error *error);

#endif
