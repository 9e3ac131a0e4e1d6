/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "left_log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../src/store/statement.h"
#include "base/memory.h"

struct error error;
char folder[64], path[96], other[96];

int left_log_set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-swap-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    snprintf(other, sizeof other, "%s/other.db", folder);
    return 0;
}

void shell(const char *format, ...)
{
    char command[1024];
    int used = snprintf(command, sizeof command, "cd %s && ", folder);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command + used, sizeof command - (size_t)used, format, arguments);
    va_end(arguments);
    if (system(command) != 0)
        fail_msg("%s", command);
}

int left_log_tear_down(void **state)
{
    (void)state;
    shell("chmod -R u+w . && rm -rf %s", folder);
    return 0;
}

bool add(struct store *store, const char *name, int number, const char *source)
{
    char digest[64];
    snprintf(digest, sizeof digest, "%s %06d", name, number);
    return store_change(store, &error, "INSERT INTO thaw_scripts VALUES (?, ?, x'')", "tt", digest,
                        source);
}

void add_rows(struct store *store, const char *name, int count, bool long_ones)
{
    static char source[3000];
    memset(source, 'x', sizeof source - 1);
    for (int i = 0; i < count; i++) {
        store_set_durable(store, false); /* kills are no power cuts */
        if (!store_begin(store, &error) || !add(store, name, i, long_ones ? source : "short") ||
            !store_commit(store, &error)) {
            fprintf(stderr, "%s\n", error.text);
            _exit(1);
        }
    }
}

void write_and_die(struct history history)
{
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open_writer(history.file, &error);
        if (!store)
            _exit(2);
        add_rows(store, "before", history.before, history.long_ones);
        if (history.before) {
            store_close(store);
            store = store_open_writer(history.file, &error);
        }
        add_rows(store, history.name, history.after, history.long_ones);
        raise(SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

void write_and_close(const char *file, const char *name, int count)
{
    struct store *store = store_open_writer(file, &error);
    if (!store)
        fail_msg("%s", error.text);
    add_rows(store, name, count, false);
    store_close(store);
}

int count_rows(struct store *store, const char *name)
{
    struct statement *query = statement_new(
        store, "SELECT count(*) FROM thaw_scripts WHERE digest LIKE ? || ' %'", &error);
    bool row = false;
    assert_non_null(query);
    statement_bind(query, "t", name);
    if (!statement_step(query, &row, &error))
        fail_msg("%s", error.text);
    int count = (int)statement_integer(query, 0);
    statement_free(query);
    return count;
}

bool is_whole(struct store *store)
{
    struct statement *check = statement_new(store, "PRAGMA integrity_check", &error);
    bool row = false;
    bool good = check && statement_step(check, &row, &error) && row &&
                strcmp(statement_text(check, 0), "ok") == 0;
    statement_free(check);
    return good;
}

void check_store(struct store *store, struct expectation expected)
{
    if (!store)
        fail_msg("%s", error.text);
    const char *notice = store_notice(store);
    if (expected.aside && !notice)
        fail_msg("nothing was said");
    if (!expected.aside && notice)
        fail_msg("%s", notice);
    if (expected.aside)
        assert_non_null(strstr(notice, "write-ahead log"));
    assert_int_equal(count_rows(store, expected.name), expected.count);
    assert_true(is_whole(store));
}

bool exists(const char *ending)
{
    char *name = memory_format("%s%s", path, ending);
    bool found = access(name, F_OK) == 0;
    free(name);
    return found;
}

/* Puts everything in the folder back to how it is now, after `look`. */
static void look_again(void (*look)(struct expectation), struct expectation expected)
{
    shell("rm -rf ../kept-%d && cp -a . ../kept-%d", (int)getpid(), (int)getpid());
    look(expected);
    shell("find . -mindepth 1 -delete; cp -a ../kept-%d/. . && rm -rf ../kept-%d", (int)getpid(),
          (int)getpid());
}

static void look_as_reader(struct expectation expected)
{
    struct store *store = store_open_reader(path, &error);
    check_store(store, expected);
    assert_false(store_is_displaced(store));
    store_close(store);
    assert_int_equal(exists("-wal.aside-1"), expected.aside);
    store = store_open_reader(path, &error); /* once is enough */
    check_store(store, (struct expectation){expected.name, expected.count, false});
    store_close(store);
}

static void look_as_writer(struct expectation expected)
{
    struct store *store = store_open_writer(path, &error);
    check_store(store, expected);
    add_rows(store, "afterwards", 5, false);
    store_close(store);
    assert_int_equal(exists("-wal.aside-1"), expected.aside);
    assert_false(exists("-wal"));
    store = store_open_reader(path, &error);
    check_store(store, (struct expectation){"afterwards", 5, false});
    assert_int_equal(count_rows(store, expected.name), expected.count);
    store_close(store);
}

void assert_found(const char *name, int count, bool aside)
{
    struct expectation expected = {name, count, aside};
    look_again(look_as_reader, expected);
    look_as_writer(expected);
}
