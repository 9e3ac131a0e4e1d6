/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "workbench.h"

#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/clock.h"
#include "base/memory.h"

static const double PATIENCE = 90; /* seconds */

static void name_program(const char *variable, const char *name)
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    assert_in_range(length, 1, sizeof own - 1);
    own[length] = '\0';
    *strrchr(own, '/') = '\0';
    char *path = memory_format("%s/%s", own, name);
    setenv(variable, path, 1);
    free(path);
}

int workbench_set_up(void **state)
{
    struct workbench *bench = memory_new(sizeof *bench);
    *state = bench;
    snprintf(bench->folder, sizeof bench->folder, "/tmp/thaw-keeper-XXXXXX");
    if (!mkdtemp(bench->folder))
        return -1;
    snprintf(bench->database, sizeof bench->database, "%s/bench.db", bench->folder);
    name_program("THAW_PROGRAM", "keeper_program");
    name_program("THAW_WORKER", "fake_worker");
    return 0;
}

int workbench_tear_down(void **state)
{
    enum { ATTEMPTS = 50 };
    struct workbench *bench = *state;
    char command[128];
    workbench_end_keeper(bench, SIGKILL);
    snprintf(command, sizeof command, "rm -rf '%s'", bench->folder);
    free(bench);
    int status = system(command);
    /* A keeper that a killed client had started may still be about to find that it is too late. */
    for (int i = 0; status != 0 && i < ATTEMPTS; i++) {
        clock_sleep(0.1);
        status = system(command);
    }
    return status;
}

struct keeper *workbench_connect(struct workbench *bench)
{
    struct keeper *keeper = keeper_connect_patiently(bench->database, NULL, &bench->error);
    if (!keeper)
        fail_msg("%s", bench->error.text);
    keeper_allow_unjailed(keeper); /* what is tested here holds with a jail or without */
    return keeper;
}

void workbench_import(struct workbench *bench, struct keeper *keeper)
{
    char *path = memory_format("%s/toy.csv", bench->folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating,timestamp\nann,a,1,1\nann,b,2,2\nbob,a,3,3\nbob,b,4,4\nbob,c,5,5\n",
          file);
    fclose(file);
    struct import_options options = {.path = path, .name = "toy"};
    struct dataset_summary summary;
    if (!keeper_import(keeper, &options, false, &summary, NULL, &bench->error))
        fail_msg("%s", bench->error.text);
    assert_int_equal(summary.ratings, 5);
    free(path);
}

int64_t workbench_start(struct workbench *bench, struct keeper *keeper, const char *script)
{
    struct start_options options = {
        .script_path = "toy.lua", .script = script, .script_size = strlen(script), .threads = 1};
    int64_t execution = 0;
    return keeper_start(keeper, &options, &execution, &bench->error) ? execution : 0;
}

/* Reads a file of /proc; zeros become spaces. */
static void read_proc(pid_t process, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
    FILE *file = fopen(path, "r");
    size_t got = file ? fread(text, 1, size - 1, file) : 0;
    if (file)
        fclose(file);
    for (size_t i = 0; i < got; i++)
        text[i] = text[i] ? text[i] : ' ';
    text[got] = '\0';
}

/* Not where it has ended and only waits for its parent to notice, nor where its number has passed
 * to another program. */
static bool is_our_keeper(const struct workbench *bench, pid_t process)
{
    char command[512];
    read_proc(process, "cmdline", command, sizeof command);
    return strstr(command, bench->folder) != NULL;
}

pid_t workbench_keeper_process(const struct workbench *bench)
{
    char *path = memory_format("%s.lock", bench->database);
    FILE *file = fopen(path, "r");
    int process = 0;
    free(path);
    if (file && fscanf(file, "%d", &process) != 1)
        process = 0;
    if (file)
        fclose(file);
    return process > 0 && is_our_keeper(bench, process) ? process : 0;
}

pid_t workbench_worker_process(const struct workbench *bench)
{
    char name[64], text[64];
    pid_t keeper = workbench_keeper_process(bench);
    snprintf(name, sizeof name, "task/%d/children", (int)keeper);
    read_proc(keeper, name, text, sizeof text);
    return (pid_t)strtol(text, NULL, 10);
}

bool workbench_is_gone(pid_t process)
{
    double until = clock_monotonic() + PATIENCE;
    char command[64] = "?";
    while (*command && clock_monotonic() < until) {
        clock_sleep(0.002);
        read_proc(process, "cmdline", command, sizeof command); /* empty of one that has ended */
    }
    return *command == '\0';
}

void workbench_end_keeper(struct workbench *bench, int signal)
{
    pid_t process = workbench_keeper_process(bench);
    double until = clock_monotonic() + PATIENCE;
    if (process == 0)
        return;
    kill(process, signal);
    while (is_our_keeper(bench, process)) {
        if (clock_monotonic() > until)
            fail_msg("keeper %d does not end", (int)process);
        clock_sleep(0.002);
    }
}

struct run *workbench_runs(struct workbench *bench, int64_t execution, size_t *count)
{
    struct store *store = store_open_reader(bench->database, &bench->error);
    assert_non_null(store);
    struct run *runs = store_runs(store, execution, count, &bench->error);
    assert_non_null(runs);
    store_close(store);
    return runs;
}

void workbench_await(struct workbench *bench, int64_t execution, enum run_state state)
{
    double until = clock_monotonic() + PATIENCE;
    for (bool all = false; !all;) {
        size_t count;
        struct run *runs = workbench_runs(bench, execution, &count);
        const struct run *other = NULL;
        for (size_t i = 0; i < count; i++)
            if (runs[i].state != state && (runs[i].learns || state == RUN_DONE))
                other = &runs[i];
        all = count > 0 && !other;
        if (other && clock_monotonic() > until)
            fail_msg("run %s stays %s: %s", other->name, run_state_name(other->state), other->text);
        run_array_free(runs, count);
        if (!all)
            clock_sleep(0.01);
    }
}

void workbench_await_step(struct workbench *bench, int64_t execution, uint64_t step)
{
    double until = clock_monotonic() + PATIENCE;
    for (uint64_t reached = 0; reached < step;) {
        size_t count;
        struct run *runs = workbench_runs(bench, execution, &count);
        reached = runs[0].step;
        run_array_free(runs, count);
        if (clock_monotonic() > until)
            fail_msg("the run stays at step %llu", (unsigned long long)reached);
        clock_sleep(0.005);
    }
}

char *workbench_digests(struct workbench *bench, int64_t execution)
{
    size_t count;
    struct run *runs = workbench_runs(bench, execution, &count);
    char *all = memory_new(count * 65 + 1);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(strlen(runs[i].digest), 64);
        strcat(strcat(all, runs[i].digest), " ");
    }
    run_array_free(runs, count);
    return all;
}

int64_t workbench_number(struct workbench *bench, const char *sql)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open_v2(bench->database, &handle, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return number;
}

void workbench_change(struct workbench *bench, const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(bench->database, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

void workbench_assert_text(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}
