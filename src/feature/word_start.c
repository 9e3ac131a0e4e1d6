/* SPDX-License-Identifier: MIT
 *
 * First rows of a table: of words that a script lists, or the mean of a vector over the training
 * entities that have the word.
 */
#include "config.h"

#include "word_start.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

void word_start_free(struct feature_start *start)
{
    if (!start)
        return;
    id_map_free(start->words);
    free(start->values);
    free(start);
}

static bool make_room(struct feature_field *field, uint32_t columns,
                      const struct feature_source *source, struct error *error)
{
    size_t cells = (size_t)field->vocabulary * columns;
    if (!source_charge(source, cells * sizeof *field->given, error))
        return false;
    field->given_columns = columns;
    field->given = memory_array(cells, sizeof *field->given);
    for (size_t i = 0; i < cells; i++)
        field->given[i] = NAN;
    return true;
}

/* -- a list of the script ---------------------------------------------------------------------- */

static bool refuse(const struct feature_field *field, const struct feature_start *start,
                   struct error *error)
{
    char first[64], own[64] = "";
    if (id_map_size(field->words) > 0)
        text_safe(id_map_text(field->words, 0), own, sizeof own);
    return error_set(error, ERROR_SCRIPT,
                     "none of the %zu words of `start` is one of the field: such as \"%s\", where "
                     "the field has \"%s\"",
                     id_map_size(start->words),
                     text_safe(id_map_text(start->words, 0), first, sizeof first), own);
}

static bool take_list(struct feature_field *field, const struct feature_start *start,
                      const struct feature_source *source, struct error *error)
{
    size_t bytes = start->columns * sizeof *start->values;
    bool any = false;
    if (!make_room(field, start->columns, source, error))
        return false;
    for (uint32_t word = 0; word < id_map_size(field->words); word++) {
        uint32_t row = source_row(start->words, id_map_text(field->words, word));
        if (row == 0)
            continue;
        memcpy(field->given + (size_t)(word + 1) * start->columns,
               start->values + (size_t)(row - 1) * start->columns, bytes);
        any = true;
    }
    return any || refuse(field, start, error);
}

/* -- the mean of a vector ---------------------------------------------------------------------- */

/* Sums of the vector by row of the table. The vector's last column says what is missing. */
static double *add_up(const struct feature_field *field, const struct feature_field *vector,
                      const struct feature_source *source, uint32_t *counts)
{
    uint32_t columns = vector->columns - 1;
    double *sums = memory_array((size_t)field->vocabulary * columns, sizeof *sums);
    for (uint32_t e = 0; e < source->entities; e++) {
        if (!source->training[e] || feature_number(vector, e, columns) > 0)
            continue;
        const uint32_t *rows =
            field->kind == FEATURE_BAG ? field->indices + field->starts[e] : field->index + e;
        uint32_t count = field->kind == FEATURE_BAG ? field->starts[e + 1] - field->starts[e] : 1;
        for (uint32_t i = 0; i < count; i++) {
            counts[rows[i]]++;
            for (uint32_t c = 0; c < columns; c++)
                sums[(size_t)rows[i] * columns + c] += (double)feature_number(vector, e, c);
        }
    }
    return sums;
}

static bool take_means(struct feature_field *field, const struct feature_field *vector,
                       const struct feature_source *source, struct error *error)
{
    uint32_t columns = vector->columns - 1;
    if (!make_room(field, columns, source, error) ||
        !source_charge(source, (uint64_t)field->vocabulary * columns * sizeof(double), error))
        return false;
    uint32_t *counts = memory_array(field->vocabulary, sizeof *counts);
    double *sums = add_up(field, vector, source, counts);
    for (uint32_t row = 1; row < field->vocabulary; row++)
        for (uint32_t c = 0; counts[row] && c < columns; c++) {
            size_t at = (size_t)row * columns + c;
            field->given[at] = (float)(sums[at] / counts[row]);
        }
    free(sums);
    free(counts);
    return true;
}

bool word_start_fit(struct feature_field *field, const struct feature_part *part,
                    const struct feature_field *fields, const struct feature_source *source,
                    struct error *error)
{
    if (part->given_part > 0)
        return take_means(field, &fields[part->given_part - 1], source, error);
    return !part->given || take_list(field, part->given, source, error);
}
