/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "killing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/random.h"
#include "keeper/client.h"

static const double PATIENCE = 90; /* seconds */

/* Kills after a while, from a process of its own; waited for by the caller. */
static pid_t send_killer(struct workbench *bench, double delay, bool keeper, bool worker)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    clock_sleep(delay);
    pid_t keeper_process = workbench_keeper_process(bench);
    pid_t worker_process = keeper_process ? workbench_worker_process(bench) : 0;
    if (keeper && keeper_process)
        kill(keeper_process, SIGKILL);
    if (worker && worker_process)
        kill(worker_process, SIGKILL);
    _exit(0);
}

/* Whether all runs are done; false also where there is nothing yet. */
static bool is_done(struct workbench *bench, int64_t execution)
{
    struct store *store = store_open_reader(bench->database, &bench->error);
    size_t count = 0, done = 0;
    struct run *runs = store ? store_runs(store, execution, &count, &bench->error) : NULL;
    for (size_t i = 0; runs && i < count; i++) {
        assert_int_not_equal(runs[i].state, RUN_FAILED);
        done += runs[i].state == RUN_DONE;
    }
    run_array_free(runs, count);
    store_close(store);
    return count > 0 && done == count;
}

/* The newest execution where it is not the one before; 0 where none has been stored. */
static int64_t newest(struct workbench *bench, int64_t before)
{
    struct store *store = store_open_reader(bench->database, &bench->error);
    size_t count = 0;
    int64_t *numbers = store ? store_executions(store, &count, &bench->error) : NULL;
    int64_t number = count > 0 && numbers[0] > before ? numbers[0] : 0;
    free(numbers);
    store_close(store);
    return number;
}

/* Asks for the execution to start or to go on; whoever is killed meanwhile may answer with an
 * error.
 */
static void ask(struct workbench *bench, const char *script, int64_t before, uint32_t threads)
{
    struct keeper *keeper = keeper_connect(bench->database, &bench->error);
    int64_t execution = newest(bench, before);
    char note[512], name[24];
    snprintf(name, sizeof name, "%lld", (long long)execution);
    if (keeper)
        keeper_allow_unjailed(keeper);
    if (keeper && execution)
        keeper_resume(keeper, name, threads, &execution, note, &bench->error);
    else if (keeper)
        workbench_start(bench, keeper, script);
    keeper_disconnect(keeper);
}

/* Whether an execution after `before` is done; then its digests are compared. */
static bool check_done(struct workbench *bench, int64_t *before, const char *expected)
{
    int64_t execution = newest(bench, *before);
    if (!execution || !is_done(bench, execution))
        return false;
    char *digests = workbench_digests(bench, execution);
    assert_string_equal(digests, expected);
    free(digests);
    *before = execution;
    return true;
}

void killing_keeps_digests(struct workbench *bench, const char *script, int kills, double longest)
{
    struct random random = random_at((uint64_t)clock_now(), RANDOM_SCRIPT, 0, 0);
    struct keeper *keeper = workbench_connect(bench);
    int64_t before = workbench_start(bench, keeper, script);
    if (!before)
        fail_msg("%s", bench->error.text);
    keeper_disconnect(keeper);
    workbench_await(bench, before, RUN_DONE);
    char *expected = workbench_digests(bench, before);
    for (int i = 0; i < kills; i++) {
        uint32_t target = random_below(&random, 3);
        pid_t killer =
            send_killer(bench, longest * random_uniform(&random), target != 1, target != 0);
        ask(bench, script, before, 1 + random_below(&random, 3));
        waitpid(killer, NULL, 0);
        check_done(bench, &before, expected);
    }
    double until = clock_monotonic() + PATIENCE;
    int64_t last = before;
    do {
        if (clock_monotonic() > until)
            fail_msg("what was killed last does not end: %s", bench->error.text);
        ask(bench, script, last, 2); /* refused where the worker's death is not noticed yet */
        for (int i = 0; i < 50 && !check_done(bench, &before, expected); i++)
            clock_sleep(0.02);
    } while (before == last);
    free(expected);
    assert_true(before >= 2);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM pragma_integrity_check"
                                             " WHERE integrity_check <> 'ok'"),
                     0);
}
