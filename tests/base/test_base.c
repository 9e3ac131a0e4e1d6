/* SPDX-License-Identifier: MIT
 *
 * The small parts of base: budgets, arenas, errors, random numbers and byte strings.
 */
#include "config.h"

#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/stretches.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void an_error_carries_its_context_in_front(void **state)
{
    (void)state;
    struct error error;
    assert_false(error_set(&error, ERROR_INPUT, "line %d is short", 7));
    assert_false(error_within(&error, "'%s'", "ratings.csv"));
    assert_int_equal(error.kind, ERROR_INPUT);
    assert_string_equal(error.text, "'ratings.csv': line 7 is short");
}

static void a_long_error_keeps_its_end(void **state)
{
    (void)state;
    struct error error;
    error_set(&error, ERROR_INPUT, "the end");
    for (int i = 0; i < 100; i++)
        error_within(&error, "context number %d", i);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
    assert_string_equal(error.text + strlen(error.text) - 7, "the end");
}

static void an_arena_aligns_and_keeps_what_it_gave(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    unsigned char *pieces[1000];
    for (size_t i = 0; i < 1000; i++) {
        pieces[i] = arena_take(arena, 5000 + i);
        assert_int_equal((uintptr_t)pieces[i] % 64, 0);
        memset(pieces[i], (int)(i % 251), 5000 + i);
    }
    for (size_t i = 0; i < 1000; i++)
        for (size_t byte = 0; byte < 5000 + i; byte++)
            if (pieces[i][byte] != i % 251)
                fail_msg("piece %zu was overwritten", i);
    assert_true(arena_peak(arena) >= 1000 * 5000);
    arena_free(arena);
}

static void an_arena_is_one_block_after_a_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    arena_take(arena, 3000000);
    arena_take(arena, 5000000);
    arena_reset(arena);
    char *first = arena_take(arena, 3000000);
    char *second = arena_take(arena, 5000000);
    assert_ptr_equal(second, first + 3000000 / 64 * 64 + (3000000 % 64 ? 64 : 0));
    char *zeroed = arena_take_zeroed(arena, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(zeroed[i], 0);
    arena_free(arena);
}

static void a_budget_gives_what_there_is_and_no_more(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 1000);
    assert_true(budget_take(&budget, 600));
    assert_false(budget_take(&budget, 401));
    assert_false(budget_take(&budget, UINT64_MAX));
    assert_int_equal(budget_taken(&budget), 600);
    budget_owe(&budget, 500);
    assert_false(budget_take(&budget, 0));
    budget_give(&budget, 1100);
    assert_true(budget_take(&budget, 1000));
    assert_true(budget_take(NULL, UINT64_MAX));
}

static void a_refusal_says_how_much_there_is(void **state)
{
    (void)state;
    struct error error;
    struct budget budget;
    char text[BUDGET_TEXT];
    budget_init(&budget, 3100000000);
    budget_owe(&budget, 12000000);
    assert_false(budget_refuse(&budget, 8000000000, &error, "`%s` needs %s", "w",
                               budget_text(8000000000, text)));
    assert_string_equal(error.text, "`w` needs 8.0 GB; this worker may use 3.1 GB of memory and "
                                    "uses 12 MB (--memory sets how much)");
    assert_false(budget_refuse(&budget, 4096, &error, "it needs 4.1 kB"));
    assert_string_equal(error.text, "it needs 4.1 kB, which the system does not have");
    assert_string_equal(budget_text(999, text), "999 bytes");
    assert_string_equal(budget_text(999999, text), "1.0 MB");
    assert_string_equal(budget_text(123456789, text), "123 MB");
    assert_string_equal(budget_text(UINT64_MAX, text), "18 EB");
}

static void an_arena_asks_its_budget_and_gives_back(void **state)
{
    (void)state;
    struct budget budget;
    budget_init(&budget, 10 << 20);
    struct arena *arena = arena_new_within(&budget);
    assert_int_equal(budget_taken(&budget), 1 << 20);
    assert_true(arena_reserve(arena, 1000, 3));
    assert_int_equal(budget_taken(&budget), 1 << 20); /* there was room */
    assert_true(arena_reserve(arena, 6 << 20, 1));
    uint64_t taken = budget_taken(&budget);
    memset(arena_take(arena, 6 << 20), 1, 6 << 20);
    assert_int_equal(budget_taken(&budget), taken); /* of what was made room for */
    assert_false(arena_reserve(arena, 6 << 20, 1));
    assert_false(arena_reserve(arena, SIZE_MAX, 1));
    assert_true(arena_reserve(arena, 2 << 20, 1)); /* less than another doubling */
    assert_true(budget_taken(&budget) <= 10 << 20);
    arena_take(arena, 9 << 20); /* cannot be refused */
    assert_true(budget_taken(&budget) > 10 << 20);
    arena_reset(arena);
    assert_true(budget_taken(&budget) > 10 << 20);
    arena_trim(arena);
    assert_int_equal(budget_taken(&budget), 1 << 20);
    arena_free(arena);
    assert_int_equal(budget_taken(&budget), 0);
}

