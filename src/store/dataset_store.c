/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "store/dataset_store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "dataset_tables.h"

#define SUMMARY_COLUMNS                                                                            \
    "SELECT name, source, format, imported_at, users, items, ratings, user_rows, item_rows,"       \
    " duplicates, rejected, first_time, last_time, mean, smallest, largest, notes FROM "           \
    "thaw_datasets "

static int64_t time_or_none(struct statement *query, int column)
{
    return statement_is_null(query, column) ? DATASET_NO_TIME : statement_integer(query, column);
}

/* Counts and ratings that cannot be come from a damaged file, or from somebody's hand. */
static bool check_summary(struct statement *query, struct error *error)
{
    static const char *const counts[] = {"users",     "items",      "ratings", "user_rows",
                                         "item_rows", "duplicates", "rejected"};
    static const char *const reals[] = {"mean", "smallest", "largest"};
    const char *wrong = NULL;
    char name[64], shown[128];
    for (int i = 0; i < 7; i++)
        if (statement_integer(query, 4 + i) < 0 || statement_integer(query, 4 + i) > UINT32_MAX)
            wrong = counts[i];
    for (int i = 0; i < 3; i++)
        if (!isfinite(statement_real(query, 13 + i)))
            wrong = reals[i];
    if (!wrong)
        return true;
    statement_copy_text(query, 0, name, sizeof name);
    return error_set(
        error, ERROR_STORE,
        "the workbench is damaged: what it says of \"%s\" of data set \"%s\" cannot be; "
        "`thaw doctor` says what can be saved",
        wrong, text_safe(name, shown, sizeof shown));
}

static void take_summary(struct statement *query, struct dataset_summary *summary)
{
    statement_copy_text(query, 0, summary->name, sizeof summary->name);
    statement_copy_text(query, 1, summary->source, sizeof summary->source);
    statement_copy_text(query, 2, summary->format, sizeof summary->format);
    summary->imported_at = statement_integer(query, 3);
    summary->users = (uint32_t)statement_integer(query, 4);
    summary->items = (uint32_t)statement_integer(query, 5);
    summary->ratings = (uint32_t)statement_integer(query, 6);
    summary->user_rows = (uint32_t)statement_integer(query, 7);
    summary->item_rows = (uint32_t)statement_integer(query, 8);
    summary->duplicates = (uint32_t)statement_integer(query, 9);
    summary->rejected = (uint32_t)statement_integer(query, 10);
    summary->first_time = time_or_none(query, 11);
    summary->last_time = time_or_none(query, 12);
    summary->mean = statement_real(query, 13);
    summary->smallest = statement_real(query, 14);
    summary->largest = statement_real(query, 15);
    statement_copy_text(query, 16, summary->notes, sizeof summary->notes);
}

struct dataset_summary *store_datasets(struct store *store, size_t *count, struct error *error)
{
    struct statement *query = store_statement(store, SUMMARY_COLUMNS "ORDER BY name", error);
    *count = 0;
    if (!query)
        return NULL;
    struct dataset_summary *list = memory_array(1, sizeof *list);
    bool row, good;
    while ((good = statement_step(query, &row, error)) && row &&
           (good = check_summary(query, error))) {
        list = memory_resize(list, *count + 1, sizeof *list);
        take_summary(query, &list[(*count)++]);
    }
    statement_reset(query);
    if (good)
        return list;
    free(list);
    return NULL;
}

bool store_dataset_summary(struct store *store, const char *name, struct dataset_summary *summary,
                           struct error *error)
{
    char exact[64];
    if (!dataset_known(store, name, exact, error))
        return false;
    struct statement *query = store_statement(store, SUMMARY_COLUMNS "WHERE name = ?", error);
    if (!query)
        return false;
    bool row;
    statement_bind_text(query, 1, exact);
    if (!statement_step(query, &row, error) || (row && !check_summary(query, error))) {
        statement_reset(query);
        return false;
    }
    if (row)
        take_summary(query, summary);
    statement_reset(query);
    return row;
}

/* Where the columns of a stored table go in memory: NULL for the id and the roles of ratings. */
struct targets {
    struct table *table;
    size_t *columns; /* places in `table`, SIZE_MAX for none */
    const struct stored_columns *stored;
};

static struct targets targets_new(const struct stored_columns *stored, struct table *table)
{
    struct targets targets = {.table = table, .stored = stored};
    targets.columns = memory_array(stored->count, sizeof *targets.columns);
    for (size_t i = 0; i < stored->count; i++) {
        const struct stored_column *column = &stored->columns[i];
        bool attribute = column->role == ROLE_OTHER || column->role == ROLE_TITLE;
        targets.columns[i] = attribute ? table->column_count : SIZE_MAX;
        if (attribute)
            table_add_column(table, column->name, column->type);
    }
    return targets;
}

static bool set_cell(struct column *column, size_t row, struct statement *query, int place,
                     struct error *error)
{
    if (statement_is_null(query, place))
        return true;
    if (column->type == COLUMN_INTEGER) {
        column->integer[row] = statement_integer(query, place);
    } else if (column->type == COLUMN_REAL) {
        column->real[row] = statement_real(query, place);
    } else {
        const char *text = statement_text(query, place);
        const char *before = row > 0 ? column_text(column, row - 1) : NULL;
        if (!before || strcmp(before, text) != 0) /* runs of one text are common */
            return column_set_text(column, row, text, strlen(text), error);
        column->text[row] = column->text[row - 1];
    }
    return true;
}

