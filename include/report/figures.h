/* SPDX-License-Identifier: MIT
 *
 * Formats numbers for people, the same on paper and on the screen. Each function writes into the
 * caller's text and returns it.
 */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

enum { FIGURE_TEXT = 48 };

/* "1,000,209" */
char *figure_count(int64_t count, char text[FIGURE_TEXT]);
/* "1 user", "1,000 users": adds an s to the noun. */
char *figure_of(int64_t count, const char *noun, char text[FIGURE_TEXT]);
/* "" for 1, otherwise "s". */
const char *plural(uint64_t count);

/* 4 decimals; from a million on, 3 digits and an exponent; "-" for NaN. `sign` puts a + before
 * numbers above 0. */
char *figure_metric(double value, bool sign, char text[FIGURE_TEXT]);
/* A loss: 4 decimals; if it is very small or large, 3 digits and an exponent; "" for NaN. */
char *figure_loss(double loss, char text[FIGURE_TEXT]);
/* A value of a column: a whole number unchanged, any other with 4 significant digits, or
 * rounded to a whole number if it is large; "-" for NaN. */
char *figure_number(double value, char text[FIGURE_TEXT]);
/* A mean, or what else was computed of a column: 6 significant digits. */
char *figure_computed(double value, char text[FIGURE_TEXT]);
/* For programs: the fewest digits that are read back as the same number. */
char *figure_exact(double value, char text[FIGURE_TEXT]);
/* "1 to 5", "0.5 to 2.5"; "4" if both ends are 4. */
char *figure_range(double low, double high, char text[FIGURE_TEXT]);
/* "4.08", or "4.08 ±0.93" with a deviation that is not NaN; "-" if the value is NaN. */
char *figure_prediction(double value, double deviation, bool ascii, char text[FIGURE_TEXT]);

/* A share (0 .. 1) of a whole: "66.7 %", "100 %", "0.053 %". */
char *figure_percent(double share, char text[FIGURE_TEXT]);
/* The share of work that is done. Never rounded up: "99 %". */
char *figure_done(double share, char text[FIGURE_TEXT]);
/* Steps per second: "3.5", "120"; "" if there are none. */
char *figure_rate(double rate, char text[FIGURE_TEXT]);

/* "0.3 s", "12 s", "3 min 20 s", "1 h 02 min"; "?" for a negative number or NaN. */
char *figure_seconds(double seconds, char text[FIGURE_TEXT]);
/* The same, but with milliseconds below a second: "0.412 ms". */
char *figure_milliseconds(double seconds, char text[FIGURE_TEXT]);
/* Seconds since 1970, in UTC, as "1996-12-31", "1996-12-31 23:59" and "1996-12-31T23:59:59Z". */
char *figure_date(int64_t time, char text[FIGURE_TEXT]);
char *figure_time(int64_t time, char text[FIGURE_TEXT]);
char *figure_moment(int64_t time, char text[FIGURE_TEXT]);

#endif
