/* SPDX-License-Identifier: MIT
 *
 * Data sets made of data sets. What a filter leaves is compared with plain SQL on the same tables.
 */
#include "config.h"

#include "store/derive_store.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/dataset_store.h"
#include "store/query_store.h"
#include "store/run_store.h"
#include "text_cell.h"

enum { RATINGS = 600 };

static struct error error;
static char folder[64], database[96];
static struct store *store;
static struct dataset_summary summary;

static void add_row(struct dataset_sink *sink, enum dataset_table part,
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

static int set_up(void **state)
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

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static bool derive(const struct derivation *derivation)
{
    assert_true(store_begin(store, &error));
    bool good =
        store_dataset_derive(store, derivation, &summary, &error) && store_commit(store, &error);
    store_rollback(store);
    return good;
}

static struct derivation filter(const char *where)
{
    return (struct derivation){.kind = DERIVE_FILTER,
                               .name = "made",
                               .from = "first",
                               .where = where,
                               .first = INT64_MIN,
                               .last = INT64_MAX};
}

static void remake(const struct derivation *derivation)
{
    assert_true(store_begin(store, &error));
    store_dataset_remove(store, derivation->name, &error);
    assert_true(store_commit(store, &error));
    if (!derive(derivation))
        fail_msg("%s", error.text);
}

/* Every value of a query, "|" between them. */
static char *ask(const char *sql)
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

static void assert_same(const char *sql, const char *expected_sql)
{
    char *found = ask(sql), *expected = ask(expected_sql);
    assert_string_equal(found, expected);
    assert_true(strlen(found) > 0);
    free(found);
    free(expected);
}

static void assert_asked(const char *sql, const char *expected)
{
    char *found = ask(sql);
    assert_string_equal(found, expected);
    free(found);
}

/* -- filters ----------------------------------------------------------------------------------- */

static void conditions_choose_as_plain_sql(void **state)
{
    (void)state;
    static const char *const conditions[][2] = {
        {"rating >= 4", "rating >= 4"},
        {"age < 20 AND year > 1990", "user IN (SELECT user FROM first_users WHERE age < 20) AND "
                                     "item IN (SELECT movie_id FROM first_items WHERE "
                                     "year > 1990)"},
        {"users.age IS NULL -- a comment",
         "user NOT IN (SELECT user FROM first_users WHERE age IS NOT NULL)"},
        {"title LIKE 'it''s \"1_\"'", "item IN ('i10', 'i11')"},
        {"title IS NULL", "item = 'i12'"},
        {"user IN (SELECT user FROM ratings GROUP BY user HAVING count(*) > 30) /* often */",
         "user IN (SELECT user FROM first_ratings GROUP BY user HAVING count(*) > 30)"},
        {"mood = 'good' OR (ratings.user = 'u3')", "mood = 'good' OR user = 'u3'"},
        {"ratings.rowid <= 10", "rowid <= 10"},
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        struct derivation how = filter(conditions[i][0]);
        remake(&how);
        char *sql =
            memory_format("SELECT * FROM first_ratings WHERE %s ORDER BY rowid", conditions[i][1]);
        assert_same("SELECT * FROM made_ratings ORDER BY rowid", sql);
        free(sql);
        assert_same("SELECT * FROM made_users ORDER BY rowid",
                    "SELECT * FROM first_users WHERE user IN (SELECT user FROM made_ratings) ORDER "
                    "BY rowid");
    }
    assert_string_equal(summary.format, "filter");
    assert_string_equal(summary.source, "data set first");
}

static void steps_follow_in_their_order(void **state)
{
    (void)state;
    struct derivation how = filter("rating > 1");
    how.first = 1000000 + 100 * 3600;
    how.last = 1000000 + 400 * 3600;
    how.most = 6;
    how.core = 3;
    char digest[DIGEST_TEXT];
    remake(&how);
    assert_true(store_dataset_digest(store, "first", digest, &error));
    assert_non_null(strstr(summary.notes, digest));
    assert_non_null(strstr(summary.notes, "600 ratings before\n"));
    assert_non_null(
        strstr(summary.notes,
               "thaw data filter first --where 'rating > 1' --from 1970-01-16T17:46:40Z --to "
               "1970-01-29T05:46:40Z --most 6 --which last --core 3 --name made"));
    assert_asked("SELECT min(timestamp) >= 1360000, max(timestamp) <= 2440000, min(rating) FROM "
                 "made_ratings",
                 "1|1|2|");
    assert_asked("SELECT max(n) <= 6, min(n) >= 3 FROM (SELECT count(*) AS n FROM made_ratings "
                 "GROUP BY user)",
                 "1|1|");
    assert_asked("SELECT min(n) >= 3 FROM (SELECT count(*) AS n FROM made_ratings GROUP BY item)",
                 "1|");
    char *columns = ask("SELECT part, name, source_name, type, role FROM thaw_columns WHERE "
                        "dataset = 'made' ORDER BY "
                        "part, position");
    char *before = ask("SELECT part, name, source_name, type, role FROM thaw_columns WHERE dataset "
                       "= 'first' ORDER BY "
                       "part, position");
    assert_string_equal(columns, before);
    free(columns);
    free(before);
}

static void refuses(const char *where, const char *why)
{
    struct derivation how = filter(where);
    if (derive(&how))
        fail_msg("%s is let through", where);
    if (!strstr(error.text, why))
        fail_msg("%s: %s, expected %s", where, error.text, why);
    assert_false(store_dataset_summary(store, "made", &summary, &error));
}

/* The condition runs where the workbench is written. */
static void conditions_stay_within_their_walls(void **state)
{
    (void)state;
    refuses("1) OR (1", "--where is one condition");
    refuses("1; DROP TABLE first_ratings", "--where is one condition");
    refuses("1)); DELETE FROM first_ratings WHERE ((1", "--where is one condition");
    refuses("  ", "--where is one condition");
    refuses("1 UNION SELECT rowid FROM first_ratings", "--where has a mistake");
    refuses("rating > (SELECT avg(score) FROM second_ratings)",
            "second_ratings is no table that it may read");
    refuses("EXISTS (SELECT 1 FROM second_ratings)", "second_ratings is no table that it may read");
    refuses("EXISTS (SELECT 1 FROM thaw_datasets)", "thaw_datasets is no table that it may read");
    refuses("EXISTS (SELECT 1 FROM sqlite_schema)", "is no table that it may read");
    refuses("random() > 0", "gives another value each time");
    refuses("timestamp < CURRENT_TIMESTAMP", "gives another value each time");
    refuses("load_extension('x')", "is no function that it may call");
    refuses("ratin > 1", "at character 1, \"ratin > 1\": no such column: ratin");
    refuses("user = 'u1' AND ratin > 1", "at character 17, \"ratin > 1\": no such column: ratin");
    refuses("rating = 'open", "--where has a mistake");
    refuses("rating > 1 /* open", "--where");
    refuses("rating > 100", "no rating is left after --where");
    assert_asked("SELECT count(*) FROM first_ratings", "600|");
}

/* A condition that is longer than the notes is said to be cut. */
static void long_notes_are_cut(void **state)
{
    (void)state;
    char where[1200] = "rating > 1";
    for (int i = 0; i < 70; i++)
        strcat(where, " AND rating > 0");
    struct derivation how = filter(where);
    remake(&how);
    size_t length = strlen(summary.notes);
    assert_true(length < sizeof summary.notes);
    assert_string_equal(summary.notes + length - 10, " ... (cut)");
}

static void samples_are_repeated(void **state)
{
    (void)state;
    struct derivation how = {
        .kind = DERIVE_SAMPLE, .name = "made", .from = "FIRST", .users = 5, .seed = 3};
    char first[DIGEST_TEXT], again[DIGEST_TEXT];
    remake(&how);
    assert_asked("SELECT count(DISTINCT user) FROM made_ratings", "5|");
    assert_asked("SELECT count(*) FROM made_users", "5|");
    assert_true(store_dataset_digest(store, "made", first, &error));
    remake(&how);
    assert_true(store_dataset_digest(store, "made", again, &error));
    assert_string_equal(first, again);
    how.seed = 4;
    remake(&how);
    assert_true(store_dataset_digest(store, "made", again, &error));
    assert_string_not_equal(first, again);
    how.users = 0;
    how.ratings = 77;
    remake(&how);
    assert_asked("SELECT count(*) FROM made_ratings", "77|");
    assert_non_null(strstr(summary.notes, "--ratings 77 --seed 4"));
    how.ratings = 601;
    how.name = "other";
    assert_false(derive(&how));
    assert_non_null(strstr(error.text, "a sample of 601 ratings is wanted, and there are 600"));
}

/* -- merges ------------------------------------------------------------------------------------ */

static void a_merge_has_the_rows_of_both(void **state)
{
    (void)state;
    struct derivation how = {
        .kind = DERIVE_MERGE, .name = "made", .from = "first", .with = "second"};
    remake(&how);
    assert_asked("SELECT count(*) FROM made_ratings", "602|");
    assert_asked("SELECT * FROM made_ratings WHERE rowid > 600",
                 "'new'|'i1'|2.5r|-|-|0.1r|'u1'|'x'|4r|-|-|-|");
    assert_asked("SELECT name, type, role FROM thaw_columns WHERE dataset = 'made' AND part = "
                 "'ratings' ORDER BY position",
                 "'user'|'TEXT'|'user'|'item'|'TEXT'|'item'|'rating'|'REAL'|'rating'|'timestamp'|'"
                 "INTEGER'|'time'|"
                 "'mood'|'TEXT'|''|'place'|'REAL'|''|");
    /* u1 is described by both, the age of u5 is missing in the first, "new" is of the second */
    assert_asked("SELECT * FROM made_users WHERE user IN ('u1', 'u5', 'new', 'u2') ORDER BY rowid",
                 "'u1'|'16'|'u2'|'17'|'u5'|'young'|'new'|-|");
    assert_asked("SELECT count(*) FROM made_items", "12|");
    assert_non_null(strstr(summary.notes, "2 users are described by both"));
    how.with = "first";
    how.name = "other";
    assert_false(derive(&how));
    assert_non_null(strstr(error.text, "not merged with itself"));
    how.with = "none";
    assert_false(derive(&how));
    assert_non_null(strstr(error.text, "there is no data set \"none\""));
    how.with = "second";
    how.name = "First";
    assert_false(derive(&how));
    assert_non_null(strstr(error.text, "there is already a data set \"first\""));
}

static void make_items(const char *name, const char *title, enum column_role role)
{
    const struct dataset_column items[] = {{"item", COLUMN_TEXT, ROLE_ITEM},
                                           {title, COLUMN_TEXT, role}};
    static const struct dataset_column ratings[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                    {"item", COLUMN_TEXT, ROLE_ITEM},
                                                    {"rating", COLUMN_INTEGER, ROLE_RATING}};
    assert_true(store_begin(store, &error));
    struct dataset_writer *writer = store_dataset_create(store, name, true, &error);
    struct dataset_sink sink = dataset_writer_sink(writer);
    assert_true(sink.table(sink.context, DATASET_ITEMS, items, 2, &error));
    add_row(&sink, DATASET_ITEMS, items, 2, (const char *const[]){name, "T"});
    assert_true(sink.table(sink.context, DATASET_RATINGS, ratings, 3, &error));
    add_row(&sink, DATASET_RATINGS, ratings, 3, (const char *const[]){"u", name, "1"});
    assert_true(dataset_writer_finish(writer, &summary, &error));
    assert_true(store_commit(store, &error));
}

/* A title in one is the same column as a text of that name in the other. */
static void merged_titles_are_one_column(void **state)
{
    (void)state;
    static const struct {
        const char *titles[2];
        enum column_role roles[2];
        const char *columns;
    } cases[] = {
        {{"title", "name"}, {ROLE_TITLE, ROLE_TITLE}, "'item'|'item'|'title'|'title'|"},
        {{"title", "title"}, {ROLE_TITLE, ROLE_OTHER}, "'item'|'item'|'title'|'title'|"},
        {{"Title", "title"}, {ROLE_OTHER, ROLE_TITLE}, "'item'|'item'|'Title'|'title'|"},
        {{"title", "other"}, {ROLE_TITLE, ROLE_OTHER}, "'item'|'item'|'title'|'title'|'other'|''|"},
    };
    struct derivation how = {.kind = DERIVE_MERGE, .name = "made", .from = "a", .with = "b"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_items("a", cases[i].titles[0], cases[i].roles[0]);
        make_items("b", cases[i].titles[1], cases[i].roles[1]);
        remake(&how);
        assert_asked(
            "SELECT name, role FROM thaw_columns WHERE dataset = 'made' AND part = 'items' "
            "ORDER BY position",
            cases[i].columns);
        assert_asked("SELECT count(*) FROM made_items", "2|");
    }
}

/* -- renaming ---------------------------------------------------------------------------------- */

static bool rename_set(const char *old, const char *name)
{
    assert_true(store_begin(store, &error));
    bool good = store_dataset_rename(store, old, name, &error) && store_commit(store, &error);
    store_rollback(store);
    return good;
}

static void executions_follow_a_renamed_set(void **state)
{
    (void)state;
    struct execution execution = {.experiment = (char *)"e",
                                  .script_path = (char *)"/e.lua",
                                  .script = (char *)"x",
                                  .modules = (char *)"",
                                  .data = (char *)"First",
                                  .baseline = (char *)"bias",
                                  .settings = (char *)"",
                                  .binary = (char *)"b",
                                  .answer = "level"};
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    assert_true(store_begin(store, &error));
    assert_true(store_execution_add(store, &execution, &error));
    assert_true(store_commit(store, &error));
    assert_true(store_dataset_digest(store, "first", before, &error));
    assert_true(rename_set("FIRST", "renamed"));
    assert_true(store_dataset_digest(store, "renamed", after, &error));
    assert_string_equal(before, after);
    assert_asked("SELECT data FROM thaw_executions", "'renamed'|");
    assert_asked("SELECT count(*) FROM thaw_columns WHERE dataset = 'first'", "0|");
    assert_false(store_dataset_summary(store, "first", &summary, &error));
    assert_true(rename_set("renamed", "Renamed")); /* another case is another name */
    assert_asked("SELECT name FROM sqlite_schema WHERE name LIKE 'renamed%' AND type = 'table' "
                 "ORDER BY name",
                 "'Renamed_items'|'Renamed_ratings'|'Renamed_users'|");
    assert_false(rename_set("renamed", "Renamed"));
    assert_false(rename_set("renamed", "SECOND"));
    assert_non_null(strstr(error.text, "there is already a data set \"second\""));
    assert_false(rename_set("renamed", "thaw_x"));
    assert_false(rename_set("none", "x"));
    store_close(store); /* what is there now is sound for the next who opens it */
    store = store_open_writer(database, &error);
    assert_non_null(store);
    assert_true(store_dataset_digest(store, "Renamed", after, &error));
    assert_string_equal(before, after);
}

static bool after_some(void *context)
{
    return ++*(int *)context > 2;
}

static void a_cancelled_filter_changes_nothing(void **state)
{
    (void)state;
    int asked = 0;
    struct derivation how = filter("(WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM "
                                   "n) SELECT count(*) FROM n) > rating");
    store_stop_when(store, after_some, &asked);
    assert_false(derive(&how));
    store_stop_when(store, NULL, NULL);
    assert_int_equal(error.kind, ERROR_CANCELLED);
    assert_false(store_dataset_summary(store, "made", &summary, &error));
    how = filter("rating > 2");
    assert_true(derive(&how));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(conditions_choose_as_plain_sql),
        TEST(steps_follow_in_their_order),
        TEST(conditions_stay_within_their_walls),
        TEST(long_notes_are_cut),
        TEST(samples_are_repeated),
        TEST(a_merge_has_the_rows_of_both),
        TEST(merged_titles_are_one_column),
        TEST(executions_follow_a_renamed_set),
        TEST(a_cancelled_filter_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
