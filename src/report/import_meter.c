/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/import_meter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "report/figures.h"

static const double SETTLED = 1; /* seconds until a rate, or the time left, means something */

/* Rounded to three digits, because the last ones change all the time. */
static int64_t rounded(double rate)
{
    double unit = 1;
    while (rate / unit >= 1000)
        unit *= 10;
    return (int64_t)(round(rate / unit) * unit);
}

static void add_rate(const struct import_meter *meter, double now, char text[IMPORT_METER_TEXT])
{
    double seconds = now - meter->since;
    char rate[FIGURE_TEXT];
    size_t used = strlen(text);
    if (seconds >= SETTLED && meter->rows > meter->first)
        snprintf(text + used, IMPORT_METER_TEXT - used, ", %s rows/s",
                 figure_count(rounded((double)(meter->rows - meter->first) / seconds), rate));
}

char *import_meter_words(struct import_meter *meter, const struct import_progress *progress,
                         double now, char text[IMPORT_METER_TEXT])
{
    static const char *const stages[] = {IMPORT_STAGES(LIST_TEXT)};
    char done[FIGURE_TEXT], left[FIGURE_TEXT];
    if (meter->begun == 0)
        meter->begun = meter->since = now;
    if (progress->stage != meter->stage || progress->rows < meter->rows) {
        meter->since = now;
        meter->first = progress->rows;
    }
    meter->stage = progress->stage;
    meter->rows = progress->rows;
    snprintf(text, IMPORT_METER_TEXT, "%s, %s", stages[progress->stage],
             figure_done(progress->share, done));
    if (progress->stage != IMPORT_STORING)
        add_rate(meter, now, text);
    double seconds = now - meter->begun;
    size_t used = strlen(text);
    if (seconds >= SETTLED && progress->share > 0)
        snprintf(text + used, IMPORT_METER_TEXT - used, ", %s left",
                 figure_seconds(seconds / progress->share - seconds, left));
    return text;
}
