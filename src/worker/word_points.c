/* SPDX-License-Identifier: MIT
 *
 * Words of a field as points: rows of the table that a run has learned, vectors that come with the
 * mapping, or else the training users or items that have the word.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "mapped_points.h"
#include "mapped_subject.h"
#include "points_builder.h"

/* -- finding the word -------------------------------------------------------------------------- */

/* The words of a field, or NULL if they have no names. `own` is what the caller frees. */
static const struct id_map *words_of(struct asked *asked, size_t number, struct id_map **own,
                                     struct error *error)
{
    const struct study *study = asked->study;
    const struct feature_part *part = points_part(study, number);
    *own = NULL;
    if (part->kind == PART_IDENTITY || part->entity == FEATURE_CONTEXT)
        return NULL;
    if (!feature_part_has_vectors(part))
        return study->space.fields[number].words;
    *own = id_map_new();
    if (feature_part_words(part, study->dataset, study->split.observed, *own, error))
        return *own;
    id_map_free(*own);
    *own = NULL;
    return NULL;
}

struct word_search {
    const char *word, *field;
    size_t found, first, second; /* fields that have the word */
    char similar[64];            /* "" if there is none */
    bool any;                    /* a field has words at all */
};

static void look_into(struct word_search *search, size_t number, const struct id_map *words)
{
    size_t count = id_map_size(words);
    uint32_t row;
    search->any = true;
    if (id_map_find(words, search->word, strlen(search->word), &row)) {
        *(search->found ? &search->second : &search->first) = number;
        search->found++;
        return;
    }
    const char **names = memory_array(count, sizeof *names);
    for (uint32_t i = 0; i < count; i++)
        names[i] = id_map_text(words, i);
    const char *meant = suggest(search->word, names, count);
    if (meant && !*search->similar)
        text_safe(meant, search->similar, sizeof search->similar);
    free(names);
}

static bool judge(const struct word_search *search, const struct study *study, struct error *error)
{
    char shown[64], hint[100] = "";
    text_safe(search->word, shown, sizeof shown);
    if (!search->any)
        return error_set(error, ERROR_USAGE, "%s has no words: categories, bags and texts have",
                         *search->field ? search->field : "the mapping");
    if (search->found == 0) {
        if (*search->similar)
            snprintf(hint, sizeof hint, "; did you mean \"%s\"?", search->similar);
        return error_set(error, ERROR_USAGE, "no training row of %s has the word \"%s\"%s",
                         *search->field ? search->field : study->dataset->name, shown, hint);
    }
    return search->found == 1 ||
           error_set(error, ERROR_USAGE, "\"%s\" is a word of %s and of %s: name one with --field",
                     shown, study->space.fields[search->first].name,
                     study->space.fields[search->second].name);
}

static bool find_field(struct asked *asked, struct word_search *search, struct error *error)
{
    const struct feature_space *space = &asked->study->space;
    if (!points_check_field(asked->study, search->field, error))
        return false;
    for (size_t i = 0; i < space->count; i++) {
        struct id_map *own;
        const struct id_map *words = points_field_is(&space->fields[i], search->field)
                                         ? words_of(asked, i, &own, error)
                                         : NULL;
        if (!words)
            continue;
        look_into(search, i, words);
        id_map_free(own);
    }
    return judge(search, asked->study, error);
}

/* -- points ------------------------------------------------------------------------------------ */

/* A matrix in which every number stands; `number` gives the one of a row and column. */
struct dense {
    size_t rows, columns;
    double (*number)(const void *context, size_t row, size_t column);
    const void *context;
};

/* A row with a number that is missing is a row of zeros. */
static struct sparse_matrix fill(struct arena *arena, const struct dense *dense)
{
    size_t all = dense->rows * dense->columns, used = 0;
    size_t *starts = arena_take(arena, (dense->rows + 1) * sizeof *starts);
    uint32_t *column = arena_take(arena, all * sizeof *column);
    double *value = arena_take(arena, all * sizeof *value);
    starts[0] = 0;
    for (size_t row = 0; row < dense->rows; row++) {
        bool whole = true;
        for (size_t c = 0; c < dense->columns; c++) {
            value[used + c] = dense->number(dense->context, row, c);
            column[used + c] = (uint32_t)c;
            whole = whole && !isnan(value[used + c]);
        }
        used += whole ? dense->columns : 0;
        starts[row + 1] = used;
    }
    return (struct sparse_matrix){dense->rows, dense->columns, starts, column, value, NULL};
}

static double of_table(const void *context, size_t row, size_t column)
{
    const struct script_table *table = context;
    return (double)table->values[(row + 1) * table->columns + column];
}

static double of_given(const void *context, size_t row, size_t column)
{
    const struct feature_field *field = context;
    return (double)field->given[(row + 1) * field->given_columns + column];
}

struct vectors {
    uint32_t columns;
    double *numbers;
};

static double of_vectors(const void *context, size_t row, size_t column)
{
    const struct vectors *vectors = context;
    return vectors->numbers[row * vectors->columns + column];
}

