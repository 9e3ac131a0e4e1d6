/* SPDX-License-Identifier: MIT
 *
 * The page SQL, completion of what is typed, exports by the name's ending, and the clipboard, in
 * the real program on a pseudo-terminal.
 */
#include "config.h"

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

#include "base/memory.h"

#include "terminal_session.h"
#include "workbench.h"

enum { BIG_ROWS = 60000 };
static char folder[] = "/tmp/thaw-sheet-XXXXXX";
static char *database;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    database = memory_format("%s/workbench.db", folder);
    workbench_create(database, BIG_ROWS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *command = memory_format("rm -r '%s'", folder);
    int status = system(command);
    free(command);
    free(database);
    return status;
}

static struct session *open_thaw(int columns, int rows)
{
    const char *const arguments[] = {THAW_PATH, "--db", database, NULL};
    struct session_options options = {columns, rows, NULL};
    struct session *session = session_start(arguments, &options);
    session_expect(session, "1 Data");
    session_expect(session, "big");
    return session;
}

static void leave(struct session *session)
{
    session_type(session, "\x11");
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void a_query_opens_as_a_sheet(void **state)
{
    (void)state;
    struct session *session = open_thaw(0, 0);
    session_type(session, ":sql SELECT rating, count(*) AS n, avg(rating) AS mean FROM big_ratings "
                          "GROUP BY rating\r");
    session_expect(session, "row 1 of 5");
    session_expect(session, "rating");
    session_type(session, ">>"); /* by n, largest first */
    session_expect(session, "sorted by n, largest first");
    session_type(session, "/5.0\r");
    session_type(session, "q");
    session_expect(session, "3 Train");
    session_type(session, ":sql SELECT user, item FROM big_ratings\r");
    session_expect(session, "row 1 of 50,000 and more");
    session_type(session, "e");
    session_expect(session, ":sql SELECT user, item FROM big_ratings");
    session_type(session, " LIMIT 7\r");
    session_expect(session, "row 1 of 7");
    leave(session);
}

static void a_mistake_has_a_place_and_a_guess(void **state)
{
    (void)state;
    struct session *session = open_thaw(0, 0);
    session_type(session, ":sql SELECT ratin FROM big_ratings\r");
    session_expect(session, "at character 8");
    session_expect(session, "did you mean \"rating\"?");
    session_type(session, ":sql DELETE FROM big_ratings\r");
    session_expect(session, "it may only read");
    session_type(session, ":sql SELECT count(*) FROM big_ratings\r");
    session_expect(session, "60000");
    leave(session);
}

static void an_endless_query_is_given_up(void **state)
{
    (void)state;
    struct session *session = open_thaw(0, 0);
    session_type(session, ":sql WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                          "SELECT max(x) FROM n\r");
    session_expect(session, "waiting for the query");
    session_type(session, "\x1b");
    session_expect(session, "the query was cancelled");
    session_type(session, ":sql SELECT 40 + 2 AS n\r");
    session_expect(session, "42");
    leave(session);
}

/* What lies in a file, up to 300 bytes. */
static const char *content(const char *path)
{
    static char text[301];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void exports_follow_the_ending(void **state)
{
    (void)state;
    static const struct {
        const char *ending, *begins;
    } files[] = {
        {"csv", "n,text\n1,\"a|b, c\"\n"},
        {"jsonl", "{\"n\":1,\"text\":\"a|b, c\"}\n"},
        {"md", "| n | text |\n| --: | --- |\n| 1 | a\\|b, c |\n"},
        {"tex", "\\begin{tabular}{rl}\n\\hline\nn & text \\\\\n"},
    };
    struct session *session = open_thaw(0, 0);
    session_type(session, ":sql SELECT 1 AS n, 'a|b, c' AS text UNION ALL SELECT 2, NULL\r");
    session_expect(session, "row 1 of 2");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = memory_format("%s/q.%s", folder, files[i].ending);
        char *line = memory_format(":export %s\r", path);
        session_type(session, line);
        session_expect(session, "2 rows written");
        assert_int_equal(strncmp(content(path), files[i].begins, strlen(files[i].begins)), 0);
        session_type(session, ":help\r");
        session_expect(session, "Everywhere");
        session_type(session, "q"); /* Esc and ":" at once would be Alt-: */
        session_expect_gone(session, "rows written");
        free(line);
        free(path);
    }
    session_type(session, ":export /tmp/x.foo\r");
    session_expect(session, "its name tells no format; end it in .csv");
    assert_int_not_equal(access("/tmp/x.foo", F_OK), 0);
    session_type(session, ":export big --to ");
    session_type(session, folder);
    session_type(session, "/out\r");
    session_expect(session, "60,000 ratings");
    char *path = memory_format("%s/out/ratings.csv", folder);
    assert_int_equal(access(path, F_OK), 0);
    free(path);
    leave(session);
}

static void names_are_completed(void **state)
{
    (void)state;
    struct session *session = open_thaw(0, 0);
    session_type(session, ":sql SELECT rat\t FROM big_r\t");
    session_expect(session, ":sql SELECT rating FROM big_ratings");
    session_type(session, "\x03:data ren\t");
    session_expect(session, ":data rename");
    session_type(session, " bi\t");
    session_expect(session, ":data rename big");
    session_type(session, "\x03:impor\t --na\t");
    session_expect(session, ":import --name");
    session_type(session, "\x03:sql SELECT thaw_\t");
    session_expect(session, "SELECT thaw_checkpoints");
    session_type(session, "\t");
    session_expect(session, "SELECT thaw_columns");
    session_type(session, "\x03");
    leave(session);
}

/* "Hi, ü" is what base64 makes of it; nothing of the text itself reaches the terminal. */
static void a_cell_is_copied_by_osc_52(void **state)
{
    (void)state;
    size_t size;
    struct session *session = open_thaw(0, 0);
    session_type(session, ":sql SELECT 'Hi, ü' AS a, char(27) || ']52;c;x' AS b\r");
    session_expect(session, "row 1 of 1");
    session_type(session, "Y");
    session_expect(session, "the cell copied, 6 bytes");
    const char *output = session_output(session, &size);
    assert_non_null(memmem(output, size, "\033]52;c;SGksIMO8\a", 16));
    session_type(session, "lY");
    session_expect(session, "the cell copied, 11 bytes");
    output = session_output(session, &size);
    assert_null(memmem(output, size, "\033]52;c;x", 8));
    session_type(session, "\x19"); /* Ctrl-Y */
    session_expect(session, "the table copied");
    session_type(session, ":sql SELECT user, item, rating FROM big_ratings\r");
    session_expect(session, "row 1 of 50,000 and more");
    session_type(session, "\x19");
    session_expect(session, "a terminal takes 49152");
    leave(session);
}

static void a_small_screen_is_enough(void **state)
{
    (void)state;
    struct session *session = open_thaw(40, 12);
    session_type(session, ":sql SELECT user, rating FROM big_ratings LIMIT 3\r");
    session_expect(session, "row 1 of 3");
    session_type(session, "j");
    session_expect(session, "row 2 of 3");
    leave(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_opens_as_a_sheet),
        cmocka_unit_test(a_mistake_has_a_place_and_a_guess),
        cmocka_unit_test(an_endless_query_is_given_up),
        cmocka_unit_test(exports_follow_the_ending),
        cmocka_unit_test(names_are_completed),
        cmocka_unit_test(a_cell_is_copied_by_osc_52),
        cmocka_unit_test(a_small_screen_is_enough),
    };
    return cmocka_run_group_tests_name("sheet", tests, set_up, tear_down);
}
