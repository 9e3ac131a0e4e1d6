/* SPDX-License-Identifier: MIT
 *
 * Workers that send without end or more than allowed, and the share of the machine's memory that a
 * worker receives.
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "keeper/memory_share.h"
#include "workbench.h"

/* -- floods ------------------------------------------------------------------------------------ */

static void assert_first_text(struct workbench *bench, int64_t execution, const char *part)
{
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count);
    if (!strstr(runs[0].text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, runs[0].text);
    run_array_free(runs, count);
}

static void a_worker_that_sends_without_end_is_ended_with_a_sentence(void **state)
{
    static const struct {
        const char *words, *text;
    } cases[] = {
        {"fault=flood-points", "sent something wrong: POINT: more than 5000 of run "},
        {"fault=flood-trials", "sent something wrong: TRIAL: more of them than a search has"},
        {"fault=flood-log", "sent something wrong: LOG: more than "},
        {"fault=flood-tasks",
         "sent something wrong: TASKS: those of a scenario and draw came twice"},
        {"fault=flood-bound", "sent something wrong: BOUND: it came a third time"},
        {"fault=flood-checkpoints large=3000000",
         "sent something wrong: CHECKPOINT: a frame of 3000"},
    };
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char script[96];
        snprintf(script, sizeof script, "steps=20 at=5 checkpoint=100 seeds=1 %s", cases[i].words);
        int64_t execution = workbench_start(bench, keeper, script);
        workbench_await(bench, execution, RUN_FAILED);
        assert_first_text(bench, execution, cases[i].text);
    }
    int64_t execution = workbench_start(bench, keeper, "steps=20");
    workbench_await(bench, execution, RUN_DONE);
    assert_in_range(workbench_number(bench, "SELECT max(n) FROM (SELECT count(*) AS n"
                                            " FROM thaw_log GROUP BY execution)"),
                    1000, 5010);
    keeper_disconnect(keeper);
}

