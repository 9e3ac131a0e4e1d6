/* SPDX-License-Identifier: MIT
 *
 * What is known of an entity's neighbours: who they are, how many, the mean target of their
 * training rows, and the mean of another field. All of it is known of entities without training
 * rows, too.
 */
#include "config.h"

#include "neighbour_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "graph.h"
#include "number_fit.h"
#include "pair_fit.h"

enum feature_kind neighbour_kind(const struct feature_part *part, const struct feature_field *of)
{
    bool numbers = of ? of->kind == FEATURE_NUMBER : part->neighbours != NEIGHBOURS_IDENTITY;
    return numbers ? FEATURE_NUMBER : FEATURE_BAG;
}

/* -- bags -------------------------------------------------------------------------------------- */

/* The row of each entity as a neighbour, 0 if it is unknown; its id is among the words then. */
static uint32_t *give_rows(const struct graph *graph, const struct feature_part *part,
                           const struct feature_source *source, struct id_map *words)
{
    const struct dataset *dataset = source->dataset;
    const struct id_map *ids = part->entity == FEATURE_USER ? dataset->users : dataset->items;
    uint32_t *rows = memory_array(graph->entities, sizeof *rows);
    uint32_t *counts = memory_array(graph->entities, sizeof *counts);
    struct error error;
    for (uint32_t e = 0; e < graph->entities; e++)
        for (uint32_t at = graph->starts[e]; source->training[e] && at < graph->starts[e + 1]; at++)
            counts[graph->neighbours[at]]++;
    for (uint32_t e = 0; e < graph->entities; e++) {
        const char *id = id_map_text(ids, e);
        if (source_words_stand(source))
            rows[e] = source_row(words, id);
        else if (counts[e] > 0 && counts[e] >= part->least &&
                 id_map_add_text(words, id, strlen(id), &rows[e], &error))
            rows[e]++;
    }
    free(counts);
    return rows;
}

static int ascending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* The words of a field, or of the neighbours themselves. */
struct neighbour_words {
    const struct feature_field *of; /* NULL: `rows` says the one word of each neighbour */
    const uint32_t *rows;
};

/* Writes the known rows of one neighbour to `output` unless that is NULL. Returns how many. */
static uint32_t rows_of(const struct neighbour_words *words, uint32_t neighbour, uint32_t *output)
{
    const uint32_t *rows = words->of ? words->of->index + neighbour : words->rows + neighbour;
    uint32_t count = 1, known = 0;
    if (words->of && words->of->kind == FEATURE_BAG) {
        rows = words->of->indices + words->of->starts[neighbour];
        count = words->of->starts[neighbour + 1] - words->of->starts[neighbour];
    }
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i] > 0 && output)
            output[known] = rows[i];
        known += rows[i] > 0;
    }
    return known;
}

static bool fill_bags(struct feature_field *field, const struct graph *graph,
                      const struct neighbour_words *words, const struct feature_source *source,
                      struct error *error)
{
    uint64_t all = 0;
    field->starts = memory_array((size_t)graph->entities + 1, sizeof *field->starts);
    for (uint32_t e = 0; e < graph->entities; e++) {
        uint64_t before = all;
        for (uint32_t at = graph->starts[e]; at < graph->starts[e + 1]; at++)
            all += rows_of(words, graph->neighbours[at], NULL);
        all += all == before;
        if (all > UINT32_MAX)
            return error_set(error, ERROR_SCRIPT, "more than %u words in all", UINT32_MAX);
        field->starts[e + 1] = (uint32_t)all;
    }
    if (!source_charge(source, all * sizeof *field->indices, error))
        return false;
    field->indices = memory_array(all, sizeof *field->indices);
    for (uint32_t e = 0; e < graph->entities; e++) {
        uint32_t *first = field->indices + field->starts[e], *next = first;
        for (uint32_t at = graph->starts[e]; at < graph->starts[e + 1]; at++)
            next += rows_of(words, graph->neighbours[at], next);
        qsort(first, (size_t)(next - first), sizeof *first, ascending);
    }
    return true;
}

static bool fit_identities(struct feature_field *field, const struct feature_part *part,
                           const struct graph *graph, const struct feature_source *source,
                           struct error *error)
{
    field->words = source_words(source, error);
    if (!field->words)
        return false;
    uint32_t *rows = give_rows(graph, part, source, field->words);
    bool good = fill_bags(field, graph, &(struct neighbour_words){NULL, rows}, source, error);
    free(rows);
    return good;
}

