/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "patient.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "comparison/bench.h"
#include "command/command.h"
#include "store/run_store.h"
#include "store/trial_store.h"

struct error error;
char folder[64], path[96], damaged[96], copy[96];

unsigned char *whole;

size_t whole_size;

void must(bool good)
{
    if (!good)
        fail_msg("%s", error.text);
}

/* Checkpoints of several pages, curves, lines, trials: what the bench lacks. */
static void add_more(const char *bench)
{
    struct store *store = store_open_writer(bench, &error);
    must(store && store_begin(store, &error));
    for (int64_t execution = 1; execution <= 2; execution++) {
        size_t count;
        struct run *runs = store_runs(store, execution, &count, &error);
        for (size_t i = 0; i < count; i++) {
            unsigned char weights[6000];
            for (uint64_t step = 0; step < 200 && runs[i].learns; step++)
                must(store_point_add(store, runs[i].id, step % 10 ? "train" : "validation", step,
                                     1.0 / (1 + (double)step), &error));
            memset(weights, (int)i + 1, sizeof weights);
            for (uint64_t step = 10; step <= 20 && runs[i].learns; step += 10)
                must(
                    store_checkpoint_add(store, runs[i].id, step, weights, sizeof weights, &error));
            must(store_log_add(store, execution, runs[i].name, "it says something", &error));
        }
        const struct stored_trial trial = {.arm = "ridge",
                                           .share = 1,
                                           .score = -1.25,
                                           .settings = (char *)"lr=1",
                                           .text = (char *)""};
        must(store_trial_add(store, execution, &trial, &error));
        run_array_free(runs, count);
    }
    must(store_commit(store, &error));
    store_close(store);
}

void outside(const char *file, const char *sql)
{
    sqlite3 *handle;
    char *message = NULL;
    assert_int_equal(sqlite3_open(file, &handle), SQLITE_OK);
    sqlite3_exec(handle, sql, NULL, NULL, &message);
    if (message)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(handle);
}

