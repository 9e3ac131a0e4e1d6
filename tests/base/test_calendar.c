/* SPDX-License-Identifier: MIT
 *
 * Dates against the C library, and matchers of texts and regular expressions.
 */
#include "config.h"

#include "base/calendar.h"
#include "base/matcher.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"

static struct error error;

static void dates_are_those_of_the_c_library(void **state)
{
    (void)state;
    for (int64_t seconds = -70000000000; seconds < 300000000000; seconds += 777777777 / 8) {
        struct calendar date = calendar_of(seconds);
        time_t time = (time_t)seconds;
        struct tm parts;
        assert_non_null(gmtime_r(&time, &parts));
        assert_int_equal(date.year, parts.tm_year + 1900);
        assert_int_equal(date.month, parts.tm_mon + 1);
        assert_int_equal(date.day, parts.tm_mday);
        assert_int_equal(date.hour, parts.tm_hour);
        assert_int_equal(date.minute, parts.tm_min);
        assert_int_equal(date.second, parts.tm_sec);
        assert_int_equal(date.weekday % 7, parts.tm_wday);
        assert_int_equal(calendar_seconds(&date), seconds);
    }
}

static void dates_become_texts(void **state)
{
    char text[CALENDAR_TEXT];
    (void)state;
    assert_string_equal(calendar_day(-1, text), "1969-12-31");
    assert_string_equal(calendar_minute(-1, text), "1969-12-31 23:59");
    assert_string_equal(calendar_moment(-1, text), "1969-12-31T23:59:59Z");
    assert_string_equal(calendar_day(-62135596800, text), "0001-01-01");
    assert_string_equal(calendar_moment(INT64_MAX, text), "292277026596-12-04T15:30:07Z");
    assert_string_equal(calendar_moment(INT64_MIN, text), "-292277022657-01-27T08:29:52Z");
}

static void assert_period(const char *text, int64_t begins, int64_t ends)
{
    int64_t first, end;
    assert_true(calendar_read(text, strlen(text), &first, &end));
    assert_int_equal(first, begins);
    assert_int_equal(end, ends);
}

static void periods_begin_and_end(void **state)
{
    static const char *const WRONG[] = {"",           "20",          "2001-",       "2001-13",
                                        "2001-02-30", "2001-1-1",    "2001-05-17 ", "2001-05-17 24",
                                        "x2001",      "2001-05-17x", "2001 05",     "2001-00"};
    int64_t first, end;
    (void)state;
    assert_period("2001", 978307200, 1009843200);
    assert_period("2001-12", 1007164800, 1009843200);
    assert_period("2000-02-29", 951782400, 951868800);
    assert_period("2001-05-17 20", 990129600, 990133200);
    assert_period("2001-05-17 20:15", 990130500, 990130560);
    assert_period("2001-05-17 20:15:30", 990130530, 990130531);
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        assert_false(calendar_read(WRONG[i], strlen(WRONG[i]), &first, &end));
}

static bool finds(const char *sought, const char *text)
{
    struct matcher *matcher = matcher_new(sought, &error);
    assert_non_null(matcher);
    bool found = matcher_finds(matcher, text);
    matcher_free(matcher);
    return found;
}

static void texts_and_expressions_are_found_without_case(void **state)
{
    (void)state;
    assert_true(finds("star", "The STAR of it"));
    assert_false(finds("st.r", "The STAR of it"));
    assert_true(finds("~st.r", "The STAR of it"));
    assert_true(finds("~ ^the .* it$", "The STAR of it"));
    assert_false(finds("~^star", "The STAR of it"));
    assert_true(finds("~[{]9", "a{9"));
}

static void what_could_run_away_is_refused(void **state)
{
    static const char *const REFUSED[] = {"~(", "~(a)\\1", "~((a{40}){40}){40}", "~a{999}", "~[a"};
    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++)
        assert_null(matcher_new(REFUSED[i], &error));
    char *longest = memory_new(MATCHER_PATTERN_MOST + 8);
    memset(longest, 'a', MATCHER_PATTERN_MOST + 2);
    longest[0] = '~';
    assert_null(matcher_new(longest, &error));
    free(longest);
    char *text = memory_new(3 * MATCHER_LONGEST); /* only its beginning is searched */
    memset(text, 'b', 3 * MATCHER_LONGEST - 2);
    text[3 * MATCHER_LONGEST - 2] = 'z';
    assert_false(finds("~z", text));
    assert_true(finds("~bz?b", text));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_those_of_the_c_library),
        cmocka_unit_test(dates_become_texts),
        cmocka_unit_test(periods_begin_and_end),
        cmocka_unit_test(texts_and_expressions_are_found_without_case),
        cmocka_unit_test(what_could_run_away_is_refused),
    };
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
