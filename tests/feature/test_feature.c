/* SPDX-License-Identifier: MIT
 *
 * Mappings from columns to features: vocabularies, bags of words, buckets, numbers, and mistakes.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/memory.h"
#include "base/random.h"
#include "feature/feature.h"

static struct error error;

/* Six items; the first five are rated by user a, the last one and one of them by user b. */
static const struct film {
    const char *id, *genres, *director;
    int64_t year;
    double length;
} FILMS[] = {
    {"f0", "Drama|Comedy", "Wong", 1994, 100},
    {"f1", " Comedy | Drama|Comedy|", "Lee", INT64_MIN, 120},
    {"f2", "", NULL, 1980, 140},
    {"f3", NULL, "Wong", 1979, NAN},
    {"f4", "Horror", "", 2000, 120},
    {"f5", "Western|Drama", "Kaye", 1990, 500},
};
enum { FILM_COUNT = sizeof FILMS / sizeof *FILMS, UNSEEN = 5 };

static struct dataset *films(void)
{
    struct dataset *dataset = dataset_new("films");
    struct column *genres = table_add_column(&dataset->item_table, "genres", COLUMN_TEXT);
    for (int i = 0; i < FILM_COUNT; i++) {
        uint32_t number;
        assert_true(dataset_add_item(dataset, FILMS[i].id, &number, &error));
        if (FILMS[i].genres)
            assert_true(
                column_set_text(genres, number, FILMS[i].genres, strlen(FILMS[i].genres), &error));
    }
    struct column *director = table_add_column(&dataset->item_table, "director", COLUMN_TEXT);
    for (uint32_t i = 0; i < FILM_COUNT; i++)
        if (FILMS[i].director)
            assert_true(
                column_set_text(director, i, FILMS[i].director, strlen(FILMS[i].director), &error));
    struct column *year = table_add_column(&dataset->item_table, "year", COLUMN_INTEGER);
    for (uint32_t i = 0; i < FILM_COUNT; i++)
        year->integer[i] = FILMS[i].year;
    struct column *length = table_add_column(&dataset->item_table, "length", COLUMN_REAL);
    for (uint32_t i = 0; i < FILM_COUNT; i++)
        length->real[i] = FILMS[i].length;
    for (int i = 0; i < UNSEEN; i++)
        assert_true(dataset_add(dataset, "a", FILMS[i].id, 3, 86400 * i, &error));
    assert_true(dataset_add(dataset, "b", "f5", 4, 0, &error));
    assert_true(dataset_add(dataset, "b", "f0", 4, 0, &error));
    dataset_index(dataset);
    return dataset;
}

static const bool TRAINING[] = {true, true, true, true, true, false, false};

/* Fits one part; the caller releases. */
static void fit(struct feature_space *space, struct dataset *dataset, struct feature_part part)
{
    struct feature_parts parts = {.parts = &part, .count = 1};
    assert_true(feature_space_fit(space, &parts, dataset, TRAINING, &error));
    assert_int_equal(space->count, 1);
}

static void check_words(const struct feature_field *field, const char *const *words, uint32_t count)
{
    assert_int_equal(id_map_size(field->words), count);
    assert_int_equal(field->vocabulary, count + 1);
    for (uint32_t i = 0; i < count; i++)
        assert_string_equal(id_map_text(field->words, i), words[i]);
}

static void check_bag(const struct feature_field *field, uint32_t entity, const uint32_t *rows,
                      uint32_t count)
{
    assert_int_equal(field->starts[entity + 1] - field->starts[entity], count);
    assert_memory_equal(field->indices + field->starts[entity], rows, count * sizeof *rows);
}

static int set_up(void **state)
{
    *state = films();
    return 0;
}

static int tear_down(void **state)
{
    dataset_free(*state);
    return 0;
}

static void words_are_charged_to_a_budget(void **state)
{
    enum { WORDS = 200, LETTERS = 100 };
    struct feature_space space;
    struct budget budget;
    char text[WORDS * (LETTERS + 5) + 1] = "", *end = text;
    for (int i = 0; i < WORDS; i++)
        end += sprintf(end, "%0*d|", LETTERS, i);
    struct dataset *dataset = *state;
    assert_true(column_set_text((struct column *)table_column(&dataset->item_table, "director"), 0,
                                text, strlen(text), &error));
    struct feature_part part = {.name = (char[]){"by"},
                                .entity = FEATURE_ITEM,
                                .kind = PART_BAG,
                                .separator = (char[]){"|"},
                                .column = (char[]){"director"}};
    struct feature_parts parts = {.parts = &part, .count = 1, .charge.budget = &budget};
    budget_init(&budget, WORDS * LETTERS);
    assert_false(feature_space_fit(&space, &parts, dataset, TRAINING, &error));
    assert_non_null(strstr(error.text, "mapping `item.by`: its words need further "));
    assert_int_equal(budget_taken(&budget), 0);
    budget_init(&budget, 1000000);
    assert_true(feature_space_fit(&space, &parts, dataset, TRAINING, &error));
    assert_in_range(budget_taken(&budget), 2 * WORDS * LETTERS, 1000000);
    feature_space_release(&space);
    assert_int_equal(budget_taken(&budget), 0);
}

