/* SPDX-License-Identifier: MIT
 *
 * Builds, writes and reads data sets, including bytes that are damaged or hostile.
 */
#include "config.h"

#include "data/dataset.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

static struct error error;

static void add(struct dataset *dataset, const char *user, const char *item, double value,
                int64_t time)
{
    assert_true(dataset_add(dataset, user, item, value, time, &error));
}

/* Two described users and one item; "late" and "7" occur in interactions only. */
static struct dataset *small(void)
{
    struct dataset *dataset = dataset_new("small");
    uint32_t number;
    table_add_column(&dataset->user_table, "age", COLUMN_INTEGER);
    table_add_column(&dataset->item_table, "title", COLUMN_TEXT);
    table_add_column(&dataset->context, "occasion", COLUMN_TEXT);
    assert_true(dataset_add_user(dataset, "a", &number, &error));
    assert_true(dataset_add_user(dataset, "b", &number, &error));
    dataset->user_table.columns[0].integer[number] = 30;
    assert_true(dataset_add_item(dataset, "x", &number, &error));
    assert_true(column_set_text(&dataset->item_table.columns[0], number, "港湾", 6, &error));
    add(dataset, "b", "x", 4, 100);
    add(dataset, "late", "7", 2.5, 90);
    add(dataset, "b", "7", 1, 80);
    add(dataset, "b", "x", 5, 70);
    assert_true(column_set_text(&dataset->context.columns[0], 2, "alone", 5, &error));
    return dataset;
}

static void described_users_come_first(void **state)
{
    (void)state;
    struct dataset *dataset = small();
    assert_int_equal(dataset_index(dataset), 1);
    assert_int_equal(id_map_size(dataset->users), 3);
    assert_string_equal(id_map_text(dataset->users, 2), "late");
    assert_int_equal(dataset->user_table.rows, 3);
    assert_int_equal(dataset->item_table.rows, 2);
    assert_true(column_is_missing(&dataset->user_table.columns[0], 2));
    dataset_free(dataset);
}

static void a_user_is_described_once(void **state)
{
    (void)state;
    struct dataset *dataset = small();
    uint32_t number;
    dataset_index(dataset);
    assert_false(dataset_add_user(dataset, "a", &number, &error));
    assert_string_equal(error.text, "the user is described twice");
    dataset_free(dataset);
}

static void of_a_repeated_pair_the_latest_counts(void **state)
{
    (void)state;
    struct dataset *dataset = small();
    dataset_index(dataset);
    assert_true(dataset->current[0]);  /* time 100 */
    assert_false(dataset->current[3]); /* the same pair at time 70, though a later row */
    dataset->time[3] = 100;
    dataset_index(dataset);
    assert_false(dataset->current[0]); /* of equal times the later row */
    assert_true(dataset->current[3]);
    dataset_free(dataset);
}

/* Rows 0 and 3 of the small set are one pair: 4 at time 100 and 5 at time 70. */
static void what_counts_is_said_by_time_only_if_there_is_one(void **state)
{
    (void)state;
    enum repeats repeats;
    assert_string_equal(repeats_clause(REPEATS_LAST, true), "the last in time counts");
    assert_string_equal(repeats_clause(REPEATS_LAST, false), "the later in the file counts");
    assert_string_equal(repeats_clause(REPEATS_FIRST, true), "the first in time counts");
    assert_string_equal(repeats_clause(REPEATS_FIRST, false), "the earlier in the file counts");
    for (repeats = REPEATS_MEAN; repeats < REPEATS_KINDS; repeats++)
        assert_string_equal(repeats_clause(repeats, false), repeats_clause(repeats, true));
}

