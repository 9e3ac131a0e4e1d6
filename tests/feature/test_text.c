/* SPDX-License-Identifier: MIT
 *
 * Parts of text against scikit-learn and SciPy (text_oracle.py), and what they may learn from.
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
#include "tensor/engine.h"
#include "text_oracle.inc"

static struct error error;

/* Item i has text i; item TEXTS has none, and item TEXTS + 1 an empty one. One rating each. */
enum { ITEMS = TEXTS + 2 };

static struct dataset *make_set(const char *const *texts)
{
    struct dataset *dataset = dataset_new("films");
    char id[8];
    uint32_t number;
    for (int i = 0; i < ITEMS; i++) {
        snprintf(id, sizeof id, "i%d", i);
        assert_true(dataset_add_item(dataset, id, &number, &error));
    }
    struct column *plot = table_add_column(&dataset->item_table, "plot", COLUMN_TEXT);
    for (uint32_t i = 0; i < TEXTS; i++)
        assert_true(column_set_text(plot, i, texts[i], strlen(texts[i]), &error));
    assert_true(column_set_text(plot, TEXTS + 1, "", 0, &error));
    struct column *year = table_add_column(&dataset->item_table, "year", COLUMN_INTEGER);
    for (uint32_t i = 0; i < ITEMS; i++) {
        year->integer[i] = 1990 + i;
        snprintf(id, sizeof id, "i%u", i);
        assert_true(dataset_add(dataset, "u", id, 3, 0, &error));
    }
    dataset_index(dataset);
    return dataset;
}

static bool try_fit(struct feature_space *space, const char *const *texts,
                    const struct feature_part *part, struct budget *budget)
{
    struct dataset *dataset = make_set(texts);
    bool training[ITEMS];
    for (int i = 0; i < ITEMS; i++)
        training[i] = i < TEXTS_TRAINED;
    const struct feature_parts parts = {
        .parts = (struct feature_part *)part, .count = 1, .charge.budget = budget};
    bool good = feature_space_fit(space, &parts, dataset, training, &error);
    dataset_free(dataset);
    return good;
}

static struct feature_space fit(const struct feature_part *part)
{
    struct feature_space space;
    if (!try_fit(&space, TEXT_LIST, part, NULL))
        fail_msg("%s", error.text);
    return space;
}

static struct feature_part part_of(enum feature_part_kind kind)
{
    return (struct feature_part){.name = (char *)"plot",
                                 .entity = FEATURE_ITEM,
                                 .kind = kind,
                                 .column = (char *)"plot",
                                 .scale = SCALE_NONE,
                                 .least = 1,
                                 .text = {.most_share = 1,
                                          .window = VECTOR_WINDOW,
                                          .smooth = 0.75,
                                          .power = 0.5,
                                          .negatives = 3,
                                          .epochs = 5,
                                          .frequent = 0.01,
                                          .lr = 0.05}};
}

static void expect_near(double found, double expected)
{
    if (!(fabs(found - expected) < 1e-6))
        fail_msg("%.9g where %.9g was expected", found, expected);
}

/* The weight of a word in an item's bag; 0 if it is not there. A bag without words has row 0. */
static double weight_of(const struct feature_field *field, uint32_t item, const char *word)
{
    uint32_t number;
    if (!id_map_find(field->words, word, strlen(word), &number))
        return 0;
    for (uint32_t at = field->starts[item]; at < field->starts[item + 1]; at++)
        if (field->indices[at] == number + 1)
            return field->weights ? (double)field->weights[at] : 1;
    return 0;
}

