/* SPDX-License-Identifier: MIT
 *
 * What is in a column, by queries that read the table once or twice.
 */
#include "config.h"

#include "store/grid_store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "statement.h"

/* Prepares SQL in which every %w pair stands for the column and the table, in this order. */
static struct statement *prepare(const struct grid *grid, size_t column, const char *format,
                                 struct error *error)
{
    const char *name = grid->columns[column].name;
    char *sql = sqlite3_mprintf(format, name, grid->table);
    struct statement *query = statement_new(grid->store, sql, error);
    sqlite3_free(sql);
    return query;
}

static bool count_cells(const struct grid *grid, size_t column, struct column_summary *summary,
                        struct error *error)
{
    bool numeric = grid->columns[column].type != COLUMN_TEXT;
    struct statement *query =
        prepare(grid, column,
                numeric ? "SELECT count(*), count(c), count(DISTINCT c), min(c), max(c), avg(c)"
                          " FROM (SELECT \"%w\" AS c FROM \"%w\")"
                        : "SELECT count(*), count(c), count(DISTINCT c)"
                          " FROM (SELECT \"%w\" AS c FROM \"%w\")",
                error);
    bool row = false, good = query && statement_step(query, &row, error);
    if (good && row) {
        summary->count = statement_integer(query, 1);
        summary->missing = statement_integer(query, 0) - summary->count;
        summary->distinct = statement_integer(query, 2);
        if (numeric && summary->count > 0) {
            summary->min = statement_real(query, 3);
            summary->max = statement_real(query, 4);
            summary->mean = statement_real(query, 5);
        }
    }
    statement_free(query);
    return good;
}

/* One bar a row of the query: the value and how often it occurs. */
static bool take_values(struct statement *query, struct column_summary *summary, bool numeric,
                        struct error *error)
{
    bool row = false, good = query != NULL;
    while (good && (good = statement_step(query, &row, error)) && row &&
           summary->bar_count < SUMMARY_BINS) {
        struct summary_bar *bar = &summary->bars[summary->bar_count++];
        if (numeric) {
            bar->from = bar->to = statement_real(query, 0);
            snprintf(bar->text, sizeof bar->text, "%g", bar->from);
        } else {
            statement_copy_text(query, 0, bar->text, sizeof bar->text);
        }
        bar->count = statement_integer(query, 1);
    }
    statement_free(query);
    return good;
}

static bool take_bins(const struct grid *grid, size_t column, struct column_summary *summary,
                      struct error *error)
{
    struct statement *query = prepare(grid, column,
                                      "SELECT CAST((c - ?1) * ?2 AS INTEGER), count(*)"
                                      " FROM (SELECT \"%w\" AS c FROM \"%w\")"
                                      " WHERE c IS NOT NULL GROUP BY 1",
                                      error);
    if (!query)
        return false;
    double width = (summary->max - summary->min) / SUMMARY_BINS;
    summary->bar_count = SUMMARY_BINS;
    for (int bin = 0; bin < SUMMARY_BINS; bin++) {
        summary->bars[bin].from = summary->min + bin * width;
        summary->bars[bin].to =
            bin + 1 == SUMMARY_BINS ? summary->max : summary->min + (bin + 1) * width;
    }
    statement_bind_real(query, 1, summary->min);
    statement_bind_real(query, 2, 1 / width);
    bool row, good;
    while ((good = statement_step(query, &row, error)) && row) {
        int64_t bin = statement_integer(query, 0);
        bin = bin < 0 ? 0 : bin >= SUMMARY_BINS ? SUMMARY_BINS - 1 : bin; /* max is in the last */
        summary->bars[bin].count += statement_integer(query, 1);
    }
    statement_free(query);
    return good;
}

bool grid_summarise(const struct grid *grid, size_t column, struct column_summary *summary,
                    struct error *error)
{
    *summary = (struct column_summary){.min = NAN, .max = NAN, .mean = NAN};
    if (!count_cells(grid, column, summary, error))
        return false;
    bool numeric = grid->columns[column].type != COLUMN_TEXT;
    if (numeric && summary->distinct > SUMMARY_BINS)
        return take_bins(grid, column, summary, error);
    summary->by_value = numeric;
    struct statement *query =
        prepare(grid, column,
                numeric ? "SELECT c, count(*) FROM (SELECT \"%w\" AS c FROM \"%w\")"
                          " WHERE c IS NOT NULL GROUP BY c ORDER BY c"
                        : "SELECT c, count(*) FROM (SELECT \"%w\" AS c FROM \"%w\")"
                          " WHERE c IS NOT NULL GROUP BY c ORDER BY 2 DESC, c LIMIT 24",
                error);
    return take_values(query, summary, numeric, error);
}
