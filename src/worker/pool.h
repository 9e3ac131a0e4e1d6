/* SPDX-License-Identifier: MIT
 *
 * The worker's threads. Jobs wait in one queue, first in, first out. A job runs on one thread and
 * is passed its lane, the number of that thread, so that each lane's Lua state and scratch memory
 * has one user at a time. A job may post further jobs, and itself again.
 *
 * A job may have a home: the lane whose caches hold its data. Another lane takes it only if there
 * is no other job.
 */
#ifndef WORKER_POOL_H
#define WORKER_POOL_H

#include <stdint.h>

struct pool;

/* Stored in its owner's memory, which must live until `run` was called. A job may be posted again
 * by its own `run` or later, but not while it is queued. */
struct pool_job {
    void (*run)(void *context, uint32_t lane);
    void *context;
    uint32_t home;         /* a lane plus 1; 0: any */
    struct pool_job *next; /* link of a posted list; used by the pool while the job is queued */
};

/* The home of job `number` of `count` that belong together; spreads them over all lanes. */
uint32_t pool_home(const struct pool *pool, uint32_t number, uint32_t count);

/* Starts `threads` (at least 1) threads. They block all signals and have stacks large enough for
 * nested Lua calls. */
struct pool *pool_new(uint32_t threads);
/* Waits until there is no job left, then ends the threads. Accepts NULL. */
void pool_free(struct pool *pool);

uint32_t pool_threads(const struct pool *pool);
/* Any thread. */
void pool_post(struct pool *pool, struct pool_job *job);
/* Posts a list of jobs linked by `next` (NULL in the last) at once. So a lane sees its own jobs
 * before it takes one with another home. */
void pool_post_list(struct pool *pool, struct pool_job *first);
/* Waits until no job is queued or running. Not from within a job. */
void pool_wait(struct pool *pool);

#endif
