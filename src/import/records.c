/* SPDX-License-Identifier: MIT
 *
 * Chooses the format of a file and reads its rows through the functions of that format.
 */
#include "config.h"

#include "records.h"

#include <stdlib.h>

#include "base/memory.h"
#include "scan.h"

enum { SAMPLE_LINES = 20 };

/* In order of preference, because several may match: a title is more likely to contain a comma than
 * a tab. */
static const struct file_format *const formats[] = {
    &format_json_lines, &format_movielens_items, &format_colons, &format_tabs,
    &format_commas,     &format_semicolons,      &format_bars,
};
enum { FORMATS = sizeof formats / sizeof *formats };

/* The separators that a format finds in the first lines. */
struct count {
    size_t first;
    bool same;
};

static bool count_lines(struct records *records, struct count counts[FORMATS], struct error *error)
{
    bool more = true, any = false;
    for (int sample = 0; sample < SAMPLE_LINES && more; sample++) {
        struct line line;
        if (!lines_next(records->lines, &line, &more, error))
            return false;
        if (!more || line.length == 0)
            continue;
        for (size_t i = 0; i < FORMATS; i++) {
            if (any && formats[i]->names)
                continue;
            size_t count = formats[i]->sniff(formats[i], &line, lines_path(records->lines));
            counts[i].same = !any || (counts[i].same && count == counts[i].first);
            if (!any)
                counts[i].first = count;
        }
        any = true;
    }
    return true;
}

/* Chooses the first format with the same count in all sample lines, else the first with a count in
 * the first line. */
static bool sniff(struct records *records, bool plain, struct error *error)
{
    struct count counts[FORMATS] = {{0}};
    if (!count_lines(records, counts, error))
        return false;
    for (int strict = 1; strict >= 0; strict--)
        for (size_t i = 0; i < FORMATS; i++)
            if (counts[i].first > 0 && (counts[i].same || !strict) &&
                !(plain && formats[i] == &format_movielens_items)) {
                records->format = formats[i];
                return true;
            }
    return file_error(error, lines_path(records->lines), 1,
                      "no columns: commas, semicolons, tabs, \"|\" or \"::\" separate them");
}

bool records_rewind(struct records *records, struct error *error)
{
    if (!lines_rewind(records->lines, error))
        return false;
    records->named = false;
    if (records->state && records->format->rewind)
        records->format->rewind(records->state);
    return true;
}

struct records *records_open(const char *path, bool plain, struct error *error)
{
    struct records *records = memory_new(sizeof *records);
    records->lines = lines_open(path, NULL, error);
    if (records->lines && sniff(records, plain, error) && records_rewind(records, error))
        return records;
    records_free(records);
    return NULL;
}

void records_free(struct records *records)
{
    if (!records)
        return;
    if (records->state)
        records->format->free(records->state);
    lines_free(records->lines);
    free(records);
}

bool records_next(struct records *records, struct record *record, bool *more, struct error *error)
{
    const struct file_format *format = records->format;
    if (!records->state) {
        records->state = format->open(format, records->lines, error);
        if (!records->state || !records_rewind(records, error))
            return false;
    }
    if (records->named || !format->names)
        return format->next(records->state, records->lines, record, more, error);
    *record = (struct record){.line = 1};
    format->names(records->state, record);
    records->named = *more = true;
    return true;
}
