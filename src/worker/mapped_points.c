/* SPDX-License-Identifier: MIT
 *
 * Users and items as rows of a sparse matrix. A field is a block of columns: of its words or
 * numbers, or of the tables and projections that a run has learned for it.
 */
#include "config.h"

#include "mapped_points.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "points_builder.h"

/* -- which fields ------------------------------------------------------------------------------ */

const struct feature_part *points_part(const struct study *study, size_t field)
{
    size_t part = 0;
    while (study->parts.parts[part].hidden || field-- > 0)
        part++;
    return &study->parts.parts[part];
}

bool points_field_is(const struct feature_field *field, const char *name)
{
    const char *dot = strchr(field->name, '.');
    return !*name || strcmp(field->name, name) == 0 || (dot && strcmp(dot + 1, name) == 0);
}

bool points_check_field(const struct study *study, const char *name, struct error *error)
{
    char shown[64], list[200] = "";
    for (size_t i = 0; i < study->space.count; i++) {
        const char *known = study->space.fields[i].name;
        if (points_field_is(&study->space.fields[i], name))
            return true;
        if (strlen(list) + strlen(known) + 3 < sizeof list)
            strcat(strcat(list, i ? ", " : ""), known);
    }
    return error_set(error, ERROR_USAGE, "the mapping has no field \"%s\"; it has %s",
                     text_safe(name, shown, sizeof shown), list);
}

/* -- building ---------------------------------------------------------------------------------- */

struct builder {
    struct asked *asked;
    size_t *chosen, count;    /* numbers of the fields */
    const double **attention; /* of each of them (points_attention) */
    size_t *starts, used;
    uint32_t *column;
    double *value;
};

static void put(struct builder *builder, size_t column, double value)
{
    if (value == 0)
        return;
    builder->column[builder->used] = (uint32_t)column;
    builder->value[builder->used++] = value;
}

/* Makes the numbers from `first` on a vector of length 1. */
static void make_unit(struct builder *builder, size_t first)
{
    double square = 0;
    for (size_t at = first; at < builder->used; at++)
        square += builder->value[at] * builder->value[at];
    for (size_t at = first; at < builder->used; at++)
        builder->value[at] /= sqrt(square);
}

/* The words of a bag; the same words stand side by side. */
static void put_bag(struct builder *builder, const struct feature_field *field, uint32_t entity,
                    size_t base)
{
    size_t first = builder->used;
    for (uint32_t at = field->starts[entity]; at < field->starts[entity + 1]; at++) {
        uint32_t row = field->indices[at];
        double weight = field->weights ? (double)field->weights[at] : 1;
        if (row > 0 && builder->used > first && builder->column[builder->used - 1] == base + row)
            builder->value[builder->used - 1] += weight;
        else if (row > 0)
            put(builder, base + row, weight);
    }
    make_unit(builder, first);
}

static void put_mapped(struct builder *builder, const struct feature_field *field, uint32_t entity,
                       size_t base)
{
    double share = 1 / sqrt(field->columns);
    if (field->kind == FEATURE_BAG)
        put_bag(builder, field, entity, base);
    else if (field->kind == FEATURE_INDEX && field->index[entity] > 0)
        put(builder, base + field->index[entity], 1);
    for (uint32_t c = 0; field->kind == FEATURE_NUMBER && c < field->columns; c++)
        put(builder, base + c, share * (double)feature_number(field, entity, c));
}

const double *points_attention(struct asked *asked, size_t field)
{
    uint32_t words = asked->study->space.fields[field].vocabulary;
    double *weights = arena_take(asked->arena, words * sizeof *weights), most = 0;
    if (!asked->recommender ||
        !script_recommender_scores(asked->recommender, field,
                                   points_part(asked->study, field)->share, weights))
        return NULL;
    for (uint32_t word = 0; word < words; word++)
        most = word == 0 || weights[word] > most ? weights[word] : most;
    for (uint32_t word = 0; word < words; word++)
        weights[word] = exp(fmax(weights[word] - most, -600)); /* never 0 */
    return weights;
}

/* `attention` of the field, or NULL. */
static double learned_number(const struct feature_field *field, const double *attention,
                             const struct script_table *table, uint32_t entity, uint32_t column)
{
    double sum = 0, all = 0;
    if (field->kind == FEATURE_NUMBER) {
        for (uint32_t c = 0; c < field->columns; c++)
            sum += (double)feature_number(field, entity, c) *
                   (double)table->values[(size_t)c * table->columns + column];
        return table->gate * sum;
    }
    if (field->kind == FEATURE_INDEX)
        return table->gate *
               (double)table->values[(size_t)field->index[entity] * table->columns + column];
    for (uint32_t at = field->starts[entity]; at < field->starts[entity + 1]; at++) {
        double weight = field->weights ? (double)field->weights[at] : 1;
        weight *= attention ? attention[field->indices[at]] : 1;
        sum += weight * (double)table->values[(size_t)field->indices[at] * table->columns + column];
        all += weight;
    }
    return table->gate * sum / all;
}

bool points_table(struct asked *asked, size_t field, size_t number, struct script_table *table)
{
    return script_recommender_table(asked->recommender, field,
                                    points_part(asked->study, field)->share, number, table);
}

/* -- shapes ------------------------------------------------------------------------------------ */

