/* SPDX-License-Identifier: MIT
 *
 * Splits cells into words and chooses the words that get rows. All words first get provisional
 * numbers. Then the words of training entities get the rows 1, 2, ... in order of first appearance.
 */
#include "config.h"

#include "vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/list_text.h"
#include "base/memory.h"

/* The words of each distinct cell n, as numbers[starts[n]] .. numbers[starts[n + 1] - 1]. */
struct cells {
    uint32_t count, *starts, *numbers;
    size_t capacity;
    struct id_map *words;
    uint32_t *last; /* by word: the last cell that had it, plus 1 */
    size_t last_capacity;
    const struct feature_source *source;
};

/* The memory of a word besides its letters: an entry in a map and in the map's index, doubled
 * because both grow by doubling. */
enum { WORD_BYTES = 52 };

static void cells_init(struct cells *cells, const struct feature_source *source, uint32_t count)
{
    *cells = (struct cells){
        .source = source,
        .count = count,
        .starts = memory_array((size_t)count + 1, sizeof *cells->starts),
        .capacity = count,
        .numbers = memory_array(count, sizeof *cells->numbers),
        .words = id_map_new(),
    };
}

static void cells_release(struct cells *cells)
{
    free(cells->starts);
    free(cells->numbers);
    free(cells->last);
    id_map_free(cells->words);
}

/* Marks the word as seen in cell n. Returns whether it already was. */
static bool mark(struct cells *cells, uint32_t n, uint32_t number)
{
    if (number >= cells->last_capacity) {
        size_t capacity = 2 * (size_t)number + 16;
        cells->last = memory_resize(cells->last, capacity, sizeof *cells->last);
        memset(cells->last + cells->last_capacity, 0,
               (capacity - cells->last_capacity) * sizeof *cells->last);
        cells->last_capacity = capacity;
    }
    bool before = cells->last[number] == n + 1;
    cells->last[number] = n + 1;
    return before;
}

/* Adds a word to cell n, the last one so far, unless the word is empty or already there. */
static bool add_word(struct cells *cells, uint32_t n, const char *word, size_t length,
                     struct error *error)
{
    uint32_t number;
    size_t known = id_map_size(cells->words);
    if (length == 0)
        return true;
    if (!id_map_add_text(cells->words, word, length, &number, error))
        return false;
    /* Twice: here, and among the words of the field. */
    if (id_map_size(cells->words) > known &&
        !source_charge(cells->source, 2 * (length + WORD_BYTES), error))
        return false;
    if (mark(cells, n, number))
        return true;
    if (cells->starts[n + 1] == UINT32_MAX)
        return error_set(error, ERROR_INPUT, "more than %u words", UINT32_MAX);
    if (cells->starts[n + 1] == cells->capacity) {
        size_t capacity = 2 * cells->capacity + 1, further = capacity - cells->capacity;
        if (!source_charge(cells->source, 2 * further * sizeof *cells->numbers, error))
            return false;
        cells->capacity = capacity;
        cells->numbers = memory_resize(cells->numbers, cells->capacity, sizeof *cells->numbers);
    }
    cells->numbers[cells->starts[n + 1]++] = number;
    return true;
}

