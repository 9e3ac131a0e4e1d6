/* SPDX-License-Identifier: MIT
 *
 * The Table page of the real program: what is filtered, sorted, counted, opened, undone and
 * exported is what plain SQL says of the same file.
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
#include <sqlite3.h>

#include "base/memory.h"

#include "terminal_session.h"
#include "workbench.h"

enum { BIG_ROWS = 200000 };
static char folder[] = "/tmp/thaw-table-XXXXXX";
static char *database;
static sqlite3 *oracle;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    database = memory_format("%s/workbench.db", folder);
    workbench_create(database, BIG_ROWS);
    return sqlite3_open_v2(database, &oracle, SQLITE_OPEN_READONLY, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    sqlite3_close(oracle);
    char *command = memory_format("rm -r '%s'", folder);
    int status = system(command);
    free(command);
    free(database);
    return status;
}

static long long number(const char *sql)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(oracle, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(oracle));
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    long long found = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return found;
}

/* Opens a table of the set that is at that place in the list: 0 is big, 1 is films. */
static struct session *open_table(int set, int columns, int rows)
{
    const char *const arguments[] = {THAW_PATH, "--db", database, NULL};
    struct session_options options = {columns, rows, NULL};
    struct session *session = session_start(arguments, &options);
    session_expect(session, "200,000");
    session_type(session, set ? "j\r" : "\r");
    session_expect(session, set ? "row 1 of 800" : "row 1 of 200,000");
    return session;
}

static void leave(struct session *session)
{
    session_type(session, "\x11");
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(session_is_as_before(session));
    session_end(session);
}

static void expect_rows(struct session *session, const char *sql, const char *of)
{
    char *wanted = memory_format("row 1 of %lld", number(sql));
    session_expect(session, wanted);
    session_expect(session, of);
    free(wanted);
}

static void a_filter_is_over_the_whole_table_and_can_be_undone(void **state)
{
    (void)state;
    struct session *session = open_table(1, 0, 0);
    session_type(session, ":filter user.age < 25 and item.year >= 1980\r");
    session_expect(session, "where user.age < 25 and item.year >= 1980");
    expect_rows(session,
                "SELECT count(*) FROM films_ratings r JOIN films_users u ON u.user = r.user"
                " JOIN films_items i ON i.item = r.item WHERE u.age < 25 AND i.year >= 1980",
                "of 800 rows");
    session_type(session, "u");
    session_expect(session, "row 1 of 800");
    session_expect_gone(session, "where user.age");
    session_type(session, "u");
    session_expect(session, "there is nothing to undo");
    session_type(session, "\x12");
    session_expect(session, "where user.age < 25");
    session_type(session, "f");
    session_expect(session, "filter: user.age < 25 and item.year >= 1980");
    session_type(session, "\x15\r");
    session_expect_gone(session, "where user.age");
    session_expect(session, "row 1 of 800");
    leave(session);
}

static void a_mistake_in_a_filter_is_shown_above_it(void **state)
{
    (void)state;
    struct session *session = open_table(1, 0, 0);
    session_type(session, "fratin > 3\r");
    session_expect(session, "column 1: there is no column \"ratin\"; there are user, item, rating");
    session_expect(session, "filter: ratin > 3");
    session_type(session, "\x15rating > 3\r"); /* Ctrl-U erases it */
    session_expect(session, "where rating > 3");
    expect_rows(session, "SELECT count(*) FROM films_ratings WHERE rating > 3", "of 800 rows");
    leave(session);
}

static void names_of_columns_are_completed(void **state)
{
    (void)state;
    struct session *session = open_table(1, 0, 0);
    session_type(session, "fuser.\t");
    session_expect(session, "user.age  user.occupation");
    session_type(session, "oc\t = 'nurse' and user.a\t > 30\r");
    session_expect(session, "where user.occupation = 'nurse' and user.age > 30");
    expect_rows(session,
                "SELECT count(*) FROM films_ratings r JOIN films_users u ON u.user = r.user"
                " WHERE u.occupation = 'nurse' AND u.age > 30",
                "of 800 rows");
    leave(session);
}

static void rows_are_sorted_by_several_columns(void **state)
{
    (void)state;
    int rating, first, second;
    struct session *session = open_table(1, 120, 0);
    session_type(session, ":to rating\r]");
    session_expect(session, "by rating falling");
    session_expect(session, "rating ↓");
    session_type(session, ":to item\r{");
    session_expect(session, "by rating falling, then item");
    session_expect(session, "rating ↓1");
    session_expect(session, "item ↑2");
    session_find(session, "i1 ", &rating, &first);
    session_find(session, "i2 ", &rating, &second); /* ids are sorted as numbers */
    assert_true(first < second);
    session_type(session, "R");
    session_expect(session, "by rating, then item falling");
    session_type(session, ">");
    session_expect(session, "by time falling"); /* the column behind rating */
    session_type(session, "<<");
    session_expect(session, "by item");
    session_type(session, "uuuuuu"); /* old steps have no index any more */
    session_expect_gone(session, "by rating");
    session_type(session, "\x12\x12");
    session_expect(session, "by rating falling, then item");
    leave(session);
}

