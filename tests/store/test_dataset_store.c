/* SPDX-License-Identifier: MIT
 *
 * Data sets in the store: import, replacement, removal, loading, and summaries of columns.
 */
#include "config.h"

#include "store/dataset_store.h"
#include "store/grid_store.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "../../src/store/statement.h"
#include "text_cell.h"

static struct error error;
static char folder[64], path[96];
static struct store *store;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-store-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    store = store_open_writer(path, &error);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void fail_with_error(void)
{
    fail_msg("%s", error.text);
}

#define assert_good(condition)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_with_error();                                                                     \
    } while (0)

static const struct dataset_column rating_columns[] = {
    {"userId", COLUMN_TEXT, ROLE_USER},    {"movieId", COLUMN_TEXT, ROLE_ITEM},
    {"rating", COLUMN_REAL, ROLE_RATING},  {"timestamp", COLUMN_INTEGER, ROLE_TIME},
    {"who with", COLUMN_TEXT, ROLE_OTHER},
};
static const struct dataset_column user_columns[] = {
    {"userId", COLUMN_TEXT, ROLE_USER},
    {"age", COLUMN_INTEGER, ROLE_OTHER},
};
static const struct dataset_column item_columns[] = {
    {"movieId", COLUMN_TEXT, ROLE_ITEM}, {"title", COLUMN_TEXT, ROLE_TITLE},
    {"2nd", COLUMN_REAL, ROLE_OTHER},    {"TITLE", COLUMN_TEXT, ROLE_OTHER},
    {"", COLUMN_TEXT, ROLE_OTHER},
};

/* Hands a row to the sink; "-" is a missing cell. */
static bool give(const struct dataset_sink *sink, enum dataset_table table,
                 const char *const *cells, size_t count)
{
    static const struct dataset_column *const columns[] = {rating_columns, user_columns,
                                                           item_columns};
    struct dataset_cell given[8];
    for (size_t i = 0; i < count; i++)
        given[i] = text_cell(strcmp(cells[i], "-") == 0 ? NULL : cells[i], columns[table][i].type);
    return sink->row(sink->context, table, given, &error);
}

static const char *const users[][2] = {{"u1", "24"}, {"u2", "-"}, {"silent", "70"}};
static const char *const items[][5] = {
    {"10", "沉默的港湾", "0.5", "x", "-"},
    {"07", "-", "-", "-", ""},
};
static const char *const ratings[][5] = {
    {"u2", "10", "3.5", "1000", "friends"}, {"u1", "10", "4", "2000", "alone"},
    {"u1", "7", "1", "1500", "-"},          {"u1", "10", "2", "1999", "alone"},
    {"u9", "07", "5", "-", "family"},
};

static struct dataset_summary write_small(const char *name, bool replace)
{
    struct dataset_writer *writer = store_dataset_create(store, name, replace, &error);
    assert_good(writer);
    struct dataset_sink sink = dataset_writer_sink(writer);
    assert_good(sink.table(sink.context, DATASET_USERS, user_columns, 2, &error));
    for (size_t i = 0; i < 3; i++)
        assert_good(give(&sink, DATASET_USERS, users[i], 2));
    assert_good(sink.table(sink.context, DATASET_ITEMS, item_columns, 5, &error));
    for (size_t i = 0; i < 2; i++)
        assert_good(give(&sink, DATASET_ITEMS, items[i], 5));
    assert_good(sink.table(sink.context, DATASET_RATINGS, rating_columns, 5, &error));
    for (size_t i = 0; i < 5; i++)
        assert_good(give(&sink, DATASET_RATINGS, ratings[i], 5));
    struct dataset_summary summary = {
        .source = "/some/where", .format = "CSV", .rejected = 2, .notes = "one\ntwo"};
    assert_good(dataset_writer_finish(writer, &summary, &error));
    return summary;
}

static void store_small(const char *name)
{
    assert_good(store_begin(store, &error));
    write_small(name, false);
    assert_good(store_commit(store, &error));
}

static void a_summary_says_what_is_there(void **state)
{
    (void)state;
    store_small("ml_small");
    struct dataset_summary summary;
    assert_good(store_dataset_summary(store, "ML_Small", &summary, &error));
    assert_string_equal(summary.name, "ml_small");
    assert_string_equal(summary.source, "/some/where");
    assert_int_equal(summary.users, 3);
    assert_int_equal(summary.items, 3);
    assert_int_equal(summary.ratings, 5);
    assert_int_equal(summary.user_rows, 3);
    assert_int_equal(summary.item_rows, 2);
    assert_int_equal(summary.duplicates, 1);
    assert_int_equal(summary.rejected, 2);
    assert_string_equal(summary.notes, "one\ntwo");
    assert_int_equal(summary.first_time, 1000);
    assert_int_equal(summary.last_time, 2000);
    assert_true(summary.mean == 3.1 && summary.smallest == 1 && summary.largest == 5);
}

