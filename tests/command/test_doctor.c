/* SPDX-License-Identifier: MIT
 *
 * Damages a workbench file in every way. `thaw doctor` must report the damage, leave the file
 * unchanged and save all that is intact. It must have named everything that the copy lacks.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "comparison/bench.h"
#include "command/command.h"
#include "store/dataset_store.h"
#include "store/doctor.h"
#include "store/run_store.h"
#include "store/trial_store.h"

enum { PAGE = 4096 };

static struct error error;
static char folder[64], path[96], damaged[96], copy[96];
static unsigned char *whole; /* the file as it was made */
static size_t whole_size;

static void must(bool good)
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

static void outside(const char *file, const char *sql)
{
    sqlite3 *handle;
    char *message = NULL;
    assert_int_equal(sqlite3_open(file, &handle), SQLITE_OK);
    sqlite3_exec(handle, sql, NULL, NULL, &message);
    if (message)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(handle);
}

static int set_up(void **state)
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

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    free(whole);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* -- what was said ----------------------------------------------------------------------------- */

/* "place: what" lines of all findings. */
static struct bytes said;

static void take_finding(void *context, const struct doctor_finding *finding)
{
    (void)context;
    assert_true(*finding->place && *finding->what);
    bytes_add(&said, finding->place, strlen(finding->place));
    bytes_add(&said, ": ", 2);
    bytes_add(&said, finding->what, strlen(finding->what));
    bytes_add(&said, "\n", 1);
}

static const char *all_said(void)
{
    bytes_add(&said, "", 1);
    said.size--;
    return (const char *)said.data;
}

static const struct doctor_listener listener = {.find = take_finding};

static void remove_files(const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal", ".lock"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s%s", name, ends[i]);
        unlink(file);
    }
}

static void write_file(const unsigned char *data, size_t size)
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

/* -- what is in a file ------------------------------------------------------------------------- */

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
static size_t run_count;

static void learn_runs(void)
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

/* Examines and saves what is in `damaged`; true if a copy was made. */
static bool examine(const char *damage, struct doctor_report *report)
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

/* Readers open it or say why not. */
static void assert_readers_survive(const char *damage, bool compares)
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

/* -- damage ------------------------------------------------------------------------------------ */

static uint32_t pick(uint32_t bound, uint32_t first, uint32_t second)
{
    struct random random = random_at(1, RANDOM_GENERATOR, first, second);
    return random_below(&random, bound);
}

static void a_whole_file_has_no_findings(void **state)
{
    struct doctor_report report;
    char damage[] = "none";
    (void)state;
    learn_runs();
    write_file(whole, whole_size);
    assert_true(examine(damage, &report));
    if (report.findings > 0)
        fail_msg("%s", all_said());
    assert_int_equal(report.datasets, 1);
    assert_int_equal(report.executions, 4);
    assert_int_equal(report.runs, run_count);
    assert_true(report.checkpoints > 4);
    outside(copy, "CREATE TEMP TABLE one (n CHECK (n = 1));"
                  "INSERT INTO one SELECT count(*) FROM thaw_datasets WHERE notes = 'kept' AND"
                  " repeats = 'first' AND decisions LIKE 'up%header%no%' AND"
                  " rejected_rows = 'up, line 3: bad'");
    assert_readers_survive(damage, false);
}

/* Zeros, noise, another page in its place. */
static void each_page_in_turn(void **state)
{
    uint32_t pages = (uint32_t)(whole_size / PAGE);
    unsigned char *data = memory_new(whole_size);
    size_t saved = 0, cases = 0;
    (void)state;
    learn_runs();
    for (uint32_t page = 0; page < pages; page++) {
        char damage[64];
        struct doctor_report report;
        uint32_t kind = page % 3, other = pick(pages, page, 1);
        memcpy(data, whole, whole_size);
        for (uint32_t i = 0; i < PAGE; i++)
            data[page * PAGE + i] = kind == 0   ? 0
                                    : kind == 1 ? (unsigned char)pick(256, page, i)
                                                : whole[other * PAGE + i];
        snprintf(damage, sizeof damage, "page %u of %u, kind %u", page + 1, pages, kind);
        write_file(data, whole_size);
        saved += examine(damage, &report);
        if (page % 4 == 0)
            assert_readers_survive(damage, page % 3 == 0);
        cases++;
    }
    free(data);
    assert_true(saved + 3 >= cases); /* without the first nothing can be reached */
}

