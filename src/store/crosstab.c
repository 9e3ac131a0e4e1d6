/* SPDX-License-Identifier: MIT
 *
 * One column against another. Groups come in the order of the first column, so a row is complete
 * when the next one begins.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "derived_private.h"
#include "tally_groups.h"

struct crosstab {
    struct row_file *file;
    struct row_cell across[CROSSTAB_COLUMNS]; /* the values of the other column; texts are owned */
    size_t across_count;
    bool others, measured;
    struct row_cell key; /* of the row under way; its text is owned */
    bool begun;
    int64_t counts[CROSSTAB_COLUMNS + 2], known[CROSSTAB_COLUMNS + 2]; /* total, values, others */
    double sums[CROSSTAB_COLUMNS + 2];
};

static struct row_cell copy_cell(struct row_cell cell)
{
    if (cell.kind == ROW_TEXT) {
        char *text = memory_new(cell.length + 1);
        memcpy(text, cell.text, cell.length);
        cell.text = text;
    }
    return cell;
}

static void free_cell(struct row_cell *cell)
{
    if (cell->kind == ROW_TEXT)
        free((char *)cell->text);
    cell->kind = ROW_MISSING;
}

static bool is_same(const struct row_cell *a, const struct row_cell *b)
{
    return a->kind == b->kind && tally_compare_cells(a, b) == 0;
}

static bool take_across(void *context, const struct tally_group *group, struct error *error)
{
    struct crosstab *tab = context;
    (void)error;
    if (tab->across_count < CROSSTAB_COLUMNS)
        tab->across[tab->across_count++] = copy_cell(group->keys[0]);
    else
        tab->others = true;
    return true;
}

static int compare_across(const void *a, const void *b)
{
    return tally_compare_cells(a, b);
}

static bool write_row(struct crosstab *tab, struct error *error)
{
    struct row_cell cells[CROSSTAB_COLUMNS + 3];
    size_t count = tab->across_count + 1 + tab->others;
    if (!tab->begun)
        return true;
    cells[0] = tab->key;
    for (size_t i = 0; i < count; i++)
        cells[i + 1] =
            tab->measured
                ? derived_real(tab->known[i] ? tab->sums[i] / (double)tab->known[i] : (double)NAN)
                : derived_integer(tab->counts[i]);
    bool good = row_file_add(tab->file, cells, error);
    free_cell(&tab->key);
    memset(tab->counts, 0, sizeof tab->counts);
    memset(tab->known, 0, sizeof tab->known);
    memset(tab->sums, 0, sizeof tab->sums);
    return good;
}

static bool take(void *context, const struct tally_group *group, struct error *error)
{
    struct crosstab *tab = context;
    if (!tab->begun || !is_same(&tab->key, &group->keys[0])) {
        if (!write_row(tab, error))
            return false;
        tab->key = copy_cell(group->keys[0]);
        tab->begun = true;
    }
    size_t column = 0;
    while (column < tab->across_count && !is_same(&tab->across[column], &group->keys[1]))
        column++;
    const size_t places[] = {0, column + 1};
    for (int i = 0; i < 2; i++) {
        tab->counts[places[i]] += group->count;
        tab->known[places[i]] += group->known;
        tab->sums[places[i]] += group->known ? group->mean * (double)group->known : 0;
    }
    return true;
}

static char *title_of(const struct row_cell *cell)
{
    if (cell->kind == ROW_TEXT)
        return memory_string(*cell->text ? cell->text : "empty");
    if (cell->kind == ROW_INTEGER)
        return memory_format("%lld", (long long)cell->integer);
    return cell->kind == ROW_REAL ? memory_format("%.10g", cell->real) : memory_string("missing");
}

static void add_columns(struct derived *derived, const struct crosstab *tab,
                        const struct grid_column *key)
{
    struct grid_column cell = {.type = tab->measured ? COLUMN_REAL : COLUMN_INTEGER,
                               .look = tab->measured ? GRID_PLAIN : GRID_COUNT};
    derived_add(derived, key->name, (struct grid_column){.type = key->type, .role = key->role});
    derived_add(derived, "all", cell);
    for (size_t i = 0; i < tab->across_count; i++) {
        char *title = title_of(&tab->across[i]);
        derived_add(derived, title, cell);
        free(title);
    }
    if (tab->others)
        derived_add(derived, "others", cell);
}

bool derived_crosstab(const struct grid *grid, const struct derived_request *request,
                      struct derived *derived, struct error *error)
{
    struct crosstab tab = {.measured = request->measure != TALLY_NONE};
    struct tally_request tally = {.filter = request->filter,
                                  .keys = {request->other},
                                  .key_count = 1,
                                  .measure = TALLY_NONE,
                                  .scanned = request->scanned};
    *derived = (struct derived){0};
    if (request->measure != TALLY_NONE && !derived_needs_number(grid, request->measure, error))
        return false;
    bool good = tally_run(grid, &tally, take_across, &tab, error);
    qsort(tab.across, tab.across_count, sizeof *tab.across, compare_across);
    add_columns(derived, &tab, &grid->columns[request->column]);
    good = good && derived_open(derived, 0, error);
    tab.file = derived->file;
    tally = (struct tally_request){.filter = request->filter,
                                   .keys = {request->column, request->other},
                                   .key_count = 2,
                                   .measure = request->measure,
                                   .by_value = true,
                                   .scanned = request->scanned};
    good = good && tally_run(grid, &tally, take, &tab, error) && write_row(&tab, error);
    free_cell(&tab.key);
    for (size_t i = 0; i < tab.across_count; i++)
        free_cell(&tab.across[i]);
    return derived_close(derived, good, error);
}
