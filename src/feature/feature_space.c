/* SPDX-License-Identifier: MIT
 *
 * Fits the fields of a feature space: identities here, all others in the files that are called like
 * them. A field learns from training entities only.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bucket_fit.h"
#include "corpus_fit.h"
#include "cross_fit.h"
#include "feature/feature.h"
#include "neighbour_fit.h"
#include "number_fit.h"
#include "pair_fit.h"
#include "sharing.h"
#include "source.h"
#include "vocabulary.h"
#include "word_start.h"

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
        free(part->text.stop);
        free(part->text.lexicon);
        free(part->text.file);
        vector_pack_release(&part->text.vectors);
        free(part->share);
        word_start_free(part->given);
    }
    free(parts->parts);
    *parts = (struct feature_parts){0};
}

static void release_field(struct feature_field *field)
{
    free(field->name);
    free(field->index);
    free(field->starts);
    free(field->indices);
    free(field->weights);
    free(field->number);
    free(field->given);
    feature_pairs_free(field->pairs);
    id_map_free(field->words);
}

void feature_space_release(struct feature_space *space)
{
    give_back(&space->charge);
    for (size_t i = 0; i < space->count; i++)
        release_field(&space->fields[i]);
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
    field->words = source_words(source, error);
    for (uint32_t e = 0; field->words && e < source->entities; e++) {
        const char *id = id_map_text(ids, e);
        if (source_words_stand(source)) {
            field->index[e] = source_row(field->words, id);
            continue;
        }
        if (!source->training[e])
            continue;
        if (!id_map_add_text(field->words, id, strlen(id), &field->index[e], error))
            return false;
        field->index[e]++;
    }
    return field->words;
}

/* The field that the neighbours' mean is of. */
static const struct feature_field *averaged(const struct feature_part *part,
                                            const struct feature_field *fields)
{
    bool other = part->kind == PART_NEIGHBOURS && part->neighbours == NEIGHBOURS_PART;
    return other ? &fields[part->crossed[0]] : NULL;
}

static enum feature_kind kind_of(const struct feature_part *part, const struct feature_space *space)
{
    const struct feature_field *fields = space->fields;
    if (number_is_made_by(part->kind))
        return FEATURE_NUMBER;
    if (corpus_is_read_by(part->kind))
        return corpus_kind(part);
    if (part->kind == PART_NEIGHBOURS)
        return neighbour_kind(part, averaged(part, fields));
    bool bag = part->kind == PART_CROSS ? fields[part->crossed[0]].kind == FEATURE_BAG ||
                                              fields[part->crossed[1]].kind == FEATURE_BAG
                                        : vocabulary_is_bag(part);
    return bag ? FEATURE_BAG : FEATURE_INDEX;
}

static bool fit_part(struct feature_field *field, const struct feature_part *part,
                     const struct feature_field *fields, struct feature_source *source,
                     struct error *error)
{
    if (part->kind == PART_IDENTITY)
        return fit_identity(field, source->dataset, source, error);
    if (part->kind == PART_CROSS)
        return cross_fit(field, part, &fields[part->crossed[0]], &fields[part->crossed[1]], source,
                         error);
    if (part->kind == PART_NEIGHBOURS && part->entity == FEATURE_CONTEXT)
        return pair_fit(field, part, source, error);
    if (part->kind != PART_ACTIVITY && !source_find(source, part, source->dataset, error))
        return false;
    if (part->kind == PART_NEIGHBOURS)
        return neighbour_fit(field, part, averaged(part, fields), source, error);
    if (part->kind == PART_BUCKET)
        return bucket_fit(field, part, source, error);
    if (corpus_is_read_by(part->kind))
        return corpus_fit(field, part, source, error);
    return number_is_made_by(part->kind) ? number_fit(field, part, source, error)
                                         : vocabulary_fit(field, part, source, error);
}

static bool fit_field(struct feature_space *space, const struct feature_part *part,
                      struct feature_source *source, struct error *error)
{
    enum { ENTITY_BYTES = 16 }; /* for the indices, and for the cells while they are read */
    struct feature_field *field = &space->fields[space->count];
    enum feature_entity named = feature_entity_named(source->dataset, part->entity);
    *field = (struct feature_field){
        .name = memory_format("%s.%s", feature_entity_name(named), part->name),
        .entity = part->entity,
        .kind = kind_of(part, space),
        .entities = source->entities,
        .drop = part->kind == PART_IDENTITY ? part->drop : 0,
    };
    space->count++;
    bool fitted = source_charge(source, (uint64_t)source->entities * ENTITY_BYTES, error) &&
                  fit_part(field, part, space->fields, source, error);
    if (field->words)
        field->vocabulary = (uint32_t)id_map_size(field->words) + 1;
    else if (part->kind == PART_HASH)
        field->vocabulary = part->rows + 1;
    fitted = fitted && word_start_fit(field, part, space->fields, source, error);
    char name[64];
    return fitted || error_within(error, "mapping `%s`", text_safe(field->name, name, sizeof name));
}

/* Adds the words of one part to those of all that share its table. */
static bool learn_words(struct feature_space *space, const struct feature_part *part,
                        struct feature_source *source, struct error *error)
{
    struct feature_part plain = *part;
    struct feature_space scratch = {.fields = memory_array(1, sizeof *scratch.fields),
                                    .charge.budget = space->charge.budget};
    plain.given = NULL;
    plain.given_part = 0;
    source->learning = true;
    source->charge = &scratch.charge;
    bool good = fit_field(&scratch, &plain, source, error);
    scratch.fields[0].words = NULL;
    feature_space_release(&scratch);
    source->learning = false;
    source->charge = &space->charge;
    return good;
}