static void a_category_numbers_the_values_of_training_entities(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"by"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_CATEGORY,
                              .column = (char[]){"director"}});
    const struct feature_field *field = &space.fields[0];
    assert_string_equal(field->name, "item.by");
    assert_int_equal(field->kind, FEATURE_INDEX);
    check_words(field, (const char *[]){"Wong", "Lee"}, 2);
    /* Missing, empty and only seen outside training are unknown. */
    assert_memory_equal(field->index, ((const uint32_t[]){1, 2, 0, 1, 0, 0}), 6 * sizeof(uint32_t));
    feature_space_release(&space);
}

static void a_category_of_numbers_takes_each_number_as_a_word(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"length"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_CATEGORY,
                              .column = (char[]){"length"}});
    check_words(&space.fields[0], (const char *[]){"100", "120", "140"}, 3);
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){1, 2, 3, 0, 2, 0}),
                        6 * sizeof(uint32_t));
    feature_space_release(&space);
}

static void rare_values_are_unknown(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"by"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_CATEGORY,
                              .column = (char[]){"director"},
                              .least = 2});
    check_words(&space.fields[0], (const char *[]){"Wong"}, 1);
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){1, 0, 0, 1, 0, 0}),
                        6 * sizeof(uint32_t));
    feature_space_release(&space);
}

static void a_bag_is_trimmed_and_holds_each_word_once(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"genres"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_BAG,
                              .column = (char[]){"genres"},
                              .separator = (char[]){"|"}});
    const struct feature_field *field = &space.fields[0];
    check_words(field, (const char *[]){"Drama", "Comedy", "Horror"}, 3);
    check_bag(field, 0, (const uint32_t[]){1, 2}, 2);
    check_bag(field, 1, (const uint32_t[]){2, 1}, 2);
    check_bag(field, 2, (const uint32_t[]){0}, 1);
    check_bag(field, 3, (const uint32_t[]){0}, 1);
    check_bag(field, 4, (const uint32_t[]){3}, 1);
    /* An unknown word beside a known one says nothing. */
    check_bag(field, 5, (const uint32_t[]){1}, 1);
    feature_space_release(&space);
}

static void a_bag_reads_lists_as_they_are_written(void **state)
{
    (void)state;
    struct feature_space space;
    struct dataset *dataset = films();
    struct column *tags = table_add_column(&dataset->item_table, "tags", COLUMN_TEXT);
    static const char *const texts[] = {"a\\|b|c", "c | a\\|b", "x\\y|c", "x\\\\|c"};
    for (uint32_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_true(column_set_text(tags, i, texts[i], strlen(texts[i]), &error));
    fit(&space, dataset,
        (struct feature_part){.name = (char[]){"tags"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_BAG,
                              .column = (char[]){"tags"},
                              .separator = (char[]){"|"}});
    const struct feature_field *field = &space.fields[0];
    check_words(field, (const char *[]){"a|b", "c", "x\\y", "x\\"}, 4);
    check_bag(field, 0, (const uint32_t[]){1, 2}, 2);
    check_bag(field, 1, (const uint32_t[]){2, 1}, 2);
    check_bag(field, 2, (const uint32_t[]){3, 2}, 2);
    check_bag(field, 3, (const uint32_t[]){4, 2}, 2);
    feature_space_release(&space);
    dataset_free(dataset);
}

static void a_bag_may_keep_its_first_words_only(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"genres"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_BAG,
                              .column = (char[]){"genres"},
                              .separator = (char[]){"|"},
                              .most = 1});
    check_words(&space.fields[0], (const char *[]){"Drama", "Comedy", "Horror"}, 3);
    check_bag(&space.fields[0], 0, (const uint32_t[]){1}, 1);
    check_bag(&space.fields[0], 1, (const uint32_t[]){2}, 1);
    feature_space_release(&space);
}

