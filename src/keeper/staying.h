/* SPDX-License-Identifier: MIT
 *
 * Workers that stay after an answer. A question about a run needs its script, its data set and its
 * checkpoint, which take a third of a second to load and to map on a million ratings. So the worker
 * waits a minute for further questions about runs of the same execution, and answers them in
 * milliseconds. Questions are answered one after another; those of other clients queue. A worker is
 * not asked any more once a data set or an execution was changed, by thaw or by another program.
 */
#ifndef KEEPER_STAYING_H
#define KEEPER_STAYING_H

#include "server.h"

/* A job whose worker can answer this question about a run without loading the data set again; NULL
 * if there is none. `unjailed`: even if its worker is not confined in every way. */
struct worker_job *staying_find(struct server *server, const struct run *run, bool unjailed);
/* Lets the job's worker answer the question of the next client in its queue, if it waits for
 * one. */
void staying_ask_next(struct server *server, struct worker_job *job);
/* Tells the answer of a JOB_ANSWERED and lets its worker go on. */
void staying_settle(struct server *server, struct worker_job *job);
/* No further question goes to any worker that stays. */
void staying_retire(struct server *server);
/* Ends workers that nobody has asked for long. */
void staying_tick(struct server *server);

#endif
