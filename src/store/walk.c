/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A jump over keys is 1/FINENESS of the hole so far. In a hole larger than any interior page
 * covers, a jump doubles it. */
enum { FINENESS = 100, LARGE = 1 << 24 };

/* The outcome of a read. */
enum walk_outcome { FOUND, NOTHING, DAMAGED, ENDED };

struct walker {
    const struct row_walk *walk;
    struct walk_result *result;
    struct statement *rows, *probe;
    struct error *error;
};

static struct statement *prepare(const struct row_walk *walk, const char *columns,
                                 const char *limit, struct error *error)
{
    bool rowids = strcmp(walk->key, "rowid") == 0;
    char *sql = sqlite3_mprintf("SELECT %s%s%s FROM \"%w\"%s WHERE %s%s%s >= ?1 ORDER BY %s%s",
                                walk->key, *columns ? ", " : "", columns, walk->layout->table,
                                rowids ? " NOT INDEXED" : "", walk->where,
                                *walk->where ? " AND " : "", walk->key, walk->key, limit);
    struct statement *statement = store_statement(walk->store, sql, error);
    sqlite3_free(sql);
    return statement;
}

static void bind_place(struct statement *statement, const struct row_walk *walk, int64_t from)
{
    const char *last = strrchr(walk->where, '?'); /* the last parameter tells how many there are */
    const char *format = !last ? "i" : last[1] == '2' ? "ii" : last[1] == '3' ? "iit" : "iiti";
    statement_bind(statement, format, from, walk->owner, walk->name, walk->rung);
}

static enum walk_outcome failed(struct walker *walker, const struct error *why)
{
    if (why->kind == ERROR_CANCELLED) {
        *walker->error = *why;
        return ENDED;
    }
    if (walker->result->hole_count == 0)
        walker->result->why = *why;
    return DAMAGED;
}

/* Hands out rows from `next` on and advances it past them. */
static enum walk_outcome go_forward(struct walker *walker, int64_t *next)
{
    struct error why;
    bool row;
    enum walk_outcome outcome = FOUND;
    bind_place(walker->rows, walker->walk, *next);
    while (outcome == FOUND) {
        if (!statement_step(walker->rows, &row, &why)) {
            outcome = failed(walker, &why);
        } else if (!row) {
            outcome = NOTHING;
        } else if (statement_integer(walker->rows, 0) < *next) {
            error_set(&why, ERROR_STORE, "its rows are out of order");
            outcome = failed(walker, &why);
        } else {
            int64_t key = statement_integer(walker->rows, 0);
            walker->result->rows++;
            const struct stored_row record = {walker->walk->layout, walker->rows, key};
            if (!walker->walk->row(walker->walk->context, &record, walker->error))
                outcome = ENDED;
            else if (key == INT64_MAX)
                outcome = NOTHING;
            *next = key == INT64_MAX ? key : key + 1;
        }
    }
    statement_reset(walker->rows);
    return outcome;
}

/* Finds the key of the first row at or after `from`, without reading the rest of the row. */
static enum walk_outcome probe(struct walker *walker, int64_t from, int64_t *key)
{
    struct error why;
    bool row;
    if (*walker->walk->tries == 0)
        return NOTHING;
    bind_place(walker->probe, walker->walk, from);
    if (!statement_step(walker->probe, &row, &why)) {
        --*walker->walk->tries;
        return failed(walker, &why);
    }
    *key = row ? statement_integer(walker->probe, 0) : 0;
    statement_reset(walker->probe);
    if (row && *key < from)
        return DAMAGED;
    return row ? FOUND : NOTHING;
}

/* Nothing can be read at `low`. Finds the smallest key above it from which rows can be read again,
 * which is at most `high`. */
static enum walk_outcome narrow(struct walker *walker, int64_t low, int64_t high, int64_t *to)
{
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2, key;
        enum walk_outcome outcome = probe(walker, middle, &key);
        if (outcome == ENDED)
            return outcome;
        if (outcome == DAMAGED)
            low = middle;
        else
            high = middle;
    }
    *to = high;
    return FOUND;
}

/* The row at or after `from` cannot be read. Finds where to go on. */
static enum walk_outcome look_behind(struct walker *walker, int64_t from, int64_t *to)
{
    int64_t key, low = from < 0 ? 0 : from;
    enum walk_outcome outcome = probe(walker, from, &key);
    *to = key;
    if (outcome == FOUND && key < INT64_MAX)
        *to = key + 1; /* the key can be read, the rest of the row cannot */
    if (outcome != DAMAGED)
        return outcome == FOUND && key == INT64_MAX ? NOTHING : outcome;
    for (int64_t jump = 1; low < INT64_MAX / 4;
         jump = 1 + (low - from) / (low - from > LARGE ? 1 : FINENESS)) {
        outcome = probe(walker, low + jump, &key);
        if (outcome == FOUND)
            return narrow(walker, low, low + jump, to);
        if (outcome != DAMAGED)
            return outcome;
        low += jump;
        if (from < 0)
            from = 0;
    }
    return NOTHING;
}

static void add_hole(struct walk_result *result, int64_t from, int64_t to)
{
    struct hole *last = result->hole_count ? &result->holes[result->hole_count - 1] : NULL;
    if (last && last->to >= from) {
        last->to = to;
        return;
    }
    result->holes = memory_resize(result->holes, result->hole_count + 1, sizeof *result->holes);
    result->holes[result->hole_count++] = (struct hole){from, to};
}

bool walk_rows(const struct row_walk *walk, struct walk_result *result, struct error *error)
{
    struct error why;
    struct walker walker = {.walk = walk, .result = result, .error = error};
    int64_t next = INT64_MIN;
    enum walk_outcome outcome = DAMAGED;
    *result = (struct walk_result){0};
    char *columns = table_layout_columns(walk->layout);
    walker.rows = prepare(walk, columns, "", &why);
    sqlite3_free(columns);
    if (!walker.rows) {
        outcome = failed(&walker, &why);
        add_hole(result, INT64_MIN, INT64_MAX);
    }
    while (walker.rows && (outcome = go_forward(&walker, &next)) == DAMAGED) {
        int64_t to = INT64_MAX;
        if (!walker.probe && !(walker.probe = prepare(walk, "", " LIMIT 1", &why))) {
            add_hole(result, next, INT64_MAX);
            break;
        }
        outcome = look_behind(&walker, next, &to);
        if (outcome == ENDED)
            break;
        add_hole(result, next, outcome == NOTHING ? INT64_MAX : to);
        if (outcome == NOTHING)
            break;
        next = to;
    }
    return outcome != ENDED;
}

void walk_result_release(struct walk_result *result)
{
    free(result->holes);
    *result = (struct walk_result){0};
}
