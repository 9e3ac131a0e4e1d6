/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/calendar.h"

#include <ctype.h>
#include <stdio.h>

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };

static int64_t floor_of(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01. Years begin in March here, so that the leap day is the last one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year += floor_of(month - 1, 12);
    month = month - 1 - 12 * floor_of(month - 1, 12) + 1;
    year -= month <= 2;
    int64_t era = floor_of(year, 400), of_era = year - 400 * era;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct calendar calendar_of(int64_t seconds)
{
    int64_t days = floor_of(seconds, DAY), rest = seconds % DAY + (seconds % DAY < 0 ? DAY : 0);
    int64_t shifted = days + 719468, era = floor_of(shifted, 146097);
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int64_t weekday = (days + 3) % 7;
    return (struct calendar){
        .year = year + era * 400 + (month >= 10),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(of_year - (153 * month + 2) / 5 + 1),
        .hour = (int)(rest / HOUR),
        .minute = (int)(rest % HOUR / MINUTE),
        .second = (int)(rest % MINUTE),
        .weekday = (int)(weekday < 0 ? weekday + 7 : weekday) + 1,
    };
}

int64_t calendar_seconds(const struct calendar *date)
{
    return days_of(date->year, date->month, date->day) * DAY + (int64_t)date->hour * HOUR +
           (int64_t)date->minute * MINUTE + date->second;
}

/* Reads exactly `digits` digits after the mark. */
static bool read_part(const char **at, const char *end, char mark, int digits, int *value)
{
    const char *from = *at + (mark != '\0');
    if (end - *at < digits + (mark != '\0') || (mark && **at != mark))
        return false;
    *value = 0;
    for (int i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)from[i]))
            return false;
        *value = 10 * *value + (from[i] - '0');
    }
    *at = from + digits;
    return true;
}

bool calendar_read(const char *text, size_t length, int64_t *begins, int64_t *ends)
{
    static const char MARKS[] = {'\0', '-', '-', ' ', ':', ':'};
    int parts[] = {0, 1, 1, 0, 0, 0}, count = 0;
    const char *at = text, *end = text + length;
    while (count < 6 && at < end && read_part(&at, end, MARKS[count], count ? 2 : 4, &parts[count]))
        count++;
    if (count == 0 || at != end || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31 ||
        parts[3] > 23 || parts[4] > 59 || parts[5] > 59)
        return false;
    struct calendar date = {parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], 0};
    *begins = calendar_seconds(&date);
    date.year += count == 1;
    date.month += count == 2;
    date.day += count == 3;
    date.hour += count == 4;
    date.minute += count == 5;
    date.second += count == 6;
    *ends = calendar_seconds(&date);
    return calendar_of(*begins).day == parts[2]; /* no 31st of April */
}

char *calendar_day(int64_t seconds, char text[CALENDAR_TEXT])
{
    struct calendar date = calendar_of(seconds);
    snprintf(text, CALENDAR_TEXT, "%04lld-%02d-%02d", (long long)date.year, date.month, date.day);
    return text;
}

char *calendar_minute(int64_t seconds, char text[CALENDAR_TEXT])
{
    struct calendar date = calendar_of(seconds);
    char day[CALENDAR_TEXT];
    snprintf(text, CALENDAR_TEXT, "%.20s %02d:%02d", calendar_day(seconds, day), date.hour,
             date.minute);
    return text;
}

char *calendar_moment(int64_t seconds, char text[CALENDAR_TEXT])
{
    struct calendar date = calendar_of(seconds);
    char day[CALENDAR_TEXT];
    snprintf(text, CALENDAR_TEXT, "%.20sT%02d:%02d:%02dZ", calendar_day(seconds, day), date.hour,
             date.minute, date.second);
    return text;
}
