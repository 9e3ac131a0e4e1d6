/* SPDX-License-Identifier: MIT
 *
 * Summarises a column with queries that read the table once or twice.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>

#include "statement.h"
#include "store/grid_store.h"

static bool count_cells(const struct grid *grid, size_t column, struct column_summary *summary,
                        struct error *error)
{
    bool good = true, numeric = grid->columns[column].type != COLUMN_TEXT;
    int64_t rows;
    struct statement *query = statement_make(
        grid->store, error,
        "SELECT count(*), count(c), count(DISTINCT c)%s FROM (SELECT \"%w\" AS c FROM \"%w\")",
        numeric ? ", min(c), max(c), avg(c)" : "", grid->columns[column].name, grid->table);
    while (statement_next(query, &good, error)) {
        statement_read(query, "iii", &rows, &summary->count, &summary->distinct);
        summary->missing = rows - summary->count;
        if (numeric)
            statement_read(query, "---rrr", &summary->min, &summary->max, &summary->mean);
    }
    statement_free(query);
    return good;
}

/* One bar per value, with its frequency. */
static bool take_values(const struct grid *grid, size_t column, struct column_summary *summary,
                        struct error *error)
{
    bool good = true;
    struct statement *query = statement_make(
        grid->store, error,
        "SELECT c, count(*) FROM (SELECT \"%w\" AS c FROM \"%w\") WHERE c IS NOT NULL"
        " GROUP BY c ORDER BY %s c LIMIT %d",
        grid->columns[column].name, grid->table, summary->by_value ? "" : "2 DESC,", SUMMARY_BINS);
    while (statement_next(query, &good, error)) {
        struct summary_bar *bar = &summary->bars[summary->bar_count++];
        if (summary->by_value) {
            statement_read(query, "di", &bar->from, &bar->count);
            bar->to = bar->from;
            snprintf(bar->text, sizeof bar->text, "%g", bar->from);
        } else {
            statement_read(query, "xi", bar->text, sizeof bar->text, &bar->count);
        }
    }
    statement_free(query);
    return good;
}

static bool take_bins(const struct grid *grid, size_t column, struct column_summary *summary,
                      struct error *error)
{
    bool good = true;
    int64_t bin, count;
    struct statement *query =
        statement_make(grid->store, error,
                       "SELECT CAST((c - ?1) * ?2 AS INTEGER), count(*) FROM (SELECT \"%w\" AS c"
                       " FROM \"%w\") WHERE c IS NOT NULL GROUP BY 1",
                       grid->columns[column].name, grid->table);
    double width = (summary->max - summary->min) / SUMMARY_BINS;
    summary->bar_count = SUMMARY_BINS;
    for (bin = 0; bin < SUMMARY_BINS; bin++) {
        bool last = bin + 1 == SUMMARY_BINS;
        summary->bars[bin].from = summary->min + (double)bin * width;
        summary->bars[bin].to = last ? summary->max : summary->min + (double)(bin + 1) * width;
    }
    if (query)
        statement_bind(query, "dd", summary->min, 1 / width);
    while (statement_next(query, &good, error)) {
        statement_read(query, "ii", &bin, &count);
        /* The last bin includes max. */
        bin = bin < 0 ? 0 : bin >= SUMMARY_BINS ? SUMMARY_BINS - 1 : bin;
        summary->bars[bin].count += count;
    }
    statement_free(query);
    return good;
}

bool grid_summarise(const struct grid *grid, size_t column, struct column_summary *summary,
                    struct error *error)
{
    bool numeric = grid->columns[column].type != COLUMN_TEXT;
    *summary = (struct column_summary){.min = NAN, .max = NAN, .mean = NAN};
    if (!count_cells(grid, column, summary, error))
        return false;
    summary->by_value = numeric && summary->distinct <= SUMMARY_BINS;
    return numeric && !summary->by_value ? take_bins(grid, column, summary, error)
                                         : take_values(grid, column, summary, error);
}
