/* SPDX-License-Identifier: MIT
 *
 * Functions of SQL over texts, times and numbers, see sql_functions.h. Each is given the place of
 * its row in the table below as its data.
 */
#include "config.h"

#include "sql_functions.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/error.h"
#include "base/matcher.h"
#include "base/memory.h"
#include "base/text.h"

enum { NUMBER_TEXT = 32, NATURAL_MOST = 128, ANSWERS = 64 };
static const double FAR = 1e13; /* seconds; calendars of other years are nonsense */

static const char *text_of(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    return text ? text : "";
}

/* What is sought, and the answers for some numbers. They are kept because most columns have few
 * different numbers, and writing a number as a text takes most of the time. */
struct sought {
    struct matcher *matcher;
    struct {
        double number;
        bool known, found;
    } answers[ANSWERS];
};

static void free_sought(void *data)
{
    struct sought *sought = data;
    matcher_free(sought->matcher);
    free(sought);
}

/* A whole number is sought as it is shown, without a point. */
static bool finds_number(struct matcher *matcher, double number, sqlite3_value *value)
{
    char text[NUMBER_TEXT];
    if (number != floor(number) || fabs(number) >= 1e15)
        return matcher_finds(matcher, text_of(value));
    snprintf(text, sizeof text, "%.0f", number);
    return matcher_finds(matcher, text);
}

static bool finds(struct sought *sought, sqlite3_value *value)
{
    if (sqlite3_value_type(value) != SQLITE_FLOAT)
        return matcher_finds(sought->matcher, text_of(value));
    double number = sqlite3_value_double(value);
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    size_t place = (size_t)((bits * 0x9E3779B97F4A7C15u) >> 32) % ANSWERS;
    if (!sought->answers[place].known || sought->answers[place].number != number) {
        sought->answers[place].number = number;
        sought->answers[place].known = true;
        sought->answers[place].found = finds_number(sought->matcher, number, value);
    }
    return sought->answers[place].found;
}

/* The second argument is compiled once, and SQLite keeps it while it is constant. */
static void find(sqlite3_context *context, sqlite3_value **values, bool pattern)
{
    struct error error;
    struct sought *sought = sqlite3_get_auxdata(context, 1), *made = NULL;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL ||
        sqlite3_value_type(values[1]) == SQLITE_NULL)
        return;
    if (!sought) {
        const char *words = text_of(values[1]);
        struct matcher *matcher =
            pattern ? matcher_new_pattern(words, &error) : matcher_new_text(words);
        if (!matcher) {
            sqlite3_result_error(context, error.text, -1);
            return;
        }
        sought = made = memory_new(sizeof *made);
        made->matcher = matcher;
    }
    sqlite3_result_int(context, finds(sought, values[0]));
    if (made)
        sqlite3_set_auxdata(context, 1, made, free_sought);
}

static void match(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    find(context, values, true);
}

static void has(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    find(context, values, false);
}

enum time_part {
    PART_YEAR,
    PART_MONTH,
    PART_DAY,
    PART_HOUR,
    PART_WEEKDAY,
    PART_NAME,
    PART_DATE,
    PART_TIME
};

static void part(sqlite3_context *context, int count, sqlite3_value **values)
{
    static const char *const NAMES[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    enum time_part wanted = (enum time_part)(intptr_t)sqlite3_user_data(context);
    double seconds = sqlite3_value_double(values[0]);
    char text[CALENDAR_TEXT];
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL || !(fabs(seconds) < FAR))
        return;
    int64_t moment = (int64_t)floor(seconds);
    struct calendar date = calendar_of(moment);
    const int64_t parts[] = {date.year, date.month, date.day, date.hour, date.weekday};
    if (wanted <= PART_WEEKDAY) {
        sqlite3_result_int64(context, parts[wanted]);
        return;
    }
    if (wanted == PART_NAME)
        sqlite3_result_text(context, NAMES[date.weekday - 1], -1, SQLITE_STATIC);
    else
        sqlite3_result_text(context,
                            wanted == PART_DATE ? calendar_day(moment, text)
                                                : calendar_minute(moment, text),
                            -1, SQLITE_TRANSIENT);
}