/* Whether any field has a table of more than one column: biases are then left out. */
static bool has_wide(const struct builder *builder)
{
    struct script_table table;
    for (size_t i = 0; i < builder->count; i++)
        for (size_t n = 0; points_table(builder->asked, builder->chosen[i], n, &table); n++)
            if (table.columns > 1)
                return true;
    return false;
}

/* Puts every row, field by field. Returns the columns; without arrays, only counts what is put. */
static size_t put_all(struct builder *builder, uint32_t entities, bool wide)
{
    const struct feature_space *space = &builder->asked->study->space;
    size_t base = 0;
    for (uint32_t entity = 0; entity < entities; entity++) {
        base = 0;
        for (size_t i = 0; i < builder->count; i++) {
            const struct feature_field *field = &space->fields[builder->chosen[i]];
            struct script_table table;
            if (!builder->asked->recommender) {
                put_mapped(builder, field, entity, base);
                base += field->vocabulary + field->columns;
                continue;
            }
            for (size_t n = 0; points_table(builder->asked, builder->chosen[i], n, &table); n++) {
                for (uint32_t c = 0; c < table.columns && (!wide || table.columns > 1); c++)
                    put(builder, base + c,
                        learned_number(field, builder->attention[i], &table, entity, c));
                base += !wide || table.columns > 1 ? table.columns : 0;
            }
        }
        builder->starts[entity + 1] = builder->used;
    }
    return base;
}

/* At least as many numbers as will be put. */
static size_t most_numbers(struct builder *builder, uint32_t entities)
{
    const struct feature_space *space = &builder->asked->study->space;
    size_t most = 0;
    for (size_t i = 0; i < builder->count; i++) {
        const struct feature_field *field = &space->fields[builder->chosen[i]];
        struct script_table table;
        if (!builder->asked->recommender)
            most += field->kind == FEATURE_BAG      ? field->starts[entities]
                    : field->kind == FEATURE_NUMBER ? (size_t)entities * field->columns
                                                    : entities;
        else
            for (size_t n = 0; points_table(builder->asked, builder->chosen[i], n, &table); n++)
                most += (size_t)entities * table.columns;
    }
    return most;
}

static bool is_chosen(struct asked *asked, size_t number, enum feature_entity entity,
                      const char *name)
{
    const struct feature_field *field = &asked->study->space.fields[number];
    struct script_table table;
    if (field->entity != entity || !points_field_is(field, name))
        return false;
    return asked->recommender ? points_table(asked, number, 0, &table)
                              : points_part(asked->study, number)->kind != PART_IDENTITY;
}

static bool say_empty(struct asked *asked, enum feature_entity entity, struct error *error)
{
    const char *word = feature_entity_name(feature_entity_named(asked->study->dataset, entity));
    if (asked->recommender)
        return error_set(error, ERROR_USAGE,
                         "this run has learned no embedding of %ss: its arm is a closed form, or "
                         "its model has no table of their fields; name a run of another arm",
                         word);
    return error_set(error, ERROR_USAGE,
                     "the mapping says nothing of %ss but who they are, and before training all "
                     "are equally far apart: map a column, or name a run with --run",
                     word);
}

/* Numbers are compared by their difference. Learned vectors of a single number are, too. */
static enum distance distance_of(const struct builder *builder, bool wide)
{
    if (builder->asked->recommender)
        return wide ? DISTANCE_COSINE : DISTANCE_EUCLID;
    for (size_t i = 0; i < builder->count; i++)
        if (builder->asked->study->space.fields[builder->chosen[i]].kind == FEATURE_NUMBER)
            return DISTANCE_EUCLID;
    return DISTANCE_COSINE;
}

bool mapped_points_make(struct mapped_points *points, struct asked *asked,
                        enum feature_entity entity, const char *field, struct error *error)
{
    const struct study *study = asked->study;
    uint32_t entities =
        entity == FEATURE_USER ? study->dataset->by_user.count : study->dataset->by_item.count;
    struct bytes names = {0};
    struct builder builder = {
        .asked = asked,
        .chosen = arena_take(asked->arena, (study->space.count + 1) * sizeof *builder.chosen),
        .attention =
            arena_take_zeroed(asked->arena, (study->space.count + 1) * sizeof *builder.attention),
        .starts = arena_take_zeroed(asked->arena, (entities + (size_t)1) * sizeof *builder.starts),
    };
    if (!points_check_field(study, field, error))
        return false;
    for (size_t i = 0; i < study->space.count; i++) {
        const char *name = study->space.fields[i].name;
        if (!is_chosen(asked, i, entity, field))
            continue;
        builder.attention[builder.count] = points_attention(asked, i);
        builder.chosen[builder.count++] = i;
        bytes_add(&names, name, strlen(name) + 1);
    }
    if (builder.count == 0)
        return say_empty(asked, entity, error);
    size_t most = most_numbers(&builder, entities);
    bool wide = asked->recommender && has_wide(&builder);
    builder.column = arena_take(asked->arena, most * sizeof *builder.column);
    builder.value = arena_take(asked->arena, most * sizeof *builder.value);
    size_t columns = put_all(&builder, entities, wide);
    *points = (struct mapped_points){
        .matrix = {entities, columns, builder.starts, builder.column, builder.value, NULL},
        .distance = distance_of(&builder, wide),
        .space = asked->recommender ? SPACE_LEARNED : SPACE_MAPPED,
        .fields_size = names.size,
    };
    points->fields = asked_text(asked, &names);
    return true;
}
