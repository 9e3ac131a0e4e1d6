/* SPDX-License-Identifier: MIT
 *
 * Numbers as people read them. Each writes into the caller's text and returns it.
 */
#ifndef COMMAND_FIGURES_H
#define COMMAND_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

enum { FIGURE_TEXT = 48 };

/* 1,000,209 */
char *figure_count(uint64_t count, char text[FIGURE_TEXT]);
/* 4 decimals, 3 digits and an exponent from a million on; "-" for NaN. `sign` writes a + before what is not negative. */
char *figure_metric(double value, bool sign, char text[FIGURE_TEXT]);
/* A whole number as it is, else 4 significant digits. */
char *figure_number(double value, char text[FIGURE_TEXT]);
/* "0.3 s", "12 s", "3 min 20 s" */
char *figure_seconds(double seconds, char text[FIGURE_TEXT]);
/* "all" or the number. */
char *figure_shots(uint32_t shots, char text[FIGURE_TEXT]);
/* "1996-12-31" and "1996-12-31T23:59:59Z" */
char *figure_date(int64_t time, char text[FIGURE_TEXT]);
char *figure_moment(int64_t time, char text[FIGURE_TEXT]);
/* "12 MB" */
char *figure_bytes(uint64_t bytes, char text[FIGURE_TEXT]);
/* "" for 1, else "s". */
const char *plural(uint64_t count);

#endif