static bool is_space(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

static bool add_trimmed(struct cells *cells, uint32_t n, const char *begin, const char *end,
                        struct error *error)
{
    while (begin < end && is_space(*begin))
        begin++;
    while (begin < end && is_space(end[-1]))
        end--;
    return add_word(cells, n, begin, (size_t)(end - begin), error);
}

/* Whether a bag may take a further word. */
static bool has_room(const struct cells *cells, uint32_t n, const struct feature_part *part)
{
    return !part->most || cells->starts[n + 1] - cells->starts[n] < part->most;
}

/* Adds the first `most` values of a list in which some hold its separator. */
static bool add_list(struct cells *cells, uint32_t n, const struct feature_part *part,
                     const char *text, struct error *error)
{
    struct bytes value = {0};
    const char *end = text + strlen(text);
    bool good = true;
    while (good && text && has_room(cells, n, part)) {
        const char *bar = list_text_next(text, end, &value);
        const char *begin = (const char *)value.data;
        good = value.size == 0 || add_trimmed(cells, n, begin, begin + value.size, error);
        text = bar ? bar + 1 : NULL;
    }
    bytes_release(&value);
    return good;
}

/* Adds the first `most` words between separators. */
static bool add_text(struct cells *cells, uint32_t n, const struct feature_part *part,
                     const char *text, struct error *error)
{
    if (!vocabulary_is_bag(part))
        return add_word(cells, n, text, strlen(text), error);
    if (part->separator && strcmp(part->separator, "|") == 0 && strstr(text, "\\|"))
        return add_list(cells, n, part, text, error);
    size_t width = part->separator ? strlen(part->separator) : 0;
    const char *end = width ? strstr(text, part->separator) : NULL;
    while (has_room(cells, n, part)) {
        if (!add_trimmed(cells, n, text, end ? end : text + strlen(text), error))
            return false;
        if (!end)
            break;
        text = end + width;
        end = strstr(text, part->separator);
    }
    return true;
}

static bool add_number(struct cells *cells, uint32_t n, const struct column *column,
                       struct error *error)
{
    char text[SOURCE_NUMBER_TEXT];
    if (column_is_missing(column, n))
        return true;
    if (column->type == COLUMN_INTEGER)
        snprintf(text, sizeof text, "%lld", (long long)column->integer[n]);
    else
        source_number_text(column->real[n], text);
    return add_word(cells, n, text, strlen(text), error);
}

/* Splits each distinct text of a column once. */
static bool read_texts(struct cells *cells, const struct feature_part *part,
                       const struct feature_source *source, struct error *error)
{
    const struct column *column = &source->column;
    cells_init(cells, source, (uint32_t)id_map_size(column->texts));
    for (uint32_t n = 0; n < cells->count; n++) {
        cells->starts[n + 1] = cells->starts[n];
        if (!add_text(cells, n, part, id_map_text(column->texts, n), error))
            return false;
    }
    return true;
}

static bool read_numbers(struct cells *cells, const struct feature_source *source,
                         struct error *error)
{
    const struct column *column = &source->column;
    cells_init(cells, source, source->entities);
    for (uint32_t n = 0; n < cells->count; n++) {
        cells->starts[n + 1] = cells->starts[n];
        if (!add_number(cells, n, column, error))
            return false;
    }
    return true;
}

/* The number of an entity's cell in `cells`. False if the cell is missing. */
static bool cell_of(const struct feature_source *source, uint32_t entity, uint32_t *n)
{
    *n = source->column.type == COLUMN_TEXT ? source->column.text[entity] : entity;
    return source->column.type != COLUMN_TEXT || *n != COLUMN_NO_TEXT;
}

/* The row of each provisional word, 0 if it is unknown. Adds the known words to `known`. */
static uint32_t *give_rows(const struct cells *cells, const struct feature_source *source,
                           uint32_t least, struct id_map *known)
{
    size_t words = id_map_size(cells->words);
    uint32_t *counts = memory_array(words, sizeof *counts), n;
    uint32_t *rows = memory_array(words, sizeof *rows);
    for (uint32_t e = 0; e < source->entities; e++)
        if (source->training[e] && cell_of(source, e, &n))
            for (uint32_t at = cells->starts[n]; at < cells->starts[n + 1]; at++)
                counts[cells->numbers[at]]++;
    for (uint32_t e = 0; e < source->entities; e++) {
        if (!source->training[e] || !cell_of(source, e, &n))
            continue;
        for (uint32_t at = cells->starts[n]; at < cells->starts[n + 1]; at++) {
            uint32_t word = cells->numbers[at];
            const char *text = id_map_text(cells->words, word);
            struct error error;
            if (rows[word] == 0 && counts[word] >= least &&
                id_map_add_text(known, text, strlen(text), &rows[word], &error))
                rows[word]++;
        }
    }
    free(counts);
    return rows;
}

/* The row of each word by words that stand already. */
static uint32_t *find_rows(const struct cells *cells, const struct id_map *known)
{
    size_t words = id_map_size(cells->words);
    uint32_t *rows = memory_array(words, sizeof *rows);
    for (size_t word = 0; word < words; word++)
        rows[word] = source_row(known, id_map_text(cells->words, (uint32_t)word));
    return rows;
}

/* FNV-1a with a last mix. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    return hash ^ hash >> 33;
}

/* The row of each word, whether a training entity has it or not. */
static uint32_t *hash_words(const struct cells *cells, uint32_t count)
{
    size_t words = id_map_size(cells->words);
    uint32_t *rows = memory_array(words, sizeof *rows);
    for (size_t word = 0; word < words; word++)
        rows[word] = 1 + (uint32_t)(hash_of(id_map_text(cells->words, (uint32_t)word)) % count);
    return rows;
}

static void fill_index(struct feature_field *field, const struct cells *cells,
                       const struct feature_source *source, const uint32_t *rows)
{
    field->index = memory_array(source->entities, sizeof *field->index);
    for (uint32_t e = 0, n; e < source->entities; e++)
        if (cell_of(source, e, &n) && cells->starts[n + 1] > cells->starts[n])
            field->index[e] = rows[cells->numbers[cells->starts[n]]];
}

/* Writes the rows of an entity's known words, or row 0, to `output` unless that is NULL. Returns
 * how many. */
static uint32_t bag_of(const struct cells *cells, const struct feature_source *source,
                       const uint32_t *rows, uint32_t entity, uint32_t *output)
{
    uint32_t count = 0, n;
    if (cell_of(source, entity, &n)) {
        for (uint32_t at = cells->starts[n]; at < cells->starts[n + 1]; at++) {
            uint32_t row = rows[cells->numbers[at]];
            if (row && output)
                output[count] = row;
            count += row > 0;
        }
    }
    if (count == 0 && output)
        output[0] = 0;
    return count ? count : 1;
}

static bool fill_bags(struct feature_field *field, const struct cells *cells,
                      const struct feature_source *source, const uint32_t *rows,
                      struct error *error)
{
    uint64_t all = 0;
    field->starts = memory_array((size_t)source->entities + 1, sizeof *field->starts);
    for (uint32_t e = 0; e < source->entities; e++) {
        all += bag_of(cells, source, rows, e, NULL);
        if (all > UINT32_MAX)
            return error_set(error, ERROR_SCRIPT,
                             "more than %u words in all: keep fewer with `most`", UINT32_MAX);
        field->starts[e + 1] = (uint32_t)all;
    }
    field->indices = memory_array(all, sizeof *field->indices);
    for (uint32_t e = 0; e < source->entities; e++)
        bag_of(cells, source, rows, e, field->indices + field->starts[e]);
    return true;
}

bool vocabulary_is_bag(const struct feature_part *part)
{
    return part->kind == PART_BAG ||
           (part->kind == PART_HASH && part->separator && *part->separator);
}

bool vocabulary_fit(struct feature_field *field, const struct feature_part *part,
                    const struct feature_source *source, struct error *error)
{
    struct cells cells;
    bool fitted = source->column.type == COLUMN_TEXT ? read_texts(&cells, part, source, error)
                                                     : read_numbers(&cells, source, error);
    if (fitted) {
        bool hashed = part->kind == PART_HASH;
        field->words = hashed ? NULL : source_words(source, error);
        fitted = hashed || field->words;
    }
    if (fitted) {
        uint32_t *rows = part->kind == PART_HASH ? hash_words(&cells, part->rows)
                         : source_words_stand(source)
                             ? find_rows(&cells, field->words)
                             : give_rows(&cells, source, part->least, field->words);
        if (vocabulary_is_bag(part))
            fitted = fill_bags(field, &cells, source, rows, error);
        else
            fill_index(field, &cells, source, rows);
        free(rows);
    }
    cells_release(&cells);
    return fitted;
}
