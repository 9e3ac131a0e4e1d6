/* SPDX-License-Identifier: MIT
 *
 * Tables that are counted from a grid, against plain SQL; and files of rows.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "grid_bench.h"
#include "store/derived.h"
#include "store/row_index.h"
#include "store/tally.h"

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

static struct derived_request request_of(const char *column, const char *measure)
{
    struct derived_request request = {.column = grid_column_place(grid, column),
                                      .measure =
                                          measure ? grid_column_place(grid, measure) : TALLY_NONE};
    assert_true(request.column < grid->column_count);
    return request;
}

static struct grid *grid_of(struct derived *derived)
{
    struct grid *made =
        grid_of_rows(bench.store, "films", derived->file, derived->columns, derived->column_count);
    derived_release(derived);
    return made;
}

/* A cell of a derived grid as a number; NaN if it is missing. */
static double cell(const struct grid *of, int64_t row, const char *name)
{
    size_t column = grid_column_place(of, name);
    struct grid_selection selection = {&column, 1, NULL};
    struct grid_page page = {0};
    if (column == of->column_count)
        fail_msg("there is no column %s", name);
    assert_true(grid_read_selection(of, &selection, row, 1, &page, &error));
    assert_int_equal(page.count, 1);
    double value = page.cells[0] ? strtod(page.cells[0], NULL) : (double)NAN;
    grid_page_release(&page, 1);
    return value;
}

static char *text_cell_of(const struct grid *of, int64_t row, const char *name)
{
    size_t column = grid_column_place(of, name);
    struct grid_selection selection = {&column, 1, NULL};
    struct grid_page page = {0};
    assert_true(grid_read_selection(of, &selection, row, 1, &page, &error));
    char *text = memory_string(page.cells[0] ? page.cells[0] : "missing");
    grid_page_release(&page, 1);
    return text;
}

static void assert_close(double found, double wanted)
{
    if (isnan(found) != isnan(wanted) || fabs(found - wanted) > 1e-9 * fmax(1, fabs(wanted)))
        fail_msg("%.17g is not %.17g", found, wanted);
}

static void frequencies_are_what_plain_sql_says(void **state)
{
    struct derived derived;
    struct derived_request request = request_of("user.age", "rating");
    request.filter = "item.year > 1970";
    (void)state;
    assert_true(derived_frequency(grid, &request, &derived, &error));
    struct grid *made = grid_of(&derived);
    char *wanted = grid_bench_rows(
        &bench, "SELECT u.age, count(*), avg(r.rating), min(r.rating), max(r.rating),"
                " sqrt((sum(r.rating * r.rating) - sum(r.rating) * sum(r.rating) / count(*))"
                " / (count(*) - 1))" JOINED "WHERE i.year > 1970 GROUP BY 1"
                " ORDER BY 2 DESC, u.age IS NULL, 1");
    char *at = wanted;
    double total = grid_bench_number(&bench, "SELECT count(*)" JOINED "WHERE i.year > 1970");
    double before = 0;
    for (int64_t row = 0; row < made->rows; row++) {
        double count, mean, least, most, deviation = NAN;
        char *age = text_cell_of(made, row, "user.age"), key[16];
        assert_true(sscanf(at, "%15[^|]|%lf|%lf|%lf|%lf|%lf", key, &count, &mean, &least, &most,
                           &deviation) >= 5);
        assert_string_equal(age, strcmp(key, "-") == 0 ? "missing" : key);
        before += count;
        assert_close(cell(made, row, "count"), count);
        assert_close(cell(made, row, "mean"), mean);
        assert_close(cell(made, row, "least"), least);
        assert_close(cell(made, row, "most"), most);
        assert_close(cell(made, row, "sum"), mean * count);
        assert_close(cell(made, row, "deviation"), deviation);
        assert_close(cell(made, row, "share"), count / total);
        assert_close(cell(made, row, "cumulated"), before / total);
        at = strchr(at, '\n') + 1;
        free(age);
    }
    assert_string_equal(at, "");
    assert_close(before, total);
    free(wanted);
    grid_free(made);
}

/* A counted table is filtered, sorted and counted like any other, and has titles beside its items.
 */
