/* SPDX-License-Identifier: MIT
 *
 * The worker's threads. Jobs wait in one queue, first come, first served; a job runs on one thread
 * and is told its lane, the number of that thread, so that each lane's Lua state and scratch memory
 * has one user at a time. Jobs may post further jobs, also themselves again.
 *
 * A job may have a home, the lane whose caches hold what it works on: another lane takes it only
 * where there is nothing else to do.
 */
#ifndef WORKER_POOL_H
#define WORKER_POOL_H

#include <stdint.h>

struct pool;

/* Lies in its owner's memory, which stays until `run` was called. It may be posted again from
 * within its own `run`, at any later time, but not while it waits. */
struct pool_job {
    void (*run)(void *context, uint32_t lane);
    void *context;
    uint32_t home;         /* a lane plus 1; 0: any */
    struct pool_job *next; /* in a list that is posted; while the job waits, the pool's */
};

/* The home of piece `number` of `count` that belong together, spread over all lanes. */
uint32_t pool_home(const struct pool *pool, uint32_t number, uint32_t count);

/* Starts `threads` (at least 1) threads that block all signals, with stacks that fit nested Lua. */
struct pool *pool_new(uint32_t threads);
/* Waits until nothing is left to do, then ends the threads. Accepts NULL. */
void pool_free(struct pool *pool);

uint32_t pool_threads(const struct pool *pool);
/* From any thread. */
void pool_post(struct pool *pool, struct pool_job *job);
/* Posts jobs that are linked by `next`, NULL in the last, all at once: no lane takes one that has
 * its home elsewhere before it sees its own. */
void pool_post_list(struct pool *pool, struct pool_job *first);
/* Waits until no job waits or runs. Not from within a job. */
void pool_wait(struct pool *pool);

#endif
