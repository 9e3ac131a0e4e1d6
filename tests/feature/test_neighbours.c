/* SPDX-License-Identifier: MIT
 *
 * Neighbours, tables that parts share, and first rows of tables, held against values worked out by
 * hand. Rows that are not learned from must change nothing.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "feature/feature.h"

static struct error error;

/* Users a .. f; e and f have no training row. Lists name unknown ids, the user and the same twice.
 */
enum { USERS = 6, ITEMS = 3, ROWS = 9 };
static const char *const FRIENDS[USERS] = {"b|c|a", "a|e", "a|z", "", "a|b|b|f", NULL};
static const double AGES[USERS] = {10, 20, 30, 40, 50, 60};
static const char *const LIKED[USERS] = {"x|y", "x", "", "y", "z", "x"};
static const char *const TOWNS[USERS] = {"here", "there", NULL, "here", "far", "there"};
static const struct row {
    uint32_t user, item;
    double rating;
    bool trained;
} RATED[ROWS] = {{0, 0, 4, true},  {0, 1, 2, true},  {1, 0, 5, true},
                 {1, 2, 1, false}, {2, 1, 3, true},  {3, 0, 1, true},
                 {4, 0, 9, false}, {4, 1, 8, false}, {2, 0, 7, false}};

static void add_texts(struct table *table, const char *name, const char *const *texts,
                      uint32_t count)
{
    struct column *column = table_add_column(table, name, COLUMN_TEXT);
    for (uint32_t i = 0; i < count; i++)
        if (texts[i])
            assert_true(column_set_text(column, i, texts[i], strlen(texts[i]), &error));
}

/* Without the rows that are not learned from if `without`; with other ratings there if `changed`.
 */
static struct dataset *make_set(bool without, bool changed)
{
    static const char *const TASTES[ITEMS] = {"x|z", "y", "w"};
    static const char *const VECTORS[ITEMS] = {"1 2", "3 4", NULL};
    struct dataset *dataset = dataset_new("club");
    uint32_t number;
    for (int i = 0; i < USERS; i++)
        assert_true(dataset_add_user(dataset, (const char[]){(char)('a' + i), 0}, &number, &error));
    for (int i = 0; i < ITEMS; i++)
        assert_true(dataset_add_item(dataset, (const char[]){(char)('p' + i), 0}, &number, &error));
    add_texts(&dataset->user_table, "friends", FRIENDS, USERS);
    add_texts(&dataset->user_table, "liked", LIKED, USERS);
    add_texts(&dataset->user_table, "town", TOWNS, USERS);
    add_texts(&dataset->item_table, "taste", TASTES, ITEMS);
    add_texts(&dataset->item_table, "vector", VECTORS, ITEMS);
    struct column *age = table_add_column(&dataset->user_table, "age", COLUMN_REAL);
    for (uint32_t i = 0; i < USERS; i++)
        age->real[i] = AGES[i];
    for (int r = 0; r < ROWS; r++)
        if (RATED[r].trained || !without)
            assert_true(dataset_add_numbered(dataset, RATED[r].user, RATED[r].item,
                                             RATED[r].rating + (RATED[r].trained ? 0 : changed), r,
                                             &error));
    dataset_index(dataset);
    return dataset;
}

static int set_up(void **state)
{
    *state = make_set(false, false);
    return 0;
}

static int tear_down(void **state)
{
    dataset_free(*state);
    return 0;
}

static bool try_fit(struct feature_space *space, const struct dataset *dataset,
                    struct feature_part *list, size_t count)
{
    bool training[ROWS];
    uint32_t row = 0;
    for (int r = 0; r < ROWS; r++)
        if (RATED[r].trained || dataset->interactions == ROWS)
            training[row++] = RATED[r].trained;
    const struct feature_parts parts = {.parts = list, .count = count};
    return feature_space_fit(space, &parts, dataset, training, &error);
}

