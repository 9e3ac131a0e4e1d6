/* SPDX-License-Identifier: MIT
 *
 * What the doctor finds in values, schemas and files that are no workbench, and `thaw doctor`
 * itself.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/memory.h"
#include "command/command.h"
#include "store/run_store.h"
#include "patient.h"

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
         "execution 1", "asks for ratings that toy lacks"},
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
        {"UPDATE thaw_scripts SET modules = x'6100'", "script ", "its digest is another"},
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
        "ALTER TABLE thaw_runs ADD COLUMN strange TEXT",
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
                           " 'slow' OR name LIKE 'films%' OR sql LIKE '%strange%'",
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
    assert_command("", "", STATUS_OK,
                   "is whole: 1 data set, 4 executions, 15 runs, 211 sets of predictions and 18 "
                   "checkpoints in ");
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, patient_set_up, patient_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_command),          TEST(while_a_keeper_writes),
        TEST(what_is_no_workbench), TEST(hostile_values),
        TEST(a_foreign_schema),     TEST(an_endless_view_in_place_of_a_table),
    };
    int failed = cmocka_run_group_tests_name("doctor_findings", tests, NULL, NULL);
    bytes_release(&said);
    return failed;
}
