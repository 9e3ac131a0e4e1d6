/* SPDX-License-Identifier: MIT
 *
 * A data set of which some users are loaded: whole users, the items that these have rated, and no
 * other row of any table.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/dataset.h"
#include "store/dataset_store.h"
#include "store/store.h"
#include "text_cell.h"

enum { USERS = 300, EACH = 20, ITEMS = 900 };

static struct error error;
static char folder[64], path[96];
static struct store *store;

static const struct dataset_column rating_columns[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                       {"item", COLUMN_TEXT, ROLE_ITEM},
                                                       {"rating", COLUMN_REAL, ROLE_RATING}};
static const struct dataset_column user_columns[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                     {"age", COLUMN_TEXT, ROLE_OTHER}};
static const struct dataset_column item_columns[] = {{"item", COLUMN_TEXT, ROLE_ITEM},
                                                     {"title", COLUMN_TEXT, ROLE_TITLE}};

static void give(const struct dataset_sink *sink, enum dataset_table part, const char *first,
                 const char *second, const char *third)
{
    const struct dataset_cell cells[] = {text_cell(first, COLUMN_TEXT),
                                         text_cell(second, COLUMN_TEXT),
                                         text_cell(third, COLUMN_REAL)};
    assert_true(sink->row(sink->context, part, cells, &error));
}

/* User u rates items u, u + 1 ...; the ratings of a user do not lie together. */
static void write_set(void)
{
    char user[16], item[16];
    assert_true(store_begin(store, &error));
    struct dataset_writer *writer = store_dataset_create(store, "world", false, &error);
    assert_non_null(writer);
    struct dataset_sink sink = dataset_writer_sink(writer);
    assert_true(sink.table(sink.context, DATASET_USERS, user_columns, 2, &error));
    for (int u = 0; u <= USERS; u++) { /* the last rates nothing */
        snprintf(user, sizeof user, "u%d", u);
        give(&sink, DATASET_USERS, user, user, "0");
    }
    assert_true(sink.table(sink.context, DATASET_ITEMS, item_columns, 2, &error));
    for (int i = 0; i < ITEMS; i++) {
        snprintf(item, sizeof item, "i%d", i);
        give(&sink, DATASET_ITEMS, item, item, "0");
    }
    assert_true(sink.table(sink.context, DATASET_RATINGS, rating_columns, 3, &error));
    for (int each = 0; each < EACH; each++)
        for (int u = 0; u < USERS; u++) {
            snprintf(user, sizeof user, "u%d", u);
            snprintf(item, sizeof item, "i%d", u + each);
            give(&sink, DATASET_RATINGS, user, item, "3");
        }
    struct dataset_summary summary = {.source = "/nowhere", .format = "CSV"};
    assert_true(dataset_writer_finish(writer, &summary, &error));
    assert_true(store_commit(store, &error));
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-choice-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/bench.db", folder);
    store = store_open_writer(path, &error);
    if (store)
        write_set();
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

/* The number that stands behind the letter of an id. */
static int number_of(const char *id)
{
    return atoi(id + 1);
}

static void users_come_whole_with_their_items_alone(void **state)
{
    (void)state;
    struct dataset *some = store_dataset_load_some(store, "world", 500, &error);
    assert_non_null(some);
    size_t users = id_map_size(some->users);
    assert_int_equal(users, 500 / EACH);
    assert_int_equal(some->interactions, 500);
    bool rated[ITEMS] = {false};
    int least = USERS, most = 0;
    for (uint32_t row = 0; row < some->interactions; row++) {
        int user = number_of(id_map_text(some->users, some->user[row]));
        int item = number_of(id_map_text(some->items, some->item[row]));
        assert_in_range(item - user, 0, EACH - 1);
        rated[item] = true;
        least = user < least ? user : least;
        most = user > most ? user : most;
    }
    assert_int_equal(least, 0);
    assert_true(most > USERS * 8 / 10); /* spread over the set */
    size_t items = 0;
    for (int i = 0; i < ITEMS; i++)
        items += rated[i];
    assert_int_equal(id_map_size(some->items), items);
    dataset_free(some);
}

static void the_same_users_are_chosen_every_time(void **state)
{
    (void)state;
    char first[DIGEST_TEXT], second[DIGEST_TEXT];
    for (int i = 0; i < 2; i++) {
        struct dataset *some = store_dataset_load_some(store, "world", 700, &error);
        assert_non_null(some);
        dataset_digest(some, i ? second : first);
        dataset_free(some);
    }
    assert_string_equal(first, second);
}

/* At most 200 users, however few ratings they have; a small set is taken as it is. */
static void large_and_small_sets_have_bounds(void **state)
{
    (void)state;
    struct dataset *some = store_dataset_load_some(store, "world", USERS * EACH - 1, &error);
    assert_non_null(some);
    assert_int_equal(id_map_size(some->users), 200);
    dataset_free(some);
    some = store_dataset_load_some(store, "world", USERS * EACH, &error);
    assert_int_equal(some->interactions, USERS * EACH);
    assert_int_equal(id_map_size(some->users), USERS + 1);
    assert_int_equal(id_map_size(some->items), ITEMS);
    dataset_free(some);
    assert_null(store_dataset_load_some(store, "nowhere", 10, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_come_whole_with_their_items_alone),
        cmocka_unit_test(the_same_users_are_chosen_every_time),
        cmocka_unit_test(large_and_small_sets_have_bounds),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
