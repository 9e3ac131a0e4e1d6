/* SPDX-License-Identifier: MIT
 *
 * Which rows a view has, and where a text is. SQLite's own sorter orders millions of rows in a few
 * megabytes and temporary files; only the rowids are kept.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/matcher.h"
#include "base/memory.h"
#include "grid_private.h"
#include "store/expression.h"
#include "store/row_index.h"

/* -- the index --------------------------------------------------------------------------------- */

static void append_order(sqlite3_str *sql, const struct grid_column *column, bool descending)
{
    const char *way = descending ? " DESC NULLS LAST, " : " ASC NULLS LAST, ";
    bool id =
        column->type == COLUMN_TEXT && (column->role == ROLE_USER || column->role == ROLE_ITEM);
    if (id) /* most are numbers, though they are kept as texts; comparing those is cheap */
        sqlite3_str_appendf(sql, "CAST(%s AS INTEGER)%s", column->sql, way);
    sqlite3_str_appendf(sql, "%s%s%s", column->sql, id ? " COLLATE thaw_natural" : "", way);
}

static void append_where(sqlite3_str *sql, const char *condition)
{
    if (condition)
        sqlite3_str_appendf(sql, " WHERE %s", condition);
}

bool grid_index(const struct grid *grid, const struct grid_view *view, struct row_index *index,
                struct error *error)
{
    struct expression condition;
    bool good = grid_condition(grid, view->filter, &condition, error);
    if (!good)
        return false;
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "SELECT r.rowid");
    grid_append_from(grid, sql);
    append_where(sql, condition.sql);
    sqlite3_str_appendall(sql, " ORDER BY ");
    for (size_t i = 0; i < view->order_count; i++)
        append_order(sql, &grid->columns[view->orders[i].column], view->orders[i].descending);
    sqlite3_str_appendall(sql, "r.rowid");
    expression_release(&condition);
    struct statement *query = grid_statement(grid, sql, error);
    store_count_scanned(grid->store, row_index_scanned(index));
    good = true;
    while (statement_next(query, &good, error))
        good = row_index_add(index, statement_integer(query, 0), error);
    store_count_scanned(grid->store, NULL);
    statement_free(query);
    return good && row_index_finish(index, error);
}

/* -- search ------------------------------------------------------------------------------------ */

/* A part of the table that is searched at once, and positions that are read at once. */
enum { STRETCH = 50000, BLOCK = 4096, YEAR_DIGITS = 4 };
/* The characters of numbers and times. A text with other characters is not sought in their columns.
 */
static const char NUMBERS[] = "0123456789.-+e: ";

