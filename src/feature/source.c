/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"

const char *feature_entity_name(enum feature_entity entity)
{
    static const char *const NAMES[] = {FEATURE_ENTITY_LIST(LIST_TEXT)};
    assert((unsigned)entity < FEATURE_ENTITIES);
    return NAMES[entity];
}

enum feature_entity feature_entity_named(const struct dataset *dataset, enum feature_entity entity)
{
    if (!dataset->mirrored || entity == FEATURE_CONTEXT)
        return entity;
    return entity == FEATURE_USER ? FEATURE_ITEM : FEATURE_USER;
}

uint32_t entity_count(const struct dataset *dataset, enum feature_entity entity)
{
    switch (entity) {
    case FEATURE_USER:
        return dataset->by_user.count;
    case FEATURE_ITEM:
        return dataset->by_item.count;
    default:
        return dataset->interactions;
    }
}

static const struct table *table_of(const struct dataset *dataset, enum feature_entity entity)
{
    switch (entity) {
    case FEATURE_USER:
        return &dataset->user_table;
    case FEATURE_ITEM:
        return &dataset->item_table;
    default:
        return &dataset->context;
    }
}

/* "title, genres, year". If there are too many names, the list ends with "...". */
static void list_columns(const struct dataset *dataset, enum feature_entity entity, char *names,
                         size_t size)
{
    const struct table *table = table_of(dataset, entity);
    bool timed = entity == FEATURE_CONTEXT && dataset->time;
    size_t length = 0;
    *names = '\0';
    for (size_t i = 0; i < table->column_count + timed; i++) {
        char shown[64];
        text_safe(i < table->column_count ? table->columns[i].name : "timestamp", shown,
                  sizeof shown);
        bool fits = length + strlen(shown) + sizeof ", , ..." <= size;
        length += (size_t)snprintf(names + length, size - length, "%s%s", i ? ", " : "",
                                   fits ? shown : "...");
        if (!fits)
            return;
    }
}

static bool refuse_column(const struct feature_part *part, const struct dataset *dataset,
                          struct error *error)
{
    static const char *const TABLES[] = {
#define X(name, text, table) table,
        FEATURE_ENTITY_LIST(X)
#undef X
    };
    char names[256], wanted[64];
    list_columns(dataset, part->entity, names, sizeof names);
    const char *table = TABLES[feature_entity_named(dataset, part->entity)];
    text_safe(part->column ? part->column : "", wanted, sizeof wanted);
    if (!*names)
        return error_set(error, ERROR_SCRIPT, "the %s of \"%s\" have no column `%s`, nor any other",
                         table, dataset->name, wanted);
    return error_set(error, ERROR_SCRIPT, "the %s of \"%s\" have no column `%s`, only %s", table,
                     dataset->name, wanted, names);
}

bool source_charge(const struct feature_source *source, uint64_t bytes, struct error *error)
{
    char text[BUDGET_TEXT];
    return feature_charge(source->charge, bytes) ||
           budget_refuse(source->charge->budget, bytes, error, "its words need further %s",
                         budget_text(bytes, text));
}

bool source_find(struct feature_source *source, const struct feature_part *part,
                 const struct dataset *dataset, struct error *error)
{
    if (part->computed) {
        source->column = *part->computed;
        return true;
    }
    const struct column *column =
        part->column ? table_column(table_of(dataset, part->entity), part->column) : NULL;
    if (column) {
        source->column = *column;
        return true;
    }
    if (part->column && part->entity == FEATURE_CONTEXT && dataset->time &&
        strcmp(part->column, "timestamp") == 0) {
        assert(DATASET_NO_TIME == COLUMN_NO_INTEGER);
        source->column = (struct column){.type = COLUMN_INTEGER, .integer = dataset->time};
        return true;
    }
    return refuse_column(part, dataset, error);
}

bool source_number(const struct feature_source *source, uint32_t entity, double *number,
                   struct error *error)
{
    if (source->column.type != COLUMN_TEXT) {
        *number = column_number(&source->column, entity);
        return true;
    }
    *number = NAN;
    const char *text = column_text(&source->column, entity);
    if (!text || !*text || text_number(text, strlen(text), number))
        return true;
    char shown[64];
    return error_set(error, ERROR_SCRIPT,
                     "row %u holds \"%s\" where a number was expected; map.category takes texts",
                     entity + 1, text_safe(text, shown, sizeof shown));
}

void source_number_text(double number, char text[SOURCE_NUMBER_TEXT])
{
    snprintf(text, SOURCE_NUMBER_TEXT, "%.15g", number + 0.0); /* + 0.0 turns -0 into 0 */
    if (strtod(text, NULL) != number)
        snprintf(text, SOURCE_NUMBER_TEXT, "%.17g", number);
}

/* -- words ------------------------------------------------------------------------------------- */

struct id_map *source_copy(const struct feature_source *source, const struct id_map *words,
                           struct error *error)
{
    enum { WORD_BYTES = 40 }; /* beside its letters */
    struct id_map *copy = id_map_new();
    for (uint32_t word = 0; word < id_map_size(words); word++) {
        const char *text = id_map_text(words, word);
        uint32_t number;
        if (source_charge(source, strlen(text) + WORD_BYTES, error) &&
            id_map_add_text(copy, text, strlen(text), &number, error))
            continue;
        id_map_free(copy);
        return NULL;
    }
    return copy;
}

struct id_map *source_words(const struct feature_source *source, struct error *error)
{
    if (!source->shared)
        return id_map_new();
    return source->learning ? source->shared : source_copy(source, source->shared, error);
}

bool source_words_stand(const struct feature_source *source)
{
    return source->shared && !source->learning;
}

uint32_t source_row(const struct id_map *words, const char *text)
{
    uint32_t number;
    return id_map_find(words, text, strlen(text), &number) ? number + 1 : 0;
}