static void fit(struct feature_space *space, const struct dataset *dataset,
                struct feature_part *list, size_t count)
{
    if (!try_fit(space, dataset, list, count))
        fail_msg("%s", error.text);
}

static struct feature_part part_of(enum feature_entity entity, enum feature_part_kind kind,
                                   const char *column)
{
    return (struct feature_part){.name = (char *)"x",
                                 .entity = entity,
                                 .kind = kind,
                                 .column = (char *)column,
                                 .separator = (char *)"|",
                                 .scale = SCALE_NONE,
                                 .unit = 1};
}

static struct feature_part friends(enum feature_neighbours take)
{
    struct feature_part part = part_of(FEATURE_USER, PART_NEIGHBOURS, "friends");
    part.neighbours = take;
    return part;
}

static void expect_bag(const struct feature_field *field, uint32_t entity, const char *expected)
{
    char text[64] = "";
    for (uint32_t at = field->starts[entity]; at < field->starts[entity + 1]; at++)
        strcat(strcat(text, at > field->starts[entity] ? " " : ""),
               field->indices[at] ? id_map_text(field->words, field->indices[at] - 1) : "-");
    assert_string_equal(text, expected);
}

static void neighbours_are_those_with_training_rows(void **state)
{
    struct feature_part part = friends(NEIGHBOURS_IDENTITY);
    struct feature_space space;
    fit(&space, *state, &part, 1);
    const struct feature_field *field = &space.fields[0];
    static const char *const expected[USERS] = {"b c", "a", "a", "-", "a b", "-"};
    for (uint32_t user = 0; user < USERS; user++)
        expect_bag(field, user, expected[user]);
    feature_space_release(&space);
    part.least = 2; /* a is a friend of two who are learned from */
    fit(&space, *state, &part, 1);
    assert_int_equal(space.fields[0].vocabulary, 2);
    expect_bag(&space.fields[0], 4, "a");
    feature_space_release(&space);
}

static void their_numbers_are_of_training_rows(void **state)
{
    static const double known[USERS] = {2, 1, 1, 0, 2, 0};
    static const double targets[USERS] = {4, 3, 3, NAN, 4, NAN}; /* a: 3, b: 5, c: 3 */
    struct feature_part parts[2] = {friends(NEIGHBOURS_KNOWN), friends(NEIGHBOURS_TARGET)};
    struct feature_space space;
    parts[1].missing = true;
    fit(&space, *state, parts, 2);
    assert_int_equal(space.fields[1].columns, 2);
    for (uint32_t user = 0; user < USERS; user++) {
        bool missing = isnan(targets[user]);
        assert_float_equal(feature_number(&space.fields[0], user, 0), known[user], 1e-6);
        assert_float_equal(feature_number(&space.fields[1], user, 0), missing ? 0 : targets[user],
                           1e-6);
        assert_float_equal(feature_number(&space.fields[1], user, 1), missing ? 1 : 0, 1e-6);
    }
    feature_space_release(&space);
}

static void another_part_has_a_mean_over_them(void **state)
{
    struct feature_part parts[4] = {
        part_of(FEATURE_USER, PART_NUMBER, "age"), friends(NEIGHBOURS_PART),
        part_of(FEATURE_USER, PART_BAG, "liked"), friends(NEIGHBOURS_PART)};
    struct feature_space space;
    parts[0].hidden = parts[2].hidden = true;
    parts[3].crossed[0] = 2;
    fit(&space, *state, parts, 4);
    assert_int_equal(space.count, 2);
    static const double ages[USERS] = {25, 10, 10, 0, 15, 0};
    static const char *const liked[USERS] = {"x", "x y", "x y", "-", "x x y", "-"};
    for (uint32_t user = 0; user < USERS; user++) {
        assert_float_equal(feature_number(&space.fields[0], user, 0), ages[user], 1e-6);
        expect_bag(&space.fields[1], user, liked[user]);
    }
    feature_space_release(&space);
}