/* Known answers of Random123 1.14, philox4x32-10. */
static void philox_gives_the_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], output[4];
    } known[] = {
        {{0}, {0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t output[4];
        random_block(known[i].counter, known[i].key, output);
        assert_memory_equal(output, known[i].output, sizeof output);
    }
}

static void draws_depend_on_their_place_alone(void **state)
{
    (void)state;
    struct random one = random_at(7, RANDOM_SPLIT, 3, 4), same = random_at(7, RANDOM_SPLIT, 3, 4);
    struct random others[] = {random_at(8, RANDOM_SPLIT, 3, 4), random_at(7, RANDOM_QUERY, 3, 4),
                              random_at(7, RANDOM_SPLIT, 4, 3)};
    for (int i = 0; i < 100; i++) {
        uint32_t bits = random_bits(&one);
        assert_int_equal(bits, random_bits(&same));
        for (size_t other = 0; other < 3; other++)
            assert_int_not_equal(bits, random_bits(&others[other]));
    }
}

static void draws_have_their_distributions(void **state)
{
    (void)state;
    enum { DRAWS = 200000, SIDES = 6 };
    struct random random = random_at(1, RANDOM_GENERATOR, 0, 0);
    unsigned counts[SIDES] = {0};
    double sum = 0, squares = 0, uniform = 0;
    for (int i = 0; i < DRAWS; i++) {
        counts[random_below(&random, SIDES)]++;
        double normal = random_normal(&random);
        sum += normal;
        squares += normal * normal;
        double u = random_uniform(&random);
        assert_true(u >= 0 && u < 1);
        uniform += u;
    }
    double chi = 0, expected = (double)DRAWS / SIDES;
    for (int side = 0; side < SIDES; side++)
        chi += (counts[side] - expected) * (counts[side] - expected) / expected;
    assert_true(chi < 20.5); /* 0.999 quantile with 5 degrees of freedom */
    assert_true(fabs(sum / DRAWS) < 0.01);
    assert_true(fabs(squares / DRAWS - 1) < 0.02);
    assert_true(fabs(uniform / DRAWS - 0.5) < 0.003);
}

static void a_shuffle_is_a_permutation(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    uint32_t values[COUNT];
    bool seen[COUNT] = {false};
    for (uint32_t i = 0; i < COUNT; i++)
        values[i] = i;
    struct random random = random_at(5, RANDOM_EPOCH, 0, 0);
    random_shuffle(&random, values, COUNT);
    unsigned in_place = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        assert_false(seen[values[i]]);
        seen[values[i]] = true;
        in_place += values[i] == i;
    }
    assert_true(in_place < 10);
}

static void bytes_come_back_as_they_were_written(void **state)
{
    (void)state;
    struct bytes bytes = {0};
    uint32_t numbers[] = {1, 2, 3};
    bytes_add_u8(&bytes, 200);
    bytes_add_u32(&bytes, 0xdeadbeef);
    bytes_add_u64(&bytes, UINT64_MAX);
    bytes_add_double(&bytes, -0.1);
    bytes_add_string(&bytes, "冰");
    bytes_add_string(&bytes, NULL);
    bytes_add_block(&bytes, numbers, 3, sizeof *numbers);
    struct reader reader = reader_of(bytes.data, bytes.size);
    assert_int_equal(reader_u8(&reader), 200);
    assert_int_equal(reader_u32(&reader), 0xdeadbeef);
    assert_true(reader_u64(&reader) == UINT64_MAX);
    assert_true(reader_double(&reader) == -0.1);
    char *text = reader_string(&reader, 10), *empty = reader_string(&reader, 10);
    assert_string_equal(text, "冰");
    assert_string_equal(empty, "");
    size_t count;
    const void *block = reader_block(&reader, sizeof *numbers, 3, &count);
    assert_int_equal(count, 3);
    assert_memory_equal(block, numbers, sizeof numbers);
    assert_true(reader_complete(&reader));
    free(text);
    free(empty);
    bytes_release(&bytes);
}

