/* SPDX-License-Identifier: MIT
 *
 * A queue of jobs. One mutex guards the queue and the counts. Threads wait on a condition while
 * there is no job.
 */
#include "config.h"

#include "pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

/* Lua's 200 nested C calls need almost half a MiB, and a sanitizer's frames are several times
 * larger. */
enum { STACK_BYTES = 8 << 20 };
static const double PATIENCE = 5e-4;

struct pool_thread {
    struct pool *pool;
    uint32_t number;
    pthread_t thread;
};

struct pool {
    atomic_uint posts;    /* counts up */
    pthread_mutex_t lock; /* guards everything below but `lanes` */
    pthread_cond_t work, idle;
    struct pool_job *first, **last;
    uint32_t running;
    bool ending;
    uint32_t threads;
    struct pool_thread *lanes;
};

/* Between the halves of a step, a thread is idle for less time than a wake-up takes. So it polls
 * for work a little before it sleeps. Called and returns with the lock held. */
static void look_out(struct pool *pool)
{
    unsigned posts = atomic_load(&pool->posts);
    pthread_mutex_unlock(&pool->lock);
    double until = clock_monotonic() + PATIENCE;
    while (atomic_load(&pool->posts) == posts && clock_monotonic() < until)
        continue;
    pthread_mutex_lock(&pool->lock);
}

/* The next job; NULL when the pool ends. Called and returns with the lock held. */
static struct pool_job *take(struct pool *pool, uint32_t lane)
{
    if (!pool->first && !pool->ending && pool->threads > 1)
        look_out(pool);
    while (!pool->first && !pool->ending)
        pthread_cond_wait(&pool->work, &pool->lock);
    if (!pool->first)
        return NULL;
    struct pool_job **place = &pool->first;
    while (*place && (*place)->home != 0 && (*place)->home != lane + 1)
        place = &(*place)->next;
    if (!*place)
        place = &pool->first;
    struct pool_job *job = *place;
    *place = job->next;
    if (pool->last == &job->next)
        pool->last = place;
    return job;
}

uint32_t pool_home(const struct pool *pool, uint32_t number, uint32_t count)
{
    return number * pool->threads / count + 1;
}

static void *serve(void *context)
{
    struct pool_thread *lane = context;
    struct pool *pool = lane->pool;
    struct pool_job *job;
    pthread_mutex_lock(&pool->lock);
    while ((job = take(pool, lane->number))) {
        pool->running++;
        pthread_mutex_unlock(&pool->lock);
        job->run(job->context, lane->number);
        pthread_mutex_lock(&pool->lock);
        if (--pool->running == 0 && !pool->first)
            pthread_cond_broadcast(&pool->idle);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void start(struct pool *pool)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    for (uint32_t i = 0; i < pool->threads; i++) {
        pool->lanes[i] = (struct pool_thread){.pool = pool, .number = i};
        if (pthread_create(&pool->lanes[i].thread, &attributes, serve, &pool->lanes[i]) != 0)
            memory_give_up("no thread can be started: out of memory, or too many of them");
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

struct pool *pool_new(uint32_t threads)
{
    assert(threads > 0);
    struct pool *pool = memory_new(sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->idle, NULL);
    pool->last = &pool->first;
    pool->threads = threads;
    pool->lanes = memory_array(threads, sizeof *pool->lanes);
    start(pool);
    return pool;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pool_wait(pool);
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->threads; i++)
        pthread_join(pool->lanes[i].thread, NULL);
    pthread_cond_destroy(&pool->idle);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool->lanes);
    free(pool);
}

uint32_t pool_threads(const struct pool *pool)
{
    return pool->threads;
}

void pool_post(struct pool *pool, struct pool_job *job)
{
    job->next = NULL;
    pool_post_list(pool, job);
}

void pool_post_list(struct pool *pool, struct pool_job *first)
{
    pthread_mutex_lock(&pool->lock);
    *pool->last = first;
    for (; *pool->last; pool->last = &(*pool->last)->next)
        pthread_cond_signal(&pool->work);
    atomic_fetch_add(&pool->posts, 1);
    pthread_mutex_unlock(&pool->lock);
}

void pool_wait(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->first || pool->running > 0)
        pthread_cond_wait(&pool->idle, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}
