/* SPDX-License-Identifier: MIT
 *
 * Merges of data sets, and sets that get another name.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "store/dataset_store.h"
#include "store/derive_store.h"
#include "store/run_store.h"

#include "derived_sets.h"
#include "text_cell.h"

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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_merge_has_the_rows_of_both),
        TEST(merged_titles_are_one_column),
        TEST(executions_follow_a_renamed_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
