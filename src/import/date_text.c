/* SPDX-License-Identifier: MIT
 *
 * Numeric dates are read part by part. In dates with a month's name each part is known by what it
 * looks like: the name, four digits for the year, at most two for the day, a colon in the clock.
 */
#include "config.h"

#include "date_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/calendar.h"

struct date_text {
    const char *at, *end;
};

bool date_seconds(int year, int month, int day, int64_t *seconds)
{
    *seconds = calendar_seconds(&(struct calendar){.year = year, .month = month, .day = day});
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 &&
           calendar_of(*seconds).day == day; /* no 31st of April */
}

/* -- parts ------------------------------------------------------------------------------------- */

static size_t count_digits(const struct date_text *date)
{
    size_t count = 0;
    while (date->at + count < date->end && isdigit((unsigned char)date->at[count]))
        count++;
    return count;
}

static size_t count_letters(const struct date_text *date)
{
    size_t count = 0;
    while (date->at + count < date->end && isalpha((unsigned char)date->at[count]))
        count++;
    return count;
}

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

/* One of the words, in any case, which ends where letters end; its number, or -1. */
static int scan_word(struct date_text *date, const char *const *words, size_t count)
{
    size_t length = count_letters(date);
    for (size_t i = 0; i < count; i++)
        if (length == strlen(words[i]) && strncasecmp(date->at, words[i], length) == 0) {
            date->at += length;
            return (int)i;
        }
    return -1;
}

/* "+02:00" or "+0200" or "+02" */
static bool scan_hours(struct date_text *date, int64_t *seconds)
{
    int hours, minutes = 0;
    char mark, colon;
    if (!scan_mark(date, "+-", &mark) || !scan_number(date, 2, &hours))
        return false;
    int64_t sign = mark == '-' ? -1 : 1;
    if ((scan_mark(date, ":", &colon) || count_digits(date) > 0) && !scan_number(date, 2, &minutes))
        return false;
    *seconds -= sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

/* "Z" or "UTC" or "+02:00" or "GMT+0200" or nothing; a blank may stand before it. */
static bool scan_offset(struct date_text *date, int64_t *seconds)
{
    static const char *const universal[] = {"Z", "UTC", "GMT"};
    struct date_text behind = *date;
    char mark;
    scan_mark(&behind, " ", &mark);
    bool known = scan_word(&behind, universal, sizeof universal / sizeof *universal) >= 0;
    bool hours = behind.at < behind.end && strchr("+-", *behind.at);
    if (known || hours)
        *date = behind;
    return !hours || scan_hours(date, seconds);
}

/* "AM" or "PM" behind a clock, also after a blank. */
static bool scan_half_day(struct date_text *date, int *hour)
{
    static const char *const halves[] = {"AM", "PM"};
    struct date_text behind = *date;
    char mark;
    scan_mark(&behind, " ", &mark);
    int half = scan_word(&behind, halves, sizeof halves / sizeof *halves);
    if (half < 0)
        return true;
    *date = behind;
    bool good = *hour >= 1 && *hour <= 12;
    *hour = *hour % 12 + 12 * half;
    return good;
}

/* "10:22" or "10:22:33" or "10:22:33.500" or "10:22 PM" */
static bool scan_clock(struct date_text *date, int64_t *seconds)
{
    int hour, minute, second = 0;
    char mark;
    if (!scan_number(date, count_digits(date) == 1 ? 1 : 2, &hour) ||
        !scan_mark(date, ":", &mark) || !scan_number(date, 2, &minute))
        return false;
    if (scan_mark(date, ":", &mark) && !scan_number(date, 2, &second))
        return false;
    if (scan_mark(date, ".", &mark))
        date->at += count_digits(date);
    if (!scan_half_day(date, &hour))
        return false;
    *seconds += hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second <= 60;
}

/* -- dates in numbers -------------------------------------------------------------------------- */

static bool read_numbers(struct date_text date, int64_t *seconds)
{
    int year, month, day_of_month;
    char first, second, mark;
    if (!scan_number(&date, 4, &year) || !scan_mark(&date, "-/", &first) ||
        !scan_number(&date, 2, &month) || !scan_mark(&date, "-/", &second) || first != second ||
        !scan_number(&date, 2, &day_of_month) || !date_seconds(year, month, day_of_month, seconds))
        return false;
    struct date_text behind = date;
    if (scan_mark(&behind, "Tt ", &mark) && count_digits(&behind) > 0) {
        if (!scan_clock(&behind, seconds))
            return false;
        date = behind;
    }
    return scan_offset(&date, seconds) && date.at == date.end;
}

bool date_text_read_compact(const char *text, size_t length, int64_t *seconds)
{
    struct date_text date = {text, text + length};
    int year, month, day;
    return length == 8 && scan_number(&date, 4, &year) && scan_number(&date, 2, &month) &&
           scan_number(&date, 2, &day) && year >= 1900 && year < 2100 &&
           date_seconds(year, month, day, seconds);
}

/* -- dates with a month's name ----------------------------------------------------------------- */

/* What has been read of such a date. */
struct date_words {
    int year, month, day; /* 0: not yet */
    bool weekday, clock;
    int64_t seconds; /* of the clock and its offset */
};

/* Months have their number + 1; what follows December are short and other forms of them. */
static bool scan_month(struct date_text *date, int *month)
{
    static const char *const months[] = {
        "January",   "February", "March",    "April",    "May", "June", "July", "August",
        "September", "October",  "November", "December", "Jan", "Feb",  "Mar",  "Apr",
        "May",       "Jun",      "Jul",      "Aug",      "Sep", "Oct",  "Nov",  "Dec"};
    static const char *const sept[] = {"Sept"};
    int place = scan_word(date, months, sizeof months / sizeof *months);
    if (place < 0 && scan_word(date, sept, 1) == 0)
        place = 8;
    *month = place < 0 ? *month : place % 12 + 1;
    return place >= 0;
}

static bool scan_weekday(struct date_text *date)
{
    static const char *const days[] = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Mon", "Tue",
        "Tues",   "Wed",     "Thu",       "Thur",     "Thurs",  "Fri",      "Sat",    "Sun"};
    return scan_word(date, days, sizeof days / sizeof *days) >= 0;
}

