/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/figures.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"

char *figure_count(int64_t count, char text[FIGURE_TEXT])
{
    char digits[24];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRId64, count);
    char *to = text;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

char *figure_of(int64_t count, const char *noun, char text[FIGURE_TEXT])
{
    char number[FIGURE_TEXT];
    snprintf(text, FIGURE_TEXT, "%s %.16s%s", figure_count(count, number), noun,
             plural((uint64_t)count));
    return text;
}

char *figure_metric(double value, bool sign, char text[FIGURE_TEXT])
{
    if (isnan(value))
        return strcpy(text, "-");
    if (fabs(value) < 0.00005) /* so that neither +0.0000 nor -0.0000 is shown */
        return strcpy(text, "0.0000");
    if (fabs(value) >= 1e6)
        snprintf(text, FIGURE_TEXT, sign ? "%+.3g" : "%.3g", value);
    else
        snprintf(text, FIGURE_TEXT, sign ? "%+.4f" : "%.4f", value);
    return text;
}

char *figure_loss(double loss, char text[FIGURE_TEXT])
{
    double size = fabs(loss);
    bool extreme = size > 0 && (size < 1e-3 || size >= 1e5);
    if (isnan(loss))
        return strcpy(text, "");
    snprintf(text, FIGURE_TEXT, extreme ? "%.3g" : "%.4f", loss);
    return text;
}

char *figure_number(double value, char text[FIGURE_TEXT])
{
    if (isnan(value))
        return strcpy(text, "-");
    bool whole = value == floor(value) && fabs(value) < 1e15;
    bool large = fabs(value) >= 9999.5 && fabs(value) < 1e15;
    snprintf(text, FIGURE_TEXT, whole || large ? "%.0f" : "%.4g", value);
    return text;
}

char *figure_computed(double value, char text[FIGURE_TEXT])
{
    if (isnan(value))
        return strcpy(text, "-");
    bool whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(text, FIGURE_TEXT, whole ? "%.0f" : "%.6g", value);
    return text;
}

char *figure_exact(double value, char text[FIGURE_TEXT])
{
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, FIGURE_TEXT, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

char *figure_range(double low, double high, char text[FIGURE_TEXT])
{
    char first[FIGURE_TEXT], last[FIGURE_TEXT];
    figure_number(low, first);
    figure_number(high, last);
    snprintf(text, FIGURE_TEXT, low == high ? "%.20s" : "%.20s to %.20s", first, last);
    return text;
}

char *figure_prediction(double value, double deviation, bool ascii, char text[FIGURE_TEXT])
{
    if (isnan(value))
        return strcpy(text, "-");
    if (isnan(deviation))
        snprintf(text, FIGURE_TEXT, "%.2f", value);
    else
        snprintf(text, FIGURE_TEXT, "%.2f %s%.2f", value, ascii ? "+/-" : "±", deviation);
    return text;
}

char *figure_percent(double share, char text[FIGURE_TEXT])
{
    if (isnan(share))
        return strcpy(text, "-");
    double percent = 100 * share;
    bool small = fabs(percent) < 1, whole = fabs(percent) >= 99.95;
    snprintf(text, FIGURE_TEXT, small ? "%.2g %%" : whole ? "%.0f %%" : "%.1f %%", percent);
    return text;
}

char *figure_done(double share, char text[FIGURE_TEXT])
{
    snprintf(text, FIGURE_TEXT, "%.0f %%", floor(100 * share + 1e-9));
    return text;
}

char *figure_rate(double rate, char text[FIGURE_TEXT])
{
    *text = '\0';
    if (rate > 0)
        snprintf(text, FIGURE_TEXT, "%.*f", rate < 10 ? 1 : 0, rate);
    return text;
}

char *figure_seconds(double seconds, char text[FIGURE_TEXT])
{
    if (!(seconds >= 0 && seconds < 1e9))
        return strcpy(text, "?");
    long whole = (long)(seconds + 0.5);
    if (seconds < 10)
        snprintf(text, FIGURE_TEXT, "%.1f s", seconds);
    else if (whole < 60)
        snprintf(text, FIGURE_TEXT, "%ld s", whole);
    else if (whole < 3600)
        snprintf(text, FIGURE_TEXT, "%ld min %02ld s", whole / 60, whole % 60);
    else
        snprintf(text, FIGURE_TEXT, "%ld h %02ld min", whole / 3600, whole % 3600 / 60);
    return text;
}

char *figure_milliseconds(double seconds, char text[FIGURE_TEXT])
{
    if (seconds >= 1)
        return figure_seconds(seconds, text);
    snprintf(text, FIGURE_TEXT, "%.3g ms", 1000 * seconds);
    return text;
}

/* Years of four digits. */
static bool has_date(int64_t time)
{
    return time >= CALENDAR_FIRST && time <= CALENDAR_LAST;
}

char *figure_date(int64_t time, char text[FIGURE_TEXT])
{
    return has_date(time) ? calendar_day(time, text) : strcpy(text, "?");
}

char *figure_time(int64_t time, char text[FIGURE_TEXT])
{
    return has_date(time) ? calendar_minute(time, text) : strcpy(text, "?");
}

char *figure_moment(int64_t time, char text[FIGURE_TEXT])
{
    return has_date(time) ? calendar_moment(time, text) : strcpy(text, "?");
}