static void cut_at_every_size(void **state)
{
    (void)state;
    learn_runs();
    for (size_t size = 0; size < whole_size; size += size < 3 * PAGE ? 1999 : 2 * PAGE + 1999) {
        char damage[64];
        struct doctor_report report;
        snprintf(damage, sizeof damage, "cut at %zu", size);
        write_file(whole, size);
        if (examine(damage, &report))
            assert_true(report.findings > 0);
        assert_readers_survive(damage, false);
    }
}

static void flipped_bits(void **state)
{
    enum { CASES = 60 };
    unsigned char *data = memory_new(whole_size);
    (void)state;
    learn_runs();
    for (uint32_t n = 0; n < CASES; n++) {
        char damage[64];
        struct doctor_report report;
        memcpy(data, whole, whole_size);
        for (uint32_t flip = 0; flip < 1 + n % 20; flip++)
            data[pick((uint32_t)whole_size, n, 2 * flip)] ^=
                (unsigned char)(1 << pick(8, n, 2 * flip + 1));
        snprintf(damage, sizeof damage, "flips %u", n);
        write_file(data, whole_size);
        remove_files(copy);
        bytes_clear(&said);
        if (!doctor_save(damaged, copy, &listener, &report, &error))
            assert_int_equal(error.kind, ERROR_STORE);
        if (n % 3 == 0)
            assert_readers_survive(damage, n % 9 == 0);
    }
    free(data);
}

/* -- values that are not what they should be --------------------------------------------------- */

static void assert_found(const char *sql, const char *place, const char *what)
{
    struct doctor_report report;
    write_file(whole, whole_size);
    outside(damaged, "PRAGMA foreign_keys = OFF");
    outside(damaged, sql);
    examine(sql, &report);
    char *at = strstr(all_said(), place);
    if (!at || !strstr(at, what))
        fail_msg("%s: expected \"%s: %s\" in\n%s", sql, place, what, all_said());
    assert_readers_survive(sql, strstr(sql, "thaw_tasks") || strstr(sql, "thaw_predictions") ||
                                    strstr(sql, "thaw_executions"));
}