static void a_counted_table_is_a_table(void **state)
{
    struct derived derived;
    struct derived_request request = request_of("item", "rating");
    struct row_index *index = row_index_new(&error);
    (void)state;
    assert_true(derived_frequency(grid, &request, &derived, &error));
    struct grid *made = grid_of(&derived);
    assert_true(grid_join(made, &error));
    struct grid_view view = {.filter = "count >= 50 and item.year < 1990",
                             .orders = {{grid_column_place(made, "mean"), true}},
                             .order_count = 1};
    assert_true(grid_index(made, &view, index, &error));
    char *wanted = grid_bench_rows(&bench, "SELECT r.item, i.title, avg(r.rating)" JOINED
                                           "WHERE i.year < 1990 GROUP BY 1 HAVING count(*) >= 50"
                                           " ORDER BY 3 DESC, count(*) DESC LIMIT 1");
    size_t columns[] = {grid_column_place(made, "item"), grid_column_place(made, "item.title")};
    struct grid_selection selection = {columns, 2, index};
    struct grid_page page = {0};
    assert_true(grid_read_selection(made, &selection, 0, 1, &page, &error));
    char *found = memory_format("%s|%s|", page.cells[0], page.cells[1]);
    assert_memory_equal(found, wanted, strlen(found));
    assert_int_equal(row_index_count(index),
                     (int64_t)grid_bench_number(
                         &bench, "SELECT count(*) FROM (SELECT 1" JOINED
                                 "WHERE i.year < 1990 GROUP BY r.item HAVING count(*) >= 50)"));
    free(found);
    free(wanted);
    grid_page_release(&page, 2);
    row_index_drop(index);
    struct derived_request again = {.column = grid_column_place(made, "count"),
                                    .measure = TALLY_NONE};
    assert_true(derived_frequency(made, &again, &derived, &error));
    assert_string_equal(derived.columns[0].name, "count_value");
    derived_release(&derived);
    grid_free(made);
}

static void assert_quartile(const struct grid *made, int64_t row, const char *name, int q)
{
    char *sql = memory_format("SELECT rating FROM films_ratings ORDER BY rating LIMIT 1 OFFSET %d",
                              (BENCH_RATINGS * q + 3) / 4 - 1);
    assert_close(cell(made, row, name), grid_bench_number(&bench, sql));
    free(sql);
}

static void statistics_are_what_plain_sql_says(void **state)
{
    struct derived derived;
    struct derived_request request = {.measure = TALLY_NONE};
    size_t columns[] = {grid_column_place(grid, "rating"), grid_column_place(grid, "with"),
                        grid_column_place(grid, "time")};
    (void)state;
    assert_true(derived_statistics(grid, &request, columns, 3, &derived, &error));
    struct grid *made = grid_of(&derived);
    assert_int_equal(made->rows, 3);
    assert_close(cell(made, 0, "values"), BENCH_RATINGS);
    assert_close(cell(made, 0, "distinct"), 10);
    assert_close(cell(made, 0, "mean"),
                 grid_bench_number(&bench, "SELECT avg(rating) FROM films_ratings"));
    assert_close(cell(made, 0, "deviation"),
                 grid_bench_number(&bench,
                                   "SELECT sqrt(sum((rating - m) * (rating - m)) / (count(*) - 1))"
                                   " FROM films_ratings, (SELECT avg(rating) AS m FROM"
                                   " films_ratings)"));
    assert_quartile(made, 0, "quarter", 1);
    assert_quartile(made, 0, "median", 2);
    assert_quartile(made, 0, "three_quarters", 3);
    assert_close(
        cell(made, 1, "missing"),
        grid_bench_number(&bench, "SELECT count(*) FROM films_ratings WHERE \"with\" IS NULL"));
    assert_close(cell(made, 1, "of_top"),
                 grid_bench_number(&bench, "SELECT count(*) FROM films_ratings WHERE \"with\" IS"
                                           " NOT NULL GROUP BY \"with\" ORDER BY 1 DESC"));
    char *least = text_cell_of(made, 2, "least");
    char *wanted = grid_bench_rows(&bench, "SELECT strftime('%Y-%m-%d %H:%M', min(time),"
                                           " 'unixepoch') FROM films_ratings");
    assert_memory_equal(least, wanted, strlen(least));
    free(least);
    free(wanted);
    grid_free(made);
}