static void data_sets_are_listed_by_name(void **state)
{
    (void)state;
    size_t count = 9;
    struct dataset_summary *list = store_datasets(store, &count, &error);
    assert_non_null(list);
    assert_int_equal(count, 0);
    free(list);
    store_small("b");
    store_small("a");
    list = store_datasets(store, &count, &error);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "a");
    assert_string_equal(list[1].name, "b");
    free(list);
}

static void a_loaded_data_set_is_what_was_written(void **state)
{
    (void)state;
    store_small("ml_small");
    struct store *reader = store_open_reader(path, &error);
    assert_good(reader);
    struct dataset *dataset = store_dataset_load(reader, "ml_small", &error);
    assert_good(dataset);
    assert_int_equal(dataset_index(dataset), 1);
    assert_int_equal(dataset->interactions, 5);
    assert_int_equal(id_map_size(dataset->users), 4);
    assert_string_equal(id_map_text(dataset->users, 3), "u9");
    assert_string_equal(id_map_text(dataset->items, 2), "7");
    assert_true(dataset->value[0] == 3.5f);
    assert_int_equal(dataset->time[4], DATASET_NO_TIME);
    assert_true(dataset->current[1]);
    assert_false(dataset->current[3]); /* the later row is the older rating */
    assert_string_equal(dataset->item_title, "title");
    struct column *title = table_column(&dataset->item_table, "title");
    assert_string_equal(column_text(title, 0), "沉默的港湾");
    assert_null(column_text(title, 1));
    assert_null(column_text(title, 2));
    struct column *age = table_column(&dataset->user_table, "age");
    assert_true(column_number(age, 0) == 24 && isnan(column_number(age, 1)));
    struct column *with = table_column(&dataset->context, "who_with");
    assert_string_equal(column_text(with, 3), "alone");
    assert_true(column_is_missing(with, 2));
    assert_non_null(table_column(&dataset->item_table, "_2nd"));
    assert_non_null(table_column(&dataset->item_table, "TITLE_2"));
    assert_string_equal(column_text(table_column(&dataset->item_table, "column_5"), 1), "");
    dataset_free(dataset);
    store_close(reader);
}

static void the_tables_are_what_sql_expects(void **state)
{
    (void)state;
    store_small("ml_small");
    sqlite3 *handle;
    sqlite3_stmt *query;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(handle,
                           "SELECT avg(r.rating), count(*), typeof(r.userId), typeof(u.age)"
                           " FROM ml_small_ratings r JOIN ml_small_users u USING (userId)",
                           -1, &query, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_true(sqlite3_column_double(query, 0) == 2.625);
    assert_int_equal(sqlite3_column_int(query, 1), 4);
    assert_string_equal((const char *)sqlite3_column_text(query, 2), "text");
    sqlite3_finalize(query);
    sqlite3_close(handle);
}

static void a_name_is_taken_once_unless_replaced(void **state)
{
    (void)state;
    store_small("twice");
    assert_null(store_dataset_create(store, "TWICE", false, &error));
    assert_string_equal(
        error.text,
        "there is already a data set \"twice\"; --replace lets this one take its place");
    assert_good(store_begin(store, &error));
    write_small("Twice", true);
    assert_good(store_commit(store, &error));
    size_t count;
    struct dataset_summary *list = store_datasets(store, &count, &error);
    assert_int_equal(count, 1);
    assert_string_equal(list[0].name, "Twice");
    free(list);
}

static void names_that_cannot_name_tables_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",  "1m",   "a-b",    "a b",      "x\"y",
        "é", "thaw", "thaw_x", "sqlite_x", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvw"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_null(store_dataset_create(store, names[i], false, &error));
        assert_int_equal(error.kind, ERROR_USAGE);
    }
}

static void a_rolled_back_import_leaves_nothing(void **state)
{
    (void)state;
    assert_good(store_begin(store, &error));
    write_small("gone", false);
    store_rollback(store);
    struct dataset_summary summary;
    assert_false(store_dataset_summary(store, "gone", &summary, &error));
    assert_string_equal(error.text,
                        "there is no data set \"gone\"; \"thaw data\" lists those there are");
    store_small("gone");
}

