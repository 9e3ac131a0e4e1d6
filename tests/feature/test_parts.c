/* SPDX-License-Identifier: MIT
 *
 * Parts of a mapping that scale, cross, hash and count, held against values worked out by hand from
 * their definitions.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "feature/feature.h"

static struct error error;

/* Items i0 .. i7; the first six are trained on. */
enum { ITEMS = 8, TRAINED = 6, ROWS = 10 };
static const double PRICES[ITEMS] = {0, 1, 3, 3, 7, NAN, 15, -3};
static const char *const COLOURS[ITEMS] = {"red", "blue", "red", "red",
                                           NULL,  "blue", "red", "grey"};
static const char *const TAGS[ITEMS] = {"a|b", "b", "a", "a|b", "b", "", "c", "b"};
static const char *const VECTORS[ITEMS] = {"1 2",  "[3, 4]",     "5|6", NULL,
                                           "1,-2", " ( 2 ; 0 )", "9 9", "0 0"};
/* Which item a row rates, when in days, and whether it is trained on. */
static const struct row {
    uint32_t item;
    int64_t day;
    bool trained;
} RATED[ROWS] = {{0, 1, true}, {1, 2, true},  {2, 3, true},  {3, 4, true}, {4, 5, true},
                 {5, 9, true}, {6, 8, false}, {7, 7, false}, {0, 6, true}, {1, 20, false}};

static struct dataset *make_set(void)
{
    struct dataset *dataset = dataset_new("shop");
    char id[8];
    uint32_t number;
    struct column *columns[3];
    for (int i = 0; i < ITEMS; i++) {
        snprintf(id, sizeof id, "i%d", i);
        assert_true(dataset_add_item(dataset, id, &number, &error));
    }
    const char *const names[] = {"colour", "tags", "vector"};
    const char *const *const texts[] = {COLOURS, TAGS, VECTORS};
    for (int c = 0; c < 3; c++) {
        columns[c] = table_add_column(&dataset->item_table, names[c], COLUMN_TEXT);
        for (uint32_t i = 0; i < ITEMS; i++)
            if (texts[c][i])
                assert_true(
                    column_set_text(columns[c], i, texts[c][i], strlen(texts[c][i]), &error));
    }
    struct column *price = table_add_column(&dataset->item_table, "price", COLUMN_REAL);
    for (uint32_t i = 0; i < ITEMS; i++)
        price->real[i] = PRICES[i];
    for (int r = 0; r < ROWS; r++) {
        snprintf(id, sizeof id, "i%u", RATED[r].item);
        assert_true(dataset_add(dataset, r % 2 ? "u" : "v", id, 3, 86400 * RATED[r].day + 3 * 3600,
                                &error));
    }
    dataset_index(dataset);
    return dataset;
}

static int set_up(void **state)
{
    *state = make_set();
    return 0;
}

static int tear_down(void **state)
{
    dataset_free(*state);
    return 0;
}

static bool try_fit(struct feature_space *space, struct dataset *dataset, struct feature_part *list,
                    size_t count)
{
    bool training[ROWS];
    for (int r = 0; r < ROWS; r++)
        training[r] = RATED[r].trained;
    const struct feature_parts parts = {.parts = list, .count = count};
    return feature_space_fit(space, &parts, dataset, training, &error);
}

static struct feature_part part_of(enum feature_part_kind kind, const char *column)
{
    return (struct feature_part){.name = (char *)"x",
                                 .entity = FEATURE_ITEM,
                                 .kind = kind,
                                 .column = (char *)column,
                                 .separator = (char *)"|",
                                 .unit = 1};
}

static void expect_numbers(struct dataset *dataset, struct feature_part part, uint32_t columns,
                           const double *expected)
{
    struct feature_space space;
    if (!try_fit(&space, dataset, &part, 1))
        fail_msg("%s", error.text);
    const struct feature_field *field = &space.fields[0];
    assert_int_equal(field->kind, FEATURE_NUMBER);
    assert_int_equal(field->columns, columns);
    for (uint32_t i = 0; i < ITEMS; i++)
        for (uint32_t c = 0; c < columns; c++)
            assert_float_equal(feature_number(field, i, c), expected[i * columns + c], 1e-6);
    for (uint32_t c = 0; c < columns; c++)
        assert_true(feature_number(field, FEATURE_UNKNOWN, c) == 0);
    feature_space_release(&space);
}

