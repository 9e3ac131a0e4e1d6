/* SPDX-License-Identifier: MIT
 *
 * Runs every hostile script through one real keeper and real workers. Each must have the right
 * outcome in time and leave keeper and database as they were. The argument `all` runs all scripts
 * with their full deadlines; a script's name runs that script. By default a fourth of the slow
 * scripts run, most with a deadline of half a second.
 */
#include "config.h"

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
#include "hostile_scripts.h"
#include "measure.h"
#include "quick_limits.h"
#include "script_bench.h"

/* Seconds that a check may take beyond its deadline, as this process sees it: with the start of its
 * worker and all that is not the script. What is late once may have waited for the processor, so it
 * is tried again; BUSY is what that may cost. */
static const double LATE = 0.25, BUSY = 20;
enum {
    TRIES = 5,
    GROWTH_MOST = 1024, /* KiB */
    EVERY = 4,          /* without `all`, of those that may run until their deadline */
    WHOLE = 2           /* of these, so many have all of it */
};

static bool all;
static const char *only; /* the name of one; or NULL */

struct figures {
    double longest, latest; /* seconds of a check; beyond its deadline */
    const char *longest_name, *latest_name;
    size_t outcomes[OUTCOME_DENIED + 1];
    size_t wrong, repeated;
};

static struct script_bench *bench;

/* -- checks -------------------------------------------------------------------------------------*/

static double deadline_of(const struct hostile_script *script, bool quick)
{
    struct script_limits limits = script_limits_of(true);
    if (quick)
        limits = quick_limits(limits);
    switch (script->place) {
    case PLACE_MAPPING:
        return limits.map_seconds + limits.row_seconds / 2; /* some rows are asked for again */
    case PLACE_LEARNER:
        return limits.step_seconds;
    default:
        return limits.load_seconds;
    }
}

static bool is_late(const struct hostile_script *script, const struct script_answer *answer,
                    bool quick)
{
    return hostile_outcome(answer->report.good, answer->report.text) == OUTCOME_TIME &&
           answer->seconds > deadline_of(script, quick) + LATE;
}

static void complain(const struct hostile_script *script, const struct script_answer *answer,
                     const char *what, struct figures *figures)
{
    print_error("%s: %s, after %.2f s (%.2f computed): %.300s\n", script->name, what,
                answer->seconds, answer->computed, answer->report.text);
    figures->wrong++;
}

static void judge(const struct hostile_script *script, const struct script_answer *answer,
                  bool quick, struct figures *figures)
{
    double deadline = deadline_of(script, quick), late = answer->seconds - deadline;
    unsigned outcome = hostile_outcome(answer->report.good, answer->report.text);
    /* Other programs may have had the processor for most of the time: that proves nothing. */
    bool starved = outcome == OUTCOME_TIME && answer->computed < 0.7 * deadline;
    if (!(outcome & script->wanted) && !starved)
        complain(script, answer, "another outcome than is wanted", figures);
    else if (script->says && !starved && !answer->report.good &&
             !strstr(answer->report.text, script->says))
        complain(script, answer, "another sentence than is wanted", figures);
    if (!script_sentence_is_clean(answer->report.text))
        complain(script, answer, "the sentence is not safe to show", figures);
#ifndef THAW_SANITIZED
    if (outcome == OUTCOME_TIME && late > LATE)
        complain(script, answer, "is answered too late, each time", figures);
    if (late > BUSY)
        complain(script, answer, "took longer than it may", figures);
#endif
    figures->outcomes[outcome & (outcome - 1) ? OUTCOME_DENIED : outcome]++;
    if (answer->seconds > figures->longest) {
        figures->longest = answer->seconds;
        figures->longest_name = script->name;
    }
    if (outcome == OUTCOME_TIME && late > figures->latest) {
        figures->latest = late;
        figures->latest_name = script->name;
    }
}

static void run(const struct hostile_script *script, bool quick, struct figures *figures)
{
    script_bench_use(bench, quick);
    char *source = hostile_source(script);
    struct script_answer answer = script_bench_check(bench, "hostile.lua", source, NULL);
    for (int i = 1; i < TRIES && is_late(script, &answer, quick); i++) {
        check_report_release(&answer.report);
        answer = script_bench_check(bench, "hostile.lua", source, NULL);
        figures->repeated++;
    }
    judge(script, &answer, quick, figures);
    if (getenv("THAW_VERBOSE"))
        print_message("%-45s %5.2f s %5.2f computed %5zu KiB  %.90s\n", script->name,
                      answer.seconds, answer.computed, measure_memory(bench->keeper_process),
                      answer.report.text);
    check_report_release(&answer.report);
    free(source);
}

static const struct hostile_script *find(const char *name)
{
    for (size_t i = 0; i < hostile_script_count; i++)
        if (strcmp(hostile_scripts[i].name, name) == 0)
            return &hostile_scripts[i];
    fail_msg("there is no hostile script \"%s\"", name);
    return NULL;
}

