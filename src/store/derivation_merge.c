/* SPDX-License-Identifier: MIT
 *
 * Merges two data sets: the columns of both are matched, and a sink in between brings the cells of
 * each into the order and types of the result.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "dataset_pour.h"
#include "derive_steps.h"
#include "merge_match.h"
#include "store/dataset_store.h"

enum { FIRST, SECOND, SETS = MERGE_SETS };

/* A table of the result. */
struct merged_table {
    struct store *store;
    enum dataset_table part;
    const char *names[SETS];
    struct stored_columns of[SETS], result;
    size_t (*places)[SETS]; /* of each column of the result in both tables; SIZE_MAX if not there */
    size_t ids[SETS][2];    /* the columns of the ids of users and items; SIZE_MAX */
    struct merge_match *matches[2]; /* of users and of items */
    const char *source_name;        /* of the column with the name of the set, or NULL */
    size_t source;                  /* that column of the result; SIZE_MAX */
    const struct dataset_sink *sink;
    struct dataset_cell *cells;
    char (*numbers)[TEXT_REAL]; /* texts of numbers, for each column */
    struct statement *other;    /* finds the row of an id in the other table; NULL: there is none */
    int set;                    /* whose rows are handed over */
    size_t both;                /* described by both */
};

/* -- columns ----------------------------------------------------------------------------------- */

static bool is_plain(enum column_role role)
{
    return role == ROLE_OTHER || role == ROLE_TITLE;
}

/* The column of the second table that is the same as one of the first; SIZE_MAX if none is. Columns
 * of the same role are the same. Others are if they have the same name; so may a title and a column
 * that is none, if only one table has titles. */
static size_t find_same(const struct merged_table *table, const struct stored_column *wanted)
{
    const struct stored_columns *columns = &table->of[SECOND];
    bool titled = stored_columns_role(&table->of[FIRST], ROLE_TITLE) != NULL;
    for (size_t i = 0; i < columns->count && wanted->role != ROLE_OTHER; i++)
        if (columns->columns[i].role == wanted->role)
            return i;
    for (size_t i = 0; i < columns->count && is_plain(wanted->role); i++) {
        const struct stored_column *column = &columns->columns[i];
        if (strcasecmp(column->name, wanted->name) == 0 &&
            (column->role == ROLE_OTHER || (column->role == ROLE_TITLE && !titled)))
            return i;
    }
    return SIZE_MAX;
}

static enum column_type wider(enum column_type a, enum column_type b)
{
    if (a == COLUMN_TEXT || b == COLUMN_TEXT)
        return COLUMN_TEXT;
    return a == COLUMN_REAL || b == COLUMN_REAL ? COLUMN_REAL : COLUMN_INTEGER;
}

static void add_column(struct merged_table *table, const struct stored_column *column,
                       enum column_type type, size_t first, size_t second)
{
    size_t count = table->result.count++;
    table->result.columns = memory_resize(table->result.columns, count + 1, sizeof *column);
    table->result.columns[count] =
        (struct stored_column){.name = memory_string(column->name),
                               .source_name = memory_string(column->source_name),
                               .type = type,
                               .role = column->role};
    table->places = memory_resize(table->places, count + 1, sizeof *table->places);
    table->places[count][FIRST] = first;
    table->places[count][SECOND] = second;
}

/* The columns of the first, then those that only the second has. */
static void match_columns(struct merged_table *table)
{
    table->source = SIZE_MAX;
    bool *matched = memory_array(table->of[SECOND].count + 1, sizeof *matched);
    for (size_t i = 0; i < table->of[FIRST].count; i++) {
        const struct stored_column *column = &table->of[FIRST].columns[i];
        size_t same = find_same(table, column);
        if (same != SIZE_MAX)
            matched[same] = true;
        add_column(table, column,
                   same == SIZE_MAX ? column->type
                                    : wider(column->type, table->of[SECOND].columns[same].type),
                   i, same);
        if (same != SIZE_MAX && table->of[SECOND].columns[same].role == ROLE_TITLE)
            table->result.columns[table->result.count - 1].role = ROLE_TITLE;
    }
    for (size_t i = 0; i < table->of[SECOND].count; i++)
        if (!matched[i])
            add_column(table, &table->of[SECOND].columns[i], table->of[SECOND].columns[i].type,
                       SIZE_MAX, i);
    free(matched);
}

/* Makes the column that says which set a rating is of. A set that has such a column, as it is
 * merged itself, keeps what it says. */
