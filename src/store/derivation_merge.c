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

enum { FIRST, SECOND, SETS };

/* A table of the result. */
struct merged_table {
    struct store *store;
    enum dataset_table part;
    const char *names[SETS];
    struct stored_columns of[SETS], result;
    size_t (*places)[SETS]; /* of each column of the result in both tables; SIZE_MAX if not there */
    size_t keys[SETS];      /* of users and items: the column of the id */
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
    table->cells = memory_array(table->result.count + 1, sizeof *table->cells);
    table->numbers = memory_array(table->result.count + 1, sizeof *table->numbers);
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

/* Goes to the row that the other table has for the id; false if it has none. */
static bool find_other(struct merged_table *table, const struct dataset_cell *id, bool *good,
                       struct error *error)
{
    if (!table->other)
        return false;
    statement_reset(table->other);
    statement_bind_text(table->other, 1, id->text, id->length);
    return statement_next(table->other, good, error);
}

static bool take_row(void *context, enum dataset_table part, const struct dataset_cell *cells,
                     struct error *error)
{
    struct merged_table *table = context;
    bool good = true, found = part != DATASET_RATINGS &&
                              find_other(table, &cells[table->keys[table->set]], &good, error);
    if (!good)
        return false;
    if (found && table->set == SECOND) { /* the first has described it */
        statement_reset(table->other);
        return true;
    }
    table->both += found;
    for (size_t i = 0; i < table->result.count; i++) {
        enum column_type type = table->result.columns[i].type;
        size_t place = table->places[i][table->set], second = table->places[i][SECOND];
        struct dataset_cell cell = {.given = false};
        if (place != SIZE_MAX)
            cell = widen(cells[place], table->of[table->set].columns[place].type, type,
                         table->numbers[i]);
        if (!cell.given && found && second != SIZE_MAX)
            cell = widen(read_other(table, second), table->of[SECOND].columns[second].type, type,
                         table->numbers[i]);
        table->cells[i] = cell;
    }
    good = table->sink->row(table->sink->context, part, table->cells, error);
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
    char *rest = sqlite3_mprintf("WHERE \"%w\" = ?", columns->columns[table->keys[other]].name);
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

static bool merge_table(struct merged_table *table, struct error *error)
{
    bool good = true;
    for (int set = FIRST; good && set < SETS; set++) {
        good = stored_columns_read(table->store, table->names[set], table->part, &table->of[set],
                                   error);
        for (size_t i = 0; good && i < table->of[set].count; i++)
            if (table->of[set].columns[i].role ==
                (table->part == DATASET_USERS ? ROLE_USER : ROLE_ITEM))
                table->keys[set] = i;
    }
    if (good)
        match_columns(table);
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

bool derivation_merge(struct store *store, const struct derivation *derivation,
                      const struct dataset_sink *sink, struct bytes *counts, struct error *error)
{
    static const enum dataset_table order[] = {DATASET_USERS, DATASET_ITEMS, DATASET_RATINGS};
    for (size_t i = 0; i < DATASET_TABLES; i++) {
        struct merged_table table = {.store = store,
                                     .part = order[i],
                                     .names = {derivation->from, derivation->with},
                                     .sink = sink};
        if (!merge_table(&table, error))
            return false;
        if (table.both > 0)
            bytes_add_format(counts, "%zu %s are described by both\n", table.both,
                             dataset_parts[order[i]]);
    }
    return true;
}
