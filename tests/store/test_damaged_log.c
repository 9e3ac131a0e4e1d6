/* SPDX-License-Identifier: MIT
 *
 * A write-ahead log that belongs to the database and was damaged after its writer was killed.
 */
#include "config.h"

#include <errno.h>
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

#include "../../src/store/statement.h"
#include "../../src/store/write_ahead.h"
#include "store/doctor.h"
#include "store/store.h"

enum { PAGE = 4096, ROWS = 40, MANY = 1300 };
enum { MORE = 2 }; /* rows by which half of the frames have less than half of the rows */

static struct error error;
static char folder[64], path[96], log_path[128], aside[160];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-log-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    snprintf(log_path, sizeof log_path, "%s-wal", path);
    snprintf(aside, sizeof aside, "%s.aside-1", log_path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* -- what happened ----------------------------------------------------------------------------- */

static void add(struct store *store, const char *name, int number)
{
    static char source[3000];
    char run[32];
    memset(source, 'x', sizeof source - 1);
    snprintf(run, sizeof run, "%s %06d", name, number);
    if (!store_change(store, &error, "INSERT INTO thaw_log (time, run, text) VALUES (1, ?, ?)",
                      "tt", run, source))
        _exit(2);
}

/* Writes so many rows, in one transaction or in one each, and ends without a word. */
static void write_and_die(int rows, bool at_once)
{
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open_writer(path, &error);
        if (!store)
            _exit(3);
        add(store, "first", 0);
        store_close(store); /* so that the file has it */
        store = store_open_writer(path, &error);
        bool good = store && (!at_once || store_begin(store, &error));
        for (int i = 0; good && i < rows; i++)
            add(store, "row", i);
        if (!good || (at_once && !store_commit(store, &error)))
            _exit(4);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static uint32_t count_frames(void)
{
    struct write_ahead log;
    assert_true(write_ahead_read(log_path, &log));
    uint32_t frames = log.frames;
    write_ahead_release(&log);
    return frames;
}

/* Turns a byte in the page of a frame, counted from 0. */
static void damage_frame(uint32_t number)
{
    long at = LOG_HEADER + (long)number * (FRAME_HEADER + PAGE) + FRAME_HEADER + 1000;
    FILE *file = fopen(log_path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    fputc(byte ^ 0x40, file);
    assert_int_equal(fclose(file), 0);
}

static bool disk_fails; /* in the child */

/* Stands in front of the C library's for SQLite. */
int fdatasync(int file)
{
    errno = EIO;
    return disk_fails ? -1 : fsync(file);
}

/* Leaves the frames of a commit that failed behind those of a shorter one. */
static void fail_to_commit_and_die(void)
{
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open_writer(path, &error);
        if (!store)
            _exit(3);
        add(store, "row", 0);
        bool good = store_begin(store, &error);
        for (int i = 0; good && i < ROWS; i++)
            add(store, "lost", i);
        disk_fails = true;
        if (!good || store_commit(store, &error))
            _exit(4);
        store_rollback(store);
        disk_fails = false;
        add(store, "row", 1);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* -- what is seen ------------------------------------------------------------------------------ */

static int64_t count(struct store *store)
{
    int64_t rows;
    if (!store_number(store, "SELECT count(*) FROM thaw_log WHERE run LIKE 'row %'", &rows, &error))
        fail_msg("%s", error.text);
    return rows;
}

static struct store *open_store(bool writes)
{
    struct store *store =
        writes ? store_open_writer(path, &error) : store_open_reader(path, &error);
    if (!store)
        fail_msg("%s", error.text);
    int64_t whole;
    assert_true(store_number(store,
                             "SELECT count(*) FROM pragma_integrity_check WHERE"
                             " integrity_check = 'ok'",
                             &whole, &error));
    assert_int_equal(whole, 1);
    return store;
}

static void assert_notice(struct store *store, const char *text)
{
    if (!store_notice(store) || !strstr(store_notice(store), text) ||
        !strstr(store_notice(store), "aside-1"))
        fail_msg("\"%s\" is not in \"%s\"", text, store_notice(store) ? store_notice(store) : "");
}

static char *read_log(const char *name, size_t *size)
{
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    char *bytes = malloc(32 << 20);
    *size = fread(bytes, 1, 32 << 20, file);
    fclose(file);
    return bytes;
}

/* Says it, once; shows what stands before the damage, and keeps all of the log. */
static void check(bool writes, int64_t expected, const char *text)
{
    size_t size, kept_size;
    char *log = read_log(log_path, &size);
    struct store *store = open_store(writes);
    assert_notice(store, text);
    assert_in_range(count(store), expected > MORE ? expected - MORE : 0, expected);
    expected = count(store);
    store_close(store);
    char *kept = read_log(aside, &kept_size);
    assert_int_equal(size, kept_size);
    assert_memory_equal(log, kept, size);
    free(log);
    free(kept);
    for (int again = 0; again < 2; again++) {
        store = open_store(again == 1);
        if (store_notice(store))
            fail_msg("%s", store_notice(store));
        assert_int_equal(count(store), expected);
        store_close(store);
    }
}

static char found[2000];

static void find(void *context, const struct doctor_finding *finding)
{
    (void)context;
    size_t used = strlen(found);
    snprintf(found + used, sizeof found - used, "%s: %s. %s\n", finding->place, finding->what,
             finding->lost);
}

static void examine(void)
{
    const struct doctor_listener listener = {.find = find};
    struct doctor_report report;
    found[0] = '\0';
    if (!doctor_examine(path, &listener, &report, &error))
        fail_msg("%s", error.text);
}

/* -- damage ------------------------------------------------------------------------------------ */

static void what_is_lost_behind_damage_is_said_to_a_reader(void **state)
{
    (void)state;
    write_and_die(ROWS, false);
    damage_frame(count_frames() / 2);
    check(false, ROWS / 2, "damaged in its middle");
}

static void what_is_lost_behind_damage_is_said_to_a_writer(void **state)
{
    (void)state;
    write_and_die(ROWS, false);
    damage_frame(count_frames() / 2);
    check(true, ROWS / 2, "damaged in its middle");
}

static void a_log_that_is_damaged_at_its_beginning_is_kept(void **state)
{
    (void)state;
    write_and_die(ROWS, false);
    damage_frame(0);
    check(true, 0, "damaged in its middle");
}

static void the_doctor_says_it(void **state)
{
    (void)state;
    write_and_die(ROWS, false);
    examine();
    assert_string_equal(found, "");
    damage_frame(count_frames() / 2);
    examine();
    assert_non_null(strstr(found, "the log: it is damaged in its middle"));
    assert_int_not_equal(access(aside, F_OK), 0); /* it changes nothing */
}

/* All of the log is in the file: its beginning would take the file back. */
static void a_damaged_log_does_not_take_the_file_back(void **state)
{
    (void)state;
    write_and_die(MANY, true);
    damage_frame(count_frames() / 2);
    examine();
    assert_non_null(strstr(found, "the log: it is damaged"));
    assert_null(strstr(found, "pages:"));
    check(false, MANY, "the file already holds more");
}

/* They say whether a log without a seal can belong to a file. */
static void the_change_counters_of_a_log_are_read(void **state)
{
    (void)state;
    struct write_ahead log;
    unsigned char header[28];
    write_and_die(ROWS, false);
    assert_true(write_ahead_read(log_path, &log));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fread(header, 1, sizeof header, file), sizeof header);
    fclose(file);
    uint32_t counter = write_ahead_number(header + 24);
    assert_in_range(log.counters[0], counter, counter + 1);
    assert_in_range(log.counters[1], log.counters[0], counter + 1);
    write_ahead_release(&log);
}

static void what_a_failed_commit_leaves_is_no_damage(void **state)
{
    (void)state;
    fail_to_commit_and_die();
    examine();
    assert_string_equal(found, "");
    struct store *store = open_store(true);
    assert_null(store_notice(store));
    assert_int_equal(count(store), 2);
    store_close(store);
    assert_int_not_equal(access(aside, F_OK), 0);
}

/* What a killed writer, or a power cut, leaves of its last transaction is no damage. */
static void a_torn_end_is_not_said(void **state)
{
    (void)state;
    write_and_die(ROWS, false);
    damage_frame(count_frames() - 1);
    examine();
    assert_string_equal(found, "");
    struct store *store = open_store(false);
    assert_null(store_notice(store));
    assert_int_equal(count(store), ROWS - 1);
    store_close(store);
    assert_int_not_equal(access(aside, F_OK), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_lost_behind_damage_is_said_to_a_reader),
        TEST(what_is_lost_behind_damage_is_said_to_a_writer),
        TEST(a_log_that_is_damaged_at_its_beginning_is_kept),
        TEST(the_doctor_says_it),
        TEST(a_damaged_log_does_not_take_the_file_back),
        TEST(a_torn_end_is_not_said),
        TEST(the_change_counters_of_a_log_are_read),
        TEST(what_a_failed_commit_leaves_is_no_damage),
    };
    return cmocka_run_group_tests_name("damaged_log", tests, NULL, NULL);
}
