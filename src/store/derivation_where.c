/* SPDX-License-Identifier: MIT
 *
 * A condition of the user's on a rating, and the three tables that it sees.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "dataset_tables.h"
#include "derivation_ask.h"
#include "derive_steps.h"

static const char WHAT[] = "--where";

/* Joins what describes the user (item) of a rating. */
static bool add_join(struct store *store, const char *dataset, enum dataset_table part,
                     const struct stored_columns *ratings, sqlite3_str *with, sqlite3_str *from,
                     struct error *error)
{
    enum column_role role = part == DATASET_USERS ? ROLE_USER : ROLE_ITEM;
    struct stored_columns columns;
    if (!stored_columns_read(store, dataset, part, &columns, error))
        return false;
    const char *id = stored_columns_role(ratings, role), *key = stored_columns_role(&columns, role);
    if (key && id) {
        const char *alias = dataset_parts[part];
        sqlite3_str_appendf(with, ", %s AS NOT MATERIALIZED (SELECT * FROM \"%w_%s\")", alias,
                            dataset, alias);
        sqlite3_str_appendf(from, " LEFT JOIN \"%w_%s\" AS %s ", dataset, alias, alias);
        if (strcasecmp(id, key) == 0)
            sqlite3_str_appendf(from, "USING (\"%w\")", id);
        else
            sqlite3_str_appendf(from, "ON %s.\"%w\" = ratings.\"%w\"", alias, key, id);
    }
    stored_columns_release(&columns);
    return true;
}

/* The SELECT of the rowids for which the condition holds; `skip`: the bytes before the condition.
 */
static char *write_select(struct store *store, const char *dataset, const char *where, size_t *skip,
                          struct error *error)
{
    struct stored_columns ratings;
    if (!stored_columns_read(store, dataset, DATASET_RATINGS, &ratings, error))
        return NULL;
    sqlite3_str *with = sqlite3_str_new(NULL), *from = sqlite3_str_new(NULL);
    sqlite3_str_appendf(with, "WITH ratings AS NOT MATERIALIZED (SELECT * FROM \"%w_ratings\")",
                        dataset);
    sqlite3_str_appendf(from, " SELECT ratings.rowid FROM \"%w_ratings\" AS ratings", dataset);
    bool good = add_join(store, dataset, DATASET_USERS, &ratings, with, from, error) &&
                add_join(store, dataset, DATASET_ITEMS, &ratings, with, from, error);
    stored_columns_release(&ratings);
    char *head = sqlite3_str_finish(with), *joins = sqlite3_str_finish(from), *sql = NULL;
    if (good) {
        sql = memory_format("%s%s WHERE (%s\n)", head, joins, where);
        *skip = strlen(sql) - strlen(where) - 2;
    }
    sqlite3_free(head);
    sqlite3_free(joins);
    return sql;
}

struct chosen_rows {
    bool *chosen; /* by row */
    size_t rows;
};

/* Takes the rowid of a rating that fits. */
static bool take_rowid(void *context, sqlite3_stmt *row, struct error *error)
{
    const struct chosen_rows *chosen = context;
    int64_t number = sqlite3_column_int64(row, 0);
    (void)error;
    if (number >= 1 && (uint64_t)number <= chosen->rows)
        chosen->chosen[number - 1] = true;
    return true;
}

bool derivation_where(struct store *store, const char *dataset, const char *where, bool *kept,
                      size_t rows, struct error *error)
{
    struct expression_query query = {.dataset = dataset, .what = WHAT};
    if (!derivation_is_expression(where))
        return error_set(error, ERROR_USAGE,
                         "%s is one condition, such as 'rating >= 4 AND year > 1990'", WHAT);
    struct chosen_rows chosen = {calloc(rows + 1, sizeof *chosen.chosen), rows};
    if (!chosen.chosen)
        return error_set(error, ERROR_INPUT, "there is not enough memory for %zu ratings", rows);
    char *sql = write_select(store, dataset, where, &query.skip, error);
    query.sql = sql;
    query.length = strlen(where);
    bool good = sql && derivation_ask(store, &query, take_rowid, &chosen, error);
    for (size_t row = 0; good && row < rows; row++)
        kept[row] = kept[row] && chosen.chosen[row];
    free(chosen.chosen);
    free(sql);
    return good;
}
