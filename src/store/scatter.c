/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <math.h>
#include <string.h>

#include "derived_private.h"
#include "grid_private.h"
#include "store/expression.h"

/* Sums for the correlation, of values less the first value of their column. */
struct moments {
    double first[2], sum[2], square[2], product;
};

static void add_point(struct scatter *scatter, struct moments *moments, const double value[2])
{
    int place[2];
    static const int SIZES[] = {SCATTER_HEIGHT, SCATTER_WIDTH};
    double shifted[2];
    for (int i = 0; i < 2; i++) {
        double range = scatter->high[i] - scatter->low[i];
        double at = range > 0 ? (value[i] - scatter->low[i]) / range : 0.5;
        place[i] = (int)fmin(at * SIZES[i], SIZES[i] - 1);
        if (scatter->points == 0)
            moments->first[i] = value[i];
        shifted[i] = value[i] - moments->first[i];
        moments->sum[i] += shifted[i];
        moments->square[i] += shifted[i] * shifted[i];
    }
    moments->product += shifted[0] * shifted[1];
    scatter->points++;
    uint32_t *count = &scatter->counts[place[0]][place[1]];
    *count += *count < UINT32_MAX;
}

static double correlation_of(const struct moments *moments, double n)
{
    double spread[2];
    for (int i = 0; i < 2; i++)
        spread[i] = moments->square[i] - moments->sum[i] * moments->sum[i] / n;
    double both = moments->product - moments->sum[0] * moments->sum[1] / n;
    return n > 1 && spread[0] > 0 && spread[1] > 0 ? both / sqrt(spread[0] * spread[1])
                                                   : (double)NAN;
}

static bool add_points(const struct grid *grid, const struct derived_request *request,
                       struct scatter *scatter, struct error *error)
{
    const struct grid_column *up = &grid->columns[request->column];
    const struct grid_column *across = &grid->columns[request->other];
    struct expression condition;
    struct moments moments = {0};
    bool good = true;
    if (!grid_condition(grid, request->filter, &condition, error))
        return false;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "SELECT %s, %s", up->sql, across->sql);
    grid_append_from(grid, sql);
    if (condition.sql)
        sqlite3_str_appendf(sql, " WHERE %s", condition.sql);
    expression_release(&condition);
    struct statement *query = grid_statement(grid, sql, error);
    store_count_scanned(grid->store, request->scanned);
    while (statement_next(query, &good, error)) {
        double value[2];
        statement_read(query, "rr", &value[0], &value[1]);
        if (isnan(value[0]) || isnan(value[1]))
            scatter->missing++;
        else
            add_point(scatter, &moments, value);
    }
    store_count_scanned(grid->store, NULL);
    statement_free(query);
    scatter->correlation = correlation_of(&moments, (double)scatter->points);
    return good;
}

bool derived_scatter(const struct grid *grid, const struct derived_request *request,
                     struct scatter *scatter, struct error *error)
{
    const size_t columns[] = {request->column, request->other};
    memset(scatter, 0, sizeof *scatter);
    for (int i = 0; i < 2; i++) {
        struct column_extent extent;
        if (!derived_needs_number(grid, columns[i], error) ||
            !derived_extent(grid, request, columns[i], &extent, error))
            return false;
        if (isnan(extent.low))
            return error_set(error, ERROR_USAGE, "no row has a number here to be drawn");
        scatter->low[i] = extent.low;
        scatter->high[i] = extent.high;
    }
    return add_points(grid, request, scatter, error);
}
