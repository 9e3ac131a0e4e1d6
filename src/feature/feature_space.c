/* SPDX-License-Identifier: MIT
 *
 * Fits the fields of a feature space: identities, buckets and numbers here, words of categories and
 * bags in vocabulary.c. A field learns from training entities only.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "feature/feature.h"
#include "source.h"
#include "vocabulary.h"

bool feature_charge(struct feature_charge *charge, uint64_t bytes)
{
    if (!budget_take(charge->budget, bytes))
        return false;
    charge->taken += bytes;
    return true;
}

static void give_back(const struct feature_charge *charge)
{
    budget_give(charge->budget, charge->taken);
}

void feature_parts_release(struct feature_parts *parts)
{
    give_back(&parts->charge);
    for (size_t i = 0; i < parts->count; i++) {
        struct feature_part *part = &parts->parts[i];
        if (part->computed) {
            id_map_free(part->computed->texts);
            free(part->computed->text);
            free(part->computed->name);
            free(part->computed);
        }
        free(part->name);
        free(part->column);
        free(part->edges);
        free(part->separator);
    }
    free(parts->parts);
    *parts = (struct feature_parts){0};
}

void feature_space_release(struct feature_space *space)
{
    give_back(&space->charge);
    for (size_t i = 0; i < space->count; i++) {
        struct feature_field *field = &space->fields[i];
        free(field->name);
        free(field->index);
        free(field->starts);
        free(field->indices);
        free(field->number);
        id_map_free(field->words);
    }
    free(space->fields);
    *space = (struct feature_space){0};
}

static bool fit_identity(struct feature_field *field, const struct dataset *dataset,
                         const struct feature_source *source, struct error *error)
{
    if (field->entity == FEATURE_CONTEXT)
        return error_set(error, ERROR_SCRIPT, "only users and items have an identity");
    const struct id_map *ids = field->entity == FEATURE_USER ? dataset->users : dataset->items;
    field->index = memory_array(source->entities, sizeof *field->index);
    field->words = id_map_new();
    for (uint32_t e = 0; e < source->entities; e++) {
        const char *id = id_map_text(ids, e);
        if (!source->training[e])
            continue;
        if (!id_map_add_text(field->words, id, strlen(id), &field->index[e], error))
            return false;
        field->index[e]++;
    }
    return true;
}

static void name_buckets(struct id_map *words, const struct feature_part *part)
{
    char text[96];
    uint32_t number;
    struct error error; /* ids below the limit of length that differ cannot fail */
    size_t last = part->edge_count - 1;
    snprintf(text, sizeof text, "< %.15g", part->edges[0]);
    id_map_add_text(words, text, strlen(text), &number, &error);
    for (size_t i = 0; i < last; i++) {
        snprintf(text, sizeof text, "[%.15g, %.15g)", part->edges[i], part->edges[i + 1]);
        id_map_add_text(words, text, strlen(text), &number, &error);
    }
    snprintf(text, sizeof text, ">= %.15g", part->edges[last]);
    id_map_add_text(words, text, strlen(text), &number, &error);
}

static bool check_edges(const struct feature_part *part, struct error *error)
{
    if (part->edge_count == 0)
        return error_set(error, ERROR_SCRIPT, "a bucket needs at least one edge");
    for (size_t i = 0; i < part->edge_count; i++)
        if (!isfinite(part->edges[i]) || (i > 0 && !(part->edges[i] > part->edges[i - 1])))
            return error_set(error, ERROR_SCRIPT,
                             "edge %zu of the bucket is %g: edges must be finite and ascending",
                             i + 1, part->edges[i]);
    return true;
}