static void frequencies_are_tables_and_open_their_rows(void **state)
{
    (void)state;
    struct session *session = open_table(1, 120, 0);
    session_type(session, ":to user\rF");
    session_expect(session, "frequency of user");
    session_expect(session, "row 1 of 40");
    session_type(session, ":filter mean > 2.9 and most = 5\r");
    expect_rows(session,
                "SELECT count(*) FROM (SELECT user FROM films_ratings GROUP BY user"
                " HAVING avg(rating) > 2.9 AND max(rating) = 5)",
                "of 40 rows");
    session_type(session, "u");
    session_expect(session, "row 1 of 40");
    session_type(session, "\r");
    session_expect(session, "user u1");
    session_expect(session, "where user = 'u1'");
    session_expect(session, "row 1 of 20");
    session_type(session, "\033");
    session_expect(session, "row 1 of 40");
    session_type(session, "\033");
    session_expect(session, "row 1 of 800");
    session_expect_gone(session, "frequency of user");
    leave(session);
}

static void a_user_and_an_item_are_opened_and_left_at_the_cursor(void **state)
{
    (void)state;
    struct session *session = open_table(1, 120, 0);
    session_type(session, "p25\r");
    session_expect(session, "row 25 of 800");
    session_type(session, "\r");
    session_expect(session, "user u2"); /* whose ratings are rows 21 to 40 */
    session_expect(session, "row 1 of 20");
    session_type(session, "l\r");
    session_expect(session, "where item = ");
    session_expect(session, "ratings › user u2 ›");
    session_type(session, "\033");
    session_expect(session, "row 1 of 20");
    session_type(session, "\033");
    session_expect(session, "row 25 of 800");
    session_type(session, "q");
    session_expect(session, "800 ratings by 40 users");
    leave(session);
}

static void other_counts_are_tables_too(void **state)
{
    (void)state;
    struct session *session = open_table(1, 120, 0);
    session_type(session, ":to rating\rH");
    session_expect(session, "histogram of rating");
    session_expect(session, "row 1 of 5");
    session_type(session, "\r");
    session_expect(session, "where rating >= 1 and rating < 2");
    expect_rows(session, "SELECT count(*) FROM films_ratings WHERE rating = 1", "of 800 rows");
    session_type(session, "\033");
    session_expect(session, "log10");
    session_type(session, "qI");
    session_expect(session, "deviation");
    session_expect(session, "█");
    session_expect(session, "row 1 of 5");
    session_type(session, "qXuser.occupation\r");
    session_expect(session, "rating against user.occupation");
    session_expect(session, "engineer");
    session_type(session, "ll\r");
    session_expect(session, "where rating = 1 and user.occupation = 'engineer'");
    expect_rows(session,
                "SELECT count(*) FROM films_ratings r JOIN films_users u ON u.user = r.user"
                " WHERE r.rating = 1 AND u.occupation = 'engineer'",
                "of 800 rows");
    session_type(session, "\033");
    session_expect_gone(session, "where rating");
    session_type(session, "q.item.year\r");
    session_expect(session, "800 points, 0 without both, correlation");
    session_type(session, "\033");
    session_expect(session, "row 1 of 800");
    leave(session);
}

static void columns_are_added_hidden_and_shown(void **state)
{
    (void)state;
    struct session *session = open_table(1, 120, 0);
    session_type(session, "=decade = bin(item.year, 10)\r");
    session_expect(session, "decade");
    session_type(session, "F");
    session_expect(session, "frequency of decade");
    session_expect(session, "row 1 of 3");
    session_type(session, "q:to item.title\r-");
    session_expect_gone(session, "item.title");
    session_expect(session, "hidden");
    session_type(session, "+user.age\r");
    session_expect(session, "user.age");
    session_type(session, "u");
    session_expect_gone(session, "user.age");
    session_type(session, "u");
    session_expect(session, "item.title");
    session_type(session, "=nothing(3)\r");
    session_expect(session, "there is no function \"nothing\"");
    leave(session);
}

static bool holds(const char *path, const char *beginning, const char *ending, int lines)
{
    char content[1 << 16], *at = content;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(content, 1, sizeof content - 1, file);
    fclose(file);
    content[size] = '\0';
    int count = 0;
    for (; *at; at++)
        count += *at == '\n';
    size_t end = strlen(ending);
    return strncmp(content, beginning, strlen(beginning)) == 0 && count == lines && size >= end &&
           strcmp(content + size - end, ending) == 0;
}

