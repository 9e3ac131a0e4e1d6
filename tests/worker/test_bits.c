/* SPDX-License-Identifier: MIT
 *
 * Every learner of the library gives the same bits with any number of threads. The test compares
 * digests of weights, points and predictions from the real worker.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "every_learner.h"

enum { USERS = 120, RUNS_MOST = RECORDER_RUNS, MOST = 8 };

/* Compared with one thread. */
static uint32_t threads[MOST] = {2, 3, 8};

static struct recorder recorder;

static int tear_down(void **state)
{
    (void)state;
    recorder_release(&recorder);
    return 0;
}

/* The digest of each run of an execution with so many threads. */
static uint32_t digests_of(const char *script, const char *settings, uint32_t with,
                           struct every_learner *all, char digests[RUNS_MOST][DIGEST_TEXT])
{
    struct frame frame;
    recorder_release(&recorder);
    every_learner_start(all, script, settings, USERS, with);
    while (!recorder.finished && worker_hear(&all->worker, 60, &frame))
        recorder_take(&recorder, &frame);
    assert_true(recorder.finished);
    assert_int_equal(worker_end(&all->worker), 0);
    for (uint32_t i = 0; i < all->runs; i++) {
        if (!recorder.runs[i].done)
            fail_msg("%s: %s", every_learner_arm(all, i), recorder.runs[i].text);
        recorder_digest(&recorder.runs[i], digests[i]);
    }
    return all->runs;
}

static void expect_same_bits(const char *settings)
{
    char expected[RUNS_MOST][DIGEST_TEXT], digests[RUNS_MOST][DIGEST_TEXT];
    struct every_learner all;
    char *script = every_learner_script();
    uint32_t runs = digests_of(script, settings, 1, &all, expected);
    for (uint32_t i = 0; i < runs; i++) /* one that only repeats another proves nothing */
        for (uint32_t j = 0; j < i; j++)
            assert_string_not_equal(expected[i], expected[j]);
    for (size_t n = 0; n < MOST && threads[n] > 0; n++) {
        digests_of(script, settings, threads[n], &all, digests);
        for (uint32_t i = 0; i < runs; i++)
            if (strcmp(digests[i], expected[i]) != 0)
                fail_msg("%s: other bits with %u threads than with one", every_learner_arm(&all, i),
                         threads[n]);
    }
    free(script);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    expect_same_bits("epochs=4");
}

/* Products of other sizes go through other kernels. */
static void wide_embeddings_and_other_shards_do_so_too(void **state)
{
    (void)state;
    expect_same_bits("embed=40\nshard=5\nrandom_support=false");
}

/* So many numbers that several threads take the outer step. */
static void large_tables_do_so_too(void **state)
{
    (void)state;
    expect_same_bits("embed=400\nepochs=1\nlr=0.001");
}

/* Other numbers of threads may be given. */
int main(int count, char **arguments)
{
    for (int i = 1; i <= MOST && count > 1; i++)
        threads[i - 1] = i < count ? (uint32_t)atoi(arguments[i]) : 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(any_number_of_threads_gives_the_same_bits, tear_down),
        cmocka_unit_test_teardown(wide_embeddings_and_other_shards_do_so_too, tear_down),
        cmocka_unit_test_teardown(large_tables_do_so_too, tear_down),
    };
    return cmocka_run_group_tests_name("bits", tests, NULL, NULL);
}