static void assert_answer_is_refused(struct workbench *bench, struct keeper *keeper,
                                     const struct keeper_question *question, const char *part)
{
    struct keeper_answer answer;
    assert_false(keeper_ask(keeper, question, &answer, &bench->error));
    assert_true(answer.asked);
    if (!strstr(bench->error.text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, bench->error.text);
    keeper_answer_release(&answer);
}

static void an_answer_is_bounded_by_its_question(void **state)
{
    static const struct start_options huge = {
        .script_path = "toy.lua", .script = "fault=huge-answer", .script_size = 17};
    static const struct keeper_question check = {.type = QUESTION_CHECK, .script = &huge};
    struct keeper_question recommend = {.type = QUESTION_RECOMMEND,
                                        .run = "1/maml/1",
                                        .question.recommend = {.top = 2, .calls = 1}};
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    struct keeper_answer answer;
    workbench_import(bench, keeper);
    workbench_await(bench, workbench_start(bench, keeper, "steps=2 fault=more-items"), RUN_DONE);
    assert_true(keeper_ask(keeper, &recommend, &answer, &bench->error));
    assert_int_equal(answer.answer.recommend.count, 2);
    keeper_answer_release(&answer);
    recommend.question.recommend.top = 1;
    assert_answer_is_refused(bench, keeper, &recommend,
                             "the worker sent something wrong: RECOMMEND: it has more "
                             "items than were asked for");
    assert_answer_is_refused(bench, keeper, &check,
                             "the worker sent something wrong: ANSWER: a frame of 300000 bytes");
    recommend.question.recommend.top = QUESTION_TOP + 1;
    assert_false(keeper_ask(keeper, &recommend, &answer, &bench->error));
    assert_int_equal(bench->error.kind, ERROR_USAGE);
    assert_string_equal(bench->error.text, "RECOMMEND: it asks for too many items");
    assert_false(answer.asked);
    keeper_disconnect(keeper);
}

/* The journal cannot be written, and the worker does not heed that it is to wait. */
static void what_waits_for_a_full_disk_is_bounded(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    struct rlimit none = {1, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(
        bench, keeper, "steps=20 at=15 sleep=100000 seeds=1 large=1000000 fault=flood-checkpoints");
    workbench_await_step(bench, execution, 10);
    pid_t process = workbench_keeper_process(bench);
    assert_int_equal(prlimit(process, RLIMIT_FSIZE, &none, NULL), 0);
    clock_sleep(4);
    assert_in_range(memory_resident(process), 1 << 20, 400 << 20);
    assert_true(keeper_is_alive(bench->database));
    assert_int_equal(prlimit(process, RLIMIT_FSIZE, &all, NULL), 0);
    keeper_disconnect(keeper);
    workbench_end_keeper(bench, SIGKILL);
}

/* -- memory ------------------------------------------------------------------------------------ */

/* A file below the workbench's folder, as it would lie below the root. */
static void put(const struct workbench *bench, const char *path, const char *text)
{
    char *whole = memory_format("%s%s", bench->folder, path);
    for (char *slash = whole + strlen(bench->folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole, 0700);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(whole);
}

static void free_memory_is_the_least_that_kernel_and_groups_say(void **state)
{
    struct workbench *bench = *state;
    assert_true(memory_free(bench->folder) == 0); /* nobody knows */
    put(bench, "/proc/meminfo",
        "MemTotal: 9000000 kB\nMemFree: 10 kB\nMemAvailable:    4000000 kB\n");
    assert_true(memory_free(bench->folder) == 4096000000);
    put(bench, "/proc/self/cgroup", "1:cpu:/other\n0::/a/b\n");
    put(bench, "/sys/fs/cgroup/a/b/memory.max", "max\n");
    assert_true(memory_free(bench->folder) == 4096000000);
    put(bench, "/sys/fs/cgroup/a/memory.max", "3000000000\n");
    put(bench, "/sys/fs/cgroup/a/memory.current", "1200000000\n");
    put(bench, "/sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 200000000\n");
    assert_true(memory_free(bench->folder) == 2000000000);
    put(bench, "/sys/fs/cgroup/a/b/memory.high", "700000000\n");
    put(bench, "/sys/fs/cgroup/a/b/memory.current", "100000000\n");
    assert_true(memory_free(bench->folder) == 600000000);
    put(bench, "/sys/fs/cgroup/a/b/memory.current", "900000000\n");
    assert_true(memory_free(bench->folder) == 0);
}

static void workers_share_what_is_free(void **state)
{
    (void)state;
    assert_true(memory_share(4000000000, 0) == 3000000000);
    assert_true(memory_share(4000000000, 3000000000) == 750000000);
    assert_true(memory_share(1000, 0) == MEMORY_LEAST);
    assert_true(memory_share(1000, 5000) == MEMORY_LEAST);
    assert_in_range(memory_resident(getpid()), 1 << 16, (uint64_t)1 << 40);
    assert_in_range(keeper_usual_memory(), MEMORY_LEAST, INT64_MAX);
}

static void the_log_says_how_much_a_worker_may_take(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    int64_t execution;
    workbench_import(bench, keeper);
    struct start_options options = {.script_path = "toy.lua",
                                    .script = "steps=5",
                                    .script_size = 7,
                                    .threads = 1,
                                    .memory = 1500000000};
    assert_true(keeper_start(keeper, &options, &execution, &bench->error));
    workbench_await(bench, execution, RUN_DONE);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM thaw_log WHERE text LIKE"
                                             " 'started with 1 thread and at most 1.5 GB of"
                                             " memory%'"),
                     1);
    keeper_disconnect(keeper);
}

static void a_worker_without_memory_is_told_in_words(void **state)
{
    struct workbench *bench = *state;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    int64_t execution = workbench_start(bench, keeper, "steps=20 at=15 fault=exhausted");
    workbench_await(bench, execution, RUN_INTERRUPTED);
    assert_first_text(bench, execution, "the worker ran out of memory: outside Lua it may use ");
    keeper_disconnect(keeper);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_worker_that_sends_without_end_is_ended_with_a_sentence),
        TEST(an_answer_is_bounded_by_its_question),
        TEST(what_waits_for_a_full_disk_is_bounded),
        TEST(free_memory_is_the_least_that_kernel_and_groups_say),
        cmocka_unit_test(workers_share_what_is_free),
        TEST(a_worker_without_memory_is_told_in_words),
        TEST(the_log_says_how_much_a_worker_may_take),
    };
    return cmocka_run_group_tests_name("keeper_bounds", tests, NULL, NULL);
}