static bool may_last(const struct hostile_script *script)
{
    return (script->wanted & (OUTCOME_TIME | OUTCOME_MEMORY)) != 0;
}

/* A keeper that has seen a little of everything. */
static void warm_up(void)
{
    static const char *const names[] = {"minus zero", "error of a table", "a source of 2 MiB",
                                        "much printing"};
    struct figures ignored = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        run(find(names[i]), false, &ignored);
}

static void report(const struct figures *figures, size_t count, size_t growth)
{
    print_message("%zu checks: %zu fine, %zu with a sentence, %zu stopped, %zu out of memory, %zu "
                  "denied; the longest took %.2f s (%s), %.3f s beyond a deadline (%s), %zu were "
                  "late and tried again; the keeper grew by %zu KiB\n",
                  count, figures->outcomes[OUTCOME_OK], figures->outcomes[OUTCOME_ERROR],
                  figures->outcomes[OUTCOME_TIME], figures->outcomes[OUTCOME_MEMORY],
                  figures->outcomes[OUTCOME_DENIED], figures->longest, figures->longest_name,
                  figures->latest, figures->latest_name ? figures->latest_name : "none",
                  figures->repeated, growth);
}

static void hostile_scripts_do_no_harm(void **state)
{
    bench = *state;
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    struct figures figures = {0};
    warm_up();
    measure_contents(bench->workbench->database, before);
    size_t memory = measure_memory(bench->keeper_process);
    size_t lasting = 0, run_count = 0;
    for (size_t i = 0; i < hostile_script_count; i++) {
        const struct hostile_script *script = &hostile_scripts[i];
        bool lasts = may_last(script);
        lasting += lasts;
        if (only && strcmp(script->name, only) != 0)
            continue;
        if (lasts && !all && lasting % EVERY != 0)
            continue;
        bool whole = all || !lasts || (script->place == PLACE_LOAD && lasting <= EVERY * WHOLE);
        run(script, !whole, &figures);
        run_count++;
    }
    size_t now = measure_memory(bench->keeper_process);
    measure_contents(bench->workbench->database, after);
    report(&figures, run_count, now > memory ? now - memory : 0);
    assert_string_equal(after, before);
    assert_int_equal(workbench_keeper_process(bench->workbench), bench->keeper_process);
    assert_int_equal(figures.wrong, 0);
#ifndef THAW_SANITIZED
    assert_true(now <= memory + GROWTH_MOST);
#endif
}

/* -- ends from outside --------------------------------------------------------------------------*/

/* Kills the first worker that the keeper has, from a process of its own. */
static pid_t send_killer(void)
{
    pid_t child = fork(), worker = 0;
    if (child != 0)
        return child;
    while ((worker = workbench_worker_process(bench->workbench)) == 0)
        clock_sleep(0.005);
    clock_sleep(0.2);
    kill(worker, SIGKILL);
    _exit(0);
}

static void a_worker_that_is_killed_is_reported(void **state)
{
    bench = *state;
    char *source = hostile_source(find("loop"));
    pid_t killer = send_killer();
    struct script_answer answer = script_bench_check(bench, "hostile.lua", source, NULL);
    waitpid(killer, NULL, 0);
    assert_false(answer.report.good);
    assert_non_null(strstr(answer.report.text, "was killed by somebody else"));
    check_report_release(&answer.report);
    free(source);
}

/* Stored and running, it ends as failed, and says why. */
static void a_run_that_hangs_fails(void **state)
{
    static const char *const names[] = {"a loop in a learner", "a loop in C in a learner"};
    bench = *state;
    script_bench_use(bench, true);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *source = hostile_source(find(names[i]));
        int64_t execution = workbench_start(bench->workbench, bench->keeper, source);
        if (execution == 0)
            fail_msg("%s", bench->workbench->error.text);
        workbench_await(bench->workbench, execution, RUN_FAILED);
        size_t runs;
        struct run *run = workbench_runs(bench->workbench, execution, &runs);
        for (size_t k = 0; k < runs; k++)
            if (run[k].learns && !strstr(run[k].text, "the script was stopped"))
                fail_msg("%s", run[k].text);
        run_array_free(run, runs);
        free(source);
    }
    assert_int_equal(workbench_keeper_process(bench->workbench), bench->keeper_process);
}

int main(int count, char **arguments)
{
    all = count > 1;
    only = all && strcmp(arguments[1], "all") != 0 ? arguments[1] : NULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hostile_scripts_do_no_harm, script_bench_set_up,
                                        script_bench_tear_down),
        cmocka_unit_test_setup_teardown(a_worker_that_is_killed_is_reported, script_bench_set_up,
                                        script_bench_tear_down),
        cmocka_unit_test_setup_teardown(a_run_that_hangs_fails, script_bench_set_up,
                                        script_bench_tear_down),
    };
    return cmocka_run_group_tests_name("hostile_scripts", tests, NULL, NULL);
}
