/* SPDX-License-Identifier: MIT
 *
 * Tallies of columns in one pass. Distinct values are told apart by 64-bit hashes, so that long
 * texts need no memory; two of 10,000 values share one with a probability of 3e-12.
 */
#include "config.h"

#include "shape_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "summary_bins.h"

/* -- any column -------------------------------------------------------------------------------- */

/* FNV-1a, with a last mix, as the lowest bits choose a slot. Never 0. */
static uint64_t hash_bytes(const void *data, size_t size, uint64_t kind)
{
    const unsigned char *bytes = data;
    uint64_t value = 14695981039346656037u ^ kind;
    for (size_t i = 0; i < size; i++)
        value = (value ^ bytes[i]) * 1099511628211u;
    value ^= value >> 32;
    return value ? value : 1;
}

static uint64_t hash_cell(struct statement *row, int column)
{
    int type = statement_type(row, column);
    if (type == SQLITE_NULL)
        return 0;
    if (type == SQLITE_TEXT) {
        size_t length;
        const char *text = statement_bytes(row, column, &length);
        return hash_bytes(text, length, 1);
    }
    double number = statement_real(row, column);
    number = number == 0 ? 0 : number; /* -0 is 0 */
    return hash_bytes(&number, sizeof number, 0);
}

static size_t slot_of(const struct column_tally *tally, uint64_t hash)
{
    size_t slot = hash & (tally->slots - 1);
    while (tally->seen[slot] && tally->seen[slot] != hash)
        slot = (slot + 1) & (tally->slots - 1);
    return slot;
}

static void grow(struct column_tally *tally)
{
    struct column_tally grown = {.slots = tally->slots ? 2 * tally->slots : 64};
    grown.seen = memory_array(grown.slots, sizeof *grown.seen);
    for (size_t i = 0; i < tally->slots; i++)
        if (tally->seen[i])
            grown.seen[slot_of(&grown, tally->seen[i])] = tally->seen[i];
    free(tally->seen);
    tally->seen = grown.seen;
    tally->slots = grown.slots;
}

uint64_t column_tally_add(struct column_tally *tally, struct statement *row, int column)
{
    uint64_t hash = hash_cell(row, column);
    tally->rows++;
    tally->missing += hash == 0;
    if (hash == 0 || tally->distinct == SHAPE_DISTINCT)
        return hash;
    if (2 * (size_t)tally->distinct >= tally->slots)
        grow(tally);
    size_t slot = slot_of(tally, hash);
    if (!tally->seen[slot]) {
        tally->seen[slot] = hash;
        tally->distinct++;
    }
    return hash;
}

void column_tally_release(struct column_tally *tally)
{
    free(tally->seen);
}

void column_tally_keep(const struct column_tally *tally, enum dataset_table table,
                       const struct grid_column *column, struct dataset_shape *shape)
{
    shape->columns = memory_grow(shape->columns, shape->column_count, sizeof *shape->columns);
    shape->columns[shape->column_count++] = (struct shape_column){
        .table = table,
        .column = {memory_string(column->name), column->type, column->role},
        .rows = tally->rows,
        .missing = tally->missing,
        .distinct = tally->distinct,
    };
}

/* -- ratings ----------------------------------------------------------------------------------- */

struct rating_tally {
    struct summary_bins bins;
    struct summary_bar values[SUMMARY_BINS + 1]; /* in the order of appearance */
    size_t value_count, last;
};

struct rating_tally *rating_tally_new(double smallest, double largest)
{
    struct rating_tally *tally = memory_new(sizeof *tally);
    summary_bins_begin(&tally->bins, smallest, largest);
    return tally;
}

void rating_tally_free(struct rating_tally *tally)
{
    free(tally);
}

/* Once there are too many values, only bins are counted. */
static void count_value(struct rating_tally *tally, double rating)
{
    size_t at = tally->last;
    if (at >= tally->value_count || tally->values[at].from != rating)
        for (at = 0; at < tally->value_count && tally->values[at].from != rating; at++)
            ;
    if (at == tally->value_count)
        tally->values[tally->value_count++] = (struct summary_bar){.from = rating, .to = rating};
    tally->values[at].count++;
    tally->last = at;
}

void rating_tally_add(struct rating_tally *tally, double rating)
{
    if (tally->value_count <= SUMMARY_BINS)
        count_value(tally, rating);
    summary_bins_add(&tally->bins, rating, 1);
}

static int compare_bars(const void *left, const void *right)
{
    double a = ((const struct summary_bar *)left)->from;
    double b = ((const struct summary_bar *)right)->from;
    return (a > b) - (a < b);
}

void rating_tally_take(const struct rating_tally *tally, double mean,
                       struct column_summary *summary)
{
    *summary = (struct column_summary){
        .count = tally->bins.count,
        .distinct = (int64_t)tally->value_count,
        .min = tally->bins.least,
        .max = tally->bins.most,
        .mean = mean,
        .by_value = tally->value_count <= SUMMARY_BINS,
    };
    if (!summary->by_value) {
        summary->bar_count = summary_bins_bars(&tally->bins, summary->bars);
    } else {
        summary->bar_count = tally->value_count;
        memcpy(summary->bars, tally->values, tally->value_count * sizeof *summary->bars);
        qsort(summary->bars, summary->bar_count, sizeof *summary->bars, compare_bars);
    }
}
