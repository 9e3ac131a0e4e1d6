/* SPDX-License-Identifier: MIT
 *
 * Reads dates that say themselves what their parts are:
 * - "2015-03-29" or "2015/03/29", with or without a clock behind a blank or "T";
 * - a day, a month's English name or the beginning of it, and a year of four digits, in any order:
 *   "Mar 29, 2015", "29-Mar-2015", "29th March 2015", with or without a weekday and a clock:
 *   "Sun Mar 29 10:22:33 +0000 2015", "Sun, 29 Mar 2015 10:22:33 GMT", "29/Mar/2015:10:22:33
 * +0200".
 *
 * A clock is "10:22", "10:22:33" or "10:22:33.5", of twelve hours with "AM" or "PM" behind it. "Z",
 * "UTC", "GMT" or an offset "+02:00", "+0200", "GMT+0200" may follow; UTC if there is none.
 */
#ifndef IMPORT_DATE_TEXT_H
#define IMPORT_DATE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seconds since 1970; false if the text is no such date in the years 1 to 9999. */
bool date_text_read(const char *text, size_t length, int64_t *seconds);
/* A day as "20150329", in the years 1900 to 2099. */
bool date_text_read_compact(const char *text, size_t length, int64_t *seconds);

/* Seconds of a date whose parts may be out of range; false if they are. */
bool date_seconds(int year, int month, int day, int64_t *seconds);

#endif