static void tfidf_is_that_of_scikit_learn(void **state)
{
    struct feature_part part = part_of(PART_TFIDF);
    (void)state;
    for (int cut = 0; cut < 2; cut++) {
        char stop[16];
        snprintf(stop, sizeof stop, "%s" FEATURE_WORD_END, WORD_LIST[3]);
        part.text.stop = cut ? stop : NULL;
        part.text.sublinear = cut;
        part.text.most_share = cut ? 0.4 : 1;
        part.least = cut ? 5 : 1;
        struct feature_space space = fit(&part);
        const struct feature_field *field = &space.fields[0];
        assert_int_equal(field->kind, FEATURE_BAG);
        for (uint32_t i = 0; i < TEXTS; i++)
            for (int w = 0; w < WORD_COUNT; w++)
                expect_near(weight_of(field, i, WORD_LIST[w]), cut ? TFIDF_CUT[i][w] : TFIDF[i][w]);
        for (uint32_t i = TEXTS; i < ITEMS; i++) {
            assert_int_equal(field->starts[i + 1] - field->starts[i], 1);
            assert_int_equal(field->indices[field->starts[i]], 0);
            assert_true(field->weights[field->starts[i]] == 1);
        }
        feature_space_release(&space);
    }
}

static void words_are_the_same_bag_without_weights(void **state)
{
    struct feature_part part = part_of(PART_WORDS);
    (void)state;
    struct feature_space space = fit(&part);
    const struct feature_field *field = &space.fields[0];
    assert_null(field->weights);
    for (uint32_t i = 0; i < TEXTS; i++)
        for (int w = 0; w < WORD_COUNT; w++)
            assert_true((weight_of(field, i, WORD_LIST[w]) > 0) == (TFIDF[i][w] > 0));
    feature_space_release(&space);
}

static void expect_numbers(const struct feature_part *part, const double *expected,
                           uint32_t columns)
{
    struct feature_space space = fit(part);
    const struct feature_field *field = &space.fields[0];
    assert_int_equal(field->kind, FEATURE_NUMBER);
    assert_int_equal(field->columns, columns);
    for (uint32_t i = 0; i < ITEMS; i++)
        for (uint32_t c = 0; c < columns; c++)
            expect_near((double)feature_number(field, i, c),
                        i < TEXTS ? expected[i * columns + c] : 0);
    feature_space_release(&space);
}

static void columns_are_singular_vectors_of_the_training_texts(void **state)
{
    struct feature_part part = part_of(PART_TFIDF);
    (void)state;
    part.text.columns = LSA_COLUMNS;
    expect_numbers(&part, LSA[0], LSA_COLUMNS);
}

static void word_vectors_are_those_of_scipy(void **state)
{
    struct feature_part part = part_of(PART_WORD_VECTORS);
    (void)state;
    part.text.columns = VECTOR_COLUMNS;
    expect_numbers(&part, POOLED_MEAN[0], VECTOR_COLUMNS);
    part.text.pool = POOL_TFIDF;
    expect_numbers(&part, POOLED_TFIDF[0], VECTOR_COLUMNS);
}

/* The mean of an item's first rows by its words' weights. */
static double first_mean(const struct feature_field *field, uint32_t item, uint32_t column)
{
    double sum = 0, weights = 0;
    for (uint32_t at = field->starts[item]; at < field->starts[item + 1]; at++) {
        sum += (double)field->weights[at] *
               (double)field->given[field->indices[at] * field->given_columns + column];
        weights += (double)field->weights[at];
    }
    return sum / weights;
}

static void attention_begins_with_the_mean(void **state)
{
    static const enum feature_scale scales[] = {SCALE_STANDARD, SCALE_NONE};
    (void)state;
    for (int by = 0; by < VECTORS_COUNT; by++)
        for (int s = 0; s < 2; s++) {
            struct feature_part part = part_of(PART_WORD_VECTORS);
            part.text.columns = VECTOR_COLUMNS;
            part.text.by = (enum feature_vectors)by;
            part.scale = scales[s];
            struct feature_space means = fit(&part);
            part.text.pool = POOL_ATTENTION;
            struct feature_space bags = fit(&part);
            const struct feature_field *mean = &means.fields[0], *bag = &bags.fields[0];
            assert_int_equal(bag->kind, FEATURE_BAG);
            assert_int_equal(bag->vocabulary, id_map_size(bag->words) + 1);
            for (uint32_t i = 0; i < ITEMS; i++) {
                double squares = 0;
                for (uint32_t at = bag->starts[i]; at < bag->starts[i + 1]; at++)
                    squares += (double)bag->weights[at] * (double)bag->weights[at];
                expect_near(squares, 1);
                for (uint32_t c = 0; c < VECTOR_COLUMNS; c++)
                    if (!(fabs(first_mean(bag, i, c) - (double)feature_number(mean, i, c)) < 1e-5))
                        fail_msg("item %u: %g, not %g", i, first_mean(bag, i, c),
                                 (double)feature_number(mean, i, c));
            }
            feature_space_release(&means);
            feature_space_release(&bags);
        }
}