static bool add_source(struct merged_table *table, struct error *error)
{
    const char *name = table->source_name;
    char safe[64];
    for (size_t i = 0; i < table->result.count && table->source == SIZE_MAX; i++)
        if (strcasecmp(table->result.columns[i].name, name) == 0)
            table->source = i;
    if (table->source == SIZE_MAX) {
        const struct stored_column column = {
            .name = (char *)name, .source_name = (char *)name, .role = ROLE_OTHER};
        table->source = table->result.count;
        add_column(table, &column, COLUMN_TEXT, SIZE_MAX, SIZE_MAX);
    }
    struct stored_column *column = &table->result.columns[table->source];
    column->type = COLUMN_TEXT;
    return column->role == ROLE_OTHER ||
           error_set(error, ERROR_USAGE,
                     "--source is \"%s\", which is the %s of the ratings; choose another name",
                     text_safe(name, safe, sizeof safe), column_role_words[column->role]);
}

static bool make_columns(struct merged_table *table, struct error *error)
{
    match_columns(table);
    if (table->source_name && table->part == DATASET_RATINGS && !add_source(table, error))
        return false;
    table->cells = memory_array(table->result.count + 1, sizeof *table->cells);
    table->numbers = memory_array(table->result.count + 1, sizeof *table->numbers);
    return true;
}

/* -- rows -------------------------------------------------------------------------------------- */

/* A cell in the wider type of its column. */
static struct dataset_cell widen(struct dataset_cell cell, enum column_type from,
                                 enum column_type to, char number[TEXT_REAL])
{
    if (!cell.given || from == to)
        return cell;
    if (to == COLUMN_REAL)
        return (struct dataset_cell){.given = true, .real = (double)cell.integer};
    if (from == COLUMN_INTEGER)
        snprintf(number, TEXT_REAL, "%" PRId64, cell.integer);
    else
        text_real(cell.real, number);
    return dataset_text(number, strlen(number));
}

static struct dataset_cell read_other(const struct merged_table *table, size_t column)
{
    const struct stored_column *about = &table->of[SECOND].columns[column];
    size_t length;
    if (statement_is_null(table->other, (int)column))
        return (struct dataset_cell){.given = false};
    if (about->type == COLUMN_INTEGER)
        return (struct dataset_cell){.given = true,
                                     .integer = statement_integer(table->other, (int)column)};
    if (about->type == COLUMN_REAL)
        return (struct dataset_cell){.given = true,
                                     .real = statement_real(table->other, (int)column)};
    const char *text = statement_bytes(table->other, (int)column, &length);
    return dataset_text(text, length);
}

/* Goes to the row that the other table has for the same user or item; false if it has none. */
static bool find_other(struct merged_table *table, const struct dataset_cell *cells, bool *good,
                       struct error *error)
{
    struct dataset_cell other;
    bool item = table->part == DATASET_ITEMS;
    if (!table->other || !merge_match_other(table->matches[item], table->set,
                                            &cells[table->ids[table->set][item]], &other))
        return false;
    statement_reset(table->other);
    statement_bind_text(table->other, 1, other.text, other.length);
    return statement_next(table->other, good, error);
}

/* Fills in a cell of the result, from the row of the set and, if it has none, from the other row.
 */
static void fill_cell(struct merged_table *table, const struct dataset_cell *cells, bool found,
                      size_t i)
{
    enum column_type type = table->result.columns[i].type;
    size_t place = table->places[i][table->set], second = table->places[i][SECOND];
    struct dataset_cell cell = {.given = false};
    if (place != SIZE_MAX)
        cell =
            widen(cells[place], table->of[table->set].columns[place].type, type, table->numbers[i]);
    if (!cell.given && found && second != SIZE_MAX)
        cell = widen(read_other(table, second), table->of[SECOND].columns[second].type, type,
                     table->numbers[i]);
    if (!cell.given && i == table->source)
        cell = dataset_text(table->names[table->set], strlen(table->names[table->set]));
    table->cells[i] = cell;
}

/* Gives the ids of the result to a row. */
static bool name_ids(struct merged_table *table, struct error *error)
{
    for (size_t i = 0; i < table->result.count; i++) {
        enum column_role role = table->result.columns[i].role;
        if ((role == ROLE_USER || role == ROLE_ITEM) &&
            !merge_match_name(table->matches[role == ROLE_ITEM], table->set, &table->cells[i],
                              error))
            return false;
    }
    return true;
}

static bool take_row(void *context, enum dataset_table part, const struct dataset_cell *cells,
                     struct error *error)
{
    struct merged_table *table = context;
    bool good = true;
    bool found = part != DATASET_RATINGS && find_other(table, cells, &good, error);
    if (!good)
        return false;
    if (found && table->set == SECOND) { /* the first has described it */
        statement_reset(table->other);
        return true;
    }
    table->both += found;
    for (size_t i = 0; i < table->result.count; i++)
        fill_cell(table, cells, found, i);
    good =
        name_ids(table, error) && table->sink->row(table->sink->context, part, table->cells, error);
    statement_reset(table->other);
    return good;
}

static bool take_nothing(void *context, enum dataset_table part,
                         const struct dataset_column *columns, size_t count, struct error *error)
{
    (void)context;
    (void)part;
    (void)columns;
    (void)count;
    (void)error;
    return true; /* the table of the result is declared already */
}