static void numbers_have_five_scales(void **state)
{
    struct feature_part part = part_of(PART_NUMBER, "price");
    /* Trained: 0 1 3 3 7, mean 2.8, squares of what is left 7.84 + 3.24 + .04 + .04 + 17.64. */
    double expected[2 * ITEMS], deviation = sqrt(28.8 / 5), logs[5], mean = 0, squares = 0;
    for (int i = 0; i < ITEMS; i++)
        expected[i] = isnan(PRICES[i]) ? 0 : (PRICES[i] - 2.8) / deviation;
    expect_numbers(*state, part, 1, expected);
    part.scale = SCALE_NONE;
    part.missing = true;
    for (int i = 0; i < ITEMS; i++) {
        expected[2 * i] = isnan(PRICES[i]) ? 0 : PRICES[i];
        expected[2 * i + 1] = isnan(PRICES[i]);
    }
    expect_numbers(*state, part, 2, expected);
    part.missing = false;
    part.scale = SCALE_MIN_MAX;
    expect_numbers(*state, part, 1, (const double[]){0, 1.0 / 7, 3.0 / 7, 3.0 / 7, 1, 0, 1, 0});
    part.scale = SCALE_RANK; /* (below + not above) / 5 - 1 */
    expect_numbers(*state, part, 1, (const double[]){-0.8, -0.4, 0.2, 0.2, 0.8, 0, 1, -1});
    for (int i = 0; i < 5; i++)
        mean += (logs[i] = log(1 + PRICES[i])) / 5;
    for (int i = 0; i < 5; i++)
        squares += (logs[i] - mean) * (logs[i] - mean);
    for (int i = 0; i < ITEMS; i++)
        expected[i] = isnan(PRICES[i]) ? 0
                                       : (copysign(log(1 + fabs(PRICES[i])), PRICES[i]) - mean) /
                                             sqrt(squares / 5);
    part.scale = SCALE_LOG;
    expect_numbers(*state, part, 1, expected);
}

static void a_vector_has_as_many_numbers_in_every_row(void **state)
{
    struct feature_part part = part_of(PART_VECTOR, "vector");
    part.scale = SCALE_NONE;
    part.missing = true;
    expect_numbers(*state, part, 3, (const double[]){1, 2,  0, 3, 4, 0, 5, 6, 0, 0, 0, 1,
                                                     1, -2, 0, 2, 0, 0, 9, 9, 0, 0, 0, 0});
    struct dataset *dataset = *state;
    struct column *column = (struct column *)table_column(&dataset->item_table, "vector");
    struct feature_space space;
    assert_true(column_set_text(column, 7, "1 2 3", 5, &error));
    assert_false(try_fit(&space, dataset, &part, 1));
    assert_string_equal(error.text, "mapping `item.x`: row 8 holds 3 numbers where the first row "
                                    "of the vector holds 2");
    assert_true(column_set_text(column, 7, "1 two", 5, &error));
    assert_false(try_fit(&space, dataset, &part, 1));
    assert_string_equal(error.text, "mapping `item.x`: row 8 holds \"two\" where a number of a "
                                    "vector was expected; map.bag takes words");
}

static void a_cycle_is_a_place_on_a_circle(void **state)
{
    struct feature_part part = part_of(PART_CYCLE, "price");
    struct feature_space space;
    double expected[2 * ITEMS];
    part.period = 4;
    for (int i = 0; i < ITEMS; i++) {
        expected[2 * i] = isnan(PRICES[i]) ? 0 : sin(M_PI / 2 * PRICES[i]);
        expected[2 * i + 1] = isnan(PRICES[i]) ? 0 : cos(M_PI / 2 * PRICES[i]);
    }
    expect_numbers(*state, part, 2, expected);
    part.entity = FEATURE_CONTEXT;
    part.column = (char *)"timestamp";
    part.period = 86400;
    assert_true(try_fit(&space, *state, &part, 1)); /* 3 o'clock each day */
    for (uint32_t r = 0; r < ROWS; r++) {
        assert_float_equal(feature_number(&space.fields[0], r, 0), sqrt(0.5), 1e-6);
        assert_float_equal(feature_number(&space.fields[0], r, 1), sqrt(0.5), 1e-6);
    }
    feature_space_release(&space);
    part.period = FEATURE_YEAR;
    assert_true(try_fit(&space, *state, &part, 1));
    for (uint32_t r = 0; r < ROWS; r++)
        assert_float_equal(feature_number(&space.fields[0], r, 1),
                           cos(2 * M_PI * ((double)RATED[r].day + 0.125) / 365), 1e-6);
    feature_space_release(&space);
}

static void an_age_is_counted_from_the_latest_training_value(void **state)
{
    struct feature_part part = part_of(PART_AGE, "price");
    part.scale = SCALE_NONE;
    part.unit = 2;
    expect_numbers(*state, part, 1, (const double[]){3.5, 3, 2, 2, 0, 0, 0, 5});
}

static void activity_knows_training_rows_alone(void **state)
{
    struct feature_part part = part_of(PART_ACTIVITY, NULL);
    part.scale = SCALE_NONE;
    expect_numbers(*state, part, 1, (const double[]){2, 1, 1, 1, 1, 1, 0, 0});
    part.activity = ACTIVITY_RECENCY;
    part.missing = true;
    expect_numbers(*state, part, 2,
                   (const double[]){3, 0, 7, 0, 6, 0, 5, 0, 4, 0, 0, 0, 0, 1, 0, 1});
    struct feature_space space;
    part.entity = FEATURE_CONTEXT;
    assert_false(try_fit(&space, *state, &part, 1));
    assert_string_equal(error.text, "mapping `context.x`: only users and items have an activity");
}

