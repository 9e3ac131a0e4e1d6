/* SPDX-License-Identifier: MIT
 *
 * Databases with an unfinished change and its rollback journal. The change is undone, unless SQLite
 * would remove another file for it.
 */
#include "config.h"

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

#include "store/store.h"

static struct error error;
static char folder[64], path[96], journal[112], victim[96];

static void run_command(const char *format, ...)
{
    char command[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    assert_int_equal(system(command), 0);
}

static void run(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(handle), sql);
}

/* A workbench, in the middle of a change that is half in the file already. */
static int set_up(void **state)
{
    (void)state;
    sqlite3 *handle;
    char whole[96];
    snprintf(folder, sizeof folder, "/tmp/thaw-unfinished-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(whole, sizeof whole, "%s/whole.db", folder);
    snprintf(path, sizeof path, "%s/cut.db", folder);
    snprintf(journal, sizeof journal, "%s-journal", path);
    snprintf(victim, sizeof victim, "%s/victim", folder);
    store_close(store_open_writer(whole, &error));
    assert_int_equal(sqlite3_open(whole, &handle), SQLITE_OK);
    run(handle, "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN;"
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                " INSERT INTO thaw_log (time, run, text) SELECT 1, '', 'half' FROM n");
    run_command("cp '%s' '%s' && cp '%s-journal' '%s'", whole, path, whole, journal);
    run(handle, "ROLLBACK");
    sqlite3_close(handle);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    run_command("rm -r '%s'", folder);
    return 0;
}

static int64_t count_lines(void)
{
    sqlite3 *handle;
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, "SELECT count(*) FROM thaw_log", -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(handle);
    return count;
}

static void what_was_cut_off_is_undone(void **state)
{
    (void)state;
    struct store *store = store_open_writer(path, &error);
    if (!store)
        fail_msg("%s", error.text);
    store_close(store);
    assert_int_equal(count_lines(), 0);
}

static void a_reader_says_what_must_be_done(void **state)
{
    (void)state;
    assert_null(store_open_reader(path, &error));
    if (!strstr(error.text, "the next command that writes to it, such as an import, repairs it"))
        fail_msg("%s", error.text);
}

/* The end of a journal that belongs to a change of several databases: SQLite takes the file away
 * that it names, once it believes that change to be undone everywhere. */
static void name_victim(void)
{
    static const unsigned char magic[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    unsigned char end[12] = {0x40, 0x00, 0x00, 0x01};
    uint32_t sum = 0;
    size_t length = strlen(victim);
    for (size_t i = 0; i < length; i++)
        sum += (unsigned char)victim[i];
    FILE *file = fopen(journal, "ab");
    assert_non_null(file);
    fwrite(end, 1, 4, file); /* the page that no change has */
    fwrite(victim, 1, length, file);
    for (int i = 0; i < 4; i++) {
        end[i] = (unsigned char)(length >> (24 - 8 * i));
        end[4 + i] = (unsigned char)(sum >> (24 - 8 * i));
    }
    fwrite(end, 1, 8, file);
    fwrite(magic, 1, sizeof magic, file);
    fclose(file);
    file = fopen(victim, "w");
    assert_non_null(file);
    fputs("precious", file);
    fclose(file);
}

static void a_journal_takes_no_other_file_away(void **state)
{
    (void)state;
    name_victim();
    assert_null(store_open_writer(path, &error));
    if (!strstr(error.text, "names another file"))
        fail_msg("%s", error.text);
    assert_int_equal(access(victim, F_OK), 0);
    assert_int_equal(access(journal, F_OK), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_was_cut_off_is_undone),
        TEST(a_reader_says_what_must_be_done),
        TEST(a_journal_takes_no_other_file_away),
    };
    return cmocka_run_group_tests_name("unfinished", tests, NULL, NULL);
}
