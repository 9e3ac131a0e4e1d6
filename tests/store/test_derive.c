/* SPDX-License-Identifier: MIT
 *
 * Data sets made of data sets. What a filter leaves is compared with plain SQL on the same tables.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/dataset_store.h"

#include "derived_sets.h"
#include "text_cell.h"

static struct derivation filter(const char *where)
{
    return (struct derivation){.kind = DERIVE_FILTER,
                               .name = "made",
                               .from = "first",
                               .where = where,
                               .first = INT64_MIN,
                               .last = INT64_MAX};
}

static void assert_same(const char *sql, const char *expected_sql)
{
    char *found = ask(sql), *expected = ask(expected_sql);
    assert_string_equal(found, expected);
    assert_true(strlen(found) > 0);
    free(found);
    free(expected);
}

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
        TEST(a_cancelled_filter_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
