/* SPDX-License-Identifier: MIT
 *
 * The real worker trains every learner of the library for ten thousand steps and stays as large as
 * after a thousand. tests/script/test_memory.c counts bytes; this test sees the whole process, but
 * only in pages.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "every_learner.h"

/* A step is that of two tasks of 60, or two rows: so many epochs are 11,000 steps. */
enum { USERS = 60, THREADS = 2, EARLY = 1000, STEPS = 10000 };
static const char settings[] = "batch=2\nshard=2\nquery=2\nsupport=3\nembed=2\nepochs=540\n"
                               "arms.joint.learner.epochs=28\narms.transfer.learner.epochs=28";

/* All arms together take 170,000 steps meanwhile: not 8 bytes of one may stay. */
static const size_t MOST_GROWTH = (size_t)1 << 20;

static struct recorder recorder;

static size_t resident(pid_t pid)
{
    char path[64], line[256];
    size_t kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        sscanf(line, "VmRSS: %zu kB", &kilobytes);
    if (file)
        fclose(file);
    return kilobytes << 10;
}

/* The step that every learner has reached. */
static uint64_t reached(const struct every_learner *all)
{
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < all->runs; i++)
        if (all->plan.learns[i] && recorder.runs[i].progress.step < least)
            least = recorder.runs[i].progress.step;
    return least;
}

/* Takes what comes until all are there. */
static void go_on_to(struct every_learner *all, uint64_t step)
{
    struct frame frame;
    while (reached(all) < step) {
        assert_true(worker_hear(&all->worker, 60, &frame));
        recorder_take(&recorder, &frame);
        for (uint32_t i = 0; i < all->runs; i++)
            if (recorder.runs[i].failed)
                fail_msg("%s", recorder.runs[i].text);
    }
}

static void a_worker_stays_as_large_as_it_is(void **state)
{
    char *script = every_learner_script();
    struct every_learner all;
    (void)state;
    every_learner_start(&all, script, settings, USERS, THREADS);
    go_on_to(&all, EARLY);
    size_t early = resident(all.worker.pid);
    go_on_to(&all, STEPS);
    size_t late = resident(all.worker.pid);
    worker_send(&all.worker, MESSAGE_STOP);
    assert_int_equal(worker_end(&all.worker), 0);
    assert_true(early > 0);
    if (late > early + MOST_GROWTH)
        fail_msg("the worker grew from %zu KiB after %d steps of every learner to %zu after %d",
                 early >> 10, EARLY, late >> 10, STEPS);
    recorder_release(&recorder);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_stays_as_large_as_it_is),
    };
#ifdef THAW_SANITIZED
    print_message("skipped: sanitizers keep what is freed, so that the process grows\n");
    (void)tests;
    return 77;
#else
    return cmocka_run_group_tests_name("steady", tests, NULL, NULL);
#endif
}
