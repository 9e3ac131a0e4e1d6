/* SPDX-License-Identifier: MIT
 *
 * Loads data sets from their tables, and lists, checks and removes them. What the register says is
 * checked before it is believed, because the file may be damaged or edited by hand.
 */
#include "config.h"

#include "store/dataset_store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "dataset_choice.h"
#include "dataset_tables.h"

#define SUMMARY_COLUMNS                                                                            \
    "SELECT name, source, format, imported_at, users, items, ratings, user_rows, item_rows,"       \
    " duplicates, rejected, first_time, last_time, mean, smallest, largest, notes, repeats FROM "  \
    "thaw_datasets "

/* Impossible counts and ratings come from a damaged file, or from an edit by hand. */
static bool check_summary(struct statement *query, struct error *error)
{
    enum { REPEATS_COLUMN = 17 };
    const char *wrong = NULL, *name;
    enum repeats repeats;
    char shown[128];
    for (int i = 0; i < 7; i++)
        if (statement_integer(query, 4 + i) < 0 || statement_integer(query, 4 + i) > UINT32_MAX)
            wrong = statement_column(query, 4 + i);
    for (int i = 13; i < 16; i++)
        if (!isfinite(statement_real(query, i)))
            wrong = statement_column(query, i);
    if (!repeats_find(statement_text(query, REPEATS_COLUMN), &repeats))
        wrong = statement_column(query, REPEATS_COLUMN);
    statement_read(query, "t", &name);
    return !wrong ||
           error_set(error, ERROR_STORE,
                     "the workbench is damaged: what it says of \"%s\" of data set \"%s\" cannot "
                     "be; `thaw doctor` says what can be saved",
                     wrong, text_safe(name, shown, sizeof shown));
}

static bool read_summary(struct statement *row, void *element, struct error *error)
{
    struct dataset_summary *summary = element;
    const char *repeats;
    statement_read(row, "xxxiuuuuuuummdddxt", summary->name, sizeof summary->name, summary->source,
                   sizeof summary->source, summary->format, sizeof summary->format,
                   &summary->imported_at, &summary->users, &summary->items, &summary->ratings,
                   &summary->user_rows, &summary->item_rows, &summary->duplicates,
                   &summary->rejected, &summary->first_time, &summary->last_time, &summary->mean,
                   &summary->smallest, &summary->largest, summary->notes, sizeof summary->notes,
                   &repeats);
    return check_summary(row, error) && repeats_find(repeats, &summary->repeats);
}

struct dataset_summary *store_datasets(struct store *store, size_t *count, struct error *error)
{
    struct statement *query = store_query(store, error, SUMMARY_COLUMNS "ORDER BY name", "");
    return statement_collect(query, sizeof(struct dataset_summary), read_summary, NULL, count,
                             error);
}

bool store_dataset_summary(struct store *store, const char *name, struct dataset_summary *summary,
                           struct error *error)
{
    char exact[64];
    bool good = dataset_known(store, name, exact, error), found = false;
    struct statement *query =
        good ? store_query(store, error, SUMMARY_COLUMNS "WHERE name = ?", "t", exact) : NULL;
    while (statement_next(query, &good, error))
        good = found = read_summary(query, summary, error);
    return found;
}

/* Where the columns of a stored table go in memory: nowhere for the id and the roles of ratings. */
struct targets {
    struct table *table;
    size_t *columns; /* indices in `table`, SIZE_MAX for none */
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
        if (!before || strcmp(before, text) != 0) /* repeats of one text are common */
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
    bool has_time = places[3] >= 0 && !statement_is_null(query, places[3]);
    int64_t time = has_time ? statement_integer(query, places[3]) : DATASET_NO_TIME;
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
                      const struct stored_columns *stored, const struct dataset_choice *choice,
                      struct error *error)
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
    struct targets targets = targets_new(stored, tables[part]);
    bool good = true;
    sqlite3_free(sql);
    while (statement_next(query, &good, error)) {
        size_t place = 0;
        if (choice && !dataset_choice_has(choice, part, query, places))
            continue;
        good = loaders[part](dataset, query, places, &place, error) &&
               set_cells(&targets, place, query, error);
    }
    free(targets.columns);
    statement_free(query);
    return good;
}