static bool take_vectors(struct word_points *words, struct asked *asked,
                         const struct feature_part *part, struct error *error)
{
    struct vectors vectors;
    words->own = id_map_new();
    if (!feature_part_vectors(part, asked->study->dataset, asked->study->split.observed, words->own,
                              &vectors.columns, &vectors.numbers, error))
        return false;
    words->words = words->own;
    words->points.space = SPACE_GIVEN;
    words->points.matrix =
        fill(asked->arena,
             &(struct dense){id_map_size(words->own), vectors.columns, of_vectors, &vectors});
    free(vectors.numbers);
    return true;
}

/* Training users or items that have each word: their numbers, as columns. */
static void take_company(struct word_points *words, struct asked *asked,
                         const struct feature_field *field)
{
    struct arena *arena = asked->arena;
    size_t rows = id_map_size(field->words),
           *starts = arena_take_zeroed(arena, (rows + 2) * sizeof *starts);
    bool indexed = field->kind == FEATURE_INDEX;
    uint32_t *column = NULL, *counts = arena_take_zeroed(arena, (rows + 1) * sizeof *counts);
    double *value = NULL;
    for (int pass = 0; pass < 2; pass++) {
        for (struct mapped_subject one = {field->entity, 0, NULL}; one.number < field->entities;
             one.number++) {
            if (mapped_subject_training(asked->study, &one) == 0)
                continue;
            uint32_t first = indexed ? one.number : field->starts[one.number];
            uint32_t end = indexed ? first + 1 : field->starts[one.number + 1];
            const uint32_t *list = indexed ? field->index : field->indices;
            for (uint32_t at = first; at < end; at++) {
                uint32_t row = list[at];
                bool again = row == 0 || (at > first && list[at - 1] == row);
                if (!again && pass == 0)
                    counts[row - 1] = (uint32_t)++starts[row + 1];
                else if (!again)
                    column[starts[row]] = one.number, value[starts[row]++] = 1;
            }
        }
        for (size_t row = 0; pass == 0 && row <= rows; row++)
            starts[row + 1] += starts[row];
        if (pass == 0) {
            column = arena_take(arena, (starts[rows + 1] + 1) * sizeof *column);
            value = arena_take(arena, (starts[rows + 1] + 1) * sizeof *value);
        }
    }
    words->counts = counts;
    words->points.space = SPACE_COMPANY;
    words->points.matrix =
        (struct sparse_matrix){rows, field->entities, starts, column, value, NULL};
}

/* The first table with more than one column, or else the first. */
static bool learned_table(struct asked *asked, size_t field, struct script_table *table)
{
    struct script_table next;
    bool found = asked->recommender && points_table(asked, field, 0, table);
    for (size_t n = 0; found && table->columns == 1 && points_table(asked, field, n, &next); n++)
        if (next.columns > 1)
            *table = next;
    return found;
}

static bool take_points(struct word_points *words, struct asked *asked, size_t number,
                        struct error *error)
{
    const struct feature_field *field = &asked->study->space.fields[number];
    struct script_table table;
    words->points.distance = DISTANCE_COSINE;
    words->words = field->words;
    if (field->words)
        take_company(words, asked, field);
    if (asked->recommender) {
        if (field->kind == FEATURE_NUMBER || !learned_table(asked, number, &table))
            return error_set(error, ERROR_USAGE, "this run has learned no embedding of `%s`",
                             field->name);
        words->points.space = SPACE_LEARNED;
        words->points.distance = table.columns > 1 ? DISTANCE_COSINE : DISTANCE_EUCLID;
        words->points.matrix =
            fill(asked->arena, &(struct dense){table.rows - 1, table.columns, of_table, &table});
        return true;
    }
    if (feature_part_has_vectors(points_part(asked->study, number)))
        return take_vectors(words, asked, points_part(asked->study, number), error);
    if (field->given) {
        words->points.space = SPACE_GIVEN;
        words->points.matrix =
            fill(asked->arena,
                 &(struct dense){field->vocabulary - 1, field->given_columns, of_given, field});
        return true;
    }
    return field->kind == FEATURE_BAG ||
           error_set(error, ERROR_USAGE,
                     "`%s` has one word a row, so before training all words are equally far "
                     "apart: name a run with --run",
                     field->name);
}

bool word_points_make(struct word_points *words, struct asked *asked, const char *word,
                      const char *field, struct error *error)
{
    struct word_search search = {.word = word, .field = field};
    *words = (struct word_points){0};
    if (!find_field(asked, &search, error) || !take_points(words, asked, search.first, error))
        return false;
    const char *name = asked->study->space.fields[search.first].name;
    char *copy = arena_take(asked->arena, strlen(name) + 1);
    words->points.fields = strcpy(copy, name);
    words->points.fields_size = strlen(name) + 1;
    return id_map_find(words->words, word, strlen(word), &words->number) ||
           error_set(error, ERROR_USAGE, "`%s` has no such word", name);
}

void word_points_release(struct word_points *words)
{
    id_map_free(words->own);
}
