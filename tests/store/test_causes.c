/* SPDX-License-Identifier: MIT
 *
 * Databases that can be read but not written, and error messages that name the real cause.
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../src/store/reason.h"
#include "../../src/store/statement.h"
#include "store/store.h"

enum { NOBODY = 65534, SKIPPED = 77 };

static struct error error;
static bool private_mounts;
static char folder[64], path[128];

static int set_up(void **state)
{
    (void)state;
    error = (struct error){0};
    snprintf(folder, sizeof folder, "/tmp/thaw-causes-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", folder, folder);
    return system(command);
}

static void assert_says(const char *text)
{
    if (!strstr(error.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, error.text);
}

static bool add(struct store *store, int number, size_t size)
{
    char digest[32];
    snprintf(digest, sizeof digest, "%d", number);
    return store_change(store, &error, "INSERT INTO thaw_scripts VALUES (?, '', zeroblob(?))", "ti",
                        digest, (int64_t)size);
}

static int64_t count(struct store *store)
{
    struct statement *query = statement_new(store, "SELECT count(*) FROM thaw_scripts", &error);
    bool row;
    assert_true(query && statement_step(query, &row, &error) && row);
    int64_t rows = statement_integer(query, 0);
    statement_free(query);
    return rows;
}

/* A workbench of three rows; with `log` it is left by a writer that was killed. */
static void make(bool log)
{
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open_writer(path, &error);
        for (int i = 0; store && i < 3; i++)
            add(store, i, 10);
        if (log)
            raise(SIGKILL);
        store_close(store);
        _exit(store ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(log ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Runs `look` in another process, as an ordinary user. It returns NULL or what is wrong. */
static void as_ordinary_user(const char *(*look)(void))
{
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
            _exit(SKIPPED);
        const char *wrong = look();
        if (wrong)
            fprintf(stderr, "%s: %s\n", wrong, error.text);
        fflush(stderr);
        _exit(wrong ? 1 : 0);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void open_to_all(mode_t folder_mode, mode_t mode)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char name[160];
        snprintf(name, sizeof name, "%s%s", path, ENDINGS[i]);
        if (chmod(name, mode) != 0)
            assert_int_equal(errno, ENOENT);
    }
    assert_int_equal(chmod(folder, folder_mode), 0);
}

/* -- only to be looked at ---------------------------------------------------------------------- */

static const char *look_quietly(void)
{
    struct store *store = store_open_reader(path, &error);
    if (!store)
        return "it cannot be looked at";
    if (store_notice(store))
        return store_notice(store);
    if (*error.text)
        return "an error stays";
    if (count(store) != 3 || store_is_displaced(store))
        return "it shows something else";
    store_close(store);
    if (store_open_writer(path, &error))
        return "it can be written";
    return strstr(error.text, "cannot write the workbench") && strstr(error.text, folder) &&
                   (strstr(error.text, "Permission denied") || strstr(error.text, "Read-only"))
               ? NULL
               : "the writer's sentence";
}

static void a_folder_that_is_read_only_can_be_looked_at(void **state)
{
    (void)state;
    make(false);
    open_to_all(0555, 0444);
    as_ordinary_user(look_quietly);
}

static void a_folder_that_is_read_only_shows_what_the_log_has(void **state)
{
    (void)state;
    make(true);
    open_to_all(0555, 0444);
    as_ordinary_user(look_quietly);
}

static void a_file_that_is_read_only_can_be_looked_at(void **state)
{
    (void)state;
    make(false);
    open_to_all(0755, 0444);
    as_ordinary_user(look_quietly);
}

/* SQLite could not use the log without an index that it may write. */
static void a_log_without_its_index_is_used_where_nothing_can_be_written(void **state)
{
    (void)state;
    char index[160];
    make(true);
    snprintf(index, sizeof index, "%s-shm", path);
    assert_int_equal(unlink(index), 0);
    open_to_all(0555, 0444);
    as_ordinary_user(look_quietly);
}

static const char *look_without_log(void)
{
    if (store_open_reader(path, &error))
        return "it shows something";
    return strstr(error.text, "-wal") && strstr(error.text, "Permission denied")
               ? NULL
               : "what is missing is not said";
}

static void a_log_that_cannot_be_read_is_said(void **state)
{
    (void)state;
    char log[160];
    make(true);
    open_to_all(0555, 0444);
    snprintf(log, sizeof log, "%s-wal", path);
    assert_int_equal(chmod(log, 0), 0);
    as_ordinary_user(look_without_log);
}

static const char *look_at_secret(void)
{
    if (store_open_reader(path, &error))
        return "it can be read";
    return strstr(error.text, "no permission to read it") ? NULL : "the sentence";
}

static void a_file_that_may_not_be_read_is_said_to_be_so(void **state)
{
    (void)state;
    make(false);
    open_to_all(0755, 0000);
    as_ordinary_user(look_at_secret);
    open_to_all(0755, 0600);
}

/* Mounts a disk of this size in the folder, with the database on it. Skips the test if that is not
 * allowed. */
static void mount_medium(const char *size, char medium[96])
{
    char command[400];
    snprintf(medium, 96, "%s/medium", folder);
    assert_int_equal(mkdir(medium, 0755), 0);
    snprintf(command, sizeof command, "mount -t tmpfs -o size=%s none %s 2> /dev/null", size,
             medium);
    if (!private_mounts || system(command) != 0)
        skip();
    snprintf(path, sizeof path, "%s/bench.db", medium);
}

/* Also of root. */
static void a_medium_that_is_read_only_can_be_looked_at(void **state)
{
    (void)state;
    char medium[96], command[400];
    mount_medium("8m", medium);
    for (int log = 0; log < 2; log++) {
        make(log);
        snprintf(command, sizeof command, "mount -o remount,ro %s", medium);
        assert_int_equal(system(command), 0);
        error = (struct error){0};
        const char *wrong = look_quietly();
        snprintf(command, sizeof command, "mount -o remount,rw %s; rm %s/*", medium, medium);
        assert_int_equal(system(command), 0);
        if (wrong)
            fail_msg("%s: %s", wrong, error.text);
    }
    assert_int_equal(umount(medium), 0);
}

/* -- causes ------------------------------------------------------------------------------------ */

static void a_full_disk_is_said_to_be_full(void **state)
{
    (void)state;
    char medium[96], command[400];
    mount_medium("2m", medium);
    struct store *store = store_open_writer(path, &error);
    assert_non_null(store);
    int rows = 0;
    while (rows < 1000 && add(store, rows, 50000))
        rows++;
    assert_in_range(rows, 5, 100);
    assert_says("the disk is full");
    assert_says("are free); make room");
    assert_says(path);
    struct store *reader = store_open_reader(path, &error);
    assert_int_equal(count(reader), rows);
    store_set_trouble(store, "there is no room");
    char text[64];
    store_trouble(reader, text, sizeof text);
    assert_string_equal(text, "there is no room");
    store_set_trouble(store, "");
    store_trouble(reader, text, sizeof text);
    assert_string_equal(text, "");
    store_close(reader);
    store_close(store);
    snprintf(command, sizeof command, "mount -o remount,size=20m %s", medium);
    assert_int_equal(system(command), 0);
    store = store_open_writer(path, &error);
    assert_non_null(store);
    assert_null(store_notice(store));
    assert_int_equal(count(store), rows);
    assert_true(add(store, rows, 50000));
    store_close(store);
    assert_int_equal(umount(medium), 0);
}

static void fill(const char *medium)
{
    char command[400];
    snprintf(command, sizeof command, "head -c 4m /dev/zero > %s/rest 2> /dev/null; true", medium);
    assert_int_equal(system(command), 0);
}

/* Reading needs room for an index, where the log is too large for memory or somebody writes. */
static void a_full_disk_can_be_looked_at(void **state)
{
    (void)state;
    char medium[96], command[400], text[300];
    mount_medium("2m", medium);
    for (int log = 0; log < 2; log++) {
        make(log);
        snprintf(command, sizeof command, "rm -f %s-shm", path);
        assert_int_equal(system(command), 0);
        fill(medium);
        struct store *store = store_open_reader(path, &error);
        if (!store)
            fail_msg("%s", error.text);
        assert_int_equal(count(store), 3);
        store_close(store);
        sqlite3 *handle;
        assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
        assert_int_equal(sqlite3_exec(handle, "SELECT * FROM thaw_log", NULL, NULL, NULL),
                         SQLITE_IOERR);
        if (!strstr(reason_of(handle, path, text, sizeof text), "index of its log"))
            fail_msg("%s", reason_of(handle, path, text, sizeof text));
        sqlite3_close(handle);
        snprintf(command, sizeof command, "rm %s/*", medium);
        assert_int_equal(system(command), 0);
    }
    assert_int_equal(umount(medium), 0);
}

/* SQLite gives no connection if there is no memory for one. */
static void a_connection_that_is_missing_lacks_memory(void **state)
{
    (void)state;
    char text[300];
    assert_string_equal(reason_of(NULL, path, text, sizeof text), "there is not enough memory");
}

static void a_limit_of_file_sizes_is_said(void **state)
{
    (void)state;
    struct rlimit before, small;
    signal(SIGXFSZ, SIG_IGN);
    struct store *store = store_open_writer(path, &error);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1 << 20;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int rows = 0;
    while (rows < 1000 && add(store, rows, 50000))
        rows++;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_says("larger than files may be here");
    assert_true(add(store, rows, 50000));
    store_close(store);
}

static void a_lock_is_said(void **state)
{
    (void)state;
    make(false);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other,
                                  "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;"
                                  "DELETE FROM thaw_scripts",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_null(store_open_reader(path, &error));
    assert_says("another program keeps it locked");
    if (strstr(error.text, "change"))
        fail_msg("%s", error.text);
    sqlite3_close(other);
}

/* -- a disk that fails ------------------------------------------------------------------------- */

static const sqlite3_io_methods *real_methods;
static sqlite3_io_methods methods;
static int failing; /* errno of every reading; 0: none */

static int read_badly(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
    if (!failing)
        return real_methods->xRead(file, bytes, size, offset);
    errno = failing;
    return SQLITE_IOERR_READ;
}

static void a_disk_that_fails_is_said_and_not_a_change(void **state)
{
    (void)state;
    make(false);
    struct store *store = store_open_reader(path, &error);
    assert_non_null(store);
    sqlite3_file *file;
    sqlite3 *handle = store_handle(store);
    assert_int_equal(sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file),
                     SQLITE_OK);
    assert_int_equal(sqlite3_db_release_memory(handle), SQLITE_OK);
    real_methods = file->pMethods;
    methods = *real_methods;
    methods.xRead = read_badly;
    file->pMethods = &methods;
    static const struct {
        int number;
        const char *text;
    } CASES[] = {{EIO, "the disk reports an error"}, {EACCES, "permission"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        failing = CASES[i].number;
        struct statement *query = statement_new(store, "SELECT * FROM thaw_points", &error);
        bool row;
        assert_false(query && statement_step(query, &row, &error));
        failing = 0;
        assert_says(CASES[i].text);
        assert_says("cannot read the database");
        statement_free(query);
        sqlite3_db_release_memory(handle);
    }
    file->pMethods = real_methods;
    store_close(store);
}

int main(void)
{
    /* what is mounted here is nobody else's business */
    if (geteuid() == 0 && unshare(CLONE_NEWNS) == 0)
        private_mounts = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_folder_that_is_read_only_can_be_looked_at),
        TEST(a_folder_that_is_read_only_shows_what_the_log_has),
        TEST(a_file_that_is_read_only_can_be_looked_at),
        TEST(a_log_without_its_index_is_used_where_nothing_can_be_written),
        TEST(a_log_that_cannot_be_read_is_said),
        TEST(a_file_that_may_not_be_read_is_said_to_be_so),
        TEST(a_medium_that_is_read_only_can_be_looked_at),
        TEST(a_full_disk_is_said_to_be_full),
        TEST(a_full_disk_can_be_looked_at),
        TEST(a_connection_that_is_missing_lacks_memory),
        TEST(a_limit_of_file_sizes_is_said),
        TEST(a_lock_is_said),
        TEST(a_disk_that_fails_is_said_and_not_a_change),
    };
    return cmocka_run_group_tests_name("causes", tests, NULL, NULL);
}