static void every_bin_of_a_histogram_holds_its_rows(void **state)
{
    static const char *const COLUMNS[] = {"rating", "item.year", "time", "user.age"};
    static const char *const SQL[] = {"r.rating", "i.year", "r.time", "u.age"};
    (void)state;
    for (size_t i = 0; i < sizeof SQL / sizeof *SQL; i++) {
        struct derived derived;
        struct derived_request request = request_of(COLUMNS[i], NULL);
        assert_true(derived_histogram(grid, &request, &derived, &error));
        struct grid *made = grid_of(&derived);
        double sum = 0;
        assert_in_range(made->rows, 8, HISTOGRAM_BINS + 2);
        for (int64_t row = 0; row < made->rows; row++) {
            double from = cell(made, row, "from"), to = cell(made, row, "to");
            char *sql = memory_format("SELECT count(*)" JOINED "WHERE %s >= %.17g AND %s < %.17g",
                                      SQL[i], from, SQL[i], to);
            assert_close(cell(made, row, "count"), grid_bench_number(&bench, sql));
            sum += cell(made, row, "count");
            free(sql);
        }
        char *sql = memory_format("SELECT count(%s)" JOINED, SQL[i]);
        assert_close(sum, grid_bench_number(&bench, sql));
        free(sql);
        grid_free(made);
    }
    struct derived derived;
    struct derived_request request = request_of("with", NULL);
    assert_false(derived_histogram(grid, &request, &derived, &error));
    assert_non_null(strstr(error.text, "holds texts, and a column of numbers is needed"));
}

static void a_crosstab_counts_pairs_and_averages(void **state)
{
    struct derived derived;
    struct derived_request request = request_of("rating", NULL);
    (void)state;
    request.other = grid_column_place(grid, "user.gender");
    assert_true(derived_crosstab(grid, &request, &derived, &error));
    struct grid *made = grid_of(&derived);
    assert_int_equal(made->rows, 10);
    for (int64_t row = 0; row < 10; row++) {
        char *sql =
            memory_format("SELECT count(*)" JOINED "WHERE r.rating = %.17g AND u.gender = 'F'",
                          cell(made, row, "rating"));
        assert_close(cell(made, row, "F"), grid_bench_number(&bench, sql));
        assert_close(cell(made, row, "all"),
                     cell(made, row, "F") + cell(made, row, "M") + cell(made, row, "missing"));
        free(sql);
    }
    grid_free(made);
    request = request_of("with", "rating");
    request.other = grid_column_place(grid, "item.year"); /* more values than columns */
    assert_true(derived_crosstab(grid, &request, &derived, &error));
    assert_int_equal(derived.column_count, CROSSTAB_COLUMNS + 3);
    made = grid_of(&derived);
    assert_close(cell(made, 1, "all"),
                 grid_bench_number(&bench, "SELECT avg(rating) FROM films_ratings GROUP BY \"with\""
                                           " HAVING \"with\" = 'a \\ b'"));
    grid_free(made);
}

static void points_are_all_there(void **state)
{
    struct scatter *scatter = memory_new(sizeof *scatter);
    struct derived_request request = request_of("rating", NULL);
    int64_t sum = 0;
    (void)state;
    request.other = grid_column_place(grid, "user.age");
    assert_true(derived_scatter(grid, &request, scatter, &error));
    for (int y = 0; y < SCATTER_HEIGHT; y++)
        for (int x = 0; x < SCATTER_WIDTH; x++)
            sum += scatter->counts[y][x];
    assert_int_equal(sum, scatter->points);
    assert_close((double)sum, grid_bench_number(&bench, "SELECT count(u.age)" JOINED));
    assert_close(scatter->correlation,
                 grid_bench_number(&bench,
                                   "SELECT (n * xy - x * y) / sqrt((n * xx - x * x) *"
                                   " (n * yy - y * y)) FROM (SELECT count(*) AS n,"
                                   " sum(r.rating * u.age) AS xy, sum(r.rating) AS x,"
                                   " sum(u.age) AS y, sum(r.rating * r.rating) AS xx,"
                                   " sum(u.age * u.age) AS yy" JOINED "WHERE u.age IS NOT NULL)"));
    free(scatter);
}

