/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "feature/feature.h"

#include <assert.h>

#include "base/arena.h"

/* Rows of the n-th listed entity: a stretch of an array. */
struct words {
    const uint32_t *rows;
    uint32_t count;
};

static struct words words_of(const struct feature_field *field, uint32_t entity, bool dropped)
{
    static const uint32_t UNKNOWN = 0;
    if (dropped || entity >= field->entities)
        return (struct words){&UNKNOWN, 1};
    if (field->kind == FEATURE_INDEX)
        return (struct words){&field->index[entity], 1};
    uint32_t first = field->starts[entity];
    return (struct words){field->indices + first, field->starts[entity + 1] - first};
}

/* The place of a row in `rows`, new or not: scratch->place holds it plus 1, so that 0 says "not there
 * yet". */
static uint32_t place_of(struct feature_lookup *lookup, uint32_t *places, uint32_t row)
{
    if (places[row] == 0) {
        lookup->rows[lookup->unique++] = row;
        places[row] = lookup->unique;
    }
    return places[row] - 1;
}

void feature_lookup(const struct feature_field *field, const uint32_t *entities, uint32_t count,
                    const bool *dropped, struct feature_scratch *scratch, struct arena *arena,
                    struct feature_lookup *lookup)
{
    assert(field->kind != FEATURE_NUMBER);
    size_t all = field->kind == FEATURE_INDEX ? count : 0;
    for (uint32_t n = 0; field->kind == FEATURE_BAG && n < count; n++)
        all += words_of(field, entities[n], dropped && dropped[n]).count;
    size_t most = all < field->vocabulary ? all : field->vocabulary;
    *lookup = (struct feature_lookup){
        .rows = arena_take(arena, most * sizeof *lookup->rows),
        .indices = arena_take(arena, all * sizeof *lookup->indices),
    };
    if (field->kind == FEATURE_BAG)
        lookup->starts = arena_take(arena, ((size_t)count + 1) * sizeof *lookup->starts);

    size_t at = 0;
    for (uint32_t n = 0; n < count; n++) {
        struct words words = words_of(field, entities[n], dropped && dropped[n]);
        if (lookup->starts)
            lookup->starts[n] = at;
        for (uint32_t i = 0; i < words.count; i++)
            lookup->indices[at++] = place_of(lookup, scratch->place, words.rows[i]);
    }
    if (lookup->starts)
        lookup->starts[count] = at;
    for (uint32_t i = 0; i < lookup->unique; i++)
        scratch->place[lookup->rows[i]] = 0;
}

void feature_lookup_whole(const struct feature_field *field, const uint32_t *entities,
                          uint32_t count, struct arena *arena, struct feature_lookup *lookup)
{
    assert(field->kind != FEATURE_NUMBER);
    size_t all = 0;
    for (uint32_t n = 0; n < count; n++)
        all += words_of(field, entities[n], false).count;
    *lookup = (struct feature_lookup){.indices = arena_take(arena, all * sizeof *lookup->indices)};
    if (field->kind == FEATURE_BAG)
        lookup->starts = arena_take(arena, ((size_t)count + 1) * sizeof *lookup->starts);
    size_t at = 0;
    for (uint32_t n = 0; n < count; n++) {
        struct words words = words_of(field, entities[n], false);
        if (lookup->starts)
            lookup->starts[n] = at;
        for (uint32_t i = 0; i < words.count; i++)
            lookup->indices[at++] = words.rows[i];
    }
    if (lookup->starts)
        lookup->starts[count] = at;
}
