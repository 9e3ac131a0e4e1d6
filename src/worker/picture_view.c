/* SPDX-License-Identifier: MIT
 *
 * Users or items as points of the plane: principal components, or t-SNE of a sample.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "base/random.h"
#include "base/text.h"
#include "mapped_points.h"
#include "mapped_subject.h"
#include "picture_groups.h"
#include "tensor/planar.h"

enum { LEAST = 3, NAME_MOST = 100 }; /* points; bytes of a title */
static const double PERPLEXITY = 30;

/* Distances by angle are those of vectors of length 1. */
static void make_units(struct sparse_matrix *matrix)
{
    double *value = (double *)matrix->value; /* of the arena */
    for (size_t row = 0; row < matrix->rows; row++) {
        double square = 0;
        for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
            square += value[at] * value[at];
        for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
            value[at] /= sqrt(square);
    }
}

static int ascending(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* The rows to be drawn: all, or a random sample that is always the same, in the order of rows. */
static uint32_t *choose_rows(struct arena *arena, uint32_t all, uint32_t most)
{
    uint32_t *rows = arena_take(arena, all * sizeof *rows);
    struct random random = random_at(1, RANDOM_SAMPLE, 0, 0);
    for (uint32_t row = 0; row < all; row++)
        rows[row] = row;
    if (all > most) {
        random_shuffle(&random, rows, all);
        qsort(rows, most, sizeof *rows, ascending);
    }
    return rows;
}

static struct sparse_matrix take_rows(struct arena *arena, const struct sparse_matrix *matrix,
                                      const uint32_t *rows, uint32_t count)
{
    size_t *starts = arena_take(arena, (count + (size_t)1) * sizeof *starts), used = 0;
    uint32_t *column = arena_take(arena, matrix->starts[matrix->rows] * sizeof *column);
    double *value = arena_take(arena, matrix->starts[matrix->rows] * sizeof *value);
    starts[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t first = matrix->starts[rows[i]], size = matrix->starts[rows[i] + 1] - first;
        if (size > 0) {
            memcpy(column + used, matrix->column + first, size * sizeof *column);
            memcpy(value + used, matrix->value + first, size * sizeof *value);
        }
        starts[i + 1] = used += size;
    }
    return (struct sparse_matrix){count, matrix->columns, starts, column, value, NULL};
}

static bool check_extent(const struct sparse_matrix *matrix, int directions, const char *word,
                         struct error *error)
{
    if (directions == 2)
        return true;
    if (directions == 0)
        return error_set(error, ERROR_USAGE,
                         "all %zu %ss are mapped to one point, so there is nothing to draw: map "
                         "what tells them apart",
                         matrix->rows, word);
    return error_set(error, ERROR_USAGE,
                     "all %zu %ss lie on one line, as of a mapping with one column: map one more "
                     "thing, or look at --nearest",
                     matrix->rows, word);
}

/* Places the rows by their principal components, and from there by t-SNE if it is asked for. */
static bool place(struct asked *asked, const struct question_picture *question,
                  struct sparse_matrix *matrix, const uint32_t *rows, const char *word,
                  struct answer_picture *answer, struct error *error)
{
    double *all = arena_take(asked->arena, 2 * matrix->rows * sizeof *all), shares[2];
    double *drawn = arena_take(asked->arena, 2 * (size_t)answer->count * sizeof *drawn);
    float *points = arena_take(asked->arena, 2 * (size_t)answer->count * sizeof *points);
    if (!check_extent(matrix, planar_principal(matrix, all, shares), word, error))
        return false;
    for (size_t i = 0; i < 2 * (size_t)answer->count; i++)
        drawn[i] = all[2 * (size_t)rows[i / 2] + i % 2];
    answer->first = shares[0];
    answer->second = shares[1];
    if (question->method == PICTURE_TSNE) {
        struct sparse_matrix some = take_rows(asked->arena, matrix, rows, answer->count);
        double perplexity = fmax(fmin(PERPLEXITY, (answer->count - 1) / 3.0), 1);
        planar_tsne_start(drawn, answer->count);
        answer->first = fmax(planar_tsne(&some, perplexity, PICTURE_STEPS, drawn), 0);
        answer->second = 0;
    }
    for (size_t i = 0; i < 2 * (size_t)answer->count; i++)
        points[i] = (float)drawn[i];
    answer->points = points;
    return true;
}

static void add_names(struct asked *asked, enum feature_entity entity, const uint32_t *rows,
                      struct answer_picture *answer)
{
    const struct dataset *dataset = asked->study->dataset;
    struct bytes names = {0};
    for (uint32_t i = 0; i < answer->count; i++) {
        const char *id = mapped_subject_id(dataset, entity, rows[i]);
        const char *title = mapped_subject_title(dataset, entity, rows[i]);
        size_t length = strlen(title);
        if (length > NAME_MOST)
            for (length = NAME_MOST; ((unsigned char)title[length] & 0xC0) == 0x80;)
                length--;
        bytes_add(&names, id, strlen(id) + 1);
        bytes_add(&names, title, length);
        bytes_add(&names, "", 1);
    }
    answer->names_size = names.size;
    answer->names = asked_text(asked, &names);
}

bool answer_picture(struct asked *asked, const struct question_picture *question,
                    struct answer_picture *answer, struct error *error)
{
    const struct dataset *dataset = asked->study->dataset;
    enum feature_entity entity =
        mapped_subject_entity(dataset, (enum map_subject)question->subject);
    const char *word = feature_entity_name(feature_entity_named(dataset, entity));
    uint32_t most = question->method == PICTURE_TSNE ? PLANAR_TSNE_MOST : PICTURE_MOST;
    struct mapped_points points;
    if (!mapped_points_make(&points, asked, entity, question->field, error))
        return false;
    answer->total = (uint32_t)points.matrix.rows;
    answer->count = answer->total < most ? answer->total : most;
    if (answer->total < LEAST)
        return error_set(error, ERROR_USAGE, "%s has %u %ss; a picture needs at least %d",
                         dataset->name, answer->total, word, LEAST);
    if (points.distance == DISTANCE_COSINE)
        make_units(&points.matrix);
    uint32_t *rows = choose_rows(asked->arena, answer->total, most);
    answer->space = points.space;
    answer->euclid = points.distance == DISTANCE_EUCLID;
    answer->columns = (uint32_t)points.matrix.columns;
    answer->fields = points.fields;
    answer->fields_size = points.fields_size;
    if (!picture_groups_find(asked, entity, question->by, rows, answer, error) ||
        !place(asked, question, &points.matrix, rows, word, answer, error))
        return false;
    add_names(asked, entity, rows, answer);
    return true;
}
