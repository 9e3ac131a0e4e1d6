/* SPDX-License-Identifier: MIT
 *
 * Finds the words of a field for a list of entities, and the rows that occur, in ascending order. A
 * shard takes only these rows from an embedding table.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/memory.h"
#include "feature/feature.h"

/* The rows of the n-th listed entity. */
struct words {
    const uint32_t *rows;
    uint32_t count;
    const float *weights; /* NULL if they are all 1 */
};

static inline struct words words_of(const struct feature_field *field, uint32_t entity,
                                    bool dropped)
{
    static const uint32_t UNKNOWN = 0;
    if (dropped || entity >= field->entities)
        return (struct words){&UNKNOWN, 1, NULL};
    if (field->kind == FEATURE_INDEX)
        return (struct words){&field->index[entity], 1, NULL};
    uint32_t first = field->starts[entity];
    return (struct words){field->indices + first, field->starts[entity + 1] - first,
                          field->weights ? field->weights + first : NULL};
}

/* -- the rows that are used, in order ---------------------------------------------------------- */

static void make_room(struct feature_scratch *scratch, uint32_t vocabulary)
{
    if (vocabulary <= scratch->vocabulary)
        return;
    feature_scratch_release(scratch);
    *scratch = (struct feature_scratch){
        .vocabulary = vocabulary,
        .place = memory_array(vocabulary, sizeof *scratch->place),
        .used = memory_array((vocabulary >> 6) + 1, sizeof *scratch->used),
        .groups = memory_array((vocabulary >> 12) + 1, sizeof *scratch->groups),
    };
}

void feature_scratch_release(struct feature_scratch *scratch)
{
    free(scratch->place);
    free(scratch->used);
    free(scratch->groups);
    *scratch = (struct feature_scratch){0};
}

static void mark(struct feature_scratch *scratch, uint32_t row)
{
    scratch->used[row >> 6] |= (uint64_t)1 << row % 64;
    scratch->groups[row >> 12] |= (uint64_t)1 << (row >> 6) % 64;
}

/* Removes the lowest bit from a set that is not empty and returns its number. */
static uint32_t take_lowest(uint64_t *set)
{
    uint32_t lowest = (uint32_t)__builtin_ctzll(*set);
    *set &= *set - 1;
    return lowest;
}

/* Moves marked rows to lookup->rows and records the place of each in scratch->place. */
static void list_marked(struct feature_scratch *scratch, struct feature_lookup *lookup)
{
    for (uint32_t many = 0; many <= scratch->vocabulary >> 12; many++)
        while (scratch->groups[many] != 0) {
            uint32_t group = many << 6 | take_lowest(&scratch->groups[many]);
            while (scratch->used[group] != 0) {
                uint32_t row = group << 6 | take_lowest(&scratch->used[group]);
                scratch->place[row] = lookup->unique;
                lookup->rows[lookup->unique++] = row;
            }
        }
}

/* -- looking up -------------------------------------------------------------------------------- */

void feature_lookup(const struct feature_field *field, const uint32_t *entities, uint32_t count,
                    const bool *dropped, struct feature_scratch *scratch, struct arena *arena,
                    struct feature_lookup *lookup)
{
    feature_lookup_whole(field, entities, count, dropped, arena, lookup);
    feature_lookup_join(&lookup, &count, 1, field->vocabulary, scratch, arena);
}

static size_t words_in(const struct feature_lookup *lookup, uint32_t count)
{
    return lookup->starts ? lookup->starts[count] : count;
}

void feature_lookup_join(struct feature_lookup *const *lookups, const uint32_t *counts,
                         size_t number, uint32_t vocabulary, struct feature_scratch *scratch,
                         struct arena *arena)
{
    struct feature_lookup listed = {0};
    size_t all = 0;
    for (size_t n = 0; n < number; n++)
        all += words_in(lookups[n], counts[n]);
    size_t most = all < vocabulary ? all : vocabulary;
    listed.rows = arena_take(arena, most * sizeof *listed.rows);
    make_room(scratch, vocabulary);
    for (size_t n = 0; n < number; n++)
        for (size_t at = 0; at < words_in(lookups[n], counts[n]); at++)
            mark(scratch, lookups[n]->indices[at]);
    list_marked(scratch, &listed);
    for (size_t n = 0; n < number; n++) {
        lookups[n]->rows = listed.rows;
        lookups[n]->unique = listed.unique;
        for (size_t at = 0; at < words_in(lookups[n], counts[n]); at++)
            lookups[n]->indices[at] = scratch->place[lookups[n]->indices[at]];
    }
}

void feature_lookup_whole(const struct feature_field *field, const uint32_t *entities,
                          uint32_t count, const bool *dropped, struct arena *arena,
                          struct feature_lookup *lookup)
{
    assert(field->kind != FEATURE_NUMBER);
    size_t all = field->kind == FEATURE_INDEX ? count : 0;
    for (uint32_t n = 0; field->kind == FEATURE_BAG && n < count; n++)
        all += words_of(field, entities[n], dropped && dropped[n]).count;
    *lookup = (struct feature_lookup){.indices = arena_take(arena, all * sizeof *lookup->indices)};
    if (field->kind == FEATURE_BAG)
        lookup->starts = arena_take(arena, ((size_t)count + 1) * sizeof *lookup->starts);
    if (field->weights)
        lookup->weights = arena_take(arena, all * sizeof *lookup->weights);
    size_t at = 0;
    for (uint32_t n = 0; n < count; n++) {
        struct words words = words_of(field, entities[n], dropped && dropped[n]);
        if (lookup->starts)
            lookup->starts[n] = at;
        for (uint32_t i = 0; i < words.count; i++, at++) {
            lookup->indices[at] = words.rows[i];
            if (lookup->weights)
                lookup->weights[at] = words.weights ? words.weights[i] : 1;
        }
    }
    if (lookup->starts)
        lookup->starts[count] = at;
}
