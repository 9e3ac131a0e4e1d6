/* SPDX-License-Identifier: MIT
 *
 * What thaw adds to SQL on a connection that reads, for filters, added columns and whatever a
 * person types as SQL. All are deterministic and bounded, and none can be used by a schema.
 *
 *     thaw_match(text, pattern)   1 if the POSIX extended regular expression matches, without case
 *     thaw_has(text, part)        1 if the text holds the part, without case
 *     thaw_year(t) thaw_month(t) thaw_day(t) thaw_hour(t) thaw_weekday(t)   of seconds since 1970;
 *                                 weekday 1 is Monday
 *     thaw_dayname(t)             "Mon" to "Sun"
 *     thaw_date(t) thaw_time(t)   "2001-05-17", "2001-05-17 20:15"
 *     thaw_floor(x) thaw_ceil(x) thaw_log(x) thaw_log10(x) thaw_sqrt(x)
 *     thaw_bin(x, width)          the largest multiple of the width that is at most x
 *     thaw_number(text)           the number that the text is
 *
 * Each is NULL if an argument is, or if there is no such value.
 */
#ifndef STORE_SQL_FUNCTIONS_H
#define STORE_SQL_FUNCTIONS_H

#include <sqlite3.h>
#include <stdbool.h>

/* And the order `COLLATE thaw_natural`: numbers inside of texts count as numbers.
 *
 * False if SQLite has no memory for them. */
bool sql_functions_add(sqlite3 *handle);

#endif
