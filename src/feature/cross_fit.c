/* SPDX-License-Identifier: MIT
 *
 * Crosses two fields. All pairs of all entities first get provisional numbers; those of training
 * entities get the rows 1, 2, ... in order of first appearance.
 */
#include "config.h"

#include "cross_fit.h"

#include <stdlib.h>

#include "base/memory.h"

struct crossing {
    const struct feature_field *left, *right;
    const struct feature_source *source;
    struct id_map *pairs;       /* the bytes of both rows */
    uint32_t *starts, *numbers; /* of entity e: numbers[starts[e]] .. numbers[starts[e + 1] - 1] */
    size_t capacity;
};

/* The known rows of an entity. */
static const uint32_t *rows_of(const struct feature_field *field, uint32_t entity, uint32_t *count)
{
    if (field->kind == FEATURE_INDEX) {
        *count = field->index[entity] > 0;
        return &field->index[entity];
    }
    const uint32_t *rows = field->indices + field->starts[entity];
    *count = field->starts[entity + 1] - field->starts[entity];
    if (*count == 1 && rows[0] == 0)
        *count = 0;
    return rows;
}

/* Both rows by 7 bits a byte, none of which is 0, as a text must have it. */
enum { PAIR_TEXT = 10 };

static void pack(uint32_t left, uint32_t right, char text[PAIR_TEXT])
{
    for (int i = 0; i < PAIR_TEXT; i++) {
        uint32_t row = i < PAIR_TEXT / 2 ? left : right;
        text[i] = (char)(0x80 | (row >> 7 * (i % (PAIR_TEXT / 2)) & 0x7F));
    }
}

static uint32_t unpack(const char *text)
{
    uint32_t row = 0;
    for (int i = 0; i < PAIR_TEXT / 2; i++)
        row |= (uint32_t)(text[i] & 0x7F) << 7 * i;
    return row;
}

static bool add_pair(struct crossing *crossing, uint32_t entity, uint32_t left, uint32_t right,
                     struct error *error)
{
    enum { PAIR_BYTES = 64 }; /* in the map and in the words of the field */
    char pair[PAIR_TEXT];
    size_t at = crossing->starts[entity + 1], known = id_map_size(crossing->pairs);
    if (at == UINT32_MAX)
        return error_set(error, ERROR_SCRIPT, "more than %u pairs", UINT32_MAX);
    if (at == crossing->capacity) {
        if (!source_charge(crossing->source, crossing->capacity * 2 * sizeof left, error))
            return false;
        crossing->capacity *= 2;
        crossing->numbers =
            memory_resize(crossing->numbers, crossing->capacity, sizeof *crossing->numbers);
    }
    pack(left, right, pair);
    if (!id_map_add_text(crossing->pairs, pair, sizeof pair, &crossing->numbers[at], error))
        return false;
    crossing->starts[entity + 1]++;
    return id_map_size(crossing->pairs) == known ||
           source_charge(crossing->source, PAIR_BYTES, error);
}

static bool find_pairs(struct crossing *crossing, struct error *error)
{
    for (uint32_t e = 0; e < crossing->source->entities; e++) {
        uint32_t lefts, rights;
        const uint32_t *left = rows_of(crossing->left, e, &lefts);
        const uint32_t *right = rows_of(crossing->right, e, &rights);
        crossing->starts[e + 1] = crossing->starts[e];
        for (uint32_t i = 0; i < lefts; i++)
            for (uint32_t k = 0; k < rights; k++)
                if (!add_pair(crossing, e, left[i], right[k], error))
                    return false;
    }
    return true;
}

static void word_of(const struct feature_field *field, uint32_t row, struct bytes *text)
{
    if (field->words)
        bytes_add_format(text, "%s", id_map_text(field->words, row - 1));
    else
        bytes_add_format(text, "%u", row);
}

