/* SPDX-License-Identifier: MIT
 *
 * Repeats of pairs, held against a sorted list of all pairs: pairs in order and out of order, of
 * small and of the largest numbers, in one block and in several.
 */
#include "config.h"

#include "pair_count.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"

static int ascending(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static uint64_t repeats_in(uint64_t *pairs, size_t count)
{
    uint64_t repeats = 0;
    qsort(pairs, count, sizeof *pairs, ascending);
    for (size_t i = 1; i < count; i++)
        repeats += pairs[i] == pairs[i - 1];
    return repeats;
}

static void compare(uint64_t *pairs, size_t count)
{
    struct error error;
    uint64_t repeats;
    struct pair_count *counted = pair_count_new();
    for (size_t i = 0; i < count; i++)
        assert_true(
            pair_count_add(counted, (uint32_t)(pairs[i] >> 32), (uint32_t)pairs[i], &error));
    assert_true(pair_count_repeats(counted, &repeats, &error));
    pair_count_free(counted);
    assert_int_equal(repeats, repeats_in(pairs, count));
}

static void random_pairs(size_t count, uint32_t users, uint32_t items, bool grouped)
{
    struct random random = random_at(count, RANDOM_GENERATOR, users, items);
    uint64_t *pairs = memory_array(count, sizeof *pairs);
    for (size_t i = 0; i < count; i++) {
        uint64_t user = grouped ? i * users / count : random_below(&random, users);
        pairs[i] = user << 32 | random_below(&random, items);
    }
    compare(pairs, count);
    free(pairs);
}

static void no_pair_is_no_repeat(void **state)
{
    (void)state;
    uint64_t none = 0;
    compare(&none, 0);
}

static void repeats_are_counted_within_a_block(void **state)
{
    (void)state;
    random_pairs(1, 1, 1, false);
    random_pairs(1024, 3, 3, false);
    random_pairs(1025, 100, 1, true);
    random_pairs(50000, 300, 500, false);
    random_pairs(50000, 1, 300000, false);
}

static void repeats_are_counted_between_blocks(void **state)
{
    (void)state;
    random_pairs((1 << 21) + 1, 5000, 3000, false);
    random_pairs(2200000, 200000, 60, true);
    random_pairs(4300000, 2000, 7000, false);
}

static void the_largest_numbers_keep_apart(void **state)
{
    (void)state;
    uint64_t pairs[] = {0,
                        UINT64_MAX,
                        UINT64_MAX - 1,
                        UINT64_C(0xFFFFFFFF),
                        UINT64_C(0x100000000),
                        0,
                        UINT64_MAX,
                        UINT64_C(0xFFFFFFFE00000000),
                        UINT64_C(0xFFFFFFFE00000001)};
    compare(pairs, sizeof pairs / sizeof *pairs);
    random_pairs(30000, UINT32_MAX, UINT32_MAX, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_pair_is_no_repeat),
        cmocka_unit_test(repeats_are_counted_within_a_block),
        cmocka_unit_test(repeats_are_counted_between_blocks),
        cmocka_unit_test(the_largest_numbers_keep_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