enum real_part { REAL_FLOOR, REAL_CEIL, REAL_LOG, REAL_LOG10, REAL_SQRT };

/* A whole number stays one, so that it is shown as one. */
static void result_number(sqlite3_context *context, double value)
{
    if (!isfinite(value))
        return;
    if (value == floor(value) && fabs(value) < 9e15)
        sqlite3_result_int64(context, (sqlite3_int64)value);
    else
        sqlite3_result_double(context, value);
}

static void real(sqlite3_context *context, int count, sqlite3_value **values)
{
    enum real_part wanted = (enum real_part)(intptr_t)sqlite3_user_data(context);
    double x = sqlite3_value_double(values[0]);
    (void)count;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return;
    result_number(context, wanted == REAL_FLOOR   ? floor(x)
                           : wanted == REAL_CEIL  ? ceil(x)
                           : wanted == REAL_LOG   ? log(x)
                           : wanted == REAL_LOG10 ? log10(x)
                                                  : sqrt(x));
}

static void bin(sqlite3_context *context, int count, sqlite3_value **values)
{
    double x = sqlite3_value_double(values[0]), width = sqlite3_value_double(values[1]);
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_NULL && width > 0)
        result_number(context, floor(x / width) * width);
}

static void number(sqlite3_context *context, int count, sqlite3_value **values)
{
    int type = sqlite3_value_type(values[0]);
    double found;
    (void)count;
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
        sqlite3_result_value(context, values[0]);
    else if (type == SQLITE_TEXT &&
             text_number(text_of(values[0]), strlen(text_of(values[0])), &found))
        result_number(context, found);
}

/* Long texts are compared by their beginnings, then byte by byte. */
static int compare_natural(void *context, int first_length, const void *first, int second_length,
                           const void *second)
{
    char a[NATURAL_MOST], b[NATURAL_MOST];
    size_t first_size = (size_t)first_length, second_size = (size_t)second_length;
    (void)context;
    snprintf(a, sizeof a, "%.*s", first_length, (const char *)first);
    snprintf(b, sizeof b, "%.*s", second_length, (const char *)second);
    int order = strverscmp(a, b);
    if (order != 0)
        return order;
    order = memcmp(first, second, first_size < second_size ? first_size : second_size);
    return order != 0 ? order : first_length - second_length;
}

bool sql_functions_add(sqlite3 *handle)
{
    static const struct {
        const char *name;
        int arguments;
        intptr_t data;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
    } FUNCTIONS[] = {
        {"thaw_match", 2, 0, match},          {"thaw_has", 2, 0, has},
        {"thaw_year", 1, PART_YEAR, part},    {"thaw_month", 1, PART_MONTH, part},
        {"thaw_day", 1, PART_DAY, part},      {"thaw_hour", 1, PART_HOUR, part},
        {"thaw_dayname", 1, PART_NAME, part}, {"thaw_weekday", 1, PART_WEEKDAY, part},
        {"thaw_date", 1, PART_DATE, part},    {"thaw_time", 1, PART_TIME, part},
        {"thaw_floor", 1, REAL_FLOOR, real},  {"thaw_ceil", 1, REAL_CEIL, real},
        {"thaw_log", 1, REAL_LOG, real},      {"thaw_log10", 1, REAL_LOG10, real},
        {"thaw_sqrt", 1, REAL_SQRT, real},    {"thaw_bin", 2, 0, bin},
        {"thaw_number", 1, 0, number},
    };
    bool good = sqlite3_create_collation_v2(handle, "thaw_natural", SQLITE_UTF8, NULL,
                                            compare_natural, NULL) == SQLITE_OK;
    for (size_t i = 0; good && i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
        good = sqlite3_create_function_v2(handle, FUNCTIONS[i].name, FUNCTIONS[i].arguments,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                          (void *)FUNCTIONS[i].data, FUNCTIONS[i].call, NULL, NULL,
                                          NULL) == SQLITE_OK;
    return good;
}