static void hostile_values(void **state)
{
#define UNCHECKED "PRAGMA ignore_check_constraints = ON;"
    static const struct {
        const char *sql, *place, *what;
    } cases[] = {
        {"UPDATE thaw_checkpoints SET data = zeroblob(6000) WHERE run = 3 AND step = 10",
         "run 1/ridge/1", "its digest is another"},
        {"UPDATE thaw_checkpoints SET size = -1 WHERE run = 3 AND step = 10", "run 1/ridge/1",
         "its digest is another"},
        {"UPDATE thaw_checkpoints SET run = 999 WHERE run = 3 AND step = 10", "thaw_checkpoints",
         "run number 999"},
        {"UPDATE thaw_predictions SET predictions = x'00' WHERE run = 1 AND shots = 0",
         "run 1/bias/1", "do not decode"},
        {"UPDATE thaw_predictions SET encoding = 'real' WHERE run = 1 AND shots = 0",
         "run 1/bias/1", "do not"},
        {"UPDATE thaw_predictions SET shots = -7 WHERE run = 1 AND shots = 0 AND draw = 0",
         "run 1/bias/1", "out of range"},
        {"UPDATE thaw_predictions SET draw = 9000000000 WHERE run = 1 AND shots = 0 AND draw = 0",
         "run 1/bias/1", "out of range"},
        {"UPDATE thaw_predictions SET run = -5 WHERE run = 1 AND shots = 0 AND draw = 0",
         "thaw_predictions", "run number -5"},
        {"UPDATE thaw_predictions SET deviations = x'0102' WHERE run = 3 AND shots = 0",
         "run 1/ridge/1", "deviations that do not decode"},
        {"UPDATE thaw_predictions SET encoding = 'real', predictions = x'0000c07f0000c07f' WHERE"
         " run = 1 AND shots = 0 AND draw = 0",
         "run 1/bias/1", "do not decode"},
        {"UPDATE thaw_tasks SET support = x'000000' WHERE number = 1 AND draw = 0", "execution 1",
         "do not belong together"},
        {"UPDATE thaw_tasks SET truth = CAST(truth || x'00000000' AS BLOB) WHERE number = 1 AND "
         "draw = 0",
         "execution 1", "do not belong together"},
        {"UPDATE thaw_executions SET created_at = 9999999999;"
         "UPDATE thaw_tasks SET query = x'ffffffff', truth = x'00000040' WHERE number = 1 AND draw "
         "="
         " 0 AND execution = 1",
         "execution 1", "asks for ratings that toy has not"},
        {"UPDATE thaw_tasks SET truth = CAST(zeroblob(length(truth) - 4) || x'0000c07f' AS BLOB) "
         "WHERE number = "
         "1",
         "execution 1", "no numbers"},
        {"UPDATE thaw_tasks SET number = 5000000000 WHERE number = 1", "execution 1",
         "out of range"},
        {"DELETE FROM thaw_tasks WHERE number = 1 AND draw = 0", "run 1/bias/1",
         "do not fit their tasks"},
        {"UPDATE thaw_runs SET state = 'flying' WHERE id = 2", "run 1/user_mean/1", "no state"},
        {"UPDATE thaw_runs SET digest = '' WHERE id = 2", "run 1/user_mean/1", "no digest"},
        {"UPDATE thaw_runs SET step = -1 WHERE id = 2", "run 1/user_mean/1", "step -1"},
        {"UPDATE thaw_runs SET name = '9/x/1' WHERE id = 2", "run 9/x/1", "is the one of"},
        {UNCHECKED "UPDATE thaw_runs SET share = 1e300 WHERE id = 2", "run 1/user_mean/1",
         "share 1e+300"},
        {"UPDATE thaw_runs SET seconds = 1e300 WHERE id = 2", "run 1/user_mean/1",
         "seconds 1e+300"},
        {"UPDATE thaw_runs SET heartbeat = -1 WHERE id = 2", "run 1/user_mean/1", "heartbeat -1"},
        {"UPDATE thaw_runs SET ended_at = 9000000000000000000 WHERE id = 2", "run 1/user_mean/1",
         "ended_at 9e+18"},
        {"UPDATE thaw_runs SET loss = -9e999 WHERE id = 2", "thaw_runs, row 2", "finite"},
        {"UPDATE thaw_checkpoints SET created_at = -3 WHERE run = 3 AND step = 10", "run 1/ridge/1",
         "created_at -3"},
        {"UPDATE thaw_log SET time = 1000000000000 WHERE id = 1", "thaw_log", "time 1000000000000"},
        {"UPDATE thaw_executions SET threads = 4000000 WHERE number = 3", "execution 3",
         "threads 4000000"},
        {"UPDATE thaw_datasets SET mean = -1e300", "data set toy", "mean -1e+300"},
        {"UPDATE thaw_datasets SET first_time = -99999999999999", "data set toy", "first_time"},
        {"UPDATE toy_ratings SET rating = 1e300 WHERE rowid = 17", "data set toy", "rating 1e+300"},
        {"UPDATE thaw_runs SET execution = 77 WHERE id = 2", "run 1/user_mean/1", "execution 77"},
        {"UPDATE thaw_runs SET text = 'a' || char(0) || 'b' WHERE id = 2", "thaw_runs, row 2",
         "text"},
        {"UPDATE thaw_executions SET threads = -1 WHERE number = 3", "execution 3", "threads"},
        {"UPDATE thaw_executions SET levels = '5 4 nan' WHERE number = 1", "execution 1",
         "ascending"},
        {"UPDATE thaw_executions SET smallest = 1e308 WHERE number = 1", "execution 1",
         "smallest 1e+308"},
        {"UPDATE thaw_executions SET largest = 9e999 WHERE number = 1", "thaw_executions, row 1",
         "finite"},
        {"UPDATE thaw_executions SET answer = 'loud' WHERE number = 1", "execution 1", "loud"},
        {"UPDATE thaw_executions SET script = 'gone' WHERE number = 1", "execution 1", "script"},
        {"UPDATE thaw_scripts SET source = 'return 1'", "script", "another"},
        {UNCHECKED "UPDATE thaw_points SET value = 9e999 WHERE run = 3 AND step = 1", "thaw_points",
         "finite"},
        {"UPDATE thaw_points SET step = -9 WHERE run = 3 AND step = 1", "run 1/ridge/1", "step -9"},
        {"UPDATE thaw_points SET run = 888 WHERE run = 3", "thaw_points", "belong to nothing"},
        {"UPDATE thaw_trials SET share = 7", "execution 1", "out of range"},
        {"UPDATE thaw_log SET execution = 55 WHERE id = 1", "thaw_log", "execution 55"},
        {"UPDATE thaw_datasets SET ratings = 4000000000", "data set toy", "rows of ratings"},
        {"UPDATE thaw_datasets SET users = -5", "data set toy", "users -5"},
        {"UPDATE thaw_datasets SET name = 'x'' y'", "", "data set"},
        {"DELETE FROM toy_ratings WHERE rowid = 17", "data set toy", "1 of 544 rows"},
        {"UPDATE toy_ratings SET rating = -9e999 WHERE rowid = 17", "data set toy", "1 of 544"},
        {"DROP TABLE toy_ratings", "toy_ratings", "not there"},
        {"ALTER TABLE toy_ratings ADD COLUMN more TEXT", "toy_ratings", "other columns"},
        {"UPDATE thaw_columns SET role = '' WHERE role = 'rating'", "data set toy",
         "not described"},
        {"UPDATE thaw_columns SET position = position + 7 WHERE part = 'ratings' AND position > 1",
         "data set toy", "not described"},
        {"DELETE FROM thaw_columns", "data set toy", "not described"},
        {"PRAGMA user_version = 77; PRAGMA application_id = 5", "the file", "header"},
    };
    (void)state;
    learn_runs();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_found(cases[i].sql, cases[i].place, cases[i].what);
}