static void the_vocabulary_keeps_the_most_usual_words(void **state)
{
    struct feature_part part = part_of(PART_WORDS);
    uint32_t counts[WORD_COUNT] = {0};
    (void)state;
    for (int w = 0; w < WORD_COUNT; w++)
        for (int i = 0; i < TEXTS_TRAINED; i++)
            counts[w] += TFIDF[i][w] > 0;
    for (part.text.vocabulary = 1; part.text.vocabulary <= WORD_COUNT; part.text.vocabulary++) {
        struct feature_space space = fit(&part);
        const struct feature_field *field = &space.fields[0];
        uint32_t least = UINT32_MAX, most = 0, number;
        assert_int_equal(id_map_size(field->words), part.text.vocabulary);
        for (int w = 0; w < WORD_COUNT; w++) {
            bool kept = id_map_find(field->words, WORD_LIST[w], strlen(WORD_LIST[w]), &number);
            if (kept && counts[w] < least)
                least = counts[w];
            if (!kept && counts[w] > most)
                most = counts[w];
        }
        assert_true(least >= most);
        feature_space_release(&space);
    }
}

/* Other texts of items without training rows change nothing for those with them. */
static void texts_without_training_rows_teach_nothing(void **state)
{
    static const enum feature_part_kind kinds[] = {PART_WORDS, PART_TFIDF, PART_TFIDF,
                                                   PART_WORD_VECTORS, PART_WORD_VECTORS};
    const char *other[TEXTS];
    (void)state;
    for (int i = 0; i < TEXTS; i++)
        other[i] = i < TEXTS_TRAINED ? TEXT_LIST[i] : "waa wab others zzz wab waa waa";
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct feature_part part = part_of(kinds[k]);
        struct feature_space spaces[2];
        part.text.columns = k < 2 ? 0 : 5;
        part.text.by = k == 4 ? VECTORS_SKIP_GRAM : VECTORS_PPMI;
        part.scale = SCALE_STANDARD;
        assert_true(try_fit(&spaces[0], TEXT_LIST, &part, NULL));
        assert_true(try_fit(&spaces[1], other, &part, NULL));
        const struct feature_field *one = &spaces[0].fields[0], *two = &spaces[1].fields[0];
        assert_int_equal(one->vocabulary, two->vocabulary);
        if (one->kind == FEATURE_BAG) {
            size_t all = one->starts[TEXTS_TRAINED];
            assert_memory_equal(one->starts, two->starts, TEXTS_TRAINED * sizeof *one->starts);
            assert_memory_equal(one->indices, two->indices, all * sizeof *one->indices);
            if (one->weights)
                assert_memory_equal(one->weights, two->weights, all * sizeof *one->weights);
        } else {
            assert_memory_equal(one->number, two->number,
                                sizeof(float) * TEXTS_TRAINED * one->columns);
        }
        feature_space_release(&spaces[0]);
        feature_space_release(&spaces[1]);
    }
}

