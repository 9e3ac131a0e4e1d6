/* SPDX-License-Identifier: MIT
 *
 * Walks the rows of a grid and gives them to the groups in memory. If those are too many, lets
 * SQLite's sorter group the same rows.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grid_private.h"
#include "store/expression.h"
#include "store/tally.h"
#include "tally_groups.h"

struct tally_work {
    const struct grid *grid;
    const struct tally_request *request;
    bool (*take)(void *context, const struct tally_group *group, struct error *error);
    void *context;
    char *condition; /* borrowed; NULL: none */
};

static struct row_cell read_cell(struct statement *query, int column)
{
    struct row_cell cell = {ROW_MISSING};
    switch (statement_type(query, column)) {
    case SQLITE_INTEGER:
        cell.kind = ROW_INTEGER;
        cell.integer = statement_integer(query, column);
        break;
    case SQLITE_FLOAT:
        cell.kind = ROW_REAL;
        cell.real = statement_real(query, column);
        break;
    case SQLITE_NULL:
        break;
    default:
        cell.kind = ROW_TEXT;
        cell.text = statement_bytes(query, column, &cell.length);
    }
    return cell;
}

/* Moments of `known` rows from the sums of their values less `shift`. */
static void set_moments(struct tally_group *group, double sum, double squares, double shift)
{
    double n = (double)group->known;
    double rest = n > 0 ? squares - sum * sum / n : NAN;
    group->sum = n > 0 ? shift * n + sum : NAN;
    group->mean = n > 0 ? shift + sum / n : NAN;
    group->deviation = n > 1 ? sqrt(fmax(rest, 0) / (n - 1)) : NAN;
}

static const char *measure_sql(const struct tally_work *tally)
{
    size_t measure = tally->request->measure;
    return measure == TALLY_NONE ? "NULL" : tally->grid->columns[measure].sql;
}

static void append_select(const struct tally_work *tally, sqlite3_str *sql)
{
    sqlite3_str_appendall(sql, "SELECT ");
    for (size_t i = 0; i < tally->request->key_count; i++)
        sqlite3_str_appendf(sql, "%s, ", tally->grid->columns[tally->request->keys[i]].sql);
}

static void append_rest(const struct tally_work *tally, sqlite3_str *sql)
{
    grid_append_from(tally->grid, sql);
    if (tally->condition)
        sqlite3_str_appendf(sql, " WHERE %s", tally->condition);
}

/* -- in memory --------------------------------------------------------------------------------- */

static bool give_groups(const struct tally_work *tally, struct tally_groups *groups,
                        struct error *error)
{
    bool good = true;
    const struct tally_entry **entries = tally_groups_sorted(groups, tally->request->by_value);
    for (size_t i = 0; good && i < groups->count; i++) {
        const struct tally_entry *entry = entries[i];
        struct tally_group group = {.count = entry->count, .known = entry->known};
        for (size_t k = 0; k < groups->key_count; k++)
            group.keys[k] = tally_key_cell(&entry->keys[k]);
        set_moments(&group, entry->sum, entry->squares, groups->shift);
        group.least = entry->known ? entry->least : NAN;
        group.most = entry->known ? entry->most : NAN;
        good = tally->take(tally->context, &group, error);
    }
    free(entries);
    return good;
}

/* Counts in one walk. Sets `fits` to false, and stops, if there are too many groups. */
static bool count_in_memory(const struct tally_work *tally, bool *fits, double *shift,
                            struct error *error)
{
    struct tally_groups groups;
    size_t count = tally->request->key_count;
    bool good = true;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    tally_groups_init(&groups, count);
    append_select(tally, sql);
    sqlite3_str_appendall(sql, measure_sql(tally));
    append_rest(tally, sql);
    struct statement *query = grid_statement(tally->grid, sql, error);
    *fits = true;
    while (*fits && statement_next(query, &good, error)) {
        struct row_cell keys[2];
        for (size_t i = 0; i < count; i++)
            keys[i] = read_cell(query, (int)i);
        double measure =
            statement_is_null(query, (int)count) ? (double)NAN : statement_real(query, (int)count);
        *fits = tally_groups_add(&groups, keys, measure);
    }
    statement_free(query);
    *shift = groups.shift;
    good = good && query && (!*fits || give_groups(tally, &groups, error));
    tally_groups_release(&groups);
    return good;
}

/* -- by the sorter ----------------------------------------------------------------------------- */

static struct statement *prepare_sorted(const struct tally_work *tally, double shift,
                                        struct error *error)
{
    const char *m = measure_sql(tally);
    sqlite3_str *sql = sqlite3_str_new(NULL);
    append_select(tally, sql);
    sqlite3_str_appendf(sql,
                        "count(*), count(%s), sum(%s - %!.17g),"
                        " sum((%s - %!.17g) * (%s - %!.17g)), min(%s), max(%s)",
                        m, m, shift, m, shift, m, shift, m, m);
    append_rest(tally, sql);
    sqlite3_str_appendf(sql, " GROUP BY 1%s ORDER BY %s1 NULLS LAST%s",
                        tally->request->key_count > 1 ? ", 2" : "",
                        tally->request->by_value        ? ""
                        : tally->request->key_count > 1 ? "3 DESC, "
                                                        : "2 DESC, ",
                        tally->request->key_count > 1 ? ", 2 NULLS LAST" : "");
    return grid_statement(tally->grid, sql, error);
}

static bool count_by_sorter(const struct tally_work *tally, double shift, struct error *error)
{
    bool good = true;
    int keys = (int)tally->request->key_count;
    struct statement *query = prepare_sorted(tally, shift, error);
    while (statement_next(query, &good, error)) {
        struct tally_group group = {.count = statement_integer(query, keys),
                                    .known = statement_integer(query, keys + 1)};
        set_moments(&group, statement_real(query, keys + 2), statement_real(query, keys + 3),
                    shift);
        group.least = group.known ? statement_real(query, keys + 4) : NAN;
        group.most = group.known ? statement_real(query, keys + 5) : NAN;
        for (int i = 0; i < keys; i++)
            group.keys[i] = read_cell(query, i);
        good = tally->take(tally->context, &group, error);
    }
    statement_free(query);
    return good && query;
}

bool tally_run(const struct grid *grid, const struct tally_request *request,
               bool (*take)(void *context, const struct tally_group *group, struct error *error),
               void *context, struct error *error)
{
    struct expression condition;
    bool fits;
    double shift;
    if (!grid_condition(grid, request->filter, &condition, error))
        return false;
    struct tally_work tally = {grid, request, take, context, condition.sql};
    store_count_scanned(grid->store, request->scanned);
    bool good = count_in_memory(&tally, &fits, &shift, error);
    if (good && !fits)
        good = count_by_sorter(&tally, shift, error);
    store_count_scanned(grid->store, NULL);
    expression_release(&condition);
    return good;
}
