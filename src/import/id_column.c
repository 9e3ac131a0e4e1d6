/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "id_column.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct sample_cell id_column_plain(struct sample_cell cell)
{
    cell_trim(&cell.text, &cell.length);
    cell.length = id_cell_whole_length(cell.text, cell.length);
    return cell;
}

static struct sample_cell plain_id(const struct row_sample *sample, size_t row, size_t field)
{
    return id_column_plain(row_sample_cell(sample, row, field));
}

static struct id_map *ids_of(const struct source_table *ratings, enum column_role role)
{
    const struct source_column *column = source_table_role(ratings, role);
    struct id_map *ids = id_map_new();
    struct error ignored;
    uint32_t number;
    for (size_t row = source_table_first(ratings); column && row < ratings->sample.rows; row++) {
        struct sample_cell id = plain_id(&ratings->sample, row, column->field);
        if (id.length > 0 && id.length <= ID_MAP_LONGEST)
            id_map_add(ids, id.text, id.length, &number, &ignored);
    }
    return ids;
}

static double overlap(const struct source_table *table, size_t field, const struct id_map *ids)
{
    struct id_map *seen = id_map_new();
    struct error ignored;
    size_t found = 0, row = source_table_first(table);
    bool unique = true;
    for (; unique && row < table->sample.rows; row++) {
        struct sample_cell id = plain_id(&table->sample, row, field);
        uint32_t number;
        size_t before = id_map_size(seen);
        unique = id.length > 0 && id.length <= ID_MAP_LONGEST &&
                 id_map_add(seen, id.text, id.length, &number, &ignored) &&
                 id_map_size(seen) > before;
        found += unique && id_map_find(ids, id.text, id.length, &number);
    }
    id_map_free(seen);
    return unique && id_map_size(ids) > 0 ? (double)found / (double)id_map_size(ids) : -1;
}

double *id_column_overlaps(const struct source_table *table, const struct source_table *ratings,
                           enum column_role role)
{
    double *shares = memory_array(table->sample.fields, sizeof *shares);
    struct id_map *ids = ids_of(ratings, role);
    for (size_t field = 0; field < table->sample.fields; field++)
        shares[field] = overlap(table, field, ids);
    id_map_free(ids);
    return shares;
}
