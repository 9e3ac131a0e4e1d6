/* SPDX-License-Identifier: MIT
 *
 * Every learner of the library with learning rates at which training diverges. The run ends with a
 * sentence that names the place. It can resume from its last checkpoint, and the other runs
 * continue.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "every_learner.h"

enum { USERS = 60, THREADS = 2 };
static const char absurd[] = "lr=10\noptimiser=sgd\nclip=0\nwarm_up=0\nschedule=constant";

static struct recorder recorder, again;

static int tear_down(void **state)
{
    (void)state;
    recorder_release(&recorder);
    recorder_release(&again);
    return 0;
}

static void run_to_the_end(struct every_learner *all, struct recorder *taken)
{
    struct frame frame;
    while (!taken->finished && worker_hear(&all->worker, 60, &frame))
        recorder_take(taken, &frame);
    assert_true(taken->finished);
    assert_int_equal(worker_end(&all->worker), 0);
}

static void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text);
}

/* Step, operation or matrix, and what to do about it. */
static void expect_sentence(const struct recorded_run *run, const char *arm)
{
    char begin[128];
    assert_int_equal(run->kind, ERROR_NUMERIC);
    snprintf(begin, sizeof begin, "arm \"%s\", seed 1, broke down at step ", arm);
    if (strncmp(run->text, begin, strlen(begin)) != 0)
        fail_msg("%s", run->text);
    expect_part(run->text, "usually helps");
    if (!strstr(run->text, "more than a million times") &&
        !strstr(run->text, " is not positive definite") &&
        !(strstr(run->text, "the result of ") && strstr(run->text, " in task ")))
        fail_msg("%s", run->text);
}

/* How many of the learners broke down; all else finished. */
static uint32_t broken(const struct every_learner *all)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < all->runs; i++) {
        const struct recorded_run *run = &recorder.runs[i];
        assert_true(run->done != run->failed);
        assert_true(run->done || all->plan.learns[i]);
        if (run->failed)
            expect_sentence(run, all->plan.arms[i]);
        count += run->failed;
    }
    return count;
}

static void at_an_absurd_rate_each_arm_ends_with_a_sentence(void **state)
{
    (void)state;
    char *script = every_learner_script();
    struct every_learner all;
    every_learner_start(&all, script, absurd, USERS, THREADS);
    run_to_the_end(&all, &recorder);
    assert_true(broken(&all) >= 10);
    free(script);
}

static void an_inner_rate_that_is_too_large_is_named(void **state)
{
    (void)state;
    char *script = every_learner_script();
    struct every_learner all;
    every_learner_start(&all, script, "inner_lr=10\nsteps=20", USERS, THREADS);
    run_to_the_end(&all, &recorder);
    assert_true(broken(&all) >= 5);
    free(script);
}

/* From the checkpoint on the same step fails in the same way; it is not of the state that failed.
 */
static void the_last_checkpoint_is_a_good_one(void **state)
{
    (void)state;
    char *script = every_learner_script();
    struct every_learner all;
    uint32_t kept = 0;
    every_learner_start(&all, script, absurd, USERS, THREADS);
    run_to_the_end(&all, &recorder);
    every_learner_go_on(&all, script, absurd, USERS, 1, &recorder);
    run_to_the_end(&all, &again);
    for (uint32_t i = 0; i < all.runs; i++) {
        const struct recorded_run *run = &recorder.runs[i];
        const char *place = strstr(run->text, "broke down at step ");
        if (!run->failed)
            continue;
        assert_true(again.runs[i].failed);
        assert_string_equal(again.runs[i].text, run->text);
        if (run->checkpoint.size == 0)
            continue;
        kept++;
        unsigned long failed_at = strtoul(place + strlen("broke down at step "), NULL, 10);
        assert_true(run->step + 1 < failed_at);
    }
    assert_true(kept > 0);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(at_an_absurd_rate_each_arm_ends_with_a_sentence, tear_down),
        cmocka_unit_test_teardown(the_last_checkpoint_is_a_good_one, tear_down),
        cmocka_unit_test_teardown(an_inner_rate_that_is_too_large_is_named, tear_down),
    };
    return cmocka_run_group_tests_name("breakdown", tests, NULL, NULL);
}
