/* SPDX-License-Identifier: MIT
 *
 * A keeper inside the test's process: the real server, jobs and store. The test passes requests to
 * it, and the frames of a simulated worker. It stores data in the same way as the real keeper.
 */
#ifndef TESTS_KEEPER_INNER_KEEPER_H
#define TESTS_KEEPER_INNER_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "../../src/keeper/server.h"

/* What every execution is given, for the log says it: what is free changes from one life to the
 * next. */
enum { INNER_KEEPER_MEMORY = 1000000000 };

struct inner_keeper {
    char database[128];
    struct server server;
    struct client client;
    struct client *clients[1];
    struct frame_output request; /* being sent */
    struct frame_output worker;  /* the frame being sent */
};

/* Opens the database as a keeper does that is born; `keeper` is all of its own. */
bool inner_keeper_open(struct inner_keeper *keeper, const char *database, struct error *error);
void inner_keeper_close(struct inner_keeper *keeper); /* accepts one that is closed */

/* Hands over the request that was written to keeper->request; false with the reply's error. */
bool inner_keeper_ask(struct inner_keeper *keeper, struct error *error);
/* The reply that came since the last question, where one did. */
bool inner_keeper_answered(struct inner_keeper *keeper, bool *good, struct error *error);

/* A job for a script, as START makes it but for its worker. The client waits for it. */
struct worker_job *inner_keeper_start(struct inner_keeper *keeper, const char *script,
                                      const char *data);
/* Hands over the frame that was written to keeper->worker. */
bool inner_keeper_take(struct inner_keeper *keeper, struct worker_job *job, struct error *error);
/* Lets the server do all it can. */
void inner_keeper_advance(struct inner_keeper *keeper);
/* The server's job; NULL if it has none. */
struct worker_job *inner_keeper_job(const struct inner_keeper *keeper);

#endif
