/* SPDX-License-Identifier: MIT
 *
 * The thread pool: the order of jobs, lanes with one job at a time, waiting, and signals.
 */
#include "config.h"

#include "worker/pool.h"

#include <setjmp.h>
#include <signal.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

enum { JOBS = 2000, THREADS = 3 };

struct tally {
    struct pool_job jobs[JOBS];
    struct pool *pool;
    atomic_uint ran, clashes;
    atomic_bool busy[THREADS];
    atomic_uint order[JOBS];
};

static void count(void *context, uint32_t lane)
{
    struct tally *tally = context;
    if (atomic_exchange(&tally->busy[lane], true))
        atomic_fetch_add(&tally->clashes, 1);
    atomic_fetch_add(&tally->ran, 1);
    atomic_store(&tally->busy[lane], false);
}

static void every_job_runs_once_and_a_lane_has_one_at_a_time(void **state)
{
    (void)state;
    static struct tally tally;
    struct pool *pool = pool_new(THREADS);
    for (unsigned i = 0; i < JOBS; i++) {
        tally.jobs[i] = (struct pool_job){.run = count, .context = &tally};
        pool_post(pool, &tally.jobs[i]);
    }
    pool_wait(pool);
    assert_int_equal(tally.ran, JOBS);
    assert_int_equal(tally.clashes, 0);
    pool_free(pool);
}

static struct tally ordered;

static void note(void *context, uint32_t lane)
{
    struct pool_job *job = context;
    (void)lane;
    ordered.order[atomic_fetch_add(&ordered.ran, 1)] = (unsigned)(job - ordered.jobs);
}

static void one_thread_takes_jobs_in_the_order_they_came(void **state)
{
    (void)state;
    struct pool *pool = pool_new(1);
    for (unsigned i = 0; i < JOBS; i++) {
        ordered.jobs[i] = (struct pool_job){.run = note, .context = &ordered.jobs[i]};
        pool_post(pool, &ordered.jobs[i]);
    }
    pool_wait(pool);
    for (unsigned i = 0; i < JOBS; i++)
        assert_int_equal(ordered.order[i], i);
    pool_free(pool);
}

struct chain {
    struct pool_job job;
    struct pool *pool;
    unsigned left;
};

static void post_again(void *context, uint32_t lane)
{
    struct chain *chain = context;
    (void)lane;
    if (--chain->left > 0)
        pool_post(chain->pool, &chain->job);
}

static void freeing_waits_for_jobs_that_post_themselves_again(void **state)
{
    (void)state;
    struct chain chains[5];
    struct pool *pool = pool_new(THREADS);
    for (unsigned i = 0; i < 5; i++) {
        chains[i] = (struct chain){.job = {.run = post_again}, .pool = pool, .left = 500};
        chains[i].job.context = &chains[i];
        pool_post(pool, &chains[i].job);
    }
    pool_free(pool);
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(chains[i].left, 0);
}

static void sleep_a_little(void *context, uint32_t lane)
{
    (void)context, (void)lane;
    clock_sleep(1);
}

static void waiting_costs_no_computing_time(void **state)
{
    (void)state;
    struct pool_job job = {.run = sleep_a_little};
    struct pool *pool = pool_new(THREADS);
    clock_t before = clock();
    pool_post(pool, &job);
    pool_wait(pool);
    assert_true((double)(clock() - before) / CLOCKS_PER_SEC <
                0.5); /* a thread that spins takes 1 */
    pool_free(pool);
}

struct surroundings {
    bool blocked;
    size_t stack;
};

static void look_around(void *context, uint32_t lane)
{
    struct surroundings *seen = context;
    sigset_t set;
    pthread_attr_t attributes;
    (void)lane;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    seen->blocked = sigismember(&set, SIGTERM) == 1 && sigismember(&set, SIGINT) == 1;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &seen->stack);
    pthread_attr_destroy(&attributes);
}

static void threads_block_signals_and_have_room_for_nested_lua(void **state)
{
    (void)state;
    struct surroundings seen = {0};
    struct pool_job job = {.run = look_around, .context = &seen};
    struct pool *pool = pool_new(1);
    pool_post(pool, &job);
    pool_free(pool);
    assert_true(seen.blocked);
    assert_true(seen.stack >= 2 << 20);
}