static void a_longer_separator_is_taken_whole(void **state)
{
    struct dataset *dataset = *state;
    struct column computed = {
        .name = NULL, .type = COLUMN_TEXT, .texts = id_map_new(), .text = (uint32_t[6]){0}};
    for (uint32_t i = 0; i < FILM_COUNT; i++)
        assert_true(column_set_text(&computed, i, "a, b,c , a b,, d", 16, &error));
    struct feature_space space;
    fit(&space, dataset,
        (struct feature_part){.name = (char[]){"words"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_BAG,
                              .computed = &computed,
                              .separator = (char[]){", "}});
    check_words(&space.fields[0], (const char *[]){"a", "b,c", "a b,", "d"}, 4);
    feature_space_release(&space);
    id_map_free(computed.texts);
}

static void a_bucket_is_open_at_both_ends(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"year"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_BUCKET,
                              .column = (char[]){"year"},
                              .edges = (double[]){1980, 1990, 1994.5},
                              .edge_count = 3});
    check_words(&space.fields[0],
                (const char *[]){"< 1980", "[1980, 1990)", "[1990, 1994.5)", ">= 1994.5"}, 4);
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){3, 0, 2, 1, 4, 3}),
                        6 * sizeof(uint32_t));
    feature_space_release(&space);
}

static void a_number_is_standardised_over_training_entities(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"length"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_NUMBER,
                              .column = (char[]){"length"}});
    const struct feature_field *field = &space.fields[0];
    /* 100, 120, 140, 120: mean 120, variance 200; f5 is 500 and no training entity. */
    const double deviation = sqrt(200);
    const double expected[] = {-20 / deviation, 0, 20 / deviation, 0, 0, 380 / deviation};
    assert_int_equal(field->vocabulary, 0);
    assert_null(field->words);
    assert_true(fabs(field->mean - 120) < 1e-12 && fabs(field->deviation - deviation) < 1e-12);
    for (int i = 0; i < FILM_COUNT; i++)
        assert_true(fabs(field->number[i] - expected[i]) < 1e-6);
    feature_space_release(&space);
}

static void a_number_that_never_varies_is_zero(void **state)
{
    struct dataset *dataset = *state;
    struct column computed = {.type = COLUMN_REAL, .real = (double[]){7, 7, 7, 7, 7, 9}};
    struct feature_space space;
    fit(&space, dataset,
        (struct feature_part){.name = (char[]){"same"},
                              .entity = FEATURE_ITEM,
                              .kind = PART_NUMBER,
                              .computed = &computed});
    assert_true(space.fields[0].number[0] == 0 && space.fields[0].number[5] == 2);
    feature_space_release(&space);
}

static void identities_are_those_of_training_entities(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){
            .name = (char[]){"id"}, .entity = FEATURE_USER, .kind = PART_IDENTITY, .drop = 0.1});
    check_words(&space.fields[0], (const char *[]){"a"}, 1);
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){1, 0}), 2 * sizeof(uint32_t));
    assert_true(space.fields[0].drop == 0.1);
    feature_space_release(&space);
}

static void the_time_of_a_row_is_a_column_of_the_context(void **state)
{
    struct feature_space space;
    fit(&space, *state,
        (struct feature_part){.name = (char[]){"day"},
                              .entity = FEATURE_CONTEXT,
                              .kind = PART_BUCKET,
                              .column = (char[]){"timestamp"},
                              .edges = (double[]){86400, 3 * 86400},
                              .edge_count = 2});
    assert_int_equal(space.fields[0].entities, 7);
    assert_memory_equal(space.fields[0].index, ((const uint32_t[]){1, 2, 2, 3, 3, 1, 1}),
                        7 * sizeof(uint32_t));
    feature_space_release(&space);
}

static void refuse(struct dataset *dataset, struct feature_part part, const char *text)
{
    struct feature_parts parts = {.parts = &part, .count = 1};
    struct feature_space space;
    assert_false(feature_space_fit(&space, &parts, dataset, TRAINING, &error));
    assert_int_equal(error.kind, ERROR_SCRIPT);
    assert_string_equal(error.text, text);
    assert_null(space.fields);
}

static void mistakes_are_named(void **state)
{
    struct feature_part part = {.name = (char[]){"x"}, .entity = FEATURE_ITEM};
    part.kind = PART_CATEGORY;
    part.column = (char[]){"genre"};
    refuse(
        *state, part,
        "mapping `item.x`: the items of \"films\" have no column `genre`, only genres, director, "
        "year, length");
    part.kind = PART_NUMBER;
    part.column = (char[]){"director"};
    refuse(*state, part,
           "mapping `item.x`: row 1 holds \"Wong\" where a number was expected; "
           "map.category takes texts");
    part.kind = PART_BUCKET;
    part.column = (char[]){"year"};
    part.edges = (double[]){1990, 1980};
    part.edge_count = 2;
    refuse(*state, part,
           "mapping `item.x`: edge 2 of the bucket is 1980: edges must be finite and ascending");
    part.entity = FEATURE_USER;
    refuse(*state, part,
           "mapping `user.x`: the users of \"films\" have no column `year`, nor any other");
    part.entity = FEATURE_CONTEXT;
    part.kind = PART_IDENTITY;
    refuse(*state, part, "mapping `context.x`: only users and items have an identity");
}

