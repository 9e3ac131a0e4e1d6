/* SPDX-License-Identifier: MIT
 *
 * A client's connection to its keeper: it finds or starts one, sends a request and waits for the
 * reply. What can be asked stands in client_requests.c.
 */
#ifndef KEEPER_CONNECTION_H
#define KEEPER_CONNECTION_H

#include "base/patience.h"
#include "keeper/client.h"
#include "place.h"
#include "request.h"

struct keeper {
    const struct patience *patience; /* borrowed; NULL: none */
    struct workbench_place place;
    int peer;
    bool unjailed;
    bool no_keeper; /* who listens did not answer in time, or not as a keeper does */
    bool given_up;  /* the patience ended */
    struct frame_input input;
    struct frame_output output;
    struct reply_refused refused; /* why the last request was */
};

/* How a reply is waited for. */
struct expected {
    enum request_type reply;
    const char *awaited; /* for messages: "the keeper, which imports" */
    double glance;       /* seconds after which it is looked whether the keeper works; 0: as long as
                            a worker that loads a script may need */
    bool is_long;        /* it may compute for longer: that it listens is enough */
};

/* Sends the request that was written to keeper->output and waits for the reply. False with `error`
 * if it was refused, too: keeper->refused says more then. */
bool connection_ask(struct keeper *keeper, const struct expected *expected, struct frame *reply,
                    struct error *error);

#endif
