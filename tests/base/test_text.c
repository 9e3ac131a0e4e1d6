/* SPDX-License-Identifier: MIT
 *
 * Text from outside: making it safe to show, measuring and wrapping it, and parsing numbers.
 */
#include "config.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/list_text.h"
#include "base/random.h"

static const char *safe(const char *text)
{
    static char output[256];
    return text_safe(text, output, sizeof output);
}

static void ordinary_text_stays(void **state)
{
    (void)state;
    assert_string_equal(safe("Amélie (2001) 沉默的港湾 👩‍🚀"),
                        "Amélie (2001) 沉默的港湾 👩‍🚀");
}

static void nothing_steers_the_terminal(void **state)
{
    (void)state;
    assert_string_equal(safe("a\x1b[2Jb"), "a\\x1B[2Jb");
    assert_string_equal(safe("bell\a del\x7f"), "bell\\x07 del\\x7F");
    assert_string_equal(safe("c1 \xc2\x9b"), "c1 \\x9B");
    assert_string_equal(safe("bidi \xe2\x80\xae"), "bidi \\u{202E}");
    assert_string_equal(safe("tab\tline\n"), "tab line ");
    assert_string_equal(safe("latin \xe9"), "latin \\xE9");
    assert_string_equal(safe("overlong \xc0\xaf"), "overlong \\xC0\\xAF");
}

static void random_bytes_become_printable_utf8(void **state)
{
    (void)state;
    struct random random = random_at(11, RANDOM_GENERATOR, 0, 0);
    for (int round = 0; round < 50000; round++) {
        char noise[24], output[40];
        size_t length = random_below(&random, sizeof noise);
        for (size_t i = 0; i < length; i++)
            noise[i] = (char)(1 + random_below(&random, 255));
        noise[length] = '\0';
        text_safe(noise, output, sizeof output);
        assert_true(text_is_utf8(output, strlen(output)));
        for (const char *at = output; *at; at++)
            assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
    }
}

static void width_counts_cells(void **state)
{
    (void)state;
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("沉默"), 4);
    assert_int_equal(text_width("e\xcc\x81"), 1);
    assert_int_equal(text_width("👩‍🚀"), 2);
    assert_int_equal(text_width("🇨🇳"), 2);
    assert_int_equal(text_width(""), 0);
}

static void fitting_never_halves_a_character(void **state)
{
    (void)state;
    char output[64];
    assert_int_equal(text_fit("沉默的港湾", 6, true, false, output, sizeof output), 6);
    assert_string_equal(output, "沉默… ");
    assert_int_equal(text_fit("harbour", 4, false, true, output, sizeof output), 4);
    assert_string_equal(output, "har.");
    assert_int_equal(text_fit("ab", 4, true, false, output, sizeof output), 4);
    assert_string_equal(output, "ab  ");
    assert_int_equal(text_fit("ab", 0, true, false, output, sizeof output), 0);
    assert_string_equal(output, "");
}

static void latin1_becomes_utf8(void **state)
{
    (void)state;
    char *text = text_from_latin1("Caf\xe9", 4);
    assert_string_equal(text, "Café");
    free(text);
}

static void numbers_are_plain_decimals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double number;
    } good[] = {{"3", 3},       {"-2.5", -2.5}, {"+.5", .5}, {"4.", 4},
                {"1e-3", .001}, {"-0", 0},      {"007", 7}};
    static const char *const bad[] = {"",      "nan", "inf", "1e999", "0x10",    "1,5", "NaN123",
                                      "--5",   " 1",  "1 ",  ".",     "e5",      "1e",  "1e+",
                                      "1.2.3", "+",   "٣",   "1_000", "infinity"};
    double number = 99;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(text_number(good[i].text, strlen(good[i].text), &number));
        assert_true(number == good[i].number);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        number = 99;
        if (text_number(bad[i], strlen(bad[i]), &number) || number != 99)
            fail_msg("'%s' passed for a number", bad[i]);
    }
    assert_true(text_number("12345", 2, &number));
    assert_true(number == 12);
}

/* Short numbers are parsed without strtod and must have its bits. */
static void numbers_are_rounded_as_by_strtod(void **state)
{
    (void)state;
    struct random random = random_at(7, RANDOM_GENERATOR, 0, 0);
    for (int i = 0; i < 200000; i++) {
        char text[40];
        size_t length = 0, digits = 1 + random_below(&random, 20);
        size_t point = random_below(&random, 25);
        if (random_below(&random, 3) == 0)
            text[length++] = '-';
        for (size_t at = 0; at < digits; at++) {
            if (at == point)
                text[length++] = '.';
            text[length++] = (char)('0' + random_below(&random, 10));
        }
        text[length] = '\0';
        double number, expected = strtod(text, NULL);
        assert_true(text_number(text, length, &number));
        assert_memory_equal(&number, &expected, sizeof number);
        long long whole;
        if (point >= digits && text_integer(text, length, &whole))
            assert_true(whole == strtoll(text, NULL, 10));
    }
}

