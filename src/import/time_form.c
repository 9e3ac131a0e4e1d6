/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_form.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/calendar.h"
#include "base/text.h"
#include "date_text.h"

/* Patterns read "19" as the year 19, which nobody means. */
enum { PATTERN_YEAR = 1000 };
/* A larger number is in smaller units than seconds. */
#define MILLISECONDS INT64_C(100000000000)

static const struct {
    const char *word;
    int64_t per_second;
} units[] = {{"s", 1}, {"ms", 1000}, {"us", 1000000}, {"ns", 1000000000}};
enum { UNITS = sizeof units / sizeof *units };

bool time_is_plausible(const struct time_reading *time)
{
    const int64_t IN_1900 = INT64_C(-2208988800), IN_2100 = INT64_C(4102444800);
    return time->seconds >= (time->date ? IN_1900 : PLAUSIBLE_SECOND) && time->seconds < IN_2100;
}

bool time_form_parse(const char *option, struct time_form *form, struct error *error)
{
    char shown[64];
    *form = (struct time_form){.kind = TIME_UNIT};
    for (size_t i = 0; i < UNITS; i++)
        if (strcmp(units[i].word, option) == 0) {
            form->per_second = units[i].per_second;
            return true;
        }
    form->kind = strcmp(option, "%Y%m%d") == 0 ? TIME_COMPACT : TIME_PATTERN;
    snprintf(form->pattern, sizeof form->pattern, "%s", option);
    return (strchr(option, '%') && strlen(option) < sizeof form->pattern) ||
           error_set(error, ERROR_USAGE,
                     "--time-format is s, ms, us, ns or a pattern such as \"%%d/%%m/%%Y\", not "
                     "\"%s\"",
                     text_safe(option, shown, sizeof shown));
}

const char *time_form_option(const struct time_form *form)
{
    for (size_t i = 0; form->kind == TIME_UNIT && i < UNITS; i++)
        if (units[i].per_second == form->per_second)
            return units[i].word;
    return form->kind == TIME_COMPACT ? "%Y%m%d" : form->pattern;
}

/* -- dates ------------------------------------------------------------------------------------- */

/* One of the patterns that "|" separates. */
static bool read_one_pattern(const char *pattern, const char *text, int64_t *seconds)
{
    struct tm parts = {.tm_mday = 1};
    const char *end = strptime(text, pattern, &parts);
    if (!end || *end != '\0' || parts.tm_year + 1900 < PATTERN_YEAR ||
        !date_seconds(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, seconds))
        return false;
    *seconds += parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec - parts.tm_gmtoff;
    return true;
}

static bool read_pattern(const char *patterns, const char *text, size_t length, int64_t *seconds)
{
    char copy[64], pattern[TIME_PATTERN_SIZE];
    if (length >= sizeof copy || memchr(text, '\0', length))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    for (const char *at = patterns;; at++) {
        size_t size = strcspn(at, "|");
        snprintf(pattern, sizeof pattern, "%.*s", (int)size, at);
        if (read_one_pattern(pattern, copy, seconds))
            return true;
        at += size;
        if (*at == '\0')
            return false;
    }
}

/* -- numbers ----------------------------------------------------------------------------------- */

/* The whole part of a number, rounded down. */
static bool read_whole(const char *text, size_t length, int64_t *whole)
{
    size_t start = length > 0 && *text == '-', at = start;
    int64_t number = 0;
    while (at < length && at - start < 18 && isdigit((unsigned char)text[at]))
        number = 10 * number + text[at++] - '0';
    if (at == length && at > start) {
        *whole = start ? -number : number;
        return true;
    }
    double real;
    if (!text_number(text, length, &real) || fabs(real) >= 9e18)
        return false;
    *whole = (int64_t)floor(real);
    return true;
}

static bool read_number(const char *text, size_t length, struct time_reading *time)
{
    int64_t number;
    if (!read_whole(text, length, &number))
        return false;
    if (time->per_second == 0)
        for (time->per_second = 1;
             time->per_second < 1000000000 && number / time->per_second >= MILLISECONDS;)
            time->per_second *= 1000;
    time->seconds = number / time->per_second - (number % time->per_second < 0); /* rounded down */
    return true;
}

bool time_form_read(const struct time_form *form, const char *text, size_t length,
                    struct time_reading *time)
{
    *time = (struct time_reading){.per_second = form->kind == TIME_UNIT ? form->per_second : 0};
    bool number =
        (form->kind == TIME_ANY || form->kind == TIME_UNIT) && read_number(text, length, time);
    if (!number) {
        time->date = true;
        time->per_second = 1;
        bool good =
            form->kind == TIME_COMPACT   ? date_text_read_compact(text, length, &time->seconds)
            : form->kind == TIME_PATTERN ? read_pattern(form->pattern, text, length, &time->seconds)
                                         : date_text_read(text, length, &time->seconds);
        if (!good)
            return false;
    }
    return time->seconds >= CALENDAR_FIRST && time->seconds <= CALENDAR_LAST;
}