static void what_a_repeated_pair_counts_as_is_settled(void **state)
{
    (void)state;
    static const struct {
        enum repeats repeats;
        bool current[4];
        float value, single; /* of the current row of the pair; of row 2 */
        uint32_t replaced;
    } cases[] = {
        {REPEATS_LAST, {true, true, true, false}, 4, 1, 1},
        {REPEATS_FIRST, {false, true, true, true}, 5, 1, 1},
        {REPEATS_MEAN, {true, true, true, false}, 4.5f, 1, 1},
        {REPEATS_SUM, {true, true, true, false}, 9, 1, 1},
        {REPEATS_COUNT, {true, true, true, false}, 2, 1, 1},
        {REPEATS_ALL, {true, true, true, true}, 4, 1, 0},
    };
    char digests[REPEATS_KINDS][DIGEST_TEXT];
    for (size_t i = 0; i < REPEATS_KINDS; i++) {
        struct dataset *dataset = small();
        struct bytes bytes = {0};
        dataset->repeats = cases[i].repeats;
        dataset_complete(dataset);
        dataset_write(dataset, &bytes, digests[i]);
        dataset_free(dataset);
        struct reader reader = {.data = bytes.data, .size = bytes.size};
        struct dataset *copy = dataset_read(&reader, &error);
        assert_non_null(copy);
        assert_int_equal(copy->repeats, cases[i].repeats);
        for (uint32_t row = 0; row < 4; row++)
            assert_int_equal(copy->current[row], cases[i].current[row]);
        assert_float_equal(copy->value[copy->current[0] ? 0 : 3], cases[i].value, 0);
        assert_float_equal(copy->value[2], cases[i].single, 0);
        assert_int_equal(copy->by_item.starts[2], 4 - cases[i].replaced);
        dataset_free(copy);
        bytes_release(&bytes);
        for (size_t other = 0; other < i; other++)
            assert_string_not_equal(digests[i], digests[other]);
    }
}

static void indexes_hold_current_rows_in_order(void **state)
{
    (void)state;
    struct dataset *dataset = small();
    dataset_index(dataset);
    const struct interaction_index *users = &dataset->by_user, *items = &dataset->by_item;
    assert_int_equal(users->count, 3);
    assert_int_equal(users->starts[1] - users->starts[0], 0);
    assert_int_equal(users->starts[2] - users->starts[1], 2);
    assert_int_equal(users->rows[users->starts[1]], 0);
    assert_int_equal(users->rows[users->starts[1] + 1], 2);
    assert_int_equal(items->starts[2], 3);
    assert_int_equal(items->rows[items->starts[1]], 1);
    assert_int_equal(items->rows[items->starts[1] + 1], 2);
    dataset_free(dataset);
}

static void without_times_there_is_no_array_of_them(void **state)
{
    (void)state;
    struct dataset *dataset = dataset_new("timeless");
    add(dataset, "u", "i", 1, DATASET_NO_TIME);
    assert_null(dataset->time);
    add(dataset, "u", "j", 1, 5);
    assert_non_null(dataset->time);
    assert_true(dataset->time[0] == DATASET_NO_TIME && dataset->time[1] == 5);
    dataset_free(dataset);
}

static void bad_interactions_are_refused(void **state)
{
    (void)state;
    struct dataset *dataset = small();
    assert_false(dataset_add(dataset, "u", "i", NAN, 0, &error));
    assert_false(dataset_add(dataset, "u", "i", 1e300, 0, &error));
    assert_string_equal(error.text, "a rating is not finite");
    assert_false(dataset_add(dataset, "", "i", 1, 0, &error));
    assert_int_equal(dataset->interactions, 4);
    dataset_free(dataset);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    struct dataset *dataset = small();
    struct bytes bytes = {0};
    char before[65], after[65];
    dataset_index(dataset);
    dataset->item_title = strdup("title");
    dataset_write(dataset, &bytes, before);
    struct reader reader = reader_of(bytes.data, bytes.size);
    struct dataset *copy = dataset_read(&reader, &error);
    assert_non_null(copy);
    assert_true(reader_complete(&reader));
    assert_string_equal(copy->name, "small");
    assert_string_equal(copy->item_title, "title");
    assert_int_equal(copy->time[1], 90);
    assert_false(copy->current[3]);
    assert_int_equal(copy->by_item.starts[2], 3);
    assert_string_equal(column_text(&copy->context.columns[0], 2), "alone");
    dataset_write(copy, &bytes, after);
    assert_string_equal(before, after);
    free(copy->name);
    copy->name = strdup("another");
    dataset_write(copy, &bytes, after);
    assert_string_equal(before, after);
    copy->value[0] = 3;
    dataset_write(copy, &bytes, after);
    assert_string_not_equal(before, after);
    bytes_release(&bytes);
    dataset_free(copy);
    dataset_free(dataset);
}