static void lines_break_at_spaces(void **state)
{
    (void)state;
    assert_int_equal(text_break("one two three", 8, true), 7);
    assert_int_equal(text_break("one two three", 7, true), 7);
    assert_int_equal(text_break("one  two", 5, true), 3);
    assert_int_equal(text_break("one", 8, true), 3);
    assert_int_equal(text_break("extraordinarily so", 5, true), 5);
    assert_int_equal(text_break("extraordinarily so", 5, false), 15);
    assert_int_equal(text_break("  extraordinarily so", 5, true), 5);
    assert_int_equal(text_break("电影 电影", 4, true), 6);
    assert_int_equal(text_break("电", 1, true), 3);
    assert_int_equal(text_break("", 1, true), 0);
}

static void integers_must_fit(void **state)
{
    (void)state;
    long long number = 0;
    assert_true(text_integer("-9223372036854775808", 20, &number));
    assert_true(number == INT64_MIN);
    assert_false(text_integer("9223372036854775808", 19, &number));
    assert_false(text_integer("1.0", 3, &number));
    assert_false(text_integer(" 1", 2, &number));
    assert_false(text_integer("", 0, &number));
    assert_false(text_integer("5\0", 2, &number));
}

/* Values of a list, and the list. */
static const struct {
    const char *values[4], *list;
} lists[] = {
    {{"a", "b|c", "3"}, "a|b\\|c|3"}, {{"|"}, "\\|"},
    {{"a\\", "b"}, "a\\\\|b"},        {{"a\\"}, "a\\"},
    {{"a\\|b"}, "a\\\\\\|b"},         {{"C:\\x", "y"}, "C:\\x|y"},
    {{"", "", "x"}, "||x"},           {{"|", "|"}, "\\||\\|"},
};

static void a_list_keeps_its_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct bytes list = {0}, value = {0};
        bytes_add(&list, "before\\", 7);
        for (size_t v = 0; v < 4 && lists[i].values[v]; v++)
            list_text_add(&list, 7, v == 0, lists[i].values[v], strlen(lists[i].values[v]));
        bytes_add_u8(&list, 0);
        assert_string_equal((char *)list.data + 7, lists[i].list);
        const char *at = (char *)list.data + 7, *end = (char *)list.data + list.size - 1;
        for (size_t v = 0; at; v++) {
            at = list_text_next(at, end, &value);
            assert_int_equal(value.size, strlen(lists[i].values[v]));
            assert_memory_equal(value.data, lists[i].values[v], value.size);
            assert_true(!!at == (v < 3 && lists[i].values[v + 1]));
            at = at ? at + 1 : NULL;
        }
        bytes_release(&list);
        bytes_release(&value);
    }
}

/* Any values come back, however many of them are bars and backslashes. */
static void random_lists_keep_their_values(void **state)
{
    (void)state;
    struct random random = random_at(12, RANDOM_GENERATOR, 0, 0);
    for (int round = 0; round < 50000; round++) {
        char values[4][8];
        struct bytes list = {0}, value = {0};
        size_t count = 1 + random_below(&random, 4);
        for (size_t v = 0; v < count; v++) {
            size_t length = random_below(&random, sizeof values[v]);
            for (size_t i = 0; i < length; i++)
                values[v][i] = "a|\\"[random_below(&random, 3)];
            values[v][length] = '\0';
            list_text_add(&list, 0, v == 0, values[v], length);
        }
        const char *at = (char *)list.data, *end = at + list.size;
        for (size_t v = 0; v < count; v++) {
            const char *bar = list_text_next(at, end, &value);
            assert_int_equal(value.size, strlen(values[v]));
            assert_true(value.size == 0 || memcmp(value.data, values[v], value.size) == 0);
            assert_true(!!bar == (v + 1 < count));
            at = bar ? bar + 1 : end;
        }
        bytes_release(&list);
        bytes_release(&value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_text_stays),
        cmocka_unit_test(nothing_steers_the_terminal),
        cmocka_unit_test(random_bytes_become_printable_utf8),
        cmocka_unit_test(width_counts_cells),
        cmocka_unit_test(fitting_never_halves_a_character),
        cmocka_unit_test(latin1_becomes_utf8),
        cmocka_unit_test(numbers_are_plain_decimals),
        cmocka_unit_test(numbers_are_rounded_as_by_strtod),
        cmocka_unit_test(lines_break_at_spaces),
        cmocka_unit_test(a_list_keeps_its_values),
        cmocka_unit_test(random_lists_keep_their_values),
        cmocka_unit_test(integers_must_fit),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