static void an_item_is_met_through_neighbours(void **state)
{
    /* By row of RATED: how many friends have the item in a training row, and their mean. */
    static const double met[ROWS][2] = {{1, 5}, {1, 3},   {1, 4}, {0, 0}, {1, 2},
                                        {0, 0}, {2, 4.5}, {1, 2}, {1, 4}};
    struct feature_part part = part_of(FEATURE_CONTEXT, PART_NEIGHBOURS, "friends");
    struct feature_space space;
    part.neighbours = NEIGHBOURS_ITEM;
    part.missing = true;
    fit(&space, *state, &part, 1);
    const struct feature_field *field = &space.fields[0];
    float numbers[FEATURE_PAIR_NUMBERS];
    assert_int_equal(field->columns, 3);
    for (uint32_t row = 0; row < ROWS; row++) {
        feature_pair_numbers(field, RATED[row].user, RATED[row].item, numbers);
        for (uint32_t c = 0; c < 3; c++) {
            double expected = c < 2 ? met[row][c] : met[row][0] == 0;
            assert_float_equal(feature_number(field, row, c), expected, 1e-6);
            assert_float_equal(numbers[c], expected, 1e-6);
        }
    }
    feature_pair_numbers(field, 4, 2, numbers);
    assert_float_equal(numbers[0], 0, 0);
    feature_pair_numbers(field, FEATURE_UNKNOWN, 0, numbers);
    assert_float_equal(numbers[2], 1, 0);
    feature_pair_numbers(field, 0, FEATURE_UNKNOWN, numbers);
    assert_float_equal(numbers[0], 0, 0);
    feature_space_release(&space);
}

/* Ratings of rows that are not learned from, and these rows, say nothing. */
static void other_rows_change_nothing(void **state)
{
    struct feature_part parts[6] = {
        friends(NEIGHBOURS_IDENTITY), friends(NEIGHBOURS_KNOWN),
        friends(NEIGHBOURS_TARGET),   part_of(FEATURE_USER, PART_BAG, "liked"),
        friends(NEIGHBOURS_PART),     part_of(FEATURE_CONTEXT, PART_NEIGHBOURS, "friends")};
    parts[3].hidden = true;
    parts[4].crossed[0] = 3;
    parts[5].neighbours = NEIGHBOURS_ITEM;
    for (size_t i = 0; i < 6; i++)
        parts[i].scale = SCALE_STANDARD;
    struct dataset *changed = make_set(false, true), *without = make_set(true, false);
    const struct dataset *sets[3] = {*state, changed, without};
    struct feature_space spaces[3];
    for (int s = 0; s < 3; s++)
        fit(&spaces[s], sets[s], parts, 6);
    for (int s = 1; s < 3; s++) {
        const struct feature_field *first = spaces[0].fields, *other = spaces[s].fields;
        for (int f = 0; f < 4; f += 3) {
            assert_memory_equal(first[f].starts, other[f].starts, (USERS + 1) * sizeof(uint32_t));
            assert_memory_equal(first[f].indices, other[f].indices,
                                first[f].starts[USERS] * sizeof(uint32_t));
        }
        for (int f = 1; f < 3; f++)
            assert_memory_equal(first[f].number, other[f].number, USERS * sizeof(float));
        for (uint32_t u = 0; u < USERS; u++)
            for (uint32_t i = 0; i < ITEMS; i++) {
                float one[FEATURE_PAIR_NUMBERS] = {0}, two[FEATURE_PAIR_NUMBERS] = {0};
                feature_pair_numbers(&first[4], u, i, one);
                feature_pair_numbers(&other[4], u, i, two);
                assert_memory_equal(one, two, sizeof one);
            }
    }
    for (int s = 0; s < 3; s++)
        feature_space_release(&spaces[s]);
    dataset_free(changed);
    dataset_free(without);
}