/* A large field and lists of entities: looked up, every word must come back. */
static void a_lookup_lists_each_row_once_and_finds_all_words(void **state)
{
    (void)state;
    enum { ENTITIES = 300, WORDS = 9000, LISTED = 500 };
    struct random random = random_at(1, RANDOM_GENERATOR, 5, 0);
    uint32_t starts[ENTITIES + 1] = {0}, indices[ENTITIES * 8], listed[LISTED];
    for (uint32_t e = 0; e < ENTITIES; e++) {
        starts[e + 1] = starts[e] + random_below(&random, 8);
        for (uint32_t at = starts[e]; at < starts[e + 1]; at++)
            indices[at] = random_below(&random, WORDS);
    }
    bool dropped[LISTED];
    for (uint32_t n = 0; n < LISTED; n++) {
        listed[n] = random_below(&random, ENTITIES);
        dropped[n] = random_below(&random, 10) == 0;
    }
    struct feature_field field = {.kind = FEATURE_BAG,
                                  .vocabulary = WORDS,
                                  .entities = ENTITIES,
                                  .starts = starts,
                                  .indices = indices};
    struct feature_scratch scratch = {0};
    struct arena *arena = arena_new();
    struct feature_lookup lookup;
    feature_lookup(&field, listed, LISTED, dropped, &scratch, arena, &lookup);
    for (uint32_t i = 1; i < lookup.unique; i++)
        assert_true(lookup.rows[i] > lookup.rows[i - 1]);
    for (uint32_t n = 0; n < LISTED; n++) {
        uint32_t count = dropped[n] ? 1 : starts[listed[n] + 1] - starts[listed[n]];
        assert_int_equal(lookup.starts[n + 1] - lookup.starts[n], count);
        for (uint32_t i = 0; i < count; i++)
            assert_int_equal(lookup.rows[lookup.indices[lookup.starts[n] + i]],
                             dropped[n] ? 0 : indices[starts[listed[n]] + i]);
    }
    /* And again, with what the first left in the scratch memory. */
    struct feature_lookup again;
    feature_lookup(&field, listed, 100, NULL, &scratch, arena, &again);
    for (uint32_t n = 0; n < 100; n++)
        for (size_t at = again.starts[n]; at < again.starts[n + 1]; at++)
            assert_int_equal(again.rows[again.indices[at]],
                             indices[starts[listed[n]] + at - again.starts[n]]);
    assert_true(again.unique < lookup.unique);
    feature_scratch_release(&scratch);
    arena_free(arena);
}

static void a_lookup_of_an_index_has_rows_in_ascending_order(void **state)
{
    (void)state;
    struct feature_field field = {
        .kind = FEATURE_INDEX, .vocabulary = 9, .entities = 4, .index = (uint32_t[]){8, 3, 0, 3}};
    struct feature_scratch scratch = {0};
    struct arena *arena = arena_new();
    struct feature_lookup lookup;
    feature_lookup(&field, (const uint32_t[]){1, 0, 3, 1, 2, 0}, 6,
                   (const bool[]){false, false, false, false, false, true}, &scratch, arena,
                   &lookup);
    assert_null(lookup.starts);
    assert_int_equal(lookup.unique, 3);
    assert_memory_equal(lookup.rows, ((const uint32_t[]){0, 3, 8}), 3 * sizeof(uint32_t));
    assert_memory_equal(lookup.indices, ((const uint32_t[]){1, 2, 1, 1, 0, 0}),
                        6 * sizeof(uint32_t));
    feature_scratch_release(&scratch);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_charged_to_a_budget, set_up, tear_down),
        cmocka_unit_test(a_category_numbers_the_values_of_training_entities),
        cmocka_unit_test(a_category_of_numbers_takes_each_number_as_a_word),
        cmocka_unit_test(rare_values_are_unknown),
        cmocka_unit_test(a_bag_is_trimmed_and_holds_each_word_once),
        cmocka_unit_test(a_bag_reads_lists_as_they_are_written),
        cmocka_unit_test(a_bag_may_keep_its_first_words_only),
        cmocka_unit_test(a_longer_separator_is_taken_whole),
        cmocka_unit_test(a_bucket_is_open_at_both_ends),
        cmocka_unit_test(a_number_is_standardised_over_training_entities),
        cmocka_unit_test(a_number_that_never_varies_is_zero),
        cmocka_unit_test(identities_are_those_of_training_entities),
        cmocka_unit_test(the_time_of_a_row_is_a_column_of_the_context),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(a_lookup_lists_each_row_once_and_finds_all_words),
        cmocka_unit_test(a_lookup_of_an_index_has_rows_in_ascending_order),
    };
    return cmocka_run_group_tests_name("feature", tests, set_up, tear_down);
}