static bool fit_words(struct feature_field *field, const struct feature_field *of,
                      const struct graph *graph, const struct feature_source *source,
                      struct error *error)
{
    field->vocabulary = of->vocabulary;
    field->words = of->words ? source_copy(source, of->words, error) : NULL;
    return (!of->words || field->words) &&
           fill_bags(field, graph, &(struct neighbour_words){.of = of}, source, error);
}

/* -- numbers ----------------------------------------------------------------------------------- */

static bool count_known(struct numbers *numbers, const struct graph *graph,
                        const struct feature_source *source, struct error *error)
{
    if (!numbers_make(numbers, 1, source, error))
        return false;
    for (uint32_t e = 0; e < graph->entities; e++)
        numbers->cells[e] = graph->starts[e + 1] - graph->starts[e];
    return true;
}

/* The mean target of each entity's training rows; NaN if it has none. */
static double *mean_targets(const struct feature_part *part, const struct feature_source *source)
{
    const struct dataset *dataset = source->dataset;
    const struct interaction_index *index =
        part->entity == FEATURE_USER ? &dataset->by_user : &dataset->by_item;
    double *means = memory_array(index->count, sizeof *means);
    for (uint32_t e = 0; e < index->count; e++) {
        double sum = 0, count = 0;
        for (uint32_t at = index->starts[e]; at < index->starts[e + 1]; at++) {
            uint32_t row = index->rows[at];
            sum += source->rows[row] ? (double)dataset->value[row] : 0;
            count += source->rows[row];
        }
        means[e] = sum / count;
    }
    return means;
}

static bool average_targets(struct numbers *numbers, const struct feature_part *part,
                            const struct graph *graph, const struct feature_source *source,
                            struct error *error)
{
    if (!numbers_make(numbers, 1, source, error))
        return false;
    double *means = mean_targets(part, source);
    for (uint32_t e = 0; e < graph->entities; e++) {
        double sum = 0;
        for (uint32_t at = graph->starts[e]; at < graph->starts[e + 1]; at++)
            sum += means[graph->neighbours[at]];
        numbers->cells[e] = sum / (graph->starts[e + 1] - graph->starts[e]);
    }
    free(means);
    return true;
}

static bool average_numbers(struct numbers *numbers, const struct feature_field *of,
                            const struct graph *graph, const struct feature_source *source,
                            struct error *error)
{
    if (!numbers_make(numbers, of->columns, source, error))
        return false;
    for (uint32_t e = 0; e < graph->entities; e++)
        for (uint32_t c = 0; c < of->columns; c++) {
            double sum = 0;
            for (uint32_t at = graph->starts[e]; at < graph->starts[e + 1]; at++)
                sum += (double)feature_number(of, graph->neighbours[at], c);
            numbers->cells[(size_t)e * of->columns + c] =
                sum / (graph->starts[e + 1] - graph->starts[e]);
        }
    return true;
}

static bool fit_numbers(struct feature_field *field, const struct feature_part *part,
                        const struct feature_field *of, const struct graph *graph,
                        const struct feature_source *source, struct error *error)
{
    struct numbers numbers = {0};
    bool good = of ? average_numbers(&numbers, of, graph, source, error)
                : part->neighbours == NEIGHBOURS_KNOWN
                    ? count_known(&numbers, graph, source, error)
                    : average_targets(&numbers, part, graph, source, error);
    if (good)
        numbers_scale(field, part, source, &numbers);
    free(numbers.cells);
    return good;
}

bool neighbour_fit(struct feature_field *field, const struct feature_part *part,
                   const struct feature_field *of, const struct feature_source *source,
                   struct error *error)
{
    struct graph graph;
    if (part->entity == FEATURE_CONTEXT)
        return pair_fit(field, part, source, error);
    bool good = graph_read(&graph, part, source, error);
    if (good && field->kind == FEATURE_NUMBER)
        good = fit_numbers(field, part, of, &graph, source, error);
    else if (good && of)
        good = fit_words(field, of, &graph, source, error);
    else if (good)
        good = fit_identities(field, part, &graph, source, error);
    graph_release(&graph);
    return good;
}