static void hostile_bytes_never_make_a_bad_data_set(void **state)
{
    (void)state;
    struct dataset *dataset = small();
    struct bytes bytes = {0};
    char digest[DIGEST_TEXT];
    dataset_index(dataset);
    dataset_write(dataset, &bytes, digest);
    for (size_t size = 0; size < bytes.size; size++) {
        struct reader reader = reader_of(bytes.data, size);
        assert_null(dataset_read(&reader, &error));
    }
    struct random random = random_at(1, RANDOM_SCRIPT, 0, 0);
    for (int trial = 0; trial < 20000; trial++) {
        size_t at = random_below(&random, (uint32_t)bytes.size);
        unsigned char kept = bytes.data[at];
        bytes.data[at] = (unsigned char)random_bits(&random);
        struct reader reader = reader_of(bytes.data, bytes.size);
        dataset_free(dataset_read(&reader, &error)); /* the sanitizers watch */
        bytes.data[at] = kept;
    }
    bytes_release(&bytes);
    dataset_free(dataset);
}

static void many_rows_are_indexed_as_a_plain_count_says(void **state)
{
    (void)state;
    enum { USERS = 50, ITEMS = 40, ROWS = 5000 };
    struct dataset *dataset = dataset_new("many");
    uint32_t last[USERS][ITEMS], pairs = 0;
    memset(last, 0xFF, sizeof last);
    struct random random = random_at(2, RANDOM_SCRIPT, 0, 0);
    uint32_t users[USERS], items[ITEMS];
    char id[16];
    for (uint32_t i = 0; i < USERS; i++) {
        snprintf(id, sizeof id, "u%u", i);
        assert_true(dataset_add_user(dataset, id, &users[i], &error));
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        snprintf(id, sizeof id, "i%u", i);
        assert_true(dataset_add_item(dataset, id, &items[i], &error));
    }
    for (uint32_t row = 0; row < ROWS; row++) {
        uint32_t user = random_below(&random, USERS), item = random_below(&random, ITEMS);
        assert_true(dataset_add_numbered(dataset, user, item, 1, row, &error));
        pairs += last[user][item] == UINT32_MAX;
        last[user][item] = row;
    }
    assert_int_equal(dataset_index(dataset), ROWS - pairs);
    for (uint32_t row = 0; row < ROWS; row++)
        assert_int_equal(dataset->current[row],
                         last[dataset->user[row]][dataset->item[row]] == row);
    assert_int_equal(dataset->by_user.starts[USERS], pairs);
    assert_int_equal(dataset->by_item.starts[ITEMS], pairs);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(described_users_come_first),
        cmocka_unit_test(a_user_is_described_once),
        cmocka_unit_test(of_a_repeated_pair_the_latest_counts),
        cmocka_unit_test(what_counts_is_said_by_time_only_if_there_is_one),
        cmocka_unit_test(what_a_repeated_pair_counts_as_is_settled),
        cmocka_unit_test(indexes_hold_current_rows_in_order),
        cmocka_unit_test(without_times_there_is_no_array_of_them),
        cmocka_unit_test(bad_interactions_are_refused),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(hostile_bytes_never_make_a_bad_data_set),
        cmocka_unit_test(many_rows_are_indexed_as_a_plain_count_says),
    };
    return cmocka_run_group_tests_name("dataset", tests, NULL, NULL);
}
