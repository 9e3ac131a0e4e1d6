/* SPDX-License-Identifier: MIT
 *
 * Reads times. Without a pattern, a time is
 * - a number of seconds since 1970, also written "978300760.0" or "1.4942e+09"; a fraction is cut
 *   off. A number that would lie after the year 5138 is in milliseconds, microseconds or
 *   nanoseconds;
 * - or a date as date_text.h reads it.
 */
#ifndef IMPORT_TIME_FORM_H
#define IMPORT_TIME_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* In 1973. A column "time" with smaller numbers holds hours or weekdays. */
#define PLAUSIBLE_SECOND INT64_C(100000000)

enum { TIME_PATTERN_SIZE = 128 };

struct time_form {
    enum {
        TIME_ANY,     /* as above */
        TIME_UNIT,    /* numbers in units of which `per_second` make a second */
        TIME_COMPACT, /* days as "20230321" */
        TIME_PATTERN, /* as strptime reads `pattern`, in the years 1000 to 9999; "|" stands
                         between patterns, of which any may fit */
    } kind;
    int64_t per_second;
    char pattern[TIME_PATTERN_SIZE];
};

struct time_reading {
    int64_t seconds;    /* since 1970, in UTC */
    int64_t per_second; /* units of the number; 1 for dates */
    bool date;          /* not a number */
};

/* Whether somebody may have rated something then: after 1973 for numbers and 1900 for dates, and
 * before 2100. */
bool time_is_plausible(const struct time_reading *time);

/* The form that an option names: "s", "ms", "us", "ns", or a pattern with "%". */
bool time_form_parse(const char *option, struct time_form *form, struct error *error);
/* The option that names the form; "" for TIME_ANY. */
const char *time_form_option(const struct time_form *form);

/* False if the text is not a time of this form in the years 1 to 9999. Blanks around it must be cut
 * off before. */
bool time_form_read(const struct time_form *form, const char *text, size_t length,
                    struct time_reading *time);

#endif