/* Whether a number or a time, as it is shown, may hold the words. */
static bool may_hold(const char *words, bool time)
{
    size_t run = 0, longest = 0;
    for (const char *at = words; *at; at++) {
        run = *at >= '0' && *at <= '9' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return words[strspn(words, NUMBERS)] == '\0' && (!time || longest <= YEAR_DIGITS);
}

/* The condition that a shown cell has what is sought. */
static void append_sought(const struct grid *grid, const struct grid_selection *selection,
                          const char *sought, sqlite3_str *sql)
{
    bool pattern = *sought == '~';
    const char *words = pattern ? sought + 1 + strspn(sought + 1, " ") : sought;
    sqlite3_str_appendall(sql, "(0");
    for (size_t i = 0; i < selection->column_count; i++) {
        const struct grid_column *column = &grid->columns[selection->columns[i]];
        bool time = column->role == ROLE_TIME && column->type == COLUMN_INTEGER;
        if (!pattern && column->type != COLUMN_TEXT && !may_hold(words, time))
            continue;
        sqlite3_str_appendf(sql, " OR thaw_%s(%s%s%s, %Q)", pattern ? "match" : "has",
                            time ? "thaw_time(" : "", column->sql, time ? ")" : "", words);
    }
    sqlite3_str_appendall(sql, ")");
}

static struct statement *prepare_find(const struct grid *grid,
                                      const struct grid_selection *selection, const char *sought,
                                      const char *rest, struct error *error)
{
    sqlite3_str *sql = sqlite3_str_new(NULL), *where = sqlite3_str_new(NULL);
    append_sought(grid, selection, sought, where);
    char *condition = sqlite3_str_finish(where);
    sqlite3_str_appendall(sql, "SELECT r.rowid");
    grid_append_from(grid, sql);
    sqlite3_str_appendf(sql, " WHERE %s%s", condition ? condition : "0", rest);
    sqlite3_free(condition);
    return grid_statement(grid, sql, error);
}

/* Looks at the rows `from` to `end` - 1 of the table. */
static bool find_in_stretch(struct statement *query, int64_t from, int64_t end, int64_t *position,
                            struct error *error)
{
    bool good = true;
    statement_bind_integer(query, 2, from);
    statement_bind_integer(query, 3, end);
    while (statement_next(query, &good, error) && *position < 0)
        *position = statement_integer(query, 0) - 1;
    statement_reset(query);
    return good;
}

/* In the order of the table, stretch by stretch, so that a near row is found at once. */
static bool find_in_table(const struct grid *grid, const struct grid_selection *selection,
                          const char *sought, bool backwards, int64_t from, int64_t *position,
                          struct error *error)
{
    struct statement *query =
        prepare_find(grid, selection, sought,
                     backwards ? " AND r.rowid > ?2 AND r.rowid <= ?3 ORDER BY r.rowid DESC LIMIT 1"
                               : " AND r.rowid > ?2 AND r.rowid <= ?3 ORDER BY r.rowid LIMIT 1",
                     error);
    bool good = query != NULL;
    int64_t rows = grid->rows, count;
    for (int64_t done = 0; good && done < rows && *position < 0; done += count) {
        int64_t at = (from + (backwards ? rows - done : done)) % rows;
        int64_t room = backwards ? at + 1 : rows - at;
        count = rows - done < room ? rows - done : room;
        count = count < STRETCH ? count : STRETCH;
        int64_t first = backwards ? at + 1 - count : at;
        good = find_in_stretch(query, first, first + count, position, error);
    }
    statement_free(query);
    return good;
}

/* Marks all rows of the table that have it: one bit each. */
static bool mark_rows(const struct grid *grid, const struct grid_selection *selection,
                      const char *sought, unsigned char *marks, struct error *error)
{
    bool good = true;
    struct statement *query = prepare_find(grid, selection, sought, "", error);
    while (statement_next(query, &good, error)) {
        int64_t rowid = statement_integer(query, 0);
        if (rowid > 0 && rowid <= grid->rows)
            marks[rowid >> 3] |= (unsigned char)(1 << (rowid & 7));
    }
    statement_free(query);
    return good;
}

/* The first marked row in the positions first .. first + count - 1, or the last if `backwards`;
 * -1: none. */
static int64_t marked_in(const struct row_index *index, const unsigned char *marks, int64_t first,
                         size_t count, bool backwards)
{
    uint32_t rowids[BLOCK];
    count = row_index_read(index, first, count, rowids);
    for (size_t i = 0; i < count; i++) {
        size_t at = backwards ? count - 1 - i : i;
        if (marks[rowids[at] >> 3] & 1 << (rowids[at] & 7))
            return first + (int64_t)at;
    }
    return -1;
}

static bool find_in_index(const struct grid *grid, const struct grid_selection *selection,
                          const char *sought, bool backwards, int64_t from, int64_t *position,
                          struct error *error)
{
    int64_t rows = row_index_count(selection->index), count;
    unsigned char *marks = calloc((size_t)grid->rows / 8 + 1, 1);
    if (!marks)
        return error_set(error, ERROR_STORE, "there is not enough memory for a search");
    bool good = mark_rows(grid, selection, sought, marks, error);
    for (int64_t done = 0; good && done < rows && *position < 0; done += count) {
        int64_t at = (from + (backwards ? rows - done : done)) % rows;
        int64_t room = backwards ? at + 1 : rows - at;
        count = rows - done < room ? rows - done : room;
        count = count < BLOCK ? count : BLOCK;
        *position = marked_in(selection->index, marks, backwards ? at + 1 - count : at,
                              (size_t)count, backwards);
    }
    free(marks);
    return good;
}

bool grid_find(const struct grid *grid, const struct grid_selection *selection, const char *sought,
               bool backwards, int64_t from, int64_t *position, struct error *error)
{
    struct matcher *matcher = matcher_new(sought, error); /* a mistake is found before any row */
    matcher_free(matcher);
    *position = -1;
    if (!matcher)
        return false;
    return (selection->index ? find_in_index : find_in_table)(grid, selection, sought, backwards,
                                                              from, position, error);
}