/* "3", "3rd" or "2005" */
static bool scan_day_or_year(struct date_text *date, struct date_words *words)
{
    static const char *const endings[] = {"st", "nd", "rd", "th"};
    size_t digits = count_digits(date);
    int *number = digits == 4 ? &words->year : &words->day;
    if (digits == 0 || digits == 3 || digits > 4 || *number != 0 ||
        !scan_number(date, (int)digits, number))
        return false;
    if (digits < 4)
        scan_word(date, endings, sizeof endings / sizeof *endings);
    return *number != 0 && (date->at == date->end || !isalpha((unsigned char)*date->at));
}

/* A clock with its offset. */
static bool scan_time(struct date_text *date, struct date_words *words)
{
    bool again = words->clock;
    words->clock = true;
    return !again && scan_clock(date, &words->seconds) && scan_offset(date, &words->seconds);
}

/* The next part: a month, a weekday, a day, a year, or a clock. */
static bool scan_part(struct date_text *date, struct date_words *words)
{
    static const char *const at[] = {"at"};
    char mark;
    size_t digits = count_digits(date);
    if (words->month == 0 && scan_month(date, &words->month))
        return true;
    if (!words->weekday && scan_weekday(date))
        return words->weekday = true;
    if (scan_word(date, at, 1) == 0)
        return scan_mark(date, " ", &mark) && scan_time(date, words);
    if (digits > 0 && digits < 3 && date->at + digits < date->end && date->at[digits] == ':')
        return scan_time(date, words);
    return scan_day_or_year(date, words);
}

/* What stands between two parts: "-", "/", or blanks with a point or comma before them; ":" behind
 * the year. */
static bool scan_between(struct date_text *date)
{
    const char *begin = date->at;
    char mark;
    if (scan_mark(date, "-/:", &mark))
        return mark != ':' || isdigit((unsigned char)begin[-1]);
    scan_mark(date, ".", &mark);
    scan_mark(date, ",", &mark);
    while (scan_mark(date, " ", &mark))
        ;
    return date->at > begin;
}

/* "(Central European Time)" at the end. */
static void skip_remark(struct date_text *date)
{
    if (date->at < date->end && *date->at == '(' && date->end[-1] == ')')
        date->end = date->at;
}

static bool read_words(struct date_text date, int64_t *seconds)
{
    struct date_words words = {0};
    while (date.at < date.end) {
        if (!scan_part(&date, &words) || (date.at < date.end && !scan_between(&date)))
            return false;
        if (words.clock)
            skip_remark(&date);
    }
    if (words.month == 0 || !date_seconds(words.year, words.month, words.day, seconds))
        return false;
    *seconds += words.seconds;
    return true;
}

bool date_text_read(const char *text, size_t length, int64_t *seconds)
{
    enum { SHORTEST = 10, LONGEST = 80 };
    const struct date_text date = {text, text + length};
    if (length < SHORTEST || length > LONGEST)
        return false;
    return read_numbers(date, seconds) || read_words(date, seconds);
}
