/* SPDX-License-Identifier: MIT
 *
 * Dates of the Gregorian calendar and seconds since 1970, in UTC, for any thread.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALENDAR_TEXT = 32 };

/* The first second of the year 1 and the last of 9999: what an import accepts as a time. */
#define CALENDAR_FIRST INT64_C(-62135596800)
#define CALENDAR_LAST  INT64_C(253402300799)

struct calendar {
    int64_t year;
    int month, day;   /* from 1 */
    int hour, minute; /* from 0 */
    int second;
    int weekday; /* 1 is Monday, 7 is Sunday */
};

struct calendar calendar_of(int64_t seconds);
/* The seconds of a date; a month or day beyond its end counts on into the next. */
int64_t calendar_seconds(const struct calendar *date);

/* Reads "2001", "2001-05", "2001-05-17", and the last with " 20", " 20:15" or " 20:15:30" behind
 * it. Sets the first second of that period and the first one after it. False for any other text. */
bool calendar_read(const char *text, size_t length, int64_t *begins, int64_t *ends);

/* As "1996-12-31", "1996-12-31 23:59" and "1996-12-31T23:59:59Z". */
char *calendar_day(int64_t seconds, char text[CALENDAR_TEXT]);
char *calendar_minute(int64_t seconds, char text[CALENDAR_TEXT]);
char *calendar_moment(int64_t seconds, char text[CALENDAR_TEXT]);

#endif