static bool name_pair(const struct crossing *crossing, uint32_t number, struct id_map *words,
                      uint32_t *row, struct error *error)
{
    const char *pair = id_map_text(crossing->pairs, number);
    uint32_t left = unpack(pair), right = unpack(pair + PAIR_TEXT / 2);
    struct bytes text = {0};
    word_of(crossing->left, left, &text);
    bytes_add_format(&text, " x ");
    word_of(crossing->right, right, &text);
    size_t known = id_map_size(words);
    bool good = source_charge(crossing->source, 2 * text.size, error) &&
                id_map_add_text(words, (const char *)text.data, text.size, row, error);
    if (good && id_map_size(words) == known) { /* "a x b" with "c", and "a" with "b x c" */
        bytes_add_format(&text, " (%u x %u)", left, right);
        good = id_map_add_text(words, (const char *)text.data, text.size, row, error);
    }
    bytes_release(&text);
    return good;
}

/* The row of each pair; 0 if it is unknown. */
static bool give_rows(const struct crossing *crossing, uint32_t least, struct id_map *words,
                      uint32_t *rows, struct error *error)
{
    bool good = true;
    uint32_t *counts = memory_array(id_map_size(crossing->pairs), sizeof *counts);
    const bool *training = crossing->source->training;
    for (uint32_t e = 0; e < crossing->source->entities; e++)
        for (uint32_t at = crossing->starts[e]; training[e] && at < crossing->starts[e + 1]; at++)
            counts[crossing->numbers[at]]++;
    for (uint32_t e = 0; good && e < crossing->source->entities; e++) {
        if (!training[e])
            continue;
        for (uint32_t at = crossing->starts[e]; good && at < crossing->starts[e + 1]; at++) {
            uint32_t pair = crossing->numbers[at];
            if (rows[pair] > 0 || counts[pair] < least)
                continue;
            good = name_pair(crossing, pair, words, &rows[pair], error);
            rows[pair]++;
        }
    }
    free(counts);
    return good;
}

static void fill_index(struct feature_field *field, const struct crossing *crossing,
                       const uint32_t *rows)
{
    uint32_t entities = crossing->source->entities;
    field->index = memory_array(entities, sizeof *field->index);
    for (uint32_t e = 0; e < entities; e++)
        if (crossing->starts[e + 1] > crossing->starts[e])
            field->index[e] = rows[crossing->numbers[crossing->starts[e]]];
}

/* The known rows of an entity, or row 0 alone. */
static uint32_t fill_bag(const struct crossing *crossing, uint32_t entity, const uint32_t *rows,
                         uint32_t *output)
{
    uint32_t count = 0;
    for (uint32_t at = crossing->starts[entity]; at < crossing->starts[entity + 1]; at++) {
        uint32_t row = rows[crossing->numbers[at]];
        if (row > 0)
            output[count++] = row;
    }
    if (count == 0)
        output[count++] = 0;
    return count;
}

static bool fill_bags(struct feature_field *field, const struct crossing *crossing,
                      const uint32_t *rows, struct error *error)
{
    uint32_t entities = crossing->source->entities;
    uint64_t most = (uint64_t)crossing->starts[entities] + entities;
    if (most > UINT32_MAX)
        return error_set(error, ERROR_SCRIPT, "more than %u pairs", UINT32_MAX);
    field->starts = memory_array((size_t)entities + 1, sizeof *field->starts);
    field->indices = memory_array(most, sizeof *field->indices);
    for (uint32_t e = 0; e < entities; e++)
        field->starts[e + 1] =
            field->starts[e] + fill_bag(crossing, e, rows, field->indices + field->starts[e]);
    return true;
}

bool cross_fit(struct feature_field *field, const struct feature_part *part,
               const struct feature_field *left, const struct feature_field *right,
               const struct feature_source *source, struct error *error)
{
    struct crossing crossing = {
        .left = left,
        .right = right,
        .source = source,
        .pairs = id_map_new(),
        .starts = memory_array((size_t)source->entities + 1, sizeof *crossing.starts),
        .capacity = (size_t)source->entities + 1,
        .numbers = memory_array((size_t)source->entities + 1, sizeof *crossing.numbers),
    };
    field->words = id_map_new();
    bool good = find_pairs(&crossing, error);
    uint32_t *rows = memory_array(id_map_size(crossing.pairs), sizeof *rows);
    good = good && give_rows(&crossing, part->least, field->words, rows, error);
    if (good && field->kind == FEATURE_BAG)
        good = fill_bags(field, &crossing, rows, error);
    else if (good)
        fill_index(field, &crossing, rows);
    free(rows);
    id_map_free(crossing.pairs);
    free(crossing.starts);
    free(crossing.numbers);
    return good;
}