/* Row 1 is below the first edge; an edge belongs to the bucket above it. */
static uint32_t bucket_of(const struct feature_part *part, double number)
{
    size_t low = 0, high = part->edge_count; /* the number of edges <= number is at least `low` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (part->edges[middle] <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low + 1;
}

static bool fit_bucket(struct feature_field *field, const struct feature_part *part,
                       const struct feature_source *source, struct error *error)
{
    if (!check_edges(part, error))
        return false;
    field->index = memory_array(source->entities, sizeof *field->index);
    field->words = id_map_new();
    name_buckets(field->words, part);
    for (uint32_t e = 0; e < source->entities; e++) {
        double number;
        if (!source_number(source, e, &number, error))
            return false;
        field->index[e] = isnan(number) ? 0 : bucket_of(part, number);
    }
    return true;
}

static bool fit_number(struct feature_field *field, const struct feature_source *source,
                       struct error *error)
{
    /* Welford's algorithm stays exact for large numbers such as years and seconds since 1970. */
    double mean = 0, squares = 0, number;
    uint32_t count = 0;
    for (uint32_t e = 0; e < source->entities; e++) {
        if (!source_number(source, e, &number, error))
            return false;
        if (!source->training[e] || isnan(number))
            continue;
        double before = number - mean;
        mean += before / ++count;
        squares += before * (number - mean);
    }
    field->mean = mean;
    field->deviation = squares > 0 && isfinite(squares) ? sqrt(squares / count) : 1;
    field->number = memory_array(source->entities, sizeof *field->number);
    for (uint32_t e = 0; e < source->entities; e++) {
        double scaled = 0;
        if (source_number(source, e, &number, error) && !isnan(number))
            scaled = (number - field->mean) / field->deviation;
        field->number[e] = isfinite((float)scaled) ? (float)scaled : 0;
    }
    return true;
}

static bool fit_field(struct feature_field *field, const struct feature_part *part,
                      const struct dataset *dataset, const bool *training,
                      struct feature_charge *charge, struct error *error)
{
    enum { ENTITY_BYTES = 16 }; /* for the indices, and for the cells while they are read */
    struct feature_source source = {
        .entities = entity_count(dataset, part->entity), .training = training, .charge = charge};
    *field = (struct feature_field){
        .name = memory_format("%s.%s", feature_entity_name(part->entity), part->name),
        .entity = part->entity,
        .kind = part->kind == PART_BAG      ? FEATURE_BAG
                : part->kind == PART_NUMBER ? FEATURE_NUMBER
                                            : FEATURE_INDEX,
        .entities = source.entities,
        .drop = part->kind == PART_IDENTITY ? part->drop : 0,
    };
    bool fitted = source_charge(&source, (uint64_t)source.entities * ENTITY_BYTES, error);
    if (!fitted)
        ;
    else if (part->kind == PART_IDENTITY)
        fitted = fit_identity(field, dataset, &source, error);
    else if (!source_find(&source, part, dataset, error))
        fitted = false;
    else if (part->kind == PART_BUCKET)
        fitted = fit_bucket(field, part, &source, error);
    else if (part->kind == PART_NUMBER)
        fitted = fit_number(field, &source, error);
    else
        fitted = vocabulary_fit(field, part, &source, error);
    field->vocabulary = field->words ? (uint32_t)id_map_size(field->words) + 1 : 0;
    char name[64];
    return fitted || error_within(error, "mapping `%s`", text_safe(field->name, name, sizeof name));
}

bool feature_space_fit(struct feature_space *space, const struct feature_parts *parts,
                       const struct dataset *dataset, const bool *training, struct error *error)
{
    bool *users = memory_array(dataset->by_user.count, sizeof *users);
    bool *items = memory_array(dataset->by_item.count, sizeof *items);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        users[dataset->user[row]] |= training[row];
        items[dataset->item[row]] |= training[row];
    }
    const bool *by_entity[FEATURE_ENTITIES] = {users, items, training};
    *space = (struct feature_space){
        .fields = memory_array(parts->count, sizeof *space->fields),
        .charge.budget = parts->charge.budget,
    };
    bool fitted = true;
    for (size_t i = 0; fitted && i < parts->count; i++) {
        const struct feature_part *part = &parts->parts[i];
        space->count = i + 1;
        fitted = fit_field(&space->fields[i], part, dataset, by_entity[part->entity],
                           &space->charge, error);
    }
    free(users);
    free(items);
    if (!fitted)
        feature_space_release(space);
    return fitted;
}