static void a_lexicon_cuts_what_has_no_spaces(void **state)
{
    const char *texts[TEXTS];
    struct feature_part part = part_of(PART_WORDS);
    struct feature_space space;
    (void)state;
    for (int i = 0; i < TEXTS; i++)
        texts[i] = "\u6211\u7231\u7535\u5f71 \u7535\u5f71"; /* I love film, film */
    part.text.lexicon = (char *)("\u7535\u5f71" FEATURE_WORD_END "\u7535" FEATURE_WORD_END);
    part.text.stop = (char *)("\u6211" FEATURE_WORD_END);
    assert_true(try_fit(&space, texts, &part, NULL));
    const struct feature_field *field = &space.fields[0];
    assert_int_equal(id_map_size(field->words), 2);
    assert_true(weight_of(field, 0, "\u7231") == 1);
    assert_true(weight_of(field, 0, "\u7535\u5f71") == 1);
    feature_space_release(&space);
}

static void expect_refusal(const struct feature_part *part, const char *expected)
{
    struct feature_space space;
    assert_false(try_fit(&space, TEXT_LIST, part, NULL));
    if (!strstr(error.text, expected))
        fail_msg("%s", error.text);
}

static void what_cannot_be_learned_is_said(void **state)
{
    struct feature_part part = part_of(PART_WORDS);
    (void)state;
    part.least = 100;
    expect_refusal(&part, "no word is left: the 45 training texts hold 30 words, but none that "
                          "least = 100, most_share = 1 and stop keep");
    part = part_of(PART_TFIDF);
    part.text.columns = WORD_COUNT + 1;
    expect_refusal(&part, "31 columns of only 30 known words");
    part.column = (char *)"year";
    expect_refusal(&part, "column `year` holds numbers where texts were expected");
    part = part_of(PART_WORD_VECTORS);
    part.text.columns = 1;
    part.text.vocabulary = 1;
    part.text.window = 1;
    expect_refusal(&part, "no two known words stand near each other");
    part = part_of(PART_WORD_VECTORS);
    part.text.columns = 5;
    part.text.by = VECTORS_SKIP_GRAM;
    part.text.epochs = 1000000000;
    expect_refusal(&part, "to learn the vectors of these texts by skip-gram takes");
    part.text.epochs = 5;
    part.text.lr = 1e30;
    expect_refusal(&part, "the vectors grow beyond all bounds with lr = 1e+30");
}

/* Whatever the budget, a fit succeeds or says that it is too small, and all is given back. */
static void memory_is_charged(void **state)
{
    static const enum feature_part_kind kinds[] = {PART_WORDS, PART_TFIDF, PART_WORD_VECTORS,
                                                   PART_WORD_VECTORS, PART_WORD_VECTORS};
    (void)state;
    for (size_t k = 0; k < 5; k++) {
        struct feature_part part = part_of(kinds[k]);
        int refused = 0, fitted = 0;
        part.text.columns = k ? 5 : 0;
        part.text.by = k == 3 ? VECTORS_SKIP_GRAM : VECTORS_PPMI;
        part.text.pool = k == 4 ? POOL_ATTENTION : POOL_MEAN;
        for (uint64_t most = 500; most < 1000000; most += most / 4) {
            struct budget budget;
            struct feature_space space;
            budget_init(&budget, most);
            if (try_fit(&space, TEXT_LIST, &part, &budget)) {
                fitted++;
                assert_true(budget_taken(&budget) > 0);
                feature_space_release(&space);
            } else {
                refused++;
                assert_non_null(strstr(error.text, "need"));
            }
            assert_int_equal(budget_taken(&budget), 0);
        }
        assert_true(refused > 5 && fitted > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tfidf_is_that_of_scikit_learn),
        cmocka_unit_test(words_are_the_same_bag_without_weights),
        cmocka_unit_test(columns_are_singular_vectors_of_the_training_texts),
        cmocka_unit_test(word_vectors_are_those_of_scipy),
        cmocka_unit_test(attention_begins_with_the_mean),
        cmocka_unit_test(the_vocabulary_keeps_the_most_usual_words),
        cmocka_unit_test(texts_without_training_rows_teach_nothing),
        cmocka_unit_test(a_lexicon_cuts_what_has_no_spaces),
        cmocka_unit_test(what_cannot_be_learned_is_said),
        cmocka_unit_test(memory_is_charged),
    };
    engine_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
