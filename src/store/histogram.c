/* SPDX-License-Identifier: MIT
 *
 * Counts the numbers of a column in bins of a round width, equal or growing by a factor, and how
 * many lie outside.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "derived_private.h"

/* The smallest of 1, 2, 5, 10, … times a power of ten that is at least `width`. Widths of whole
 * numbers are whole. */
static double round_width(double width, bool whole)
{
    if (!(width > 0))
        return 1;
    double power = pow(10, floor(log10(width)));
    static const double STEPS[] = {1, 2, 5, 10};
    double chosen = 10 * power;
    for (size_t i = 4; i-- > 0;)
        if (STEPS[i] * power >= width * (1 - 1e-9))
            chosen = STEPS[i] * power;
    return whole && chosen < 1 ? 1 : chosen;
}

struct histogram {
    double first, width;
    int64_t counts[HISTOGRAM_BINS + 2];
    size_t distinct;                    /* values so far */
    double values[HISTOGRAM_BINS], gap; /* the first ones, and the least step between any two */
    int64_t value_counts[HISTOGRAM_BINS];
};

static void add(struct histogram *histogram, double value, int64_t count)
{
    double bin = floor((value - histogram->first) / histogram->width);
    bin = fmin(fmax(bin, 0), HISTOGRAM_BINS + 1);
    /* Rounding may put a value beside the edges that are written. */
    if (value < histogram->first + bin * histogram->width && bin > 0)
        bin--;
    else if (value >= histogram->first + (bin + 1) * histogram->width && bin < HISTOGRAM_BINS + 1)
        bin++;
    histogram->counts[(size_t)bin] += count;
}

static bool take(void *context, const struct tally_group *group, struct error *error)
{
    struct histogram *histogram = context;
    double value = derived_number(&group->keys[0]);
    (void)error;
    if (isnan(value))
        return true;
    add(histogram, value, group->count);
    if (histogram->distinct < HISTOGRAM_BINS) {
        size_t place = histogram->distinct;
        histogram->values[place] = value;
        histogram->value_counts[place] = group->count;
        if (place > 0)
            histogram->gap = fmin(histogram->gap, value - histogram->values[place - 1]);
    }
    histogram->distinct++;
    return true;
}

/* The largest of 1, 2, 5, 10, … times a power of ten that is at most `step`. */
static double round_down(double step)
{
    double power = pow(10, floor(log10(step)));
    return step >= 5 * power * (1 - 1e-9)   ? 5 * power
           : step >= 2 * power * (1 - 1e-9) ? 2 * power
                                            : power;
}

static size_t bin_count(const struct histogram *histogram, double high)
{
    size_t count = (size_t)((high - histogram->first) / histogram->width) + 1;
    return count > HISTOGRAM_BINS + 2 ? HISTOGRAM_BINS + 2 : count;
}

/* Few values, such as ratings, get bins as wide as the steps between them. */
static void widen(struct histogram *histogram)
{
    struct histogram wide = *histogram;
    if (histogram->distinct < 2 || histogram->distinct > HISTOGRAM_BINS ||
        round_down(histogram->gap) <= histogram->width)
        return;
    wide.width = round_down(histogram->gap);
    wide.first = floor(histogram->values[0] / wide.width) * wide.width;
    memset(wide.counts, 0, sizeof wide.counts);
    for (size_t i = 0; i < histogram->distinct; i++)
        add(&wide, histogram->values[i], histogram->value_counts[i]);
    *histogram = wide;
}

static bool write_bins(struct derived *derived, const struct histogram *histogram, size_t count,
                       bool whole, struct error *error)
{
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        double from = histogram->first + (double)i * histogram->width;
        double to = histogram->first + (double)(i + 1) * histogram->width;
        struct row_cell cells[] = {whole ? derived_integer((int64_t)from) : derived_real(from),
                                   whole ? derived_integer((int64_t)to) : derived_real(to),
                                   derived_integer(histogram->counts[i]),
                                   derived_real(histogram->counts[i] > 0
                                                    ? log10((double)histogram->counts[i])
                                                    : (double)NAN)};
        good = row_file_add(derived->file, cells, error);
    }
    return good;
}

static void add_bars(struct derived *derived, const struct histogram *histogram, size_t count)
{
    int64_t total = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        total += histogram->counts[i];
        most = histogram->counts[i] > most ? histogram->counts[i] : most;
    }
    derived_add_parts(derived, "share", GRID_SHARE, 2, total);
    derived_add_parts(derived, "bar", GRID_BAR, 2, most);
    derived_add(derived, "log10",
                (struct grid_column){.type = COLUMN_REAL, .sql = memory_string("r.c3")});
    derived_add(derived, "log_bar",
                (struct grid_column){.type = COLUMN_REAL,
                                     .look = GRID_BAR,
                                     .sql = memory_format("(r.c3 * %.17g)",
                                                          most > 1 ? 1 / log10((double)most) : 1)});
}

static void add_columns(struct derived *derived, const struct grid_column *of)
{
    struct grid_column edge = {.type = of->type,
                               .role = of->role == ROLE_TIME ? ROLE_TIME : ROLE_OTHER};
    derived_add(derived, "from", edge);
    derived_add(derived, "to", edge);
    derived_add(derived, "count", (struct grid_column){.type = COLUMN_INTEGER, .look = GRID_COUNT});
}

bool derived_histogram(const struct grid *grid, const struct derived_request *request,
                       struct derived *derived, struct error *error)
{
    struct column_extent extent;
    const struct grid_column *column = &grid->columns[request->column];
    *derived = (struct derived){0};
    if (!derived_needs_number(grid, request->column, error) ||
        !derived_extent(grid, request, request->column, &extent, error))
        return false;
    if (extent.values == 0 || isnan(extent.low))
        return error_set(error, ERROR_USAGE, "no row has a number here, so there is no histogram");
    bool whole = column->type == COLUMN_INTEGER;
    double width = round_width((extent.high - extent.low) / HISTOGRAM_BINS, whole);
    struct histogram histogram = {
        .first = floor(extent.low / width) * width, .width = width, .gap = INFINITY};
    struct tally_request tally = {.filter = request->filter,
                                  .keys = {request->column},
                                  .key_count = 1,
                                  .measure = TALLY_NONE,
                                  .by_value = true,
                                  .scanned = request->scanned};
    bool good = tally_run(grid, &tally, take, &histogram, error);
    widen(&histogram);
    size_t count = bin_count(&histogram, extent.high);
    add_columns(derived, column);
    good = good && derived_open(derived, 1, error) &&
           write_bins(derived, &histogram, count, whole, error);
    add_bars(derived, &histogram, count);
    return derived_close(derived, good, error);
}