static bool load_part(struct store *store, struct dataset *dataset, enum dataset_table part,
                      const struct dataset_choice *choice, struct error *error)
{
    struct stored_columns stored;
    if (!stored_columns_read(store, dataset->name, part, &stored, error))
        return false;
    bool good =
        stored.count == 0
            ? part != DATASET_RATINGS ||
                  error_set(error, ERROR_STORE, "the data set \"%s\" has no ratings", dataset->name)
            : load_rows(store, dataset, part, &stored, choice, error);
    if (good && part == DATASET_ITEMS)
        dataset->item_title = memory_string(stored_columns_role(&stored, ROLE_TITLE));
    stored_columns_release(&stored);
    return good;
}

static struct dataset *load(struct store *store, const char *name, uint32_t most,
                            struct error *error)
{
    struct dataset_summary summary;
    if (!store_dataset_summary(store, name, &summary, error))
        return NULL;
    bool chosen = most && summary.ratings > most;
    struct dataset_choice choice = {0};
    struct dataset_choice *of = chosen ? &choice : NULL;
    struct dataset *dataset = dataset_new(summary.name);
    dataset->repeats = summary.repeats;
    bool good = (!chosen || dataset_choice_make(&choice, store, &summary, most, error)) &&
                dataset_reserve(dataset, chosen ? most : summary.ratings, error) &&
                load_part(store, dataset, DATASET_USERS, of, error) &&
                load_part(store, dataset, DATASET_ITEMS, of, error) &&
                load_part(store, dataset, DATASET_RATINGS, of, error);
    dataset_choice_release(&choice);
    if (good) {
        dataset_complete(dataset);
        return dataset;
    }
    dataset_free(dataset);
    return NULL;
}

struct dataset *store_dataset_load_some(struct store *store, const char *name, uint32_t most,
                                        struct error *error)
{
    /* One snapshot of all three tables, in case an import replaces them meanwhile. */
    bool view = !store_in_transaction(store);
    if (view && !store_execute(store, "BEGIN", error))
        return NULL;
    struct dataset *dataset = load(store, name, most, error);
    if (view)
        store_rollback(store);
    return dataset;
}

struct dataset *store_dataset_load(struct store *store, const char *name, struct error *error)
{
    return store_dataset_load_some(store, name, 0, error);
}

bool store_dataset_remove(struct store *store, const char *name, struct error *error)
{
    char exact[64];
    if (!dataset_known(store, name, exact, error))
        return false;
    bool good = true;
    for (size_t part = 0; good && part < DATASET_TABLES; part++) {
        struct statement *drop = statement_make(store, error, "DROP TABLE IF EXISTS \"%w_%s\"",
                                                exact, dataset_parts[part]);
        good = drop && statement_run(drop, error);
        statement_free(drop);
    }
    return good &&
           store_change(store, error, "DELETE FROM thaw_datasets WHERE name = ?", "t", exact);
}

bool dataset_name_check(const char *name, struct error *error)
{
    char shown[128];
    text_safe(name, shown, sizeof shown);
    if (!dataset_name_fits(name))
        return error_set(error, ERROR_USAGE,
                         "\"%s\" cannot name a data set: letters, digits and \"_\", at most %d, "
                         "beginning with a letter",
                         shown, DATASET_NAME_MOST);
    return !dataset_name_is_taken(name) ||
           error_set(error, ERROR_USAGE,
                     "\"%s\" cannot name a data set: names beginning with \"thaw\" or \"sqlite\" "
                     "are taken",
                     shown);
}
