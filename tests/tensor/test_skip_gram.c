/* SPDX-License-Identifier: MIT
 *
 * Vectors by skip-gram: against a program in Python that draws the same numbers, and on invented
 * topics.
 */
#include "config.h"

#include "tensor/skip_gram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "skip_gram_oracle.inc"

static struct skip_gram small_task(void)
{
    struct skip_gram task = SETTINGS;
    task.starts = STARTS;
    task.word = SEQUENCE;
    task.times = TIMES;
    return task;
}

static void vectors_are_those_of_a_plain_program(void **state)
{
    const struct skip_gram task = small_task();
    double found[WORDS * COLUMNS], again[WORDS * COLUMNS], largest = 0;
    (void)state;
    assert_true(skip_gram_learn(&task, found));
    for (size_t i = 0; i < WORDS * COLUMNS; i++) {
        if (!(fabs(found[i] - VECTORS[i]) < 1e-5))
            fail_msg("number %zu is %.9g, not %.9g", i, found[i], VECTORS[i]);
        largest = fmax(largest, fabs(found[i]));
    }
    assert_true(largest > 0.5); /* it has moved: first numbers are below 0.1 */
    assert_true(skip_gram_learn(&task, again));
    assert_memory_equal(found, again, sizeof found);
}

static void every_setting_matters(void **state)
{
    double plain[WORDS * COLUMNS], other[WORDS * COLUMNS];
    (void)state;
    struct skip_gram task = small_task();
    assert_true(skip_gram_learn(&task, plain));
    for (int setting = 0; setting < 6; setting++) {
        task = small_task();
        task.window += setting == 0;
        task.negatives += setting == 1;
        task.epochs += setting == 2;
        task.smooth += setting == 3 ? 0.25 : 0;
        task.frequent += setting == 4 ? 1 : 0;
        task.rate += setting == 5 ? 0.1 : 0;
        assert_true(skip_gram_learn(&task, other));
        assert_true(memcmp(plain, other, sizeof plain) != 0);
    }
}

/* -- invented topics --------------------------------------------------------------------------- */

enum { TOPICS = 5, OF_TOPIC = 8, COMMON = 4, TEXTS = 400, LENGTH = 12, WIDE = 16 };
enum { ALL = TOPICS * OF_TOPIC + COMMON };

/* Texts of one topic each, with words that all topics have. */
static void invent(size_t *starts, uint32_t *word, uint32_t *times)
{
    struct random random = random_at(3, RANDOM_SCRIPT, 0, 0);
    for (size_t text = 0; text < TEXTS; text++) {
        uint32_t topic = random_below(&random, TOPICS);
        times[text] = 1;
        starts[text + 1] = starts[text] + LENGTH;
        for (size_t at = starts[text]; at < starts[text + 1]; at++)
            word[at] = random_below(&random, 3) == 0
                           ? TOPICS * OF_TOPIC + random_below(&random, COMMON) + 1
                           : topic * OF_TOPIC + random_below(&random, OF_TOPIC) + 1;
    }
}

static double cosine(const double *a, const double *b)
{
    double ab = 0, aa = 0, bb = 0;
    for (size_t c = 0; c < WIDE; c++) {
        ab += a[c] * b[c];
        aa += a[c] * a[c];
        bb += b[c] * b[c];
    }
    return ab / sqrt(aa * bb);
}

static void words_of_a_topic_are_nearest(void **state)
{
    static size_t starts[TEXTS + 1];
    static uint32_t word[TEXTS * LENGTH], times[TEXTS];
    static double vectors[ALL * WIDE];
    (void)state;
    invent(starts, word, times);
    const struct skip_gram task = {.words = ALL,
                                   .columns = WIDE,
                                   .sequences = TEXTS,
                                   .starts = starts,
                                   .word = word,
                                   .times = times,
                                   .window = 4,
                                   .negatives = 5,
                                   .epochs = 20,
                                   .smooth = 0.75,
                                   .frequent = 0.01,
                                   .rate = 0.05};
    assert_true(skip_gram_learn(&task, vectors));
    for (size_t a = 0; a < TOPICS * OF_TOPIC; a++) {
        size_t nearest = SIZE_MAX;
        double best = -2;
        for (size_t b = 0; b < TOPICS * OF_TOPIC; b++) {
            double near = a == b ? -2 : cosine(vectors + a * WIDE, vectors + b * WIDE);
            if (near > best) {
                best = near;
                nearest = b;
            }
        }
        assert_int_equal(nearest / OF_TOPIC, a / OF_TOPIC);
    }
}

static void a_rate_that_is_too_large_is_told(void **state)
{
    struct skip_gram task = small_task();
    double vectors[WORDS * COLUMNS];
    (void)state;
    task.rate = 1e30;
    assert_false(skip_gram_learn(&task, vectors));
}

static void nothing_to_learn_leaves_first_numbers(void **state)
{
    static const size_t starts[] = {0, 0, 1, 2};
    static const uint32_t word[] = {1, 0}, times[] = {2, 1, 1};
    struct skip_gram task = small_task();
    double vectors[WORDS * COLUMNS];
    (void)state;
    task.sequences = 3;
    task.starts = starts;
    task.word = word;
    task.times = times;
    assert_true(skip_gram_learn(&task, vectors));
    for (size_t i = 0; i < WORDS * COLUMNS; i++)
        assert_true(vectors[i] != 0 && fabs(vectors[i]) <= 0.5 / COLUMNS);
    task.sequences = 0;
    assert_true(skip_gram_learn(&task, vectors));
    assert_true(skip_gram_work(&task) == 0 && skip_gram_bytes(&task) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_those_of_a_plain_program),
        cmocka_unit_test(every_setting_matters),
        cmocka_unit_test(words_of_a_topic_are_nearest),
        cmocka_unit_test(a_rate_that_is_too_large_is_told),
        cmocka_unit_test(nothing_to_learn_leaves_first_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
