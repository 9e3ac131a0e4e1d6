/* SPDX-License-Identifier: MIT
 *
 * Opening workbench files: new, older, newer and foreign ones, locks, and files reached by a link.
 */
#include "config.h"

#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../src/store/schema.h"
#include "../../src/store/statement.h"
#include "base/clock.h"
#include "store/run_store.h"

static struct error error;
static char folder[64], path[96];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-store-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* Runs SQL on the file as any other program would. */
static void outside(const char *file, const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(file, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void assert_error_holds(const char *text)
{
    if (!strstr(error.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, error.text);
}

static void a_new_file_becomes_a_workbench(void **state)
{
    (void)state;
    struct store *writer = store_open_writer(path, &error);
    assert_non_null(writer);
    struct store *reader = store_open_reader(path, &error);
    assert_non_null(reader);
    store_close(reader);
    store_close(writer);
    reader = store_open_reader(path, &error); /* now without a writer beside it */
    assert_non_null(reader);
    store_close(reader);
}

static void a_reader_needs_a_file(void **state)
{
    (void)state;
    assert_null(store_open_reader(path, &error));
    assert_int_equal(error.kind, ERROR_STORE);
    assert_error_holds("there is no workbench");
    assert_int_not_equal(access(path, F_OK), 0);
}

static void a_second_writer_is_refused(void **state)
{
    (void)state;
    struct store *first = store_open_writer(path, &error);
    assert_non_null(first);
    assert_null(store_open_writer(path, &error));
    char process[32];
    snprintf(process, sizeof process, "process %ld", (long)getpid());
    assert_error_holds(process);
    store_close(first);
    struct store *second = store_open_writer(path, &error);
    assert_non_null(second);
    store_close(second);
}

static void another_databases_file_is_left_as_it_is(void **state)
{
    (void)state;
    outside(path, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    assert_null(store_open_writer(path, &error));
    assert_error_holds("no thaw workbench");
    assert_null(store_open_reader(path, &error));
    outside(path, "SELECT a FROM theirs; DROP TABLE theirs");
}

static void a_newer_workbench_is_refused(void **state)
{
    (void)state;
    store_close(store_open_writer(path, &error));
    outside(path, "PRAGMA user_version = 9999");
    assert_null(store_open_writer(path, &error));
    assert_error_holds("has version 9999");
    assert_null(store_open_reader(path, &error));
    assert_error_holds("use a newer thaw");
}

static void what_is_no_database_is_refused(void **state)
{
    (void)state;
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("user,item,rating\n", file);
    fclose(file);
    assert_null(store_open_writer(path, &error));
    assert_error_holds("it is no SQLite database");
    assert_null(store_open_writer(folder, &error));
    assert_error_holds("is not a file");
    assert_null(store_open_writer("", &error));
    assert_error_holds("is empty");
    char missing[128];
    snprintf(missing, sizeof missing, "%s/no/such/folder.db", folder);
    assert_null(store_open_writer(missing, &error));
    assert_error_holds("No such file or directory");
}

static void a_rolled_back_transaction_leaves_nothing(void **state)
{
    (void)state;
    struct store *writer = store_open_writer(path, &error);
    struct store *reader = store_open_reader(path, &error);
    uint64_t before = store_version(reader);
    assert_int_equal(store_version(reader), before);
    assert_true(store_begin(writer, &error));
    assert_true(store_in_transaction(writer));
    assert_false(store_begin(writer, &error));
    store_rollback(writer);
    assert_false(store_in_transaction(writer));
    store_rollback(writer);
    assert_int_equal(store_version(reader), before);
    store_close(reader);
    store_close(writer);
}

static int64_t ask(const char *file, const char *sql)
{
    sqlite3 *handle;
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_open(file, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &query, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t answer = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(handle);
    return answer;
}

static void a_large_change_leaves_no_large_log(void **state)
{
    (void)state;
    enum { LARGE = 20 << 20 };
    char log[112];
    struct stat status;
    sqlite3 *reader;
    snprintf(log, sizeof log, "%s-wal", path);
    struct store *writer = store_open_writer(path, &error);
    for (int done = 0; done < 2; done++) {
        assert_true(store_begin(writer, &error));
        for (int i = 0; i < 40; i++)
            assert_true(store_execute(writer,
                                      "INSERT INTO thaw_scripts VALUES (hex(randomblob(8)), '',"
                                      " randomblob(1000000))",
                                      &error));
        if (done)
            assert_true(store_commit(writer, &error));
        else
            store_rollback(writer);
        assert_int_equal(stat(log, &status), 0);
        assert_true(status.st_size > LARGE);
        assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
        assert_int_equal(
            sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM thaw_scripts", NULL, NULL, NULL),
            SQLITE_OK);
        double begun = clock_monotonic();
        store_trim_log(writer); /* waits for nobody */
        assert_true(clock_monotonic() - begun < 2);
        sqlite3_close(reader);
        store_trim_log(writer);
        assert_int_equal(stat(log, &status), 0);
        assert_int_equal(status.st_size, 0);
        assert_int_equal(ask(path, "SELECT count(*) FROM thaw_scripts"), done ? 40 : 0);
    }
    store_close(writer);
    writer = store_open_writer(path, &error);
    assert_non_null(writer); /* the seal fits */
    assert_null(store_notice(writer));
    store_close(writer);
}

/* A workbench of the first version, with a data set in it. */
static void make_old(void)
{
    char identity[96];
    snprintf(identity, sizeof identity, "PRAGMA application_id = %d; PRAGMA user_version = 1",
             SCHEMA_APPLICATION);
    outside(path, schema_steps[0]);
    outside(path, identity);
    outside(path, "INSERT INTO thaw_datasets VALUES ('old', '', '', 0, 1, 1, 1, 0, 0, 0, 0, NULL,"
                  " NULL, 3, 3, 3)");
}

static void an_older_workbench_is_copied_and_brought_up_to_date(void **state)
{
    (void)state;
    char copy[128];
    snprintf(copy, sizeof copy, "%s.before-1", path);
    assert_false(store_is_old(path));
    make_old();
    assert_true(store_is_old(path));
    assert_null(store_open_reader(path, &error));
    assert_error_holds("was made by an older thaw");
    struct store *writer = store_open_writer(path, &error);
    if (!writer)
        fail_msg("%s", error.text);
    store_close(writer);
    assert_false(store_is_old(path));
    assert_int_equal(ask(path, "PRAGMA user_version"), schema_step_count);
    assert_int_equal(ask(path, "PRAGMA auto_vacuum"), 2);
    assert_int_equal(ask(path, "SELECT count(*) FROM thaw_datasets WHERE notes = ''"), 1);
    assert_int_equal(ask(copy, "PRAGMA user_version"), 1);
    assert_int_equal(ask(copy, "SELECT count(*) FROM thaw_datasets"), 1);
}

/* A workbench of the version before predictions had deviations, with a run in it. */
static void predictions_of_an_older_workbench_stay_readable(void **state)
{
    (void)state;
    char identity[96];
    snprintf(identity, sizeof identity, "PRAGMA application_id = %d; PRAGMA user_version = 2",
             SCHEMA_APPLICATION);
    outside(path, schema_steps[0]);
    outside(path, schema_steps[1]);
    outside(path, identity);
    outside(path,
            "INSERT INTO thaw_scripts VALUES ('d', '', x'');"
            "INSERT INTO thaw_executions VALUES (1, 'e', '', 'd', '', '', '', '', 1, 1, '', 0);"
            "INSERT INTO thaw_runs VALUES (1, 1, '1/a/1', 'a', 1, 'done', 1, 1, 1, 1, 0, NULL,"
            " NULL, 0, '', NULL, NULL, NULL, '', '', 0, 0);"
            "INSERT INTO thaw_tasks VALUES (1, 'warm', 0, 0, 'u', x'', x'01000000',"
            " x'0000803F'), (1, 'warm', 0, 1, 'v', x'02000000', x'03000000', x'00000040');"
            "INSERT INTO thaw_predictions VALUES (1, 'warm', -1, 0, x'0000803F00000040'),"
            " (1, 'warm', 1, 0, x'0000803F00000040')");
    store_close(store_open_writer(path, &error));
    struct store *reader = store_open_reader(path, &error);
    struct stored_predictions said;
    assert_non_null(reader);
    assert_true(store_predictions(reader, 1, TASKS_TEST, "warm", UINT32_MAX, 0, &said, &error));
    assert_int_equal(said.count, 2);
    assert_true(said.values[0] == 1 && said.values[1] == 2);
    assert_null(said.deviations);
    stored_predictions_release(&said);

    /* Of all tasks at any number of shots; that of the first is dropped. */
    struct stored_tasks tasks;
    assert_true(store_tasks(reader, 1, TASKS_TEST, "warm", 0, &tasks, &error));
    assert_int_equal(tasks.count, 2);
    assert_true(store_predictions(reader, 1, TASKS_TEST, "warm", 1, 0, &said, &error));
    uint32_t *starts = stored_predictions_starts(&said, &tasks, 1);
    assert_non_null(starts);
    assert_int_equal(starts[1], 0);
    assert_int_equal(starts[2], 1);
    assert_int_equal(said.count, 1);
    assert_true(said.values[0] == 2);
    free(starts);
    stored_predictions_release(&said);
    stored_tasks_release(&tasks);

    struct execution execution;
    size_t count;
    assert_true(store_execution(reader, 1, &execution, &error));
    assert_int_equal(execution.level_count, 0);
    assert_true(execution.smallest == 0 && execution.largest == 0 && execution.matters == 0);
    assert_string_equal(execution.answer, "level");
    execution_release(&execution);
    struct prediction_key *keys = store_prediction_keys(reader, 1, &count, &error);
    assert_int_equal(count, 2);
    assert_int_equal(keys[0].part, TASKS_TEST);
    free(keys);
    store_close(reader);
    assert_int_equal(ask(path, "SELECT count(*) FROM thaw_predictions WHERE encoding = 'real'"), 2);
}

/* A workbench whose predictions take two bytes each: 1 to 5 in 65,535 steps. */
static void predictions_of_two_bytes_stay_readable(void **state)
{
    (void)state;
    char identity[96];
    snprintf(identity, sizeof identity, "PRAGMA application_id = %d; PRAGMA user_version = 4",
             SCHEMA_APPLICATION);
    for (int step = 0; step < 4; step++)
        outside(path, schema_steps[step]);
    outside(path, identity);
    outside(
        path,
        "INSERT INTO thaw_scripts VALUES ('d', '', x'');"
        "INSERT INTO thaw_executions VALUES (1, 'e', '', 'd', '', '', '', '', 1, 1, '', 0, '1 5',"
        " 1, 5, 'level', 0);"
        "INSERT INTO thaw_runs VALUES (1, 1, '1/a/1', 'a', 1, 'done', 1, 1, 1, 1, 0, NULL,"
        " NULL, 0, '', NULL, NULL, NULL, '', '', 0, 0);"
        "INSERT INTO thaw_predictions VALUES (1, 'test', 'warm', -1, 0, 2, x'0000FFFF0080',"
        " x'00000100FFFF')");
    store_close(store_open_writer(path, &error));
    struct store *reader = store_open_reader(path, &error);
    struct stored_predictions said;
    struct execution execution;
    assert_non_null(reader);
    assert_true(store_execution(reader, 1, &execution, &error));
    assert_false(execution.unjailed); /* from before anybody could want that */
    assert_string_equal(execution.confinement, "");
    execution_release(&execution);
    assert_true(store_predictions(reader, 1, TASKS_TEST, "warm", UINT32_MAX, 0, &said, &error));
    assert_int_equal(said.count, 3);
    assert_true(said.values[0] == 1 && said.values[1] == 5);
    assert_true(said.values[2] == (float)(1 + 32768 * 4.0 / 65535));
    assert_true(said.deviations[0] == 0 && said.deviations[2] == 4);
    assert_true(said.deviations[1] == (float)(4.0 / 65535));
    stored_predictions_release(&said);
    store_close(reader);
}

static void a_step_that_fails_leaves_the_older_workbench(void **state)
{
    (void)state;
    make_old();
    outside(path, "CREATE INDEX thaw_runs_of_execution ON thaw_datasets (name)"); /* in the way */
    assert_null(store_open_writer(path, &error));
    assert_error_holds("version 2 of the database");
    assert_int_equal(ask(path, "PRAGMA user_version"), 1);
    outside(path, "DROP INDEX thaw_runs_of_execution");
    struct store *writer = store_open_writer(path, &error);
    assert_non_null(writer);
    store_close(writer);
}

static void every_table_is_strict(void **state)
{
    (void)state;
    store_close(store_open_writer(path, &error));
    assert_int_equal(ask(path, "SELECT count(*) FROM pragma_table_list WHERE name LIKE 'thaw%'"
                               " AND NOT strict"),
                     0);
}

static void an_empty_workbench_says_so(void **state)
{
    (void)state;
    fclose(fopen(path, "w"));
    assert_null(store_open_reader(path, &error));
    assert_error_holds("is empty");
    struct store *writer = store_open_writer(path, &error);
    assert_non_null(writer);
    store_close(writer);
}

/* What lies beside a workbench lies beside the file, by whatever link it is reached. */
static void what_lies_beside_a_link_lies_beside_its_file(void **state)
{
    static const char *const endings[] = {".lock", "-wal", "-shm"};
    char link[128], real[128], name[160];
    (void)state;
    snprintf(link, sizeof link, "%s/link.db", folder);
    snprintf(real, sizeof real, "%s/real.db", folder);
    store_close(store_open_writer(real, &error));
    snprintf(name, sizeof name, "%s.lock", real);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(symlink(real, link), 0);
    struct store *store = store_open_writer(link, &error);
    if (!store)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(name, sizeof name, "%s%s", real, endings[i]);
        if (access(name, F_OK) != 0)
            fail_msg("%s is not there", name);
        snprintf(name, sizeof name, "%s%s", link, endings[i]);
        if (access(name, F_OK) == 0)
            fail_msg("%s is there", name);
    }
    assert_null(store_open_writer(real, &error)); /* one writer, by either name */
    assert_non_null(strstr(error.text, "another thaw"));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_file_becomes_a_workbench, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_needs_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_writer_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_databases_file_is_left_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_newer_workbench_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_database_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_large_change_leaves_no_large_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rolled_back_transaction_leaves_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_older_workbench_is_copied_and_brought_up_to_date, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(predictions_of_an_older_workbench_stay_readable, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(predictions_of_two_bytes_stay_readable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_step_that_fails_leaves_the_older_workbench, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_table_is_strict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_workbench_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_lies_beside_a_link_lies_beside_its_file, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
