/* SPDX-License-Identifier: MIT
 *
 * Filters, orders and searches of grids against plain SQL, and expressions that are wrong or
 * hostile.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "grid_bench.h"
#include "store/expression.h"
#include "store/grid_store.h"
#include "store/row_index.h"

static struct grid_bench bench;
static struct grid *grid;
static struct error error;

static int set_up(void **state)
{
    (void)state;
    grid_bench_open(&bench);
    grid = grid_open(bench.store, "films", DATASET_RATINGS, &error);
    assert_non_null(grid);
    assert_true(grid_join(grid, &error));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    grid_free(grid);
    grid_bench_close(&bench);
    return 0;
}

#define JOINED                                                                                     \
    " FROM films_ratings r LEFT JOIN films_users u ON u.user = r.user"                             \
    " LEFT JOIN films_items i ON i.item = r.item "

/* The view has exactly the rows that the SQL lists, in its order. */
static void assert_rows(const struct grid_view *view, const char *sql)
{
    struct row_index *index = row_index_new(&error);
    assert_non_null(index);
    if (!grid_index(grid, view, index, &error))
        fail_msg("%s: %s", view->filter, error.text);
    assert_true(row_index_is_complete(index));
    int64_t *wanted = grid_bench_integers(&bench, sql);
    int64_t count = row_index_count(index);
    uint32_t *found = memory_array((size_t)count + 1, sizeof *found);
    assert_int_equal(row_index_read(index, 0, (size_t)count + 1, found), count);
    for (int64_t i = 0; i < count; i++)
        if (wanted[i] != found[i])
            fail_msg("%s: row %lld is %u, not %lld", view->filter, (long long)i, found[i],
                     (long long)wanted[i]);
    assert_int_equal(wanted[count], -1);
    free(found);
    free(wanted);
    row_index_drop(index);
}

/* With columns beside the table looked up one by one, and read into memory before. */
static void assert_view(const struct grid_view *view, const char *sql)
{
    assert_rows(view, sql);
    store_remember_beside(bench.store, true);
    assert_rows(view, sql);
    store_remember_beside(bench.store, false);
}