static void a_column_without_ids_is_refused(void **state)
{
    struct feature_part part = friends(NEIGHBOURS_KNOWN);
    struct feature_space space;
    part.column = (char *)"liked";
    assert_false(try_fit(&space, *state, &part, 1));
    assert_string_equal(error.text, "mapping `user.x`: no word of that column is the id of a user: "
                                    "the first word is \"x\", the first id \"a\"");
    part.column = (char *)"friend";
    part.entity = FEATURE_CONTEXT;
    assert_false(try_fit(&space, *state, &part, 1));
    assert_string_equal(error.text, "mapping `context.x`: the users of \"club\" have no column "
                                    "`friend`, only friends, liked, town, age");
}

/* -- sharing ----------------------------------------------------------------------------------- */

static void words_of_a_name_are_merged(void **state)
{
    struct feature_part parts[4] = {
        part_of(FEATURE_USER, PART_BAG, "liked"), part_of(FEATURE_USER, PART_CATEGORY, "town"),
        part_of(FEATURE_ITEM, PART_BAG, "taste"), part_of(FEATURE_USER, PART_BAG, "liked")};
    struct feature_space space;
    parts[0].share = parts[2].share = (char *)"tastes";
    fit(&space, *state, parts, 4);
    assert_int_equal(space.fields[0].table, 0);
    assert_int_equal(space.fields[1].table, 1);
    assert_int_equal(space.fields[2].table, 0);
    assert_int_equal(space.fields[3].table, 3);
    assert_int_equal(space.fields[0].vocabulary, 4); /* x y z; w is of an item without a row */
    assert_int_equal(space.fields[2].vocabulary, 4);
    assert_int_equal(space.fields[3].vocabulary, 3);
    expect_bag(&space.fields[0], 4, "z"); /* e is not learned from, but z is a taste */
    expect_bag(&space.fields[3], 4, "-");
    expect_bag(&space.fields[2], 0, "x z");
    expect_bag(&space.fields[2], 2, "-");
    assert_memory_equal(space.fields[2].indices, ((const uint32_t[]){1, 3, 2, 0}),
                        4 * sizeof(uint32_t));
    feature_space_release(&space);
}

static void somebody_cold_has_the_row_that_neighbours_share(void **state)
{
    struct feature_part parts[2] = {part_of(FEATURE_USER, PART_IDENTITY, NULL),
                                    friends(NEIGHBOURS_IDENTITY)};
    struct feature_space space;
    parts[0].share = parts[1].share = (char *)"people";
    fit(&space, *state, parts, 2);
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){1, 2, 3, 4, 0, 0}),
                        USERS * sizeof(uint32_t));
    assert_int_equal(space.fields[1].vocabulary, 5);
    expect_bag(&space.fields[1], 4, "a b");
    feature_space_release(&space);
}

static void different_kinds_share_nothing(void **state)
{
    struct feature_part parts[2] = {part_of(FEATURE_USER, PART_BAG, "liked"),
                                    part_of(FEATURE_USER, PART_NUMBER, "age")};
    struct feature_space space;
    parts[0].share = parts[1].share = (char *)"both";
    parts[1].name = (char *)"y";
    assert_false(try_fit(&space, *state, parts, 2));
    assert_string_equal(error.text, "mapping `user.y`: it shares \"both\" with `user.x`, but has 1 "
                                    "numbers where that has 2 words");
    parts[1] = part_of(FEATURE_USER, PART_BUCKET, "age");
    parts[1].edges = (double[]){30};
    parts[1].edge_count = 1;
    parts[1].share = (char *)"both";
    assert_false(try_fit(&space, *state, parts, 2));
    assert_non_null(strstr(error.text, "a bucket has words that no other part has"));
}

