/* SPDX-License-Identifier: MIT
 *
 * The Scripts page beside an editor: words that thaw declares are explained, and a saved file is
 * checked at once. Says how soon.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"

#include "terminal_session.h"

static const char SCRIPT[] = "local thaw = require \"thaw\"\n"
                             "local map = thaw.map -- map.bag\n"
                             "return thaw.experiment {\n"
                             "  data = \"synthetic\",\n"
                             "  mapping = { user = { age = map.bucket { 18, 40 } } },\n"
                             "}\n";

static char folder[] = "/tmp/thaw-scripts-XXXXXX";

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
    char arguments[512];
    va_list list;
    va_start(list, format);
    vsnprintf(arguments, sizeof arguments, format, list);
    va_end(list);
    char *line = memory_format("cd %s && %s >/dev/null 2>&1", folder, arguments);
    assert_int_equal(system(line), 0);
    free(line);
}

/* Saves the script with one text replaced by another. */
static void save(const char *old, const char *new)
{
    char *path = memory_format("%s/a_script.lua", folder);
    const char *at = strstr(SCRIPT, old);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_non_null(at);
    fprintf(file, "%.*s%s%s", (int)(at - SCRIPT), SCRIPT, new, at + strlen(old));
    assert_int_equal(fclose(file), 0);
    free(path);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    save("", "");
    run("%s --db wb.db import %s/datasets/synthetic --name synthetic", THAW_PATH, SOURCE_PATH);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    run("rm -rf %s", folder);
    return 0;
}

static struct session *open_scripts(int columns, int rows)
{
    char *line = memory_format("cd %s && exec %s --db wb.db", folder, THAW_PATH);
    const char *const arguments[] = {"sh", "-c", line, NULL};
    struct session *session =
        session_start(arguments, &(struct session_options){columns, rows, NULL});
    session_expect(session, "60,000 ratings");
    session_type(session, "2");
    session_expect(session, "a_script.lua");
    free(line);
    return session;
}

static void leave(struct session *session)
{
    session_type(session, "\x11");
    assert_int_equal(session_wait(session), 0);
    assert_true(session_is_as_before(session));
    session_end(session);
}

#define BEFORE "mapping = { user = { age = "

static void the_word_under_the_cursor_is_explained(void **state)
{
    (void)state;
    struct session *session = open_scripts(80, 24);
    session_type(session, "K"); /* the first word in view; not the one in a comment */
    session_expect(session, "what a script returns");
    session_type(session, "q");
    session_expect_gone(session, "what a script returns");
    int x, y;
    session_find(session, BEFORE "map.bucket", &x, &y); /* drawn anew, and not a line of the help */
    x += (int)strlen(BEFORE);
    for (int i = 0; i < 8 && !session_cell(session, x, y).coloured; i++) {
        session_type(session, "b");
        session_settle(session, 0.3);
    }
    assert_true(session_cell(session, x, y).coloured);
    session_type(session, "K");
    session_expect(session, "help map.bucket");
    session_expect(session, "the interval between edges");
    session_expect(session, "quantiles");
    leave(session);
}

static void a_small_terminal_explains_too(void **state)
{
    (void)state;
    struct session *session = open_scripts(40, 12);
    session_type(session, "wbK");
    session_expect(session, "help map.bucket");
    session_expect(session, "map.bucket { ... }");
    leave(session);
}

/* An option is explained by its constructor, and a page without a known word says so. */
static void options_are_words_of_their_constructor(void **state)
{
    (void)state;
    save("map.bucket { 18, 40 }", "map.bucket { of = \"age\", quantiles = 3 }");
    struct session *session = open_scripts(80, 24);
    session_type(session, "wbK"); /* the last word */
    session_expect(session, "help map.bucket");
    leave(session);
    save(SCRIPT, "return 1\n");
    session = open_scripts(80, 24);
    session_type(session, "K");
    session_expect(session, "no word here that thaw declares");
    leave(session);
}

/* A file that another process has saved is checked; below an error stands what was good. */
static void a_saved_file_is_checked_and_the_good_version_stays(void **state)
{
    (void)state;
    save("", "");
    struct session *session = open_scripts(80, 24);
    save("{ 18, 40 }", "{ 18, 41 }");
    session_expect(session, "it can run, on a sample");
    session_expect(session, "age: [18, 41)");
    save("map.bucket", "map.bukcet");
    session_expect(session, "it cannot run");
    session_expect(session, "a_script.lua:5");
    session_expect(session, "did you mean 'bucket'?");
    session_expect(session, "could run, and stands");
    session_expect(session, "5▸");
    /* Another file that takes the name, as an editor writes it. */
    save("{ 18, 40 }", "{ 18, 42 }");
    run("cp a_script.lua new && mv new a_script.lua");
    session_expect(session, "age: [18, 42)");
    session_expect_gone(session, "5▸");
    leave(session);
}