static bool set_cells(const struct targets *targets, size_t row, struct statement *query,
                      struct error *error)
{
    for (size_t i = 0; i < targets->stored->count; i++)
        if (targets->columns[i] != SIZE_MAX &&
            !set_cell(&targets->table->columns[targets->columns[i]], row, query, (int)i, error))
            return false;
    return true;
}

static int place_of_role(const struct stored_columns *stored, enum column_role role)
{
    for (size_t i = 0; i < stored->count; i++)
        if (stored->columns[i].role == role)
            return (int)i;
    return -1;
}

typedef bool load_row(struct dataset *dataset, struct statement *query, const int places[4],
                      size_t *row, struct error *error);

static bool load_user(struct dataset *dataset, struct statement *query, const int places[4],
                      size_t *row, struct error *error)
{
    uint32_t number = 0;
    bool good = dataset_add_user(dataset, statement_text(query, places[0]), &number, error);
    *row = number;
    return good;
}

static bool load_item(struct dataset *dataset, struct statement *query, const int places[4],
                      size_t *row, struct error *error)
{
    uint32_t number = 0;
    bool good = dataset_add_item(dataset, statement_text(query, places[1]), &number, error);
    *row = number;
    return good;
}

static bool load_rating(struct dataset *dataset, struct statement *query, const int places[4],
                        size_t *row, struct error *error)
{
    int64_t time = places[3] < 0 ? DATASET_NO_TIME : time_or_none(query, places[3]);
    *row = dataset->interactions;
    return dataset_add(dataset, statement_text(query, places[0]), statement_text(query, places[1]),
                       statement_real(query, places[2]), time, error);
}

static bool has_needed(enum dataset_table part, const int places[4])
{
    return part == DATASET_USERS   ? places[0] >= 0
           : part == DATASET_ITEMS ? places[1] >= 0
                                   : places[0] >= 0 && places[1] >= 0 && places[2] >= 0;
}

static bool load_rows(struct store *store, struct dataset *dataset, enum dataset_table part,
                      const struct stored_columns *stored, struct error *error)
{
    static load_row *const loaders[] = {load_rating, load_user, load_item};
    struct table *tables[] = {&dataset->context, &dataset->user_table, &dataset->item_table};
    const int places[4] = {place_of_role(stored, ROLE_USER), place_of_role(stored, ROLE_ITEM),
                           place_of_role(stored, ROLE_RATING), place_of_role(stored, ROLE_TIME)};
    if (!has_needed(part, places))
        return error_set(error, ERROR_STORE, "the columns of \"%s_%s\" are not described",
                         dataset->name, dataset_parts[part]);
    char *sql = stored_columns_select(dataset->name, part, stored, "ORDER BY rowid");
    struct statement *query = statement_new(store, sql, error);
    sqlite3_free(sql);
    if (!query)
        return false;
    struct targets targets = targets_new(stored, tables[part]);
    bool row, good;
    while ((good = statement_step(query, &row, error)) && row) {
        size_t place = 0;
        good = loaders[part](dataset, query, places, &place, error) &&
               set_cells(&targets, place, query, error);
        if (!good)
            break;
    }
    free(targets.columns);
    statement_free(query);
    return good;
}

static bool load_part(struct store *store, struct dataset *dataset, enum dataset_table part,
                      struct error *error)
{
    struct stored_columns stored;
    if (!stored_columns_read(store, dataset->name, part, &stored, error))
        return false;
    bool good =
        stored.count == 0
            ? part != DATASET_RATINGS ||
                  error_set(error, ERROR_STORE, "the data set \"%s\" has no ratings", dataset->name)
            : load_rows(store, dataset, part, &stored, error);
    if (good && part == DATASET_ITEMS)
        dataset->item_title = memory_string(stored_columns_role(&stored, ROLE_TITLE));
    stored_columns_release(&stored);
    return good;
}

static struct dataset *load(struct store *store, const char *name, struct error *error)
{
    struct dataset_summary summary;
    if (!store_dataset_summary(store, name, &summary, error))
        return NULL;
    struct dataset *dataset = dataset_new(summary.name);
    if (dataset_reserve(dataset, summary.ratings, error) &&
        load_part(store, dataset, DATASET_USERS, error) &&
        load_part(store, dataset, DATASET_ITEMS, error) &&
        load_part(store, dataset, DATASET_RATINGS, error)) {
        dataset_complete(dataset);
        return dataset;
    }
    dataset_free(dataset);
    return NULL;
}

struct dataset *store_dataset_load(struct store *store, const char *name, struct error *error)
{
    /* One view of all three tables, should an import replace them meanwhile. */
    bool view = !store_in_transaction(store);
    if (view && !store_execute(store, "BEGIN", error))
        return NULL;
    struct dataset *dataset = load(store, name, error);
    if (view)
        store_rollback(store);
    return dataset;
}

bool store_dataset_remove(struct store *store, const char *name, struct error *error)
{
    char exact[64];
    if (!dataset_known(store, name, exact, error))
        return false;
    bool good = true;
    for (size_t part = 0; good && part < DATASET_TABLES; part++) {
        char *sql = sqlite3_mprintf("DROP TABLE IF EXISTS \"%w_%s\"", exact, dataset_parts[part]);
        good = store_execute(store, sql, error);
        sqlite3_free(sql);
    }
    struct statement *remove =
        good ? store_statement(store, "DELETE FROM thaw_datasets WHERE name = ?", error) : NULL;
    if (!remove)
        return false;
    statement_bind_text(remove, 1, exact);
    return statement_run(remove, error);
}
