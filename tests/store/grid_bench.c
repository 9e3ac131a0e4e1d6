/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "grid_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "store/dataset_store.h"
#include "text_cell.h"

static const struct dataset_column RATING_COLUMNS[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                       {"item", COLUMN_TEXT, ROLE_ITEM},
                                                       {"rating", COLUMN_REAL, ROLE_RATING},
                                                       {"time", COLUMN_INTEGER, ROLE_TIME},
                                                       {"with", COLUMN_TEXT, ROLE_OTHER}};
static const struct dataset_column USER_COLUMNS[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                     {"age", COLUMN_INTEGER, ROLE_OTHER},
                                                     {"gender", COLUMN_TEXT, ROLE_OTHER}};
static const struct dataset_column ITEM_COLUMNS[] = {{"item", COLUMN_TEXT, ROLE_ITEM},
                                                     {"title", COLUMN_TEXT, ROLE_TITLE},
                                                     {"year", COLUMN_INTEGER, ROLE_OTHER}};

static struct error error;

static void need(bool good)
{
    if (!good)
        fail_msg("the workbench of the test cannot be made: %s", error.text);
}

/* A sequence that is the same everywhere. */
static unsigned draw(unsigned *state, unsigned below)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % below;
}

static void put(const struct dataset_sink *sink, enum dataset_table table,
                const struct dataset_column *columns, const char *const *cells, size_t count)
{
    struct dataset_cell given[8];
    for (size_t i = 0; i < count; i++)
        given[i] = text_cell(cells[i], columns[i].type);
    need(sink->row(sink->context, table, given, &error));
}

static void add_users(const struct dataset_sink *sink, unsigned *state)
{
    need(sink->table(sink->context, DATASET_USERS, USER_COLUMNS, 3, &error));
    for (int i = 0; i < BENCH_USERS; i++) {
        char id[16], age[16];
        if (i % 60 == 1) /* five raters have no row here */
            continue;
        snprintf(id, sizeof id, "%d", i + 1);
        snprintf(age, sizeof age, "%u", 14 + draw(state, 60));
        put(sink, DATASET_USERS, USER_COLUMNS,
            (const char *[]){id, i % 7 == 3 ? NULL : age, draw(state, 2) ? "F" : "M"}, 3);
    }
}

static void add_items(const struct dataset_sink *sink, unsigned *state)
{
    static const char *const TITLES[] = {"Star", "it's \"so\"", "霸王别姬", "The Old Part II",
                                         "100%"};
    need(sink->table(sink->context, DATASET_ITEMS, ITEM_COLUMNS, 3, &error));
    for (int i = 0; i < BENCH_ITEMS; i++) {
        char id[16], title[64], year[16];
        snprintf(id, sizeof id, "%d", i + 1);
        snprintf(title, sizeof title, "%s %d", TITLES[i % 5], i / 5);
        snprintf(year, sizeof year, "%u", 1950 + draw(state, 60));
        put(sink, DATASET_ITEMS, ITEM_COLUMNS,
            (const char *[]){id, i % 5 == 4 ? TITLES[4] : title, year}, 3);
    }
}

static void add_ratings(const struct dataset_sink *sink, unsigned *state)
{
    static const char *const WITH[] = {"alone", "friends", NULL, "a \\ b", ""};
    need(sink->table(sink->context, DATASET_RATINGS, RATING_COLUMNS, 5, &error));
    for (int i = 0; i < BENCH_RATINGS; i++) {
        char user[16], item[16], rating[16], time[24];
        snprintf(user, sizeof user, "%u", 1 + draw(state, 1 + draw(state, BENCH_USERS)));
        snprintf(item, sizeof item, "%u", 1 + draw(state, 1 + draw(state, BENCH_ITEMS)));
        snprintf(rating, sizeof rating, "%g", 0.5 * (1 + draw(state, 10)));
        snprintf(time, sizeof time, "%lld", 970000000LL + draw(state, 90000) * 1000LL);
        put(sink, DATASET_RATINGS, RATING_COLUMNS,
            (const char *[]){user, item, rating, draw(state, 9) ? time : NULL,
                             WITH[draw(state, 5)]},
            5);
    }
}

void grid_bench_open(struct grid_bench *bench)
{
    unsigned state = 7;
    snprintf(bench->folder, sizeof bench->folder, "/tmp/thaw-grid-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->path, sizeof bench->path, "%s/bench.db", bench->folder);
    struct store *writer = store_open_writer(bench->path, &error);
    need(writer && store_begin(writer, &error));
    struct dataset_writer *set = store_dataset_create(writer, "films", false, &error);
    need(set != NULL);
    struct dataset_sink sink = dataset_writer_sink(set);
    add_users(&sink, &state);
    add_items(&sink, &state);
    add_ratings(&sink, &state);
    struct dataset_summary summary = {.name = "films", .source = "-", .format = "CSV"};
    need(dataset_writer_finish(set, &summary, &error) && store_commit(writer, &error));
    store_close(writer);
    bench->store = store_open_reader(bench->path, &error);
    need(bench->store != NULL);
    assert_int_equal(sqlite3_open_v2(bench->path, &bench->oracle, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
}

void grid_bench_close(struct grid_bench *bench)
{
    char command[128];
    sqlite3_close(bench->oracle);
    store_close(bench->store);
    snprintf(command, sizeof command, "rm -r '%s'", bench->folder);
    assert_int_equal(system(command), 0);
}

static sqlite3_stmt *ask(struct grid_bench *bench, const char *sql)
{
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(bench->oracle, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(bench->oracle));
    return query;
}

double grid_bench_number(struct grid_bench *bench, const char *sql)
{
    sqlite3_stmt *query = ask(bench, sql);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    double number = sqlite3_column_double(query, 0);
    sqlite3_finalize(query);
    return number;
}

int64_t *grid_bench_integers(struct grid_bench *bench, const char *sql)
{
    sqlite3_stmt *query = ask(bench, sql);
    int64_t *numbers = NULL;
    size_t count = 0;
    while (sqlite3_step(query) == SQLITE_ROW) {
        numbers = memory_grow(numbers, count, sizeof *numbers);
        numbers[count++] = sqlite3_column_int64(query, 0);
    }
    numbers = memory_grow(numbers, count, sizeof *numbers);
    numbers[count] = -1;
    sqlite3_finalize(query);
    return numbers;
}

char *grid_bench_rows(struct grid_bench *bench, const char *sql)
{
    sqlite3_stmt *query = ask(bench, sql);
    struct bytes text = {0};
    while (sqlite3_step(query) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(query); i++) {
            const char *cell = (const char *)sqlite3_column_text(query, i);
            bytes_add_format(&text, "%s%s", cell ? cell : "-",
                             i + 1 < sqlite3_column_count(query) ? "|" : "\n");
        }
    bytes_add(&text, "", 1);
    sqlite3_finalize(query);
    return (char *)text.data;
}
