/* SPDX-License-Identifier: MIT
 *
 * Buckets: the intervals between edges that a script gives, or that lie at the quantiles of the
 * training entities.
 */
#include "config.h"

#include "bucket_fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct edges {
    double *list; /* ascending */
    size_t count;
};

static void name_buckets(struct id_map *words, const struct edges *edges)
{
    for (size_t i = 0; i <= edges->count; i++) {
        char text[96], low[SOURCE_NUMBER_TEXT], high[SOURCE_NUMBER_TEXT];
        uint32_t number;
        struct error error; /* short texts that differ cannot fail */
        source_number_text(edges->list[i > 0 ? i - 1 : 0], low);
        source_number_text(edges->list[i < edges->count ? i : 0], high);
        if (i == 0)
            snprintf(text, sizeof text, "< %s", high);
        else if (i == edges->count)
            snprintf(text, sizeof text, ">= %s", low);
        else
            snprintf(text, sizeof text, "[%s, %s)", low, high);
        id_map_add_text(words, text, strlen(text), &number, &error);
    }
}

static bool check_edges(const struct edges *edges, struct error *error)
{
    if (edges->count == 0)
        return error_set(error, ERROR_SCRIPT, "a bucket needs at least one edge");
    for (size_t i = 0; i < edges->count; i++)
        if (!isfinite(edges->list[i]) || (i > 0 && !(edges->list[i] > edges->list[i - 1])))
            return error_set(error, ERROR_SCRIPT,
                             "edge %zu of the bucket is %g: edges must be finite and ascending",
                             i + 1, edges->list[i]);
    return true;
}

/* Row 1 is below the first edge; an edge belongs to the bucket above it. */
static uint32_t bucket_of(const struct edges *edges, double number)
{
    size_t low = 0, high = edges->count; /* the number of edges <= number is at least `low` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (edges->list[middle] <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low + 1;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The least numbers that have k/n of the training entities below them, each once; not the least
 * number of all, which nothing is below. */
static bool find_quantiles(struct edges *edges, uint32_t quantiles,
                           const struct feature_source *source, struct error *error)
{
    double *sorted = memory_array(source->entities, sizeof *sorted);
    size_t count = 0;
    bool good = true;
    for (uint32_t e = 0; good && e < source->entities; e++) {
        good = source_number(source, e, &sorted[count], error);
        count += good && source->training[e] && !isnan(sorted[count]);
    }
    qsort(sorted, count, sizeof *sorted, ascending);
    edges->list = memory_array(quantiles, sizeof *edges->list);
    for (uint32_t k = 1; k < quantiles && count > 0; k++) {
        double edge = sorted[(size_t)((double)k * (double)count / quantiles)];
        if (edge > (edges->count > 0 ? edges->list[edges->count - 1] : sorted[0]))
            edges->list[edges->count++] = edge;
    }
    free(sorted);
    return good && (edges->count > 0 ||
                    error_set(error, ERROR_SCRIPT,
                              "the training rows have fewer than two different numbers, so there "
                              "are no quantiles between buckets"));
}

static bool fill(struct feature_field *field, const struct edges *edges,
                 const struct feature_source *source, struct error *error)
{
    field->index = memory_array(source->entities, sizeof *field->index);
    field->words = id_map_new();
    name_buckets(field->words, edges);
    for (uint32_t e = 0; e < source->entities; e++) {
        double number;
        if (!source_number(source, e, &number, error))
            return false;
        field->index[e] = isnan(number) ? 0 : bucket_of(edges, number);
    }
    return true;
}

bool bucket_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error)
{
    struct edges edges = {0}, given = {part->edges, part->edge_count};
    if (!part->quantiles)
        return check_edges(&given, error) && fill(field, &given, source, error);
    bool good = find_quantiles(&edges, part->quantiles, source, error) &&
                fill(field, &edges, source, error);
    free(edges.list);
    return good;
}
