/* SPDX-License-Identifier: MIT
 *
 * Summarises a column from groups of equal values, which one or two walks over the table count.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "derived_private.h"
#include "grid_private.h"
#include "store/expression.h"
#include "summary_bins.h"

struct summary_work {
    struct column_summary *summary;
    int64_t rows;
    double sum;
    struct summary_bins bins;
};

/* Cuts between characters. */
static void copy_text(const struct row_cell *cell, char *text, size_t size)
{
    size_t length = cell->length < size ? cell->length : size - 1;
    if (length < cell->length)
        while (length > 0 && ((unsigned char)cell->text[length] & 0xC0) == 0x80)
            length--;
    memcpy(text, cell->text, length);
    text[length] = '\0';
}

static void take_number(struct summary_work *work, double value, int64_t count)
{
    struct column_summary *summary = work->summary;
    work->sum += value * (double)count;
    summary_bins_add(&work->bins, value, count);
    if (summary->bar_count == SUMMARY_BINS)
        return;
    struct summary_bar *bar = &summary->bars[summary->bar_count++];
    bar->from = bar->to = value;
    bar->count = count;
    snprintf(bar->text, sizeof bar->text, "%g", value);
}

static bool take(void *context, const struct tally_group *group, struct error *error)
{
    struct summary_work *work = context;
    struct column_summary *summary = work->summary;
    const struct row_cell *value = &group->keys[0];
    (void)error;
    work->rows += group->count;
    if (value->kind == ROW_MISSING)
        return true;
    summary->distinct++;
    summary->count += group->count;
    if (value->kind != ROW_TEXT) {
        take_number(work, derived_number(value), group->count);
    } else if (summary->bar_count < SUMMARY_BINS) {
        struct summary_bar *bar = &summary->bars[summary->bar_count++];
        copy_text(value, bar->text, sizeof bar->text);
        bar->count = group->count;
    }
    return true;
}

bool grid_summarise_view(const struct grid *grid, const char *filter, size_t column,
                         struct column_summary *summary, struct error *error)
{
    bool numeric = grid->columns[column].type != COLUMN_TEXT;
    struct derived_request request = {.filter = filter};
    struct column_extent extent = {.low = NAN, .high = NAN};
    *summary = (struct column_summary){.min = NAN, .max = NAN, .mean = NAN};
    if (numeric && !derived_extent(grid, &request, column, &extent, error))
        return false;
    summary->min = extent.low;
    summary->max = extent.high;
    struct summary_work work = {.summary = summary};
    summary_bins_begin(&work.bins, extent.low, extent.high);
    struct tally_request tally = {.filter = filter,
                                  .keys = {column},
                                  .key_count = 1,
                                  .measure = TALLY_NONE,
                                  .by_value = numeric};
    if (!tally_run(grid, &tally, take, &work, error))
        return false;
    summary->missing = work.rows - summary->count;
    summary->mean = numeric && summary->count > 0 ? work.sum / (double)summary->count : (double)NAN;
    summary->by_value = numeric && summary->distinct <= SUMMARY_BINS;
    if (numeric && !summary->by_value)
        summary->bar_count = summary_bins_bars(&work.bins, summary->bars);
    return true;
}

bool grid_summarise(const struct grid *grid, size_t column, struct column_summary *summary,
                    struct error *error)
{
    return grid_summarise_view(grid, NULL, column, summary, error);
}
