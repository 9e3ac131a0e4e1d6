/* SPDX-License-Identifier: MIT
 *
 * The Scripts page beside an editor: words that thaw declares are explained.
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

static void the_word_under_the_cursor_is_explained(void **state)
{
    (void)state;
    struct session *session = open_scripts(80, 24);
    session_type(session, "K"); /* the first word in view; not the one in a comment */
    session_expect(session, "what a script returns");
    session_type(session, "q");
    session_expect_gone(session, "what a script returns");
    session_type(session, "b");
    int x, y;
    session_find(session, "map.bucket", &x, &y);
    session_settle(session, 0.2);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_word_under_the_cursor_is_explained),
        cmocka_unit_test(a_small_terminal_explains_too),
        cmocka_unit_test(options_are_words_of_their_constructor),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
