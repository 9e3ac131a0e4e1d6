/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sample_repeats.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

static int compare_pairs(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The number of the id in that row; false if the row has none. */
static bool take_id(const struct source_table *table, const struct source_column *column,
                    size_t row, struct id_map *ids, uint32_t *number)
{
    struct error ignored;
    struct sample_cell cell = row_sample_cell(&table->sample, row, column->field);
    if (id_cell_is_missing(&column->ids, cell.text, cell.length, table->exact,
                           table->options->missing))
        return false;
    if (!table->exact)
        id_cell_trim(&cell.text, &cell.length);
    id_cell_cut(&column->ids, cell.text, &cell.length);
    return cell.length <= ID_MAP_LONGEST &&
           id_map_add(ids, cell.text, cell.length, number, &ignored);
}

/* How many sampled rows are of a pair that an earlier one has; `rows` is that of all. */
static size_t count_repeats(const struct source_table *table, size_t *rows)
{
    const struct source_column *columns[] = {source_table_role(table, ROLE_USER),
                                             source_table_role(table, ROLE_ITEM)};
    struct id_map *ids[] = {id_map_new(), id_map_new()};
    uint64_t *pairs = memory_array(table->sample.rows, sizeof *pairs);
    size_t count = 0, repeats = 0;
    for (size_t row = source_table_first(table); row < table->sample.rows; row++) {
        uint32_t numbers[2];
        if (take_id(table, columns[0], row, ids[0], &numbers[0]) &&
            take_id(table, columns[1], row, ids[1], &numbers[1]))
            pairs[count++] = (uint64_t)numbers[0] << 32 | numbers[1];
    }
    qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 1; i < count; i++)
        repeats += pairs[i] == pairs[i - 1];
    free(pairs);
    id_map_free(ids[0]);
    id_map_free(ids[1]);
    *rows = count;
    return repeats;
}

void sample_repeats_tell(const struct source_table *ratings, bool given, struct import_plan *plan)
{
    const struct source_column *time = source_table_role(ratings, ROLE_TIME);
    bool timed = time && time->given > 0;
    size_t rows, repeats = count_repeats(ratings, &rows);
    char seen[96] = "";
    if (repeats > 0)
        snprintf(seen, sizeof seen, "; %zu of the first %zu rows repeat%s a pair", repeats, rows,
                 repeats == 1 ? "s" : "");
    struct decision *decision =
        decisions_add(&plan->decisions, "", "repeats", repeats_words[plan->repeats]);
    decision_because(decision, "%s%s%s", repeats_clause(plan->repeats, timed),
                     given ? ", as --repeats says" : "", seen);
    decision_option(decision, "repeats", repeats_words[plan->repeats]);
}
