/* SPDX-License-Identifier: MIT
 *
 * Reads lists of ids as a graph (graph.h). Lists are split into words as any bag is.
 */
#include "config.h"

#include "graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "vocabulary.h"

enum { NOBODY = UINT32_MAX };

/* The entity that each word names, or NOBODY. Counts those that name one. */
static uint32_t *name_words(const struct id_map *words, const struct id_map *ids, size_t *named)
{
    size_t count = id_map_size(words);
    uint32_t *entities = memory_array(count, sizeof *entities);
    *named = 0;
    for (uint32_t word = 0; word < count; word++) {
        const char *text = id_map_text(words, word);
        entities[word] = NOBODY;
        *named += id_map_find(ids, text, strlen(text), &entities[word]);
    }
    return entities;
}

static int ascending(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Words are different texts, so their entities are different. */
static void fill(struct graph *graph, const struct feature_field *lists, const uint32_t *entities,
                 const bool *known)
{
    uint32_t count = 0;
    for (uint32_t e = 0; e < graph->entities; e++) {
        for (uint32_t at = lists->starts[e]; at < lists->starts[e + 1]; at++) {
            uint32_t row = lists->indices[at];
            uint32_t other = row > 0 ? entities[row - 1] : NOBODY;
            if (other != NOBODY && other != e && known[other])
                graph->neighbours[count++] = other;
        }
        qsort(graph->neighbours + graph->starts[e], count - graph->starts[e],
              sizeof *graph->neighbours, ascending);
        graph->starts[e + 1] = count;
    }
}

static bool refuse(const struct feature_part *part, const struct id_map *words,
                   const struct id_map *ids, struct error *error)
{
    char word[64], id[64];
    const char *of = feature_entity_name(part->entity);
    if (id_map_size(words) == 0)
        return error_set(error, ERROR_SCRIPT, "no %s has a neighbour in that column", of);
    return error_set(error, ERROR_SCRIPT,
                     "no word of that column is the id of a %s: the first word is \"%s\", the "
                     "first id \"%s\"",
                     of, text_safe(id_map_text(words, 0), word, sizeof word),
                     id_map_size(ids) ? text_safe(id_map_text(ids, 0), id, sizeof id) : "");
}

bool graph_read(struct graph *graph, const struct feature_part *part,
                const struct feature_source *source, struct error *error)
{
    const struct dataset *dataset = source->dataset;
    const struct id_map *ids = part->entity == FEATURE_USER ? dataset->users : dataset->items;
    const struct feature_part list = {.kind = PART_BAG, .separator = part->separator};
    struct feature_source all = *source;
    struct feature_field lists = {.kind = FEATURE_BAG};
    bool *everybody = memory_array(source->entities, sizeof *everybody);
    memset(everybody, true, source->entities);
    all.training = everybody;
    all.shared = NULL;
    *graph = (struct graph){.entities = source->entities};
    bool good = vocabulary_fit(&lists, &list, &all, error);
    size_t named = 0;
    if (good) {
        uint32_t *entities = name_words(lists.words, ids, &named);
        uint32_t most = lists.starts[source->entities];
        graph->starts = memory_array((size_t)graph->entities + 1, sizeof *graph->starts);
        graph->neighbours = memory_array(most, sizeof *graph->neighbours);
        fill(graph, &lists, entities, source->known[part->entity]);
        free(entities);
        good = named > 0 || refuse(part, lists.words, ids, error);
    }
    id_map_free(lists.words);
    free(lists.starts);
    free(lists.indices);
    free(everybody);
    return good;
}

void graph_release(struct graph *graph)
{
    free(graph->starts);
    free(graph->neighbours);
    *graph = (struct graph){0};
}