/* As a shell takes them; what cannot be printed is written in digits. */
static void words_stand_in_quotes_if_they_need_them(void **state)
{
    (void)state;
    static const char *const words[][2] = {
        {"a/b-1.csv", "a/b-1.csv"}, {"", "''"},     {"two words", "'two words'"},
        {"it's", "'it'\\''s'"},     {"é;", "'é;'"}, {"a\tb'", "$'a\\011b\\047'"},
        {"\xFF\\", "$'\\377\\134'"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct bytes text = {0};
        bytes_add_word(&text, words[i][0]);
        bytes_add(&text, "", 1);
        assert_string_equal((char *)text.data, words[i][1]);
        bytes_release(&text);
    }
}

static void a_reader_never_leaves_its_bytes(void **state)
{
    (void)state;
    struct random random = random_at(3, RANDOM_GENERATOR, 0, 0);
    for (int round = 0; round < 20000; round++) {
        unsigned char noise[40];
        size_t size = random_below(&random, sizeof noise + 1);
        for (size_t i = 0; i < size; i++)
            noise[i] = (unsigned char)(random_bits(&random) & (round % 2 ? 0x03 : 0xff));
        unsigned char *exact = memory_new(size); /* so that a sanitizer sees one byte too many */
        memcpy(exact, noise, size);
        struct reader reader = reader_of(exact, size);
        while (!reader.failed) {
            size_t count;
            switch (random_below(&random, 5)) {
            case 0:
                reader_u32(&reader);
                break;
            case 1:
                reader_double(&reader);
                break;
            case 2:
                free(reader_string(&reader, 1000));
                break;
            case 3:
                reader_block(&reader, 4, SIZE_MAX, &count);
                break;
            default:
                reader_raw(&reader, 3);
            }
            assert_true(reader.at <= size);
        }
        assert_false(reader_complete(&reader));
        free(exact);
    }
}

static void a_reader_refuses_long_and_broken_strings(void **state)
{
    (void)state;
    struct bytes bytes = {0};
    bytes_add_string(&bytes, "four");
    struct reader reader = reader_of(bytes.data, bytes.size);
    free(reader_string(&reader, 3));
    assert_true(reader.failed);
    bytes_clear(&bytes);
    bytes_add_block(&bytes, "a\0b", 3, 1);
    reader = reader_of(bytes.data, bytes.size);
    char *text = reader_string(&reader, 10);
    assert_string_equal(text, "");
    assert_true(reader.failed);
    free(text);
    bytes_release(&bytes);
}

/* FIPS 180-2, appendix B. */
static void sha256_gives_the_known_answers(void **state)
{
    (void)state;
    char text[DIGEST_TEXT];
    digest_of("abc", 3, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const char *long_one = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    struct digest *digest = digest_new();
    digest_add(digest, long_one, 10);
    digest_add(digest, long_one + 10, strlen(long_one) - 10);
    digest_finish(digest, text);
    assert_string_equal(text, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* -- stretches --------------------------------------------------------------------------------- */

static void stretches_have_about_the_same_weight(void **state)
{
    (void)state;
    enum { COUNT = 32, STRETCHES = 4 };
    struct random random = random_at(1, RANDOM_GENERATOR, 7, 0);
    for (int round = 0; round < 200; round++) {
        uint32_t weights[COUNT], all = 0, heaviest = 0;
        for (uint32_t i = 0; i < COUNT; i++) {
            weights[i] = 1 + random_below(&random, 100);
            heaviest = weights[i] > heaviest ? weights[i] : heaviest;
            all += weights[i];
        }
        assert_int_equal(stretches_cut(weights, COUNT, STRETCHES, 0), 0);
        assert_int_equal(stretches_cut(weights, COUNT, STRETCHES, STRETCHES), COUNT);
        uint32_t passed = 0;
        for (uint32_t number = 0, at = 0; number < STRETCHES; number++) {
            uint32_t end = stretches_cut(weights, COUNT, STRETCHES, number + 1);
            assert_true(end > at);
            for (; at < end; at++)
                passed += weights[at];
            double share = (double)all * (number + 1) / STRETCHES;
            assert_true(fabs(passed - share) <= heaviest / 2.0);
        }
    }
}

static void no_stretch_is_empty(void **state)
{
    (void)state;
    const uint32_t light[] = {0, 0, 0, 0, 0}, first[] = {1000, 1, 1, 1, 1},
                   last[] = {0, 0, 0, 0, 9};
    const uint32_t *const all[] = {light, first, last};
    for (int i = 0; i < 3; i++)
        for (uint32_t stretches = 1; stretches <= 5; stretches++)
            for (uint32_t number = 0; number < stretches; number++)
                assert_true(stretches_cut(all[i], 5, stretches, number) <
                            stretches_cut(all[i], 5, stretches, number + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stretches_have_about_the_same_weight),
        cmocka_unit_test(no_stretch_is_empty),
        cmocka_unit_test(a_budget_gives_what_there_is_and_no_more),
        cmocka_unit_test(a_refusal_says_how_much_there_is),
        cmocka_unit_test(an_arena_asks_its_budget_and_gives_back),
        cmocka_unit_test(an_error_carries_its_context_in_front),
        cmocka_unit_test(a_long_error_keeps_its_end),
        cmocka_unit_test(an_arena_aligns_and_keeps_what_it_gave),
        cmocka_unit_test(an_arena_is_one_block_after_a_reset),
        cmocka_unit_test(philox_gives_the_known_answers),
        cmocka_unit_test(draws_depend_on_their_place_alone),
        cmocka_unit_test(draws_have_their_distributions),
        cmocka_unit_test(a_shuffle_is_a_permutation),
        cmocka_unit_test(bytes_come_back_as_they_were_written),
        cmocka_unit_test(words_stand_in_quotes_if_they_need_them),
        cmocka_unit_test(a_reader_never_leaves_its_bytes),
        cmocka_unit_test(a_reader_refuses_long_and_broken_strings),
        cmocka_unit_test(sha256_gives_the_known_answers),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