int patient_set_up(void **state)
{
    (void)state;
    /* Hundreds of small databases: in memory where that can be had. */
    bool memory = access("/dev/shm", W_OK) == 0;
    snprintf(folder, sizeof folder, "%s/thaw-doctor-XXXXXX", memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    setenv("XDG_CACHE_HOME", folder, 1);
    snprintf(path, sizeof path, "%s/bench.db", folder);
    snprintf(damaged, sizeof damaged, "%s/damaged.db", folder);
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    bench_make(path);
    add_more(path);
    outside(path, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
    whole = (unsigned char *)file_read(path, SIZE_MAX, &whole_size, ERROR_STORE, &error);
    return whole ? 0 : -1;
}

int patient_tear_down(void **state)
{
    (void)state;
    char command[128];
    free(whole);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

struct bytes said;

static void take_finding(void *context, const struct doctor_finding *finding)
{
    (void)context;
    assert_true(*finding->place && *finding->what);
    bytes_add(&said, finding->place, strlen(finding->place));
    bytes_add(&said, ": ", 2);
    bytes_add(&said, finding->what, strlen(finding->what));
    bytes_add(&said, "\n", 1);
}

const char *all_said(void)
{
    bytes_add(&said, "", 1);
    said.size--;
    return (const char *)said.data;
}

const struct doctor_listener listener = {.find = take_finding};

void remove_files(const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s%s", name, ends[i]);
        unlink(file);
    }
}

void write_file(const unsigned char *data, size_t size)
{
    remove_files(damaged);
    FILE *file = fopen(damaged, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
}

static void digest_file(const char *name, char digest[DIGEST_TEXT])
{
    size_t size;
    char *data = file_read(name, SIZE_MAX, &size, ERROR_STORE, &error);
    assert_non_null(data);
    digest_of(data, size, digest);
    free(data);
}

/* All that a run stored, as one digest; "" if it is not there. */
static void digest_run(sqlite3 *handle, const char *name, char digest[DIGEST_TEXT])
{
    static const char *const parts[] = {
        "SELECT quote(state), quote(digest), quote(seconds), quote(execution) FROM thaw_runs WHERE"
        " name = ?",
        "SELECT quote(series), quote(thaw_points.step), quote(value), '' FROM thaw_points JOIN "
        "thaw_runs ON id"
        " = run WHERE name = ? ORDER BY series, thaw_points.step",
        "SELECT quote(thaw_predictions.scenario), shots, draw, quote(predictions) ||"
        " quote(deviations) FROM thaw_predictions JOIN thaw_runs ON id = run WHERE name = ?"
        " ORDER BY part, scenario, shots, draw",
        "SELECT quote(thaw_checkpoints.step), quote(data), '', '' FROM thaw_checkpoints JOIN"
        " thaw_runs ON id = run WHERE name = ? ORDER BY thaw_checkpoints.step",
        "SELECT quote(scenario), quote(number), quote(query), quote(truth) FROM thaw_tasks JOIN"
        " thaw_runs ON thaw_runs.execution = thaw_tasks.execution WHERE name = ? ORDER BY part,"
        " scenario, draw, number"};
    struct digest *sum = digest_new();
    bool there = false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        sqlite3_stmt *query;
        assert_int_equal(sqlite3_prepare_v2(handle, parts[i], -1, &query, NULL), SQLITE_OK);
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC);
        while (sqlite3_step(query) == SQLITE_ROW)
            for (int column = 0; column < 4; column++) {
                const char *text = (const char *)sqlite3_column_text(query, column);
                digest_add(sum, text ? text : "", strlen(text ? text : "") + 1);
                there = there || i == 0;
            }
        sqlite3_finalize(query);
    }
    digest_finish(sum, digest);
    if (!there)
        digest[0] = '\0';
}

struct known_run {
    char name[96], execution[32];
    char digest[DIGEST_TEXT];
};
static struct known_run runs[64];
size_t run_count;

void learn_runs(void)
{
    sqlite3 *handle;
    sqlite3_stmt *query;
    run_count = 0;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_prepare_v2(handle, "SELECT name, execution FROM thaw_runs", -1, &query, NULL);
    while (sqlite3_step(query) == SQLITE_ROW) {
        struct known_run *run = &runs[run_count++];
        snprintf(run->name, sizeof run->name, "%s", (const char *)sqlite3_column_text(query, 0));
        snprintf(run->execution, sizeof run->execution,
                 "execution %d:", sqlite3_column_int(query, 1));
        digest_run(handle, run->name, run->digest);
    }
    sqlite3_finalize(query);
    sqlite3_close(handle);
    assert_true(run_count > 10);
}

/* Whether a finding names the run, its execution, or rows of a table without knowing whose. Damaged
 * pages and indexes alone name nothing. */
static bool is_named(const struct known_run *run)
{
    char *place = memory_format("run %s:", run->name);
    bool named = strstr(all_said(), place) != NULL;
    free(place);
    return named || strstr(all_said(), run->execution) || strstr(all_said(), "\nthaw_") ||
           strncmp(all_said(), "thaw_", 5) == 0;
}

static void assert_nothing_is_lost_unsaid(const char *damage)
{
    sqlite3 *handle;
    char digest[DIGEST_TEXT];
    assert_int_equal(sqlite3_open_v2(copy, &handle, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < run_count; i++) {
        digest_run(handle, runs[i].name, digest);
        if (strcmp(digest, runs[i].digest) != 0 && !is_named(&runs[i]))
            fail_msg("%s: run %s lost something, and nothing says so:\n%s", damage, runs[i].name,
                     all_said());
    }
    sqlite3_close(handle);
}

bool examine(const char *damage, struct doctor_report *report)
{
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    struct doctor_report second;
    digest_file(damaged, before);
    bytes_clear(&said);
    bool good = doctor_examine(damaged, &listener, report, &error);
    if (!good && (error.kind != ERROR_STORE || !*error.text))
        fail_msg("%s: \"%s\"", damage, error.text);
    bytes_clear(&said);
    remove_files(copy);
    bool saved = doctor_save(damaged, copy, &listener, report, &error);
    if (saved != good)
        fail_msg("%s: examined %d, saved %d: %s", damage, good, saved, error.text);
    digest_file(damaged, after);
    if (strcmp(before, after) != 0)
        fail_msg("%s: the file was changed", damage);
    if (!saved && access(copy, F_OK) == 0)
        fail_msg("%s: half a copy is left", damage);
    if (!saved)
        return false;
    struct bytes kept = said;
    said = (struct bytes){0};
    if (!doctor_examine(copy, &listener, &second, &error) || second.findings > 0)
        fail_msg("%s: the copy is not whole: %s", damage, said.size ? all_said() : error.text);
    bytes_release(&said);
    said = kept;
    assert_nothing_is_lost_unsaid(damage);
    return true;
}

void assert_readers_survive(const char *damage, bool compares)
{
    static const char *const lines[] = {"compare 1 --user u11", "runs --json", "data toy", "log",
                                        "trials 1"};
    for (size_t i = compares ? 0 : 1; i < sizeof lines / sizeof *lines; i++) {
        struct output out = output_to_text(80, true), complain = output_to_text(80, true);
        struct command_context context = {.database = damaged, .out = &out, .complain = &complain};
        int status = command_execute_line(&context, lines[i]);
        if (status != STATUS_OK && strncmp(output_text(&complain), "thaw: ", 6) != 0)
            fail_msg("%s: %s ends with %d and says \"%s\"", damage, lines[i], status,
                     output_text(&complain));
        output_release(&out);
        output_release(&complain);
    }
}

int command(const char *line, char **text)
{
    struct output out = output_to_text(0, true), complain = output_to_text(0, true);
    struct command_context context = {.database = path, .out = &out, .complain = &complain};
    int status = command_execute_line(&context, line);
    *text = memory_format("%s%s", output_text(&out), output_text(&complain));
    output_release(&out);
    output_release(&complain);
    return status;
}