/* A query for the row of an id in the other table of the two. */
static bool prepare_other(struct merged_table *table, struct error *error)
{
    int other = table->set == FIRST ? SECOND : FIRST;
    const struct stored_columns *columns = &table->of[other];
    table->other = NULL;
    if (table->part == DATASET_RATINGS || columns->count == 0)
        return true;
    size_t key = table->ids[other][table->part == DATASET_ITEMS];
    char *rest = sqlite3_mprintf("WHERE \"%w\" = ?", columns->columns[key].name);
    char *sql = stored_columns_select(table->names[other], table->part, columns, rest);
    table->other = statement_new(table->store, sql, error);
    sqlite3_free(sql);
    sqlite3_free(rest);
    return table->other != NULL;
}

static bool merge_rows(struct merged_table *table, struct error *error)
{
    const struct dataset_sink between = {table, take_nothing, take_row};
    bool good = pour_table(&table->result, table->part, table->sink, error);
    for (table->set = FIRST; good && table->set < SETS; table->set++) {
        if (table->of[table->set].count == 0)
            continue;
        good = prepare_other(table, error) &&
               pour_part(table->store, table->names[table->set], table->part,
                         &table->of[table->set], &between, NULL, NULL, error);
        statement_free(table->other);
        table->other = NULL;
    }
    return good;
}

/* Reads the columns of a set and finds those of the ids. */
static bool read_columns(struct merged_table *table, int set, struct error *error)
{
    if (!stored_columns_read(table->store, table->names[set], table->part, &table->of[set], error))
        return false;
    for (size_t i = 0; i < table->of[set].count; i++) {
        enum column_role role = table->of[set].columns[i].role;
        if (role == ROLE_USER || role == ROLE_ITEM)
            table->ids[set][role == ROLE_ITEM] = i;
    }
    return true;
}

static bool merge_table(struct merged_table *table, struct error *error)
{
    bool good = read_columns(table, FIRST, error) && read_columns(table, SECOND, error) &&
                make_columns(table, error);
    if (good && table->result.count > 0)
        good = merge_rows(table, error);
    stored_columns_release(&table->of[FIRST]);
    stored_columns_release(&table->of[SECOND]);
    stored_columns_release(&table->result);
    free(table->places);
    free(table->cells);
    free(table->numbers);
    return good;
}

static bool merge_tables(struct store *store, const struct derivation *derivation,
                         struct merge_match matches[2], const struct dataset_sink *sink,
                         struct bytes *counts, struct error *error)
{
    static const enum dataset_table order[] = {DATASET_USERS, DATASET_ITEMS, DATASET_RATINGS};
    for (size_t i = 0; i < DATASET_TABLES; i++) {
        struct merged_table table = {.store = store,
                                     .part = order[i],
                                     .names = {derivation->from, derivation->with},
                                     .matches = {&matches[0], &matches[1]},
                                     .source_name = derivation->source,
                                     .sink = sink};
        if (!merge_table(&table, error))
            return false;
        if (table.both > 0)
            bytes_add_format(counts, "%zu %s are described by both\n", table.both,
                             dataset_parts[order[i]]);
    }
    return true;
}

/* Says so if the two sets rate on different scales. */
static bool say_scales(struct store *store, const struct derivation *derivation,
                       struct bytes *counts, struct error *error)
{
    const char *const names[] = {derivation->from, derivation->with};
    struct dataset_summary summaries[SETS];
    char low[SETS][TEXT_REAL], high[SETS][TEXT_REAL];
    for (int set = FIRST; set < SETS; set++) {
        if (!store_dataset_summary(store, names[set], &summaries[set], error))
            return false;
        text_real(summaries[set].smallest, low[set]);
        text_real(summaries[set].largest, high[set]);
    }
    if (strcmp(low[FIRST], low[SECOND]) != 0 || strcmp(high[FIRST], high[SECOND]) != 0)
        bytes_add_format(counts, "ratings: %s to %s in %s, %s to %s in %s; they stay as they are\n",
                         low[FIRST], high[FIRST], names[FIRST], low[SECOND], high[SECOND],
                         names[SECOND]);
    return true;
}

bool derivation_merge(struct store *store, const struct derivation *derivation,
                      const struct dataset_sink *sink, struct bytes *counts, struct error *error)
{
    struct merge_match matches[2] = {{.apart = NULL}, {.apart = NULL}};
    if (derivation->source && !*derivation->source)
        return error_set(error, ERROR_USAGE, "--source needs the name of a column, such as domain");
    bool good = merge_match_find(store, derivation, DATASET_USERS, &matches[0], counts, error) &&
                merge_match_find(store, derivation, DATASET_ITEMS, &matches[1], counts, error) &&
                say_scales(store, derivation, counts, error) &&
                merge_tables(store, derivation, matches, sink, counts, error);
    merge_match_release(&matches[0]);
    merge_match_release(&matches[1]);
    return good;
}