/* Nothing of it is run or taken over, and what is thaw's is saved. */
static void a_foreign_schema(void **state)
{
    static const char *const additions[] = {
        "CREATE VIEW nice AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
        " x FROM n",
        "CREATE TRIGGER t AFTER INSERT ON thaw_log BEGIN DELETE FROM thaw_runs; END",
        "CREATE TABLE films_ratings (a, b AS (zeroblob(1000000000)))",
        "CREATE INDEX slow ON thaw_log (hex(text))",
        "ALTER TABLE thaw_runs ADD COLUMN more TEXT",
    };
    sqlite3 *handle;
    (void)state;
    learn_runs();
    for (size_t i = 0; i < sizeof additions / sizeof *additions; i++) {
        struct doctor_report report;
        write_file(whole, whole_size);
        outside(damaged, additions[i]);
        assert_true(examine(additions[i], &report));
        assert_true(report.findings > 0);
        assert_int_equal(report.runs, run_count);
        assert_readers_survive(additions[i], false);
        sqlite3_stmt *query;
        sqlite3_open_v2(copy, &handle, SQLITE_OPEN_READONLY, NULL);
        sqlite3_prepare_v2(handle,
                           "SELECT 1 FROM sqlite_schema WHERE type IN ('view', 'trigger') OR name ="
                           " 'slow' OR name LIKE 'films%' OR sql LIKE '%more%'",
                           -1, &query, NULL);
        assert_int_equal(sqlite3_step(query), SQLITE_DONE);
        sqlite3_finalize(query);
        sqlite3_close(handle);
    }
}

static void an_endless_view_in_place_of_a_table(void **state)
{
    struct doctor_report report;
    (void)state;
    learn_runs();
    write_file(whole, whole_size);
    outside(damaged, "PRAGMA legacy_alter_table = ON; PRAGMA foreign_keys = OFF;"
                     "ALTER TABLE thaw_points RENAME TO kept; CREATE VIEW thaw_points AS WITH"
                     " RECURSIVE n(run, series, step, value) AS (SELECT 1, 'train', 1, 1.0 UNION"
                     " ALL SELECT run, series, step + 1, 1.0 FROM n) SELECT * FROM n");
    assert_true(examine("a view", &report));
    assert_non_null(strstr(all_said(), "thaw_points: it is not there"));
}