/* A thread that holds its lane until so many jobs have run elsewhere, and those jobs. */
enum { GUESTS = 5 };
struct house {
    struct pool *pool;
    struct pool_job host, guests[GUESTS];
    atomic_uint ran;
    uint32_t lane, elsewhere;
};

static void visit(void *context, uint32_t lane)
{
    struct house *house = context;
    house->elsewhere += lane != house->lane;
    atomic_fetch_add(&house->ran, 1);
}

static void stay(void *context, uint32_t lane)
{
    struct house *house = context;
    house->lane = lane;
    for (int i = 0; i < GUESTS; i++) {
        house->guests[i] = (struct pool_job){.run = visit, .context = house, .home = lane + 1};
        pool_post(house->pool, &house->guests[i]);
    }
    while (atomic_load(&house->ran) < GUESTS)
        clock_sleep(0.001);
}

static void jobs_whose_home_is_busy_run_elsewhere(void **state)
{
    (void)state;
    struct house house = {.pool = pool_new(2), .host = {.run = stay, .context = &house}};
    pool_post(house.pool, &house.host);
    pool_wait(house.pool);
    assert_int_equal(house.elsewhere, GUESTS);
    pool_free(house.pool);
}

static void post_three(void *context, uint32_t lane)
{
    struct pool *pool = context;
    const uint32_t homes[] = {lane + 2, 0, lane + 1};
    for (int i = 0; i < 3; i++) {
        ordered.jobs[i] =
            (struct pool_job){.run = note, .context = &ordered.jobs[i], .home = homes[i]};
        pool_post(pool, &ordered.jobs[i]);
    }
}

static void what_belongs_elsewhere_comes_last(void **state)
{
    (void)state;
    struct pool *pool = pool_new(1);
    struct pool_job job = {.run = post_three, .context = pool};
    ordered.ran = 0;
    pool_post(pool, &job);
    pool_wait(pool);
    assert_int_equal(ordered.ran, 3);
    assert_int_equal(ordered.order[0], 1);
    assert_int_equal(ordered.order[1], 2);
    assert_int_equal(ordered.order[2], 0);
    pool_free(pool);
}

/* Two jobs that come at once, the first of which belongs to the lane that posts them. */
struct couple {
    struct pool *pool;
    struct pool_job host, own, other;
    atomic_uint ran;
    bool other_came_first;
};

static void run_own(void *context, uint32_t lane)
{
    struct couple *couple = context;
    (void)lane;
    atomic_fetch_add(&couple->ran, 1);
}

static void run_other(void *context, uint32_t lane)
{
    struct couple *couple = context;
    (void)lane;
    couple->other_came_first = atomic_fetch_add(&couple->ran, 1) == 0;
}

static void post_both(void *context, uint32_t lane)
{
    struct couple *couple = context;
    couple->own = (struct pool_job){
        .run = run_own, .context = couple, .home = lane + 1, .next = &couple->other};
    couple->other = (struct pool_job){.run = run_other, .context = couple, .home = 2 - lane};
    pool_post_list(couple->pool, &couple->own);
    while (atomic_load(&couple->ran) == 0)
        clock_sleep(0.001);
}

static void of_a_list_each_lane_takes_its_own_first(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        struct couple couple = {.pool = pool_new(2),
                                .host = {.run = post_both, .context = &couple}};
        pool_post(couple.pool, &couple.host);
        pool_wait(couple.pool);
        assert_int_equal(couple.ran, 2);
        assert_true(couple.other_came_first);
        pool_free(couple.pool);
    }
}

static void pieces_are_spread_over_all_lanes(void **state)
{
    (void)state;
    struct pool *pool = pool_new(2);
    for (uint32_t piece = 0; piece < 4; piece++)
        assert_int_equal(pool_home(pool, piece, 4), piece / 2 + 1);
    pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_runs_once_and_a_lane_has_one_at_a_time),
        cmocka_unit_test(one_thread_takes_jobs_in_the_order_they_came),
        cmocka_unit_test(freeing_waits_for_jobs_that_post_themselves_again),
        cmocka_unit_test(waiting_costs_no_computing_time),
        cmocka_unit_test(jobs_whose_home_is_busy_run_elsewhere),
        cmocka_unit_test(what_belongs_elsewhere_comes_last),
        cmocka_unit_test(of_a_list_each_lane_takes_its_own_first),
        cmocka_unit_test(pieces_are_spread_over_all_lanes),
        cmocka_unit_test(threads_block_signals_and_have_room_for_nested_lua),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