/* Takes the fields of hidden parts out, and finds the tables of the others. */
static void drop_hidden(struct feature_space *space, const struct feature_parts *parts)
{
    uint32_t *tables = memory_array(parts->count, sizeof *tables), kept = 0;
    for (size_t i = 0; i < space->count; i++) {
        const struct feature_part *part = &parts->parts[i];
        if (part->hidden) {
            release_field(&space->fields[i]);
            continue;
        }
        tables[i] = kept;
        for (size_t other = 0; other < i; other++)
            if (!parts->parts[other].hidden && sharing_joins(part, &parts->parts[other]))
                tables[i] = tables[other];
        space->fields[i].table = tables[i];
        space->fields[kept++] = space->fields[i];
    }
    space->count = kept;
    free(tables);
}

static struct feature_source source_of(struct feature_space *space, const struct dataset *dataset,
                                       const bool *const *known, enum feature_entity entity)
{
    return (struct feature_source){
        .entities = entity_count(dataset, entity),
        .training = known[entity],
        .known = known,
        .dataset = dataset,
        .rows = known[FEATURE_CONTEXT],
        .charge = &space->charge,
    };
}

static bool fit_parts(struct feature_space *space, const struct feature_parts *parts,
                      const struct dataset *dataset, const bool *const *known,
                      const struct sharing *sharing, struct error *error)
{
    bool fitted = true;
    for (size_t i = 0; fitted && i < parts->count; i++) {
        const struct feature_part *part = &parts->parts[i];
        struct feature_source source = source_of(space, dataset, known, part->entity);
        source.shared = sharing_words(sharing, part);
        fitted = !source.shared || learn_words(space, part, &source, error);
    }
    for (size_t i = 0; fitted && i < parts->count; i++) {
        const struct feature_part *part = &parts->parts[i];
        struct feature_source source = source_of(space, dataset, known, part->entity);
        char name[64];
        source.shared = sharing_words(sharing, part);
        fitted = fit_field(space, part, &source, error) &&
                 (sharing_check(parts, space->fields, i, error) ||
                  error_within(error, "mapping `%s`",
                               text_safe(space->fields[i].name, name, sizeof name)));
    }
    return fitted;
}

/* By entity, whether it may be learned from. */
struct trained {
    bool *users, *items;
};

static struct trained find_trained(const struct dataset *dataset, const bool *training)
{
    struct trained trained = {memory_array(dataset->by_user.count, sizeof(bool)),
                              memory_array(dataset->by_item.count, sizeof(bool))};
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        trained.users[dataset->user[row]] |= training[row];
        trained.items[dataset->item[row]] |= training[row];
    }
    return trained;
}

/* Where corpus_words and corpus_vectors read the texts of a part. */
struct text_source {
    struct feature_space scratch;
    struct trained trained;
    const bool *known[FEATURE_ENTITIES];
    struct feature_source source;
};

static bool open_texts(struct text_source *texts, const struct feature_part *part,
                       const struct dataset *dataset, const bool *training, struct error *error)
{
    texts->scratch = (struct feature_space){0};
    texts->trained = find_trained(dataset, training);
    texts->known[FEATURE_USER] = texts->trained.users;
    texts->known[FEATURE_ITEM] = texts->trained.items;
    texts->known[FEATURE_CONTEXT] = training;
    texts->source = source_of(&texts->scratch, dataset, texts->known, part->entity);
    return source_find(&texts->source, part, dataset, error);
}

static void close_texts(struct text_source *texts)
{
    free(texts->trained.users);
    free(texts->trained.items);
}

bool feature_part_words(const struct feature_part *part, const struct dataset *dataset,
                        const bool *training, struct id_map *words, struct error *error)
{
    struct text_source texts;
    bool good = open_texts(&texts, part, dataset, training, error) &&
                corpus_words(part, &texts.source, words, error);
    close_texts(&texts);
    return good;
}

bool feature_part_has_vectors(const struct feature_part *part)
{
    return part->kind == PART_WORD_VECTORS || part->kind == PART_PRETRAINED;
}

bool feature_part_vectors(const struct feature_part *part, const struct dataset *dataset,
                          const bool *training, struct id_map *words, uint32_t *columns,
                          double **numbers, struct error *error)
{
    struct text_source texts;
    *numbers = NULL;
    bool good = open_texts(&texts, part, dataset, training, error) &&
                corpus_vectors(part, &texts.source, words, columns, numbers, error);
    close_texts(&texts);
    return good;
}

bool feature_space_fit(struct feature_space *space, const struct feature_parts *parts,
                       const struct dataset *dataset, const bool *training, struct error *error)
{
    struct trained trained = find_trained(dataset, training);
    const bool *const known[FEATURE_ENTITIES] = {trained.users, trained.items, training};
    *space = (struct feature_space){
        .fields = memory_array(parts->count, sizeof *space->fields),
        .charge.budget = parts->charge.budget,
    };
    struct sharing sharing;
    sharing_init(&sharing, parts);
    bool fitted = fit_parts(space, parts, dataset, known, &sharing, error);
    sharing_release(&sharing);
    drop_hidden(space, parts);
    free(trained.users);
    free(trained.items);
    if (!fitted)
        feature_space_release(space);
    return fitted;
}