/* More groups than memory may hold are counted by the sorter, with the same result. */
static bool check_group(void *context, const struct tally_group *group, struct error *why)
{
    int64_t *next = context;
    (void)why;
    assert_int_equal(group->keys[0].integer, (*next)++);
    assert_int_equal(group->count, group->keys[0].integer < 1000 ? 2 : 1);
    assert_close(group->most, (double)(group->keys[0].integer % 10));
    return true;
}

static void more_groups_than_memory_holds_are_counted_too(void **state)
{
    enum { MANY = TALLY_GROUPS + 5000 };
    struct grid_column columns[] = {{.name = (char *)"key", .type = COLUMN_INTEGER},
                                    {.name = (char *)"measure", .type = COLUMN_INTEGER}};
    struct row_file *file = row_file_new(2, &error);
    int64_t next = 0;
    (void)state;
    for (int64_t i = 0; i < MANY + 1000; i++) {
        struct row_cell cells[2] = {{.kind = ROW_INTEGER}, {.kind = ROW_INTEGER}};
        cells[0].integer = i < MANY ? i * 7919 % MANY : i - MANY;
        cells[1].integer = cells[0].integer % 10;
        assert_true(row_file_add(file, cells, &error));
    }
    assert_true(row_file_finish(file, &error));
    struct grid *made = grid_of_rows(bench.store, "films", file, columns, 2);
    struct tally_request request = {.keys = {0}, .key_count = 1, .measure = 1, .by_value = true};
    assert_true(tally_run(made, &request, check_group, &next, &error));
    assert_int_equal(next, MANY);
    struct derived derived;
    struct derived_request counts = {.column = 0, .measure = 1};
    assert_true(derived_frequency(made, &counts, &derived, &error));
    assert_int_equal(row_file_rows(derived.file), MANY);
    derived_release(&derived);
    grid_free(made);
    row_file_drop(file);
}

static void a_row_file_gives_back_what_it_was_given(void **state)
{
    struct row_file *file = row_file_new(3, &error);
    (void)state;
    for (int64_t i = 0; i < 30000; i++) {
        char text[64];
        int length = snprintf(text, sizeof text, "row %lld", (long long)i);
        struct row_cell cells[3] = {{.kind = ROW_INTEGER}, {.kind = ROW_TEXT}, {.kind = ROW_REAL}};
        cells[0].integer = -i;
        cells[1].text = text;
        cells[1].length = (size_t)length;
        cells[2].real = (double)i / 3;
        cells[2].kind = i % 5 ? ROW_REAL : ROW_MISSING;
        assert_true(row_file_add(file, cells, &error));
    }
    assert_true(row_file_finish(file, &error));
    struct row_file_reader *reader = row_file_reader_new(file);
    row_file_drop(file); /* the reader holds it */
    for (int64_t i = 29999; i >= 0; i -= 37) {
        char text[64];
        snprintf(text, sizeof text, "row %lld", (long long)i);
        assert_int_equal(row_file_reader_cell(reader, i, 0).integer, -i);
        assert_string_equal(row_file_reader_cell(reader, i, 1).text, text);
        struct row_cell last = row_file_reader_cell(reader, i, 2);
        assert_int_equal(last.kind, i % 5 ? ROW_REAL : ROW_MISSING);
        if (i % 5)
            assert_true(last.real == (double)i / 3);
    }
    assert_int_equal(row_file_reader_cell(reader, 30000, 0).kind, ROW_MISSING);
    assert_int_equal(row_file_reader_cell(reader, -1, 0).kind, ROW_MISSING);
    row_file_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frequencies_are_what_plain_sql_says),
        cmocka_unit_test(a_counted_table_is_a_table),
        cmocka_unit_test(statistics_are_what_plain_sql_says),
        cmocka_unit_test(every_bin_of_a_histogram_holds_its_rows),
        cmocka_unit_test(a_crosstab_counts_pairs_and_averages),
        cmocka_unit_test(points_are_all_there),
        cmocka_unit_test(more_groups_than_memory_holds_are_counted_too),
        cmocka_unit_test(a_row_file_gives_back_what_it_was_given),
    };
    return cmocka_run_group_tests_name("derived", tests, set_up, tear_down);
}