static void what_is_no_workbench(void **state)
{
    struct doctor_report report;
    (void)state;
    static const struct {
        const char *bytes, *text;
    } cases[] = {{"", "is empty"}, {"SQLite format 3", "no SQLite database"}};
    for (size_t i = 0; i < 2; i++) {
        write_file((const unsigned char *)cases[i].bytes, strlen(cases[i].bytes));
        assert_false(doctor_examine(damaged, &listener, &report, &error));
        assert_non_null(strstr(error.text, cases[i].text));
    }
    remove_files(damaged);
    assert_false(doctor_examine(damaged, &listener, &report, &error));
    assert_non_null(strstr(error.text, "No such file"));
    assert_int_not_equal(access(damaged, F_OK), 0);
    assert_false(doctor_examine(folder, &listener, &report, &error));
    outside(damaged, "CREATE TABLE a (b)");
    assert_false(doctor_examine(damaged, &listener, &report, &error));
    assert_non_null(strstr(error.text, "no thaw workbench"));
}

/* -- the command ------------------------------------------------------------------------------- */

static int command(const char *line, char **text)
{
    struct output out = output_to_text(0, true), complain = output_to_text(0, true);
    struct command_context context = {.database = path, .out = &out, .complain = &complain};
    int status = command_execute_line(&context, line);
    *text = memory_format("%s%s", output_text(&out), output_text(&complain));
    output_release(&out);
    output_release(&complain);
    return status;
}

static void assert_command(const char *file, const char *options, int status, const char *part)
{
    char *text, *line = memory_format("doctor %s %s", file, options);
    int is = command(line, &text);
    if (is != status || !strstr(text, part))
        fail_msg("%s: status %d, \"%s\" lacks \"%s\"", line, is, text, part);
    free(text);
    free(line);
}

static void the_command(void **state)
{
    (void)state;
    char *save = memory_format("--save %s", copy), *missing = memory_format("%s/no", folder);
    assert_command("", "", STATUS_OK, "is whole: 1 data set, 4 executions");
    assert_command("", "--json", STATUS_OK, "\"whole\": true");
    write_file(whole, whole_size);
    outside(damaged, "UPDATE thaw_checkpoints SET data = x'00' WHERE run = 3 AND step = 10");
    assert_command(damaged, "", STATUS_FAILED,
                   "run 1/ridge/1: its checkpoint of step 10 is not what was written: its digest "
                   "is another. Lost: the checkpoint");
    assert_command(damaged, "--json", STATUS_FAILED, "\"whole\": false");
    remove_files(copy);
    assert_command(damaged, save, STATUS_FAILED, "was copied into");
    assert_command(damaged, save, STATUS_USAGE, "is there already");
    assert_command("--db", copy, STATUS_OK, "is whole");
    assert_command(missing, "", 3, "No such file");
    free(save);
    free(missing);
}

/* The keeper's connection is open and has written what no checkpoint has brought into the file. */
static void while_a_keeper_writes(void **state)
{
    struct doctor_report report;
    (void)state;
    struct store *store = store_open_writer(path, &error);
    must(store && store_begin(store, &error));
    must(store_log_add(store, 1, "", "one more", &error) && store_commit(store, &error));
    must(store_begin(store, &error) && store_log_add(store, 1, "", "not yet", &error));
    bytes_clear(&said);
    must(doctor_examine(path, &listener, &report, &error));
    assert_int_equal(report.findings, 0);
    must(store_commit(store, &error));
    store_close(store);
}

int main(int count, char **words)
{
    if (count > 1)
        cmocka_set_test_filter(words[1]);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_whole_file_has_no_findings),
        TEST(the_command),
        TEST(while_a_keeper_writes),
        TEST(what_is_no_workbench),
        TEST(hostile_values),
        TEST(a_foreign_schema),
        TEST(an_endless_view_in_place_of_a_table),
        TEST(cut_at_every_size),
        TEST(flipped_bits),
        TEST(each_page_in_turn),
    };
    int failed = cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
    bytes_release(&said);
    return failed;
}
