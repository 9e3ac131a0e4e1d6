/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "derived_sets.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/dataset_store.h"
#include "store/derive_store.h"
#include "store/query_store.h"

#include "text_cell.h"

enum { RATINGS = 600 };

struct error error;
char folder[64], database[96];
struct store *store;
struct dataset_summary summary;

void add_row(struct dataset_sink *sink, enum dataset_table part,
             const struct dataset_column *columns, size_t count, const char *const *texts)
{
    struct dataset_cell cells[8];
    for (size_t i = 0; i < count; i++)
        cells[i] = text_cell(texts[i], columns[i].type);
    if (!sink->row(sink->context, part, cells, &error))
        fail_msg("%s", error.text);
}

/* "first": 20 users u0 .. u19 with an age, 12 items i0 .. i11 with a title, ratings with times. */
static void make_first(void)
{
    static const struct dataset_column users[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                  {"age", COLUMN_INTEGER, ROLE_OTHER}};
    static const struct dataset_column items[] = {{"movie id", COLUMN_TEXT, ROLE_ITEM},
                                                  {"title", COLUMN_TEXT, ROLE_TITLE},
                                                  {"year", COLUMN_INTEGER, ROLE_OTHER}};
    static const struct dataset_column ratings[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                    {"item", COLUMN_TEXT, ROLE_ITEM},
                                                    {"rating", COLUMN_INTEGER, ROLE_RATING},
                                                    {"timestamp", COLUMN_INTEGER, ROLE_TIME},
                                                    {"mood", COLUMN_TEXT, ROLE_OTHER}};
    struct dataset_writer *writer = store_dataset_create(store, "first", false, &error);
    struct dataset_sink sink = dataset_writer_sink(writer);
    char a[16], b[16], c[16], d[16];
    assert_true(sink.table(sink.context, DATASET_USERS, users, 2, &error));
    for (int i = 0; i < 22; i++) { /* u20 and u21 have rated nothing */
        snprintf(a, sizeof a, "u%d", i);
        snprintf(b, sizeof b, "%d", 15 + i);
        add_row(&sink, DATASET_USERS, users, 2, (const char *const[]){a, i % 5 ? b : NULL});
    }
    assert_true(sink.table(sink.context, DATASET_ITEMS, items, 3, &error));
    for (int i = 0; i < 12; i++) {
        snprintf(a, sizeof a, "i%d", i);
        snprintf(b, sizeof b, "it's \"%d\"", i);
        snprintf(c, sizeof c, "%d", 1980 + 3 * i);
        add_row(&sink, DATASET_ITEMS, items, 3, (const char *const[]){a, b, c});
    }
    assert_true(sink.table(sink.context, DATASET_RATINGS, ratings, 5, &error));
    for (int i = 0; i < RATINGS; i++) {
        snprintf(a, sizeof a, "u%d", i * i % 19 + (i % 7 == 0));
        snprintf(b, sizeof b, "i%d", (i * 5 + i / 12) % 13); /* i12 is not described */
        snprintf(c, sizeof c, "%d", i % 5 + 1);
        snprintf(d, sizeof d, "%d", 1000000 + i * 3600);
        add_row(&sink, DATASET_RATINGS, ratings, 5,
                (const char *const[]){a, b, c, i % 11 ? d : NULL, i % 3 ? "good" : NULL});
    }
    assert_true(dataset_writer_finish(writer, &summary, &error));
}

/* "second": ratings are real, "age" is a text, items have another column. */
static void make_second(void)
{
    static const struct dataset_column users[] = {{"UserID", COLUMN_TEXT, ROLE_USER},
                                                  {"Age", COLUMN_TEXT, ROLE_OTHER}};
    static const struct dataset_column ratings[] = {{"score", COLUMN_REAL, ROLE_RATING},
                                                    {"UserID", COLUMN_TEXT, ROLE_USER},
                                                    {"MovieID", COLUMN_TEXT, ROLE_ITEM},
                                                    {"place", COLUMN_REAL, ROLE_OTHER}};
    struct dataset_writer *writer = store_dataset_create(store, "second", false, &error);
    struct dataset_sink sink = dataset_writer_sink(writer);
    assert_true(sink.table(sink.context, DATASET_USERS, users, 2, &error));
    add_row(&sink, DATASET_USERS, users, 2, (const char *const[]){"u1", "old"});
    add_row(&sink, DATASET_USERS, users, 2, (const char *const[]){"u5", "young"});
    add_row(&sink, DATASET_USERS, users, 2, (const char *const[]){"new", NULL});
    assert_true(sink.table(sink.context, DATASET_RATINGS, ratings, 4, &error));
    add_row(&sink, DATASET_RATINGS, ratings, 4, (const char *const[]){"2.5", "new", "i1", "0.1"});
    add_row(&sink, DATASET_RATINGS, ratings, 4, (const char *const[]){"4", "u1", "x", NULL});
    assert_true(dataset_writer_finish(writer, &summary, &error));
}

int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-derive-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
    store = store_open_writer(database, &error);
    if (!store || !store_begin(store, &error))
        return -1;
    make_first();
    make_second();
    return store_commit(store, &error) ? 0 : -1;
}

int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

bool derive(const struct derivation *derivation)
{
    assert_true(store_begin(store, &error));
    bool good =
        store_dataset_derive(store, derivation, &summary, &error) && store_commit(store, &error);
    store_rollback(store);
    return good;
}

void remake(const struct derivation *derivation)
{
    assert_true(store_begin(store, &error));
    store_dataset_remove(store, derivation->name, &error);
    assert_true(store_commit(store, &error));
    if (!derive(derivation))
        fail_msg("%s", error.text);
}

char *ask(const char *sql)
{
    struct bytes text = {0};
    bool good = true;
    struct query *query = query_open(store, sql, 20, &error);
    if (!query)
        fail_msg("%s: %s", sql, error.text);
    while (query_next(query, &good, &error))
        for (size_t i = 0; i < query_column_count(query); i++) {
            struct query_value value = query_value_at(query, i);
            if (value.kind == QUERY_TEXT)
                bytes_add_format(&text, "'%s'|", value.text);
            else if (value.kind == QUERY_INTEGER)
                bytes_add_format(&text, "%" PRId64 "|", value.integer);
            else if (value.kind == QUERY_REAL)
                bytes_add_format(&text, "%gr|", value.real);
            else
                bytes_add_format(&text, "-|");
        }
    query_free(query);
    assert_true(good);
    bytes_add(&text, "", 1);
    return (char *)text.data;
}

void assert_asked(const char *sql, const char *expected)
{
    char *found = ask(sql);
    assert_string_equal(found, expected);
    free(found);
}