static void quantiles_hold_as_many_each(void **state)
{
    struct feature_part part = part_of(PART_BUCKET, "price");
    struct feature_space space;
    part.quantiles = 3; /* of 0 1 3 3 7 the second and the fourth begin a bucket */
    assert_true(try_fit(&space, *state, &part, 1));
    assert_int_equal(id_map_size(space.fields[0].words), 3);
    assert_string_equal(id_map_text(space.fields[0].words, 0), "< 1");
    assert_string_equal(id_map_text(space.fields[0].words, 1), "[1, 3)");
    assert_string_equal(id_map_text(space.fields[0].words, 2), ">= 3");
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){1, 2, 3, 3, 3, 0, 3, 1}),
                        ITEMS * sizeof(uint32_t));
    feature_space_release(&space);
}

static void a_hash_knows_every_value(void **state)
{
    struct feature_part part = part_of(PART_HASH, "colour");
    struct feature_space space;
    part.separator = (char *)"";
    part.rows = 1000;
    assert_true(try_fit(&space, *state, &part, 1));
    const struct feature_field *field = &space.fields[0];
    assert_int_equal(field->kind, FEATURE_INDEX);
    assert_int_equal(field->vocabulary, 1001);
    assert_int_equal(field->index[4], 0);
    for (int i = 0; i < ITEMS; i++)
        for (int k = 0; k < ITEMS && COLOURS[i]; k++)
            if (COLOURS[k])
                assert_true((field->index[i] == field->index[k]) ==
                            (strcmp(COLOURS[i], COLOURS[k]) == 0));
    assert_in_range(field->index[7], 1, 1000); /* grey, which no training item has */
    feature_space_release(&space);
    part.separator = (char *)"|";
    part.column = (char *)"tags";
    part.rows = 3;
    assert_true(try_fit(&space, *state, &part, 1));
    assert_int_equal(space.fields[0].kind, FEATURE_BAG);
    for (uint32_t at = 0; at < space.fields[0].starts[ITEMS]; at++)
        assert_in_range(space.fields[0].indices[at], 0, 3);
    feature_space_release(&space);
}

static void a_cross_has_the_pairs_of_training_entities(void **state)
{
    struct feature_part parts[3] = {part_of(PART_CATEGORY, "colour"), part_of(PART_BUCKET, "price"),
                                    part_of(PART_CROSS, NULL)};
    struct feature_space space;
    parts[0].hidden = parts[1].hidden = true;
    parts[1].edges = (double[]){2};
    parts[1].edge_count = 1;
    parts[2].crossed[1] = 1;
    assert_true(try_fit(&space, *state, parts, 3));
    assert_int_equal(space.count, 1);
    const struct feature_field *field = &space.fields[0];
    /* red < 2, blue < 2, red >= 2; i6 is red and >= 2; no colour, no price, or grey: unknown. */
    assert_string_equal(id_map_text(field->words, 0), "red x < 2");
    assert_string_equal(id_map_text(field->words, 1), "blue x < 2");
    assert_string_equal(id_map_text(field->words, 2), "red x >= 2");
    assert_int_equal(field->vocabulary, 4);
    assert_memory_equal(field->index, ((const uint32_t[]){1, 2, 3, 3, 0, 0, 3, 0}),
                        ITEMS * sizeof(uint32_t));
    feature_space_release(&space);
    parts[2].least = 2;
    assert_true(try_fit(&space, *state, parts, 3));
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){0, 0, 1, 1, 0, 0, 1, 0}),
                        ITEMS * sizeof(uint32_t));
    feature_space_release(&space);
}

static void a_cross_of_a_bag_is_a_bag(void **state)
{
    struct feature_part parts[3] = {part_of(PART_BAG, "tags"), part_of(PART_CATEGORY, "colour"),
                                    part_of(PART_CROSS, NULL)};
    struct feature_space space;
    parts[0].hidden = true;
    parts[2].crossed[1] = 1;
    assert_true(try_fit(&space, *state, parts, 3));
    assert_int_equal(space.count, 2);
    const struct feature_field *field = &space.fields[1];
    assert_int_equal(field->kind, FEATURE_BAG);
    assert_string_equal(id_map_text(field->words, 0), "a x red");
    assert_string_equal(id_map_text(field->words, 1), "b x red");
    assert_string_equal(id_map_text(field->words, 2), "b x blue");
    static const uint32_t starts[] = {0, 2, 3, 4, 6, 7, 8, 9, 10};
    static const uint32_t indices[] = {1, 2, 3, 1, 1, 2, 0, 0, 0, 0};
    assert_memory_equal(field->starts, starts, sizeof starts);
    assert_memory_equal(field->indices, indices, sizeof indices);
    feature_space_release(&space);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_five_scales),
        TEST(a_vector_has_as_many_numbers_in_every_row),
        TEST(a_cycle_is_a_place_on_a_circle),
        TEST(an_age_is_counted_from_the_latest_training_value),
        TEST(activity_knows_training_rows_alone),
        TEST(quantiles_hold_as_many_each),
        TEST(a_hash_knows_every_value),
        TEST(a_cross_has_the_pairs_of_training_entities),
        TEST(a_cross_of_a_bag_is_a_bag),
    };
    return cmocka_run_group_tests_name("parts of a mapping", tests, NULL, NULL);
}
