/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/figures.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

char *figure_count(uint64_t count, char text[FIGURE_TEXT])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *to = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return text;
}

char *figure_metric(double value, bool sign, char text[FIGURE_TEXT])
{
    if (isnan(value))
        return strcpy(text, "-");
    if (fabs(value) < 0.00005) /* neither +0.0000 nor -0.0000 */
        return strcpy(text, "0.0000");
    if (fabs(value) >= 1e6)
        snprintf(text, FIGURE_TEXT, sign ? "%+.3g" : "%.3g", value);
    else
        snprintf(text, FIGURE_TEXT, sign ? "%+.4f" : "%.4f", value);
    return text;
}

char *figure_number(double value, char text[FIGURE_TEXT])
{
    if (isnan(value))
        return strcpy(text, "-");
    bool whole = value == floor(value) && fabs(value) < 1e15;
    snprintf(text, FIGURE_TEXT, whole ? "%.0f" : "%.4g", value);
    return text;
}

char *figure_seconds(double seconds, char text[FIGURE_TEXT])
{
    if (seconds >= 0 && seconds < 10)
        snprintf(text, FIGURE_TEXT, "%.1f s", seconds);
    else
        clock_format_duration(seconds, text);
    return text;
}

char *figure_shots(uint32_t shots, char text[FIGURE_TEXT])
{
    if (shots == UINT32_MAX)
        return strcpy(text, "all");
    snprintf(text, FIGURE_TEXT, "%" PRIu32, shots);
    return text;
}

static bool split_time(int64_t time, struct tm *parts)
{
    time_t seconds = (time_t)time;
    return time != INT64_MIN && gmtime_r(&seconds, parts) && parts->tm_year > -1900 &&
           parts->tm_year < 8100;
}

char *figure_date(int64_t time, char text[FIGURE_TEXT])
{
    struct tm parts;
    if (!split_time(time, &parts) || strftime(text, FIGURE_TEXT, "%Y-%m-%d", &parts) == 0)
        return strcpy(text, "?");
    return text;
}

char *figure_moment(int64_t time, char text[FIGURE_TEXT])
{
    struct tm parts;
    if (!split_time(time, &parts) || strftime(text, FIGURE_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return strcpy(text, "?");
    return text;
}

char *figure_bytes(uint64_t bytes, char text[FIGURE_TEXT])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;
    while (size >= 1000 && unit < 4) {
        size /= 1000;
        unit++;
    }
    snprintf(text, FIGURE_TEXT, unit == 0 || size >= 10 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    return text;
}

const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}