static void a_commit_is_seen_by_its_version(void **state)
{
    (void)state;
    struct store *reader = store_open_reader(path, &error);
    uint64_t theirs = store_version(reader), ours = store_version(store);
    assert_good(store_begin(store, &error));
    write_small("seen", false);
    assert_int_equal(store_version(reader), theirs);
    assert_good(store_commit(store, &error));
    assert_true(store_version(reader) > theirs);
    assert_true(store_version(store) > ours);
    theirs = store_version(reader);
    assert_int_equal(store_version(reader), theirs);
    store_close(reader);
}

static void a_load_sees_one_moment(void **state)
{
    (void)state;
    store_small("ml_small");
    struct store *reader = store_open_reader(path, &error);
    struct dataset *before = store_dataset_load(reader, "ml_small", &error);
    assert_good(store_begin(store, &error));
    assert_good(store_dataset_remove(store, "ml_small", &error));
    struct dataset *meanwhile = store_dataset_load(reader, "ml_small", &error);
    assert_good(meanwhile);
    assert_int_equal(meanwhile->interactions, before->interactions);
    assert_good(store_commit(store, &error));
    assert_null(store_dataset_load(reader, "ml_small", &error));
    dataset_free(before);
    dataset_free(meanwhile);
    store_close(reader);
}

static void a_removed_data_set_takes_its_tables_along(void **state)
{
    (void)state;
    store_small("old");
    assert_good(store_dataset_remove(store, "old", &error));
    assert_null(store_dataset_load(store, "old", &error));
    assert_false(store_dataset_remove(store, "old", &error));
    store_small("old");
}

static void a_grid_reads_any_stretch(void **state)
{
    (void)state;
    store_small("ml_small");
    struct grid *grid = grid_open(store, "ml_small", DATASET_RATINGS, &error);
    assert_good(grid);
    assert_int_equal(grid->rows, 5);
    assert_int_equal(grid->column_count, 5);
    assert_string_equal(grid->columns[1].name, "movieId");
    assert_int_equal(grid->columns[1].role, ROLE_ITEM);
    struct grid_page page = {0};
    assert_good(grid_read(grid, 0, 2, &page, &error));
    assert_int_equal(page.count, 2);
    assert_string_equal(page.cells[2], "3.5");
    assert_good(grid_read(grid, 3, 10, &page, &error));
    assert_int_equal(page.count, 2);
    assert_string_equal(page.cells[2], "2");
    assert_null(page.cells[5 + 3]);
    assert_good(grid_read(grid, 100, 10, &page, &error));
    assert_int_equal(page.count, 0);
    grid_page_release(&page, grid->column_count);
    grid_free(grid);
    assert_null(grid_open(store, "other", DATASET_RATINGS, &error));
    assert_string_equal(error.text,
                        "there is no data set \"other\"; \"thaw data\" lists those there are");
}

static void columns_are_summarised(void **state)
{
    (void)state;
    store_small("ml_small");
    struct grid *grid = grid_open(store, "ml_small", DATASET_RATINGS, &error);
    struct column_summary summary;
    assert_good(grid_summarise(grid, 2, &summary, &error));
    assert_int_equal(summary.count, 5);
    assert_int_equal(summary.distinct, 5);
    assert_true(summary.by_value && summary.min == 1 && summary.max == 5);
    assert_int_equal(summary.bar_count, 5);
    assert_string_equal(summary.bars[2].text, "3.5");
    assert_good(grid_summarise(grid, 4, &summary, &error));
    assert_int_equal(summary.missing, 1);
    assert_int_equal(summary.bar_count, 3);
    assert_string_equal(summary.bars[0].text, "alone");
    assert_int_equal(summary.bars[0].count, 2);
    grid_free(grid);
}

static void write_many(unsigned rows)
{
    static const struct dataset_column columns[] = {
        {"user", COLUMN_TEXT, ROLE_USER},
        {"item", COLUMN_TEXT, ROLE_ITEM},
        {"rating", COLUMN_INTEGER, ROLE_RATING},
    };
    assert_good(store_begin(store, &error));
    struct dataset_writer *writer = store_dataset_create(store, "many", false, &error);
    struct dataset_sink sink = dataset_writer_sink(writer);
    assert_good(sink.table(sink.context, DATASET_RATINGS, columns, 3, &error));
    for (unsigned i = 0; i < rows; i++) {
        char user[16], item[16];
        snprintf(user, sizeof user, "%u", i / 100);
        snprintf(item, sizeof item, "%u", i % 100);
        const struct dataset_cell cells[] = {dataset_text(user, strlen(user)),
                                             dataset_text(item, strlen(item)),
                                             {.given = true, .integer = i}};
        assert_good(sink.row(sink.context, DATASET_RATINGS, cells, &error));
    }
    struct dataset_summary summary = {.source = "", .format = ""};
    assert_good(dataset_writer_finish(writer, &summary, &error));
    assert_good(store_commit(store, &error));
}