static void filters_are_what_plain_sql_says(void **state)
{
    static const struct {
        const char *filter, *sql;
        bool empty;
    } CASES[] = {
        {"rating > 3", "r.rating > 3", false},
        {"rating = 2.5 or rating<=.5", "r.rating = 2.5 OR r.rating <= 0.5", false},
        {"user.age < 25 and item.year < 1999", "u.age < 25 AND i.year < 1999", false},
        {"USER.AGE < 25 AND NOT (Rating >= 3)", "u.age < 25 AND NOT r.rating >= 3", false},
        {"user = 17", "r.user = '17'", false},
        {"user in (17, 18, '19')", "r.user IN ('17','18','19')", false},
        {"user < 30", "CAST(r.user AS INTEGER) < 30", false},
        {"user.gender = 'F' and user.age is missing", "u.gender = 'F' AND u.age IS NULL", false},
        {"user.gender is missing", "u.user IS NULL", false},
        {"user.age is not null", "u.age IS NOT NULL", false},
        {"user.age between 20 and 29", "u.age >= 20 AND u.age <= 29", false},
        {"not user.age between 20 and 29", "NOT (u.age >= 20 AND u.age <= 29)", false},
        {"user.age not between 20 and 29", "NOT (u.age >= 20 AND u.age <= 29)", false},
        {"time = '2001'", "strftime('%Y', r.time, 'unixepoch') = '2001'", false},
        {"time = '2001-05'", "strftime('%Y-%m', r.time, 'unixepoch') = '2001-05'", false},
        {"time >= '2001-05-17'", "date(r.time, 'unixepoch') >= '2001-05-17'", false},
        {"time <= '2001-05-17'", "date(r.time, 'unixepoch') <= '2001-05-17'", false},
        {"time > '2001-05-17'", "date(r.time, 'unixepoch') > '2001-05-17'", false},
        {"time < '2001-05-17 12'", "strftime('%Y-%m-%d %H', r.time, 'unixepoch') < '2001-05-17 12'",
         false},
        {"'2001' > time", "strftime('%Y', r.time, 'unixepoch') < '2001'", false},
        {"time != '2002'", "strftime('%Y', r.time, 'unixepoch') <> '2002'", false},
        {"time between '2001-02' and '2001-04'",
         "strftime('%Y-%m', r.time, 'unixepoch') BETWEEN '2001-02' AND '2001-04'", false},
        {"weekday(time) = 1", "strftime('%w', r.time, 'unixepoch') = '1'", false},
        {"weekday(time) = 7", "strftime('%w', r.time, 'unixepoch') = '0'", false},
        {"hour(time) < 6 and month(time) = 2",
         "CAST(strftime('%H', r.time, 'unixepoch') AS INTEGER) < 6"
         " AND strftime('%m', r.time, 'unixepoch') = '02'",
         false},
        {"date(time) = '2001-05-17'", "date(r.time, 'unixepoch') = '2001-05-17'", true},
        {"item.title has 'STAR'", "lower(i.title) LIKE '%star%'", false},
        {"not item.title has 'star'", "NOT lower(i.title) LIKE '%star%'", false},
        {"item.title not has 'star'", "NOT lower(i.title) LIKE '%star%'", false},
        {"item.title ~ '^the .*II [0-9]$'", "i.title GLOB 'The Old Part II [0-9]'", false},
        {"item.title !~ '^the '", "i.title NOT GLOB 'The *'", false},
        {"item.title = 'it''s \"so\" 3'", "i.title = 'it''s \"so\" 3'", false},
        {"item.title = \"it's \"\"so\"\" 3\"", "i.title = 'it''s \"so\" 3'", false},
        {"item.title has '霸王'", "i.title LIKE '霸王%'", false},
        {"[with] = 'friends'", "r.\"with\" = 'friends'", false},
        {"with = 'a \\ b'", "r.\"with\" = 'a \\ b'", false},
        {"with = ''", "r.\"with\" = ''", false},
        {"rating * 2 - 1 = 4", "r.rating * 2 - 1 = 4", false},
        {"7 / 2 = 3.5 and 7 // 2 = 3 and -7 // 2 = -4 and 7 % 2 = 1", "1", false},
        {"2 + 3 * 4 = 14 and (2 + 3) * 4 = 20 and 10 - 3 - 2 = 5 and - - 2 = 2", "1", false},
        {"1 = 1 or 1 = 1 and 1 = 2", "1", false},
        {"bin(item.year, 10) = 1990", "i.year / 10 = 199", false},
        {"floor(rating) = 3 and ceil(rating) = 4", "r.rating = 3.5", false},
        {"round(rating) = 4", "round(r.rating) = 4", false},
        {"abs(rating - 3) > 1.6", "abs(r.rating - 3) > 1.6", false},
        {"greatest(rating, 4) = 4 and least(rating, 2) = 2", "r.rating BETWEEN 2 AND 4", false},
        {"length(item.title) > 12", "length(i.title) > 12", false},
        {"lower(item.title) = upper(item.title)", "lower(i.title) = upper(i.title)", false},
        {"coalesce(user.age, 99) > 70", "ifnull(u.age, 99) > 70", false},
        {"rating > user.age / 10", "r.rating > u.age / 10.0", false},
        {"log10(user) >= 2", "CAST(r.user AS INTEGER) >= 100", false},
        {"number(with) is missing", "1", false},
        {"rating = 77", "0", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *sql =
            memory_format("SELECT r.rowid" JOINED "WHERE %s ORDER BY r.rowid", CASES[i].sql);
        char *some = memory_format("SELECT count(*)" JOINED "WHERE %s", CASES[i].sql);
        if (!CASES[i].empty && grid_bench_number(&bench, some) == 0)
            fail_msg("%s shows nothing: no row passes", CASES[i].filter);
        assert_view(&(struct grid_view){.filter = CASES[i].filter}, sql);
        free(sql);
        free(some);
    }
}

static size_t place(const char *name)
{
    size_t column = grid_column_place(grid, name);
    assert_true(column < grid->column_count);
    return column;
}

static void orders_are_what_plain_sql_says(void **state)
{
    (void)state;
    assert_view(&(struct grid_view){.orders = {{place("rating"), true}}, .order_count = 1},
                "SELECT rowid FROM films_ratings ORDER BY rating DESC, rowid");
    assert_view(&(struct grid_view){.orders = {{place("time"), false}}, .order_count = 1},
                "SELECT rowid FROM films_ratings ORDER BY time IS NULL, time, rowid");
    assert_view(&(struct grid_view){.orders = {{place("time"), true}}, .order_count = 1},
                "SELECT rowid FROM films_ratings ORDER BY time IS NULL, time DESC, rowid");
    assert_view(
        &(struct grid_view){.orders = {{place("user"), false}, {place("rating"), true}},
                            .order_count = 2},
        "SELECT rowid FROM films_ratings ORDER BY CAST(user AS INTEGER), rating DESC, rowid");
    assert_view(
        &(struct grid_view){.filter = "rating > 4",
                            .orders = {{place("user.age"), true}, {place("item.title"), false}},
                            .order_count = 2},
        "SELECT r.rowid" JOINED "WHERE r.rating > 4"
        " ORDER BY u.age IS NULL, u.age DESC, i.title IS NULL, i.title, r.rowid");
}

static void added_columns_sort_and_filter(void **state)
{
    (void)state;
    assert_true(grid_add_column(grid, "decade", "bin(item.year, 10)", &error));
    assert_true(grid_add_column(grid, NULL, "weekday(time)", &error));
    assert_false(grid_add_column(grid, "DECADE", "1", &error));
    assert_string_equal(error.text, "there is already a column \"DECADE\"");
    assert_view(&(struct grid_view){.filter = "decade = 1980 and [weekday(time)] in (6, 7)",
                                    .orders = {{place("decade"), true}},
                                    .order_count = 1},
                "SELECT r.rowid" JOINED "WHERE i.year / 10 = 198"
                " AND strftime('%w', r.time, 'unixepoch') IN ('0', '6') ORDER BY r.rowid");
}

static void a_mistake_is_a_sentence_with_its_column(void **state)
{
    static const struct {
        const char *filter, *sentence;
    } CASES[] = {
        {"agee > 3", "column 1: there is no column \"agee\"; there are user, item"},
        {"rating > ", "column 10: a column, a number or a text is expected at the end"},
        {"rating >> 3", "column 9: a column, a number or a text is expected before \">\""},
        {"rating", "column 1: a condition is expected here"},
        {"rating > 3 and item", "column 16: a condition is expected here"},
        {"rating > 3 4", "column 12: \"and\", \"or\" or a sign is expected before \"4\""},
        {"(rating > 3", "column 12: \")\" is expected at the end"},
        {"rating > 'F'", "column 10: a number is compared with a number, not with a text"},
        {"time > 'yesterday'", "column 8: a time is compared with a text such as '2001'"},
        {"time = '2001-02-31'", "column 8: a time is compared"},
        {"user.gender = 'F", "column 15: the text that begins here has no end '"},
        {"'霸王' = user and [wit", "column 17: the name that begins here has no end ]"},
        {"rating ? 3", "column 8: \"?\" means nothing here"},
        {"rating > 3; DROP TABLE films_ratings", "column 11: \";\" means nothing here"},
        {"rating in 3", "column 11: \"(\" is expected before \"3\""},
        {"rating in ('a')", "column 12: a number is expected in the list"},
        {"rating in (user)", "column 12: a number or a text is expected in the list"},
        {"nothing(rating) = 1", "column 1: there is no function \"nothing\"; there are year"},
        {"year(with) = 1", "column 6: year() takes a time here"},
        {"bin(rating) = 1", "column 11: \",\" is expected before \")\""},
        {"item.title ~ '('", "column 14: \"(\" is no regular expression"},
        {"item.title ~ '(a)\\1'", "column 14: a regular expression cannot refer to a group"},
        {"item.title ~ '((a{99}){99}){99}'", "column 14: the counts in braces"},
        {"item.title ~ title", "column 14: a regular expression in quotes is expected"},
        {"rating is 3", "column 11: \"missing\" is expected here"},
        {"rating not = 3", "column 12: \"in\", \"between\", \"has\" or \"~\" is expected"},
        {"1..2 = 3", "column 1: a number is expected here"},
        {"(rating > 3) = 1", "column 16: a condition is not compared"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct expression condition;
        if (grid_compile(grid, CASES[i].filter, true, &condition, &error))
            fail_msg("%s is taken: %s", CASES[i].filter, condition.sql);
        if (strncmp(error.text, CASES[i].sentence, strlen(CASES[i].sentence)) != 0)
            fail_msg("%s gives \"%s\"", CASES[i].filter, error.text);
        assert_null(condition.sql);
    }
}

/* Every expression of random words and bytes is refused by a sentence or is SQL that runs. */
static void hostile_expressions_are_bounded(void **state)
{
    static const char *const WORDS[] = {
        "rating", "user.age", "item.title", "time", "(",       ")",       "and", "or", "not",
        "in",     ",",        "=",          "<",    "~",       "'a'",     "3",   "-",  "*",
        "/",      "//",       "%",          "is",   "missing", "between", "has", "[",  "'",
        "year(",  "bin(",     "\"",         "\xff", "\x01",    "r.rowid", "--"};
    unsigned seed = 5;
    size_t taken = 0;
    (void)state;
    for (int round = 0; round < 40000; round++) {
        char text[EXPRESSION_MOST + 64] = "";
        seed = seed * 1664525 + 1013904223;
        unsigned words = (seed >> 8) % (round % 50 ? 8 : 300);
        for (unsigned i = 0; i < words && strlen(text) + 32 < sizeof text; i++) {
            static const char *const USUAL[][4] = {{"rating", "user.age", "3", "time"},
                                                   {"=", "<", "+", "and"}};
            seed = seed * 1664525 + 1013904223;
            unsigned drawn = seed >> 8;
            strcat(text, drawn % 8 ? USUAL[i % 2][drawn / 8 % 4]
                                   : WORDS[drawn / 8 % (sizeof WORDS / sizeof *WORDS)]);
            strcat(text, " ");
        }
        struct expression condition;
        if (!grid_compile(grid, text, true, &condition, &error)) {
            assert_true(error.text[0]);
            continue;
        }
        taken++;
        struct row_index *index = row_index_new(&error);
        if (!grid_index(grid, &(struct grid_view){.filter = text}, index, &error))
            fail_msg("%s\nis %s\n%s", text, condition.sql, error.text);
        row_index_drop(index);
        expression_release(&condition);
    }
    assert_in_range(taken, 100, 39000);
}

static void long_and_deep_expressions_are_refused(void **state)
{
    struct expression condition;
    char text[2 * EXPRESSION_MOST] = "";
    (void)state;
    for (int i = 0; i < 200; i++)
        strcat(text, "(");
    assert_false(grid_compile(grid, text, true, &condition, &error));
    assert_non_null(strstr(error.text, "parentheses"));
    strcpy(text, "rating = 1");
    for (int i = 0; i < 70; i++)
        strcat(text, " or rating=1");
    assert_false(grid_compile(grid, text, true, &condition, &error));
    assert_non_null(strstr(error.text, "at most 60 operations"));
    memset(text, 'a', EXPRESSION_MOST);
    text[EXPRESSION_MOST] = '\0';
    assert_false(grid_compile(grid, text, true, &condition, &error));
    assert_non_null(strstr(error.text, "at most 1023 bytes"));
    strcpy(text, "rating = 1"); /* the longest chain that is taken runs too */
    for (int i = 0; i < 28; i++)
        strcat(text, " or not rating=1");
    struct row_index *index = row_index_new(&error);
    assert_false(grid_compile(grid, text, true, &condition, &error));
    text[strlen("rating = 1") + 19 * strlen(" or not rating=1")] = '\0';
    if (!grid_index(grid, &(struct grid_view){.filter = text}, index, &error))
        fail_msg("%s", error.text);
    assert_int_equal(row_index_count(index), BENCH_RATINGS);
    row_index_drop(index);
}

static int64_t find(const struct row_index *index, const char *sought, bool backwards, int64_t from)
{
    size_t columns[] = {place("user"), place("item.title"), place("rating"), place("time")};
    struct grid_selection selection = {columns, 4, index};
    int64_t position;
    if (!grid_find(grid, &selection, sought, backwards, from, &position, &error))
        fail_msg("%s", error.text);
    return position;
}

static void a_search_finds_the_next_row_and_wraps_around(void **state)
{
    (void)state;
    const char *const sql = "SELECT r.rowid - 1" JOINED "WHERE i.title LIKE 'the old part ii 7'"
                            " ORDER BY 1";
    int64_t *rows = grid_bench_integers(&bench, sql);
    assert_true(rows[0] >= 0 && rows[1] >= 0 && rows[2] >= 0);
    assert_int_equal(find(NULL, "old part II 7", false, 0), rows[0]);
    assert_int_equal(find(NULL, "old part II 7", false, rows[0]), rows[0]);
    assert_int_equal(find(NULL, "old part II 7", false, rows[0] + 1), rows[1]);
    assert_int_equal(find(NULL, "old part II 7", true, rows[2] - 1), rows[1]);
    assert_int_equal(find(NULL, "~ part II 7$", true, rows[2] - 1), rows[1]);
    size_t last = 0;
    while (rows[last + 1] >= 0)
        last++;
    assert_int_equal(find(NULL, "old part II 7", false, rows[last] + 1), rows[0]);
    assert_int_equal(find(NULL, "old part II 7", true, rows[0] - 1), rows[last]);
    assert_int_equal(find(NULL, "nowhere", false, 5), -1);
    assert_int_equal(find(NULL, "~ ^4[.]5$", false, 100),
                     grid_bench_number(&bench, "SELECT min(rowid) - 1 FROM films_ratings"
                                               " WHERE rating = 4.5 AND rowid > 100"));
    assert_int_equal(find(NULL, "~ ^4$", false, 100),
                     grid_bench_number(&bench, "SELECT min(rowid) - 1 FROM films_ratings WHERE"
                                               " (rating = 4 OR user = '4') AND rowid > 100"));
    free(rows);
    double time = grid_bench_number(&bench, "SELECT min(time) FROM films_ratings");
    char day[64], *ask = memory_format("SELECT strftime('%%Y', %.0f, 'unixepoch')", time);
    snprintf(day, sizeof day, "%.0f-", grid_bench_number(&bench, ask));
    assert_true(find(NULL, day, false, 0) >= 0); /* times are sought as they are shown */
    free(ask);
}

static void a_search_in_an_order_goes_by_that_order(void **state)
{
    (void)state;
    struct row_index *index = row_index_new(&error);
    struct grid_view view = {
        .filter = "rating > 2", .orders = {{place("time"), true}}, .order_count = 1};
    assert_true(grid_index(grid, &view, index, &error));
    int64_t *all = grid_bench_integers(
        &bench, "SELECT ifnull(i.title LIKE 'Star 3', 0)" JOINED
                "WHERE r.rating > 2 ORDER BY r.time IS NULL, r.time DESC, r.rowid");
    int64_t first = 0, second;
    while (all[first] == 0)
        first++;
    for (second = first + 1; all[second] == 0;)
        second++;
    assert_int_equal(all[second], 1);
    assert_int_equal(find(index, "star 3", false, 0), first);
    assert_int_equal(find(index, "star 3", false, first + 1), second);
    assert_int_equal(find(index, "star 3", true, second - 1), first);
    free(all);
    row_index_drop(index);
}

static void a_regular_expression_that_is_wrong_finds_nothing_and_says_why(void **state)
{
    size_t column = 0;
    struct grid_selection selection = {&column, 1, NULL};
    int64_t position = 5;
    (void)state;
    assert_false(grid_find(grid, &selection, "~ (", false, 0, &position, &error));
    assert_int_equal(position, -1);
    assert_non_null(strstr(error.text, "is no regular expression"));
}

static void rows_are_read_in_any_order_with_columns_beside_them(void **state)
{
    struct row_index *index = row_index_new(&error);
    struct grid_view view = {
        .filter = "user.age > 60", .orders = {{place("rating"), true}}, .order_count = 1};
    size_t columns[] = {place("item.title"), place("rating"), place("user.age")};
    struct grid_selection selection = {columns, 3, index};
    struct grid_page page = {0};
    char *wanted = grid_bench_rows(
        &bench,
        "SELECT i.title, CASE WHEN r.rating = round(r.rating) THEN CAST(r.rating AS INTEGER)"
        " ELSE r.rating END, u.age" JOINED
        "WHERE u.age > 60 ORDER BY r.rating DESC, r.rowid LIMIT 20 OFFSET 30");
    (void)state;
    assert_true(grid_index(grid, &view, index, &error));
    assert_true(grid_read_selection(grid, &selection, 30, 20, &page, &error));
    assert_int_equal(page.count, 20);
    char *at = wanted;
    for (size_t i = 0; i < page.count; i++) {
        char *row = memory_format("%s|%s|%s\n", page.cells[3 * i], page.cells[3 * i + 1],
                                  page.cells[3 * i + 2]);
        if (strncmp(at, row, strlen(row)) != 0)
            fail_msg("row %zu is %s, and the rest of what is expected %s", i, row, at);
        at += strlen(row);
        free(row);
    }
    free(wanted);
    grid_page_release(&page, 3);
    row_index_drop(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_are_what_plain_sql_says),
        cmocka_unit_test(orders_are_what_plain_sql_says),
        cmocka_unit_test(a_mistake_is_a_sentence_with_its_column),
        cmocka_unit_test(hostile_expressions_are_bounded),
        cmocka_unit_test(long_and_deep_expressions_are_refused),
        cmocka_unit_test(a_search_finds_the_next_row_and_wraps_around),
        cmocka_unit_test(a_search_in_an_order_goes_by_that_order),
        cmocka_unit_test(a_regular_expression_that_is_wrong_finds_nothing_and_says_why),
        cmocka_unit_test(rows_are_read_in_any_order_with_columns_beside_them),
        cmocka_unit_test(added_columns_sort_and_filter),
    };
    return cmocka_run_group_tests_name("grid", tests, set_up, tear_down);
}