static void an_export_is_what_is_shown(void **state)
{
    (void)state;
    struct session *session = open_table(1, 120, 0);
    char *path = memory_format("%s/shown.csv", folder);
    session_type(session, ":filter user = 'u3' and rating >= 4\r");
    session_expect(session, "of 800 rows");
    session_type(session, ":to rating\r]");
    session_expect(session, "by rating falling");
    session_type(session, ":hide time\r:hide item.title\r+user.age\r");
    session_expect(session, "hidden");
    session_type(session, ":export ");
    session_type(session, path);
    session_type(session, "\r");
    session_expect(session, "rows written");
    long long rows = number("SELECT count(*) FROM films_ratings WHERE user = 'u3' AND rating >= 4");
    assert_true(holds(path, "user,item,rating,user.age\r\nu3,", ",4,32\r\n", (int)rows + 1) ||
                holds(path, "user,item,rating,user.age\nu3,", ",4,32\n", (int)rows + 1));
    unlink(path);
    free(path);
    leave(session);
}

/* Nothing is typed after the screen has answered: the rows are still being found. */
static void an_export_and_a_search_wait_for_the_rows(void **state)
{
    (void)state;
    struct session *session = open_table(0, 0, 0);
    char *path = memory_format("%s/waited.csv", folder);
    session_type(session, ":filter item = 'i200'\r:to rating\r]:export ");
    session_type(session, path);
    session_type(session, "\r");
    session_expect(session, "rows written");
    long long rows = number("SELECT count(*) FROM big_ratings WHERE item = 'i200'");
    assert_true(rows > 100 && holds(path, "user,item,", "", (int)rows + 1));
    session_type(session, "uu:filter rating > 0\r/i200\r");
    session_expect(session, "row 200 of 200,000");
    unlink(path);
    free(path);
    leave(session);
}

static void a_search_goes_through_the_rows_that_are_shown(void **state)
{
    (void)state;
    struct session *session = open_table(0, 0, 0);
    session_type(session, "/i200\r"); /* in the row of the first user's last item */
    session_expect(session, "row 200 of 200,000");
    session_type(session, "n");
    session_expect(session, "row 400 of 200,000");
    session_type(session, "N");
    session_expect(session, "row 200 of 200,000");
    session_type(session, "/~ ^u1000$\r");
    session_expect(session, "row 199,801 of 200,000");
    session_type(session, ":filter user in ('u7', 'u1000')\r");
    session_expect(session, "400 of 200,000 rows");
    session_type(session, "g/u1000\r");
    session_expect(session, "row 201 of 400");
    session_type(session, "/~ (\r");
    session_expect(session, "is no regular expression");
    session_type(session, ":99%\r");
    session_expect(session, "row 396 of 400");
    session_type(session, ":17\r");
    session_expect(session, "row 17 of 400");
    leave(session);
}

static void the_last_row_is_found_filtered_counted_and_sorted(void **state)
{
    (void)state;
    struct session *session = open_table(0, 120, 0);
    session_type(session, "G");
    session_expect(session, "row 200,000 of 200,000");
    session_type(session, ":filter user = 'u1000' and item = 'i200'\r");
    session_expect(session, "1 of 200,000 rows");
    session_type(session, "u:to time\r]");
    session_expect(session, "200,000 of 200,000 rows");
    session_find(session, "u1000", &(int){0}, &(int){0});
    leave(session);
}

static void the_help_is_searched(void **state)
{
    (void)state;
    struct session *session = open_table(1, 0, 0);
    session_type(session, "?");
    session_expect(session, "show the rows that pass a condition");
    session_type(session, "/^The\r");
    session_expect(session, "title ~ '^The .*II$'");
    session_type(session, "/nowhere\r");
    session_expect(session, "no line has \"nowhere\"");
    session_type(session, "q");
    session_expect(session, "row 1 of 800");
    leave(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_is_over_the_whole_table_and_can_be_undone),
        cmocka_unit_test(a_mistake_in_a_filter_is_shown_above_it),
        cmocka_unit_test(names_of_columns_are_completed),
        cmocka_unit_test(rows_are_sorted_by_several_columns),
        cmocka_unit_test(frequencies_are_tables_and_open_their_rows),
        cmocka_unit_test(a_user_and_an_item_are_opened_and_left_at_the_cursor),
        cmocka_unit_test(other_counts_are_tables_too),
        cmocka_unit_test(columns_are_added_hidden_and_shown),
        cmocka_unit_test(an_export_is_what_is_shown),
        cmocka_unit_test(an_export_and_a_search_wait_for_the_rows),
        cmocka_unit_test(a_search_goes_through_the_rows_that_are_shown),
        cmocka_unit_test(the_last_row_is_found_filtered_counted_and_sorted),
        cmocka_unit_test(the_help_is_searched),
    };
    return cmocka_run_group_tests_name("table", tests, set_up, tear_down);
}