/* Tasks are items, and users are users. */
static void items_as_tasks_are_shown_by_their_names(void **state)
{
    (void)state;
    save("", "");
    struct session *session = open_scripts(80, 24);
    save("  data", "  tasks = thaw.tasks.by_item { min = 4, query = 2 },\n  data");
    session_expect(session, "it can run, on a sample");
    session_expect(session, "user u");
    assert_false(session_shows(session, "item u"));
    leave(session);
}

static void a_small_terminal_is_told_too(void **state)
{
    (void)state;
    struct session *session = open_scripts(40, 12);
    save("map.bucket", "map.bukcet");
    session_expect(session, "did you mean");
    save("{ 18, 40 }", "{ 18, 43 }");
    session_expect(session, "it can run, on a");
    session_expect(session, "age: [18, 43)");
    leave(session);
}

/* Items by their genres, and users by their age, with a cursor that names the point under it. */
static void a_mapping_is_drawn_with_a_cursor(void **state)
{
    (void)state;
    save("mapping = {", "mapping = { item = { genres = map.bag(), year = map.number() },");
    struct session *session = open_scripts(80, 24);
    session_type(session, "m");
    session_expect(session, "600 items by PCA");
    session_expect(session, "Enter open");
    session_type(session, "\x1b[C\x1b[B");
    session_settle(session, 0.3);
    session_type(session, "\r");
    session_expect(session, "training rating");
    session_expect(session, "item.genres");
    session_type(session, "q");
    session_type(session, "d");
    session_expect(session, "10 nearest of 599 items, before training");
    session_type(session, "q");
    session_type(session, ":by yeer\r");
    session_expect(session, "did you mean");
    session_type(session, "b");
    session_expect(session, "colour by: yeer");
    session_type(session, "\x15year\r");
    session_expect(session, ">= ");
    session_type(session, ":of 1/maml/1\r");
    session_expect(session, "there is no run");
    session_type(session, "o\x15\r");
    session_expect(session, "600 items by PCA");
    session_type(session, "u");
    session_expect(session, "1,000 users by PCA");
    session_type(session, "q");
    session_expect(session, "a_script.lua");
    leave(session);
}

static void a_mapping_is_drawn_on_a_small_terminal(void **state)
{
    (void)state;
    save("mapping = {", "mapping = { item = { genres = map.bag(), year = map.number() },");
    struct session *session = open_scripts(40, 12);
    session_type(session, "m");
    session_expect(session, "600 items by PCA");
    session_type(session, "v"); /* markers */
    session_settle(session, 0.3);
    session_type(session, "tG");
    session_expect(session, "t-SNE");
    leave(session);
}

static int by_size(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static void assert_soon(const char *what, double *seconds, size_t count)
{
    enum { LATE = 3 }; /* seconds, on any machine */
    qsort(seconds, count, sizeof *seconds, by_size);
    print_message(
        "%s: half of %zu saves within %.0f ms, 90 %% within %.0f ms, all within %.0f ms\n", what,
        count, 1e3 * seconds[count / 2], 1e3 * seconds[count * 9 / 10], 1e3 * seconds[count - 1]);
    assert_true(seconds[count / 2] < LATE);
}

static void a_save_is_answered_soon(void **state)
{
    enum { SAVES = 50 };
    double wrong[SAVES], good[SAVES];
    (void)state;
    struct session *session = open_scripts(80, 24);
    save("{ 18, 40 }", "{ 18, 50 }");
    session_expect(session, "age: [18, 50)");
    for (int i = 0; i < SAVES; i++) {
        char text[32], shown[48];
        snprintf(text, sizeof text, "map.bukcet%d", i);
        snprintf(shown, sizeof shown, "has no 'bukcet%d'", i);
        save("map.bucket", text);
        double begin = clock_monotonic();
        session_expect(session, shown);
        wrong[i] = clock_monotonic() - begin;
        snprintf(text, sizeof text, "{ 18, %d }", 100 + i);
        snprintf(shown, sizeof shown, "age: [18, %d)", 100 + i);
        save("{ 18, 40 }", text);
        begin = clock_monotonic();
        session_expect(session, shown);
        good[i] = clock_monotonic() - begin;
    }
    assert_soon("an error", wrong, SAVES);
    assert_soon("mapped rows", good, SAVES);
    leave(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_word_under_the_cursor_is_explained),
        cmocka_unit_test(a_small_terminal_explains_too),
        cmocka_unit_test(options_are_words_of_their_constructor),
        cmocka_unit_test(a_saved_file_is_checked_and_the_good_version_stays),
        cmocka_unit_test(items_as_tasks_are_shown_by_their_names),
        cmocka_unit_test(a_small_terminal_is_told_too),
        cmocka_unit_test(a_mapping_is_drawn_with_a_cursor),
        cmocka_unit_test(a_mapping_is_drawn_on_a_small_terminal),
        cmocka_unit_test(a_save_is_answered_soon),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