static void a_lookup_of_a_shared_table_has_one_list(void **state)
{
    struct feature_part parts[2] = {part_of(FEATURE_USER, PART_BAG, "liked"),
                                    part_of(FEATURE_ITEM, PART_BAG, "taste")};
    struct feature_space space;
    struct feature_lookup users, items, *lookups[] = {&users, &items};
    struct feature_scratch scratch = {0};
    struct arena *arena = arena_new();
    const uint32_t counts[] = {2, 1};
    parts[0].share = parts[1].share = (char *)"tastes";
    fit(&space, *state, parts, 2);
    feature_lookup_whole(&space.fields[0], (const uint32_t[]){3, FEATURE_UNKNOWN}, 2, NULL, arena,
                         &users);
    feature_lookup_whole(&space.fields[1], (const uint32_t[]){0}, 1, NULL, arena, &items);
    feature_lookup_join(lookups, counts, 2, space.fields[0].vocabulary, &scratch, arena);
    assert_int_equal(users.unique, 4);
    assert_ptr_equal(users.rows, items.rows);
    assert_memory_equal(users.rows, ((const uint32_t[]){0, 1, 2, 3}), 4 * sizeof(uint32_t));
    assert_memory_equal(users.indices, ((const uint32_t[]){2, 0}), 2 * sizeof(uint32_t));
    assert_memory_equal(items.indices, ((const uint32_t[]){1, 3}), 2 * sizeof(uint32_t));
    feature_scratch_release(&scratch);
    feature_space_release(&space);
    arena_free(arena);
}

/* -- first rows -------------------------------------------------------------------------------- */

static void a_table_starts_with_given_words(void **state)
{
    struct feature_part part = part_of(FEATURE_USER, PART_CATEGORY, "town");
    struct feature_start given = {id_map_new(), 2, (float[]){1, 2, 3, 4}};
    struct feature_space space;
    uint32_t number;
    assert_true(id_map_add_text(given.words, "nowhere", 7, &number, &error));
    assert_true(id_map_add_text(given.words, "there", 5, &number, &error));
    part.given = &given;
    fit(&space, *state, &part, 1);
    assert_int_equal(space.fields[0].given_columns, 2);
    for (int i = 0; i < 4; i++) /* the unknown and here */
        assert_true(isnan(space.fields[0].given[i]));
    assert_float_equal(space.fields[0].given[4], 3, 0);
    assert_float_equal(space.fields[0].given[5], 4, 0);
    feature_space_release(&space);
    part.column = (char *)"liked";
    assert_false(try_fit(&space, *state, &part, 1));
    assert_string_equal(error.text,
                        "mapping `user.x`: none of the 2 words of `start` is one of the "
                        "field: such as \"nowhere\", where the field has \"x|y\"");
    id_map_free(given.words);
}

static void a_table_starts_with_the_mean_of_a_vector(void **state)
{
    struct feature_part parts[2] = {part_of(FEATURE_ITEM, PART_VECTOR, "vector"),
                                    part_of(FEATURE_ITEM, PART_BAG, "taste")};
    struct feature_space space;
    parts[0].hidden = parts[0].missing = true;
    parts[1].given_part = 1;
    fit(&space, *state, parts, 2);
    const struct feature_field *field = &space.fields[0]; /* x z y */
    assert_int_equal(field->given_columns, 2);
    assert_true(isnan(field->given[0]));
    assert_memory_equal(field->given + 2, ((const float[]){1, 2, 1, 2, 3, 4}), 6 * sizeof(float));
    feature_space_release(&space);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(neighbours_are_those_with_training_rows),
        TEST(their_numbers_are_of_training_rows),
        TEST(another_part_has_a_mean_over_them),
        TEST(an_item_is_met_through_neighbours),
        TEST(other_rows_change_nothing),
        TEST(a_column_without_ids_is_refused),
        TEST(words_of_a_name_are_merged),
        TEST(somebody_cold_has_the_row_that_neighbours_share),
        TEST(different_kinds_share_nothing),
        TEST(a_lookup_of_a_shared_table_has_one_list),
        TEST(a_table_starts_with_given_words),
        TEST(a_table_starts_with_the_mean_of_a_vector),
    };
    return cmocka_run_group_tests_name("neighbours and shared tables", tests, NULL, NULL);
}