static void numbers_of_many_values_are_binned(void **state)
{
    (void)state;
    write_many(2400);
    struct grid *grid = grid_open(store, "many", DATASET_RATINGS, &error);
    struct column_summary summary;
    assert_good(grid_summarise(grid, 2, &summary, &error));
    assert_false(summary.by_value);
    assert_int_equal(summary.bar_count, SUMMARY_BINS);
    for (size_t bin = 0; bin < SUMMARY_BINS; bin++)
        assert_int_equal(summary.bars[bin].count, 100);
    grid_free(grid);
}

static bool always(void *context)
{
    ++*(int *)context;
    return true;
}

static void a_summary_can_be_stopped(void **state)
{
    (void)state;
    write_many(20000);
    struct grid *grid = grid_open(store, "many", DATASET_RATINGS, &error);
    struct column_summary summary;
    int asked = 0;
    store_stop_when(store, always, &asked);
    assert_false(grid_summarise(grid, 2, &summary, &error));
    assert_int_equal(error.kind, ERROR_CANCELLED);
    store_stop_when(store, NULL, NULL);
    assert_int_equal(asked, 1);
    assert_good(grid_summarise(grid, 2, &summary, &error));
    grid_free(grid);
}

static void a_profile_tells_how_ratings_are_spread(void **state)
{
    (void)state;
    write_many(1050); /* ten users of 100, one of 50 */
    struct dataset_profile profile;
    assert_good(store_dataset_profile(store, "many", &profile, &error));
    assert_int_equal(profile.per_user.least, 50);
    assert_int_equal(profile.per_user.quartiles[0], 100);
    assert_int_equal(profile.per_user.most, 100);
    assert_int_equal(profile.per_user.bins[11], 1);  /* 45.3 .. 63.9 */
    assert_int_equal(profile.per_user.bins[13], 10); /* 90.5 .. 127.9 */
    assert_int_equal(profile.per_user.bin_count, 14);
    assert_int_equal(profile.per_item.least, 10);
    assert_int_equal(profile.per_item.quartiles[1], 10);
    assert_int_equal(profile.per_item.quartiles[2], 11);
    assert_true(fabs(profile.density - 1050.0 / 1100) < 1e-12);
    assert_int_equal(profile.rating.count, 1050);
}

static void counts_that_cannot_be_are_refused(void **state)
{
    static const char *const wrong[][2] = {{"users", "-5"},
                                           {"ratings", "9223372036854775807"},
                                           {"mean", "9e999"},
                                           {"smallest", "-9e999"}};
    struct dataset_summary summary;
    size_t count;
    char sql[128];
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_small("small", true);
        snprintf(sql, sizeof sql, "UPDATE thaw_datasets SET %s = %s", wrong[i][0], wrong[i][1]);
        if (sqlite3_exec(store_handle(store), sql, NULL, NULL, NULL) != SQLITE_OK)
            continue; /* the schema itself forbids it */
        assert_null(store_datasets(store, &count, &error));
        assert_non_null(strstr(error.text, wrong[i][0]));
        assert_false(store_dataset_summary(store, "small", &summary, &error));
        assert_non_null(strstr(error.text, wrong[i][0]));
    }
}

static void titles_are_found_by_item(void **state)
{
    (void)state;
    store_small("ml_small");
    write_many(10);
    static const char *const cases[][3] = {
        {"ml_small", "10", "沉默的港湾"},
        {"ml_small", "07", "07"},
        {"ml_small", "?", "?"},
        {"many", "3", "3"},
    };
    for (size_t i = 0; i < 4; i++) {
        char *title = store_item_title(store, cases[i][0], cases[i][1], &error);
        assert_good(title);
        assert_string_equal(title, cases[i][2]);
        free(title);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_summary_says_what_is_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(data_sets_are_listed_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_loaded_data_set_is_what_was_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_tables_are_what_sql_expects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_is_taken_once_unless_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_that_cannot_name_tables_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_rolled_back_import_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_commit_is_seen_by_its_version, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_load_sees_one_moment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_removed_data_set_takes_its_tables_along, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_grid_reads_any_stretch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_are_summarised, set_up, tear_down),
        cmocka_unit_test_setup_teardown(numbers_of_many_values_are_binned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_summary_can_be_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_profile_tells_how_ratings_are_spread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_that_cannot_be_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(titles_are_found_by_item, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("dataset_store", tests, NULL, NULL);
}
