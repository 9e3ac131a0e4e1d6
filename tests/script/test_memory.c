/* SPDX-License-Identifier: MIT
 *
 * Memory does not grow: a learner holds as much after ten thousand steps as after a few hundred.
 * The test counts Lua's memory after a call, tapes and arenas, and all other allocations to the
 * byte.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "script_host.h"
#include "toy.h"
#include "trial.h"

/* Early is in the second phase of those that have a short first one. */
#ifdef THAW_SANITIZED
enum { USERS = 60, EARLY = 600, STEPS = 1200 };
#else
enum { USERS = 60, EARLY = 600, STEPS = 10000 };
#endif
/* Blocks that malloc rounds differently, tables that a rare step makes larger: less than half a
 * byte a step. */
enum { SLACK = 4096 };

static const char settings[] = "batch=2\nshard=2\nquery=2\nsupport=3\nembed=2\nepochs=10000\n"
                               "arms.joint.learner.epochs=1000\narms.transfer.learner.epochs=1000";

struct held {
    size_t lua, other;
    uint64_t peak;
};

static struct held held_by(struct trial *trial)
{
    struct heap *heap = sandbox_heap(trial->host->lanes[0].sandbox);
    return (struct held){
        .lua = heap_extent(heap), /* at the end of a call */
        .peak = script_host_peak(trial->host),
        .other = mallinfo2().uordblks,
    };
}

static void expect_flat(const char *arm, const char *what, uint64_t early, uint64_t late)
{
    if (late > early + SLACK)
        fail_msg("%s: %s grew from %zu bytes after %d steps to %zu after %d", arm, what,
                 (size_t)early, EARLY, (size_t)late, STEPS);
}

/* Also what predictions take. */
static struct held after(struct trial *trial, struct recommender *recommender, uint32_t first,
                         uint32_t last)
{
    trial_train(trial, recommender, first, last, 1, 0);
    for (uint32_t shots = 0; shots < 3; shots++)
        trial_predict(trial, recommender, SCENARIO_USER_COLD, shots, 0);
    return held_by(trial);
}

static void ten_thousand_steps_leave_nothing_behind(void **state)
{
    char *script = trial_read("tests/worker/every_learner.lua");
    struct trial *trial = trial_new_set(script, settings, toy_dataset(USERS), 1);
    uint32_t learners = 0;
    (void)state;
    for (size_t i = 0; i < trial->experiment->arm_count; i++) {
        const struct arm *arm = &trial->experiment->arms[i];
        if (arm->is_baseline)
            continue;
        struct recommender *recommender = trial_recommender(trial, arm->name, 1);
        struct held early = after(trial, recommender, 0, EARLY);
        struct held late = after(trial, recommender, EARLY, STEPS);
        expect_flat(arm->name, "Lua", early.lua, late.lua);
        expect_flat(arm->name, "what is allocated", early.other, late.other);
        /* A later step may have more different items than every one before. */
        expect_flat(arm->name, "a step", early.peak + early.peak / 4, late.peak);
        recommender->operations->free(recommender);
        learners++;
    }
    assert_true(learners >= 17);
    trial_free(trial);
    free(script);
}

int main(int count, char **arguments)
{
    /* Each thread of the C library keeps some freed memory for itself, which looks like memory in
     * use, and more of it the longer it runs. This is only read at the start of a process. */
    (void)count;
    if (!getenv("GLIBC_TUNABLES")) {
        setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
        execv("/proc/self/exe", arguments);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_steps_leave_nothing_behind),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
