/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_form.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/calendar.h"
#include "base/text.h"

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

/* Seconds of a date whose parts may be out of range; false if they are. */
static bool date_seconds(int year, int month, int day, int64_t *seconds)
{
    *seconds = calendar_seconds(&(struct calendar){.year = year, .month = month, .day = day});
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 &&
           calendar_of(*seconds).day == day; /* no 31st of April */
}

/* -- dates ------------------------------------------------------------------------------------- */

struct date_text {
    const char *at, *end;
};

/* `digits` decimal digits. */
static bool scan_number(struct date_text *date, int digits, int *number)
{
    *number = 0;
    for (int i = 0; i < digits; i++) {
        if (date->at == date->end || !isdigit((unsigned char)*date->at))
            return false;
        *number = 10 * *number + *date->at++ - '0';
    }
    return true;
}

static bool scan_mark(struct date_text *date, const char *marks, char *mark)
{
    if (date->at == date->end || !strchr(marks, *date->at))
        return false;
    *mark = *date->at++;
    return true;
}

/* "Z", "UTC" and "GMT". */
static bool scan_universal(struct date_text *date)
{
    static const char *const words[] = {"Z", "UTC", "GMT"};
    size_t left = (size_t)(date->end - date->at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (left == strlen(words[i]) && strncasecmp(date->at, words[i], left) == 0)
            return true;
    return false;
}

/* "Z" or "UTC" or "+02:00" or "+0200" or nothing, to the end; a blank may stand before it. */
static bool scan_offset(struct date_text *date, int64_t *seconds)
{
    int hours, minutes = 0;
    char mark;
    scan_mark(date, " ", &mark);
    if (scan_universal(date))
        return true;
    if (!scan_mark(date, "+-", &mark))
        return date->at == date->end;
    char colon;
    int64_t sign = mark == '-' ? -1 : 1;
    if (!scan_number(date, 2, &hours))
        return false;
    scan_mark(date, ":", &colon);
    if (date->at < date->end && !scan_number(date, 2, &minutes))
        return false;
    *seconds -= sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60 && date->at == date->end;
}

/* "10:22" or "10:22:33" or "10:22:33.500" */
static bool scan_clock(struct date_text *date, int64_t *seconds)
{
    int hour, minute, second = 0;
    char mark;
    if (!scan_number(date, 2, &hour) || !scan_mark(date, ":", &mark) ||
        !scan_number(date, 2, &minute))
        return false;
    if (scan_mark(date, ":", &mark) && !scan_number(date, 2, &second))
        return false;
    if (scan_mark(date, ".", &mark))
        while (date->at < date->end && isdigit((unsigned char)*date->at))
            date->at++;
    *seconds += hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second <= 60;
}

static bool read_date(const char *text, size_t length, int64_t *seconds)
{
    struct date_text date = {text, text + length};
    int year, month, day_of_month;
    char first, second, mark;
    if (length < 10 || !scan_number(&date, 4, &year) || !scan_mark(&date, "-/", &first) ||
        !scan_number(&date, 2, &month) || !scan_mark(&date, "-/", &second) || first != second ||
        !scan_number(&date, 2, &day_of_month) || !date_seconds(year, month, day_of_month, seconds))
        return false;
    struct date_text day = date;
    if (scan_mark(&date, "Tt ", &mark) && scan_clock(&date, seconds))
        return scan_offset(&date, seconds);
    return date_seconds(year, month, day_of_month, seconds) && scan_offset(&day, seconds);
}

static bool read_compact(const char *text, size_t length, int64_t *seconds)
{
    struct date_text date = {text, text + length};
    int year, month, day;
    return length == 8 && scan_number(&date, 4, &year) && scan_number(&date, 2, &month) &&
           scan_number(&date, 2, &day) && year >= 1900 && year < 2100 &&
           date_seconds(year, month, day, seconds);
}

static bool read_pattern(const char *pattern, const char *text, size_t length, int64_t *seconds)
{
    char copy[64];
    struct tm parts = {.tm_mday = 1};
    if (length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    const char *end = strptime(copy, pattern, &parts);
    if (!end || *end != '\0' || strlen(copy) != length || parts.tm_year + 1900 < PATTERN_YEAR ||
        !date_seconds(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, seconds))
        return false;
    *seconds += parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec - parts.tm_gmtoff;
    return true;
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
        bool good = form->kind == TIME_COMPACT ? read_compact(text, length, &time->seconds)
                    : form->kind == TIME_PATTERN
                        ? read_pattern(form->pattern, text, length, &time->seconds)
                        : read_date(text, length, &time->seconds);
        if (!good)
            return false;
    }
    return time->seconds >= CALENDAR_FIRST && time->seconds <= CALENDAR_LAST;
}
