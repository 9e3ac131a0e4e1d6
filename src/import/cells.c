/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "cells.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool cell_is_missing(const char *cell, size_t length)
{
    static const char *const words[] = {
        "NA", "N/A", "NaN", "nan", "?", "NULL", "null", "\\N", "(no genres listed)"};
    if (length == 0)
        return true;
    if (length > 18 || !strchr("N?n\\(", *cell))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && memcmp(words[i], cell, length) == 0)
            return true;
    return false;
}

static size_t skip_digits(const char *cell, size_t length, size_t at)
{
    while (at < length && isdigit((unsigned char)cell[at]))
        at++;
    return at;
}

bool cell_integer(const char *cell, size_t length, int64_t *number)
{
    size_t start = length > 0 && *cell == '-', digits = length - start;
    if (digits == 0 || digits > 18 || (cell[start] == '0' && length > 1))
        return false;
    *number = 0;
    for (size_t i = start; i < length; i++) {
        if (!isdigit((unsigned char)cell[i]))
            return false;
        *number = 10 * *number + cell[i] - '0';
    }
    *number = start ? -*number : *number;
    return true;
}

bool cell_real(const char *cell, size_t length, double *number)
{
    int64_t whole;
    size_t start = length > 0 && (*cell == '-' || *cell == '+');
    size_t end = skip_digits(cell, length, start);
    if (end == length && !cell_integer(cell, length, &whole))
        return false;
    if (end - start > 1 && cell[start] == '0')
        return false;
    return text_number(cell, length, number);
}

/* Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant 2013, "chrono-compatible
 * low-level date algorithms"). */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* Whether the cell is `form` with any digits for its zeros: "0000-00-00 00:00:00" or its
 * beginning. */
static bool has_form(const char *cell, size_t length, const char *form)
{
    for (size_t i = 0; i < length; i++) {
        bool fits = form[i] == '0' ? isdigit((unsigned char)cell[i])
                                   : cell[i] == form[i] || (form[i] == ' ' && cell[i] == 'T');
        if (!fits)
            return false;
    }
    return true;
}

static bool cell_date(const char *cell, size_t length, int64_t *time)
{
    char copy[20] = "0000-00-00 00:00:00";
    int year, month, day, hour, minute, second;
    if (length > 0 && cell[length - 1] == 'Z')
        length--;
    if (length != 10 && length != 16 && length != 19)
        return false;
    if (!has_form(cell, length, copy))
        return false;
    memcpy(copy, cell, length);
    copy[10] = ' ';
    if (sscanf(copy, "%4d-%2d-%2d %2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6)
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    int64_t days = days_from_civil(year, month, day);
    int64_t next_month =
        month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
    if (days >= next_month)
        return false;
    *time = days * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

bool cell_time(const char *cell, size_t length, int64_t *time, bool *date)
{
    const char *point = memchr(cell, '.', length);
    size_t whole = length;
    if (point) { /* programs that read times as numbers write "978300760.0" */
        whole = (size_t)(point - cell);
        for (size_t i = whole + 1; i < length; i++)
            if (cell[i] != '0')
                return false;
    }
    size_t start = whole > 0 && *cell == '-', end = skip_digits(cell, whole, start);
    long long number;
    *date = false;
    if (end == whole && text_integer(cell, whole, &number)) {
        *time = number;
        return true;
    }
    *date = true;
    return cell_date(cell, length, time);
}

const char *cell_year_of_title(const char *title, size_t length)
{
    for (size_t at = length; at >= 6; at--) {
        const char *year = title + at - 6;
        if (has_form(year, 6, "(0000)"))
            return year + 1;
    }
    return NULL;
}

const char *cell_excerpt(const char *cell, size_t length, char excerpt[CELL_EXCERPT])
{
    enum { SHOWN = 40 };
    char beginning[SHOWN + 4];
    size_t shown = length;
    if (length > SHOWN) {
        shown = SHOWN;
        while (shown > 0 && ((unsigned char)cell[shown] & 0xC0) == 0x80)
            shown--;
    }
    memcpy(beginning, cell, shown);
    beginning[shown] = '\0';
    text_safe(beginning, excerpt, CELL_EXCERPT - 4);
    if (shown < length)
        strcat(excerpt, "...");
    return excerpt;
}
