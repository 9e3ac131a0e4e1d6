/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "design.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* -- columns ----------------------------------------------------------------------------------- */

/* Whether two known entities share a value of the field. */
static bool is_shared(const struct feature_field *field, const bool *known)
{
    bool *seen = memory_array(field->vocabulary, sizeof *seen), shared = false;
    for (uint32_t e = 0; e < field->entities && !shared; e++) {
        uint32_t value = field->index[e];
        shared = known[e] && value > 0 && seen[value];
        seen[value] = seen[value] || known[e];
    }
    free(seen);
    return shared;
}

static bool is_used(const struct feature_field *field, enum feature_entity entity,
                    const bool *known)
{
    return field->entity == entity && (field->kind != FEATURE_INDEX || is_shared(field, known));
}

static size_t entries_of(const struct feature_field *field, uint32_t entity)
{
    return field->kind == FEATURE_BAG      ? field->starts[entity + 1] - field->starts[entity]
           : field->kind == FEATURE_NUMBER ? field->columns
                                           : 1;
}

struct design_cursor {
    struct design *design;
    size_t at;
    uint32_t base; /* the column of the field's value 1 */
};

static void put(struct design_cursor *filling, uint32_t column, double weight)
{
    filling->design->column[filling->at] = column;
    filling->design->weight[filling->at++] = weight;
}

static void put_bag(struct design_cursor *filling, const struct feature_field *field,
                    uint32_t entity)
{
    uint32_t first = field->starts[entity], end = field->starts[entity + 1];
    for (uint32_t i = first; i < end; i++)
        if (field->indices[i] > 0)
            put(filling, filling->base + field->indices[i] - 1,
                field->weights ? (double)field->weights[i] : 1 / sqrt(end - first));
}

static void put_entity(struct design_cursor *filling, const struct feature_field *field,
                       uint32_t entity)
{
    if (entity >= field->entities)
        return;
    if (field->kind == FEATURE_NUMBER)
        for (uint32_t c = 0; c < field->columns; c++)
            put(filling, filling->base + c, (double)feature_number(field, entity, c));
    else if (field->kind == FEATURE_BAG)
        put_bag(filling, field, entity);
    else if (field->index[entity] > 0)
        put(filling, filling->base + field->index[entity] - 1, 1);
}

static uint32_t width_of(const struct feature_field *field)
{
    return field->kind == FEATURE_NUMBER ? field->columns : field->vocabulary - 1;
}

void design_init(struct design *design, const struct feature_space *space,
                 enum feature_entity entity, uint32_t entities, const bool *known)
{
    size_t fields = space ? space->count : 0, entries = entities;
    bool *used = memory_array(fields, sizeof *used);
    for (size_t f = 0; f < fields; f++) {
        const struct feature_field *field = &space->fields[f];
        used[f] = is_used(field, entity, known);
        for (uint32_t e = 0; used[f] && e < entities && e < field->entities; e++)
            entries += entries_of(field, e);
    }
    *design = (struct design){
        .entities = entities,
        .columns = 1,
        .starts = memory_array((size_t)entities + 1, sizeof *design->starts),
        .column = memory_array(entries, sizeof *design->column),
        .weight = memory_array(entries, sizeof *design->weight),
    };
    struct design_cursor filling = {.design = design};
    for (uint32_t e = 0; e < entities; e++) {
        put(&filling, 0, 1);
        filling.base = 1;
        for (size_t f = 0; f < fields; f++) {
            if (!used[f])
                continue;
            put_entity(&filling, &space->fields[f], e);
            filling.base += width_of(&space->fields[f]);
        }
        design->columns = filling.base;
        design->starts[e + 1] = filling.at;
    }
    free(used);
}

void design_release(struct design *design)
{
    free(design->starts);
    free(design->column);
    free(design->weight);
    *design = (struct design){0};
}

void design_predict(const struct design *design, const double *coefficients, uint32_t outputs,
                    uint32_t entity, double *predicted)
{
    memset(predicted, 0, outputs * sizeof *predicted);
    for (size_t i = design->starts[entity]; i < design->starts[entity + 1]; i++) {
        const double *row = coefficients + (size_t)design->column[i] * outputs;
        for (uint32_t o = 0; o < outputs; o++)
            predicted[o] += design->weight[i] * row[o];
    }
}

/* -- regression -------------------------------------------------------------------------------- */

/* The ridge of column 0, which is otherwise free. It keeps the equations solvable. */
static const double LEAST_RIDGE = 1e-9;
/* Residuals of the normal equations count as zero below this share of the first residuals. */
static const double SMALL = 1e-13;

struct regression {
    const struct design *design;
    const bool *known;
    uint32_t outputs;
    double ridge;
    double *row; /* scratch, outputs numbers */
};

/* result += x row', where x is the entity's row of the design. */
static void spread(const struct regression *regression, uint32_t entity, const double *row,
                   double *result)
{
    const struct design *design = regression->design;
    for (size_t i = design->starts[entity]; i < design->starts[entity + 1]; i++) {
        double *into = result + (size_t)design->column[i] * regression->outputs;
        for (uint32_t o = 0; o < regression->outputs; o++)
            into[o] += design->weight[i] * row[o];
    }
}

/* result = (X' X + ridge) vectors. */
static void apply(const struct regression *regression, const double *vectors, double *result)
{
    const struct design *design = regression->design;
    uint32_t outputs = regression->outputs;
    for (size_t i = 0; i < (size_t)design->columns * outputs; i++)
        result[i] = vectors[i] * (i < outputs ? LEAST_RIDGE : regression->ridge);
    for (uint32_t e = 0; e < design->entities; e++) {
        if (!regression->known[e])
            continue;
        design_predict(design, vectors, outputs, e, regression->row);
        spread(regression, e, regression->row, result);
    }
}

/* The inverse of the diagonal as a preconditioner, so that columns of rare values converge as
 * quickly as those of common ones. */
static void find_scales(const struct regression *regression, double *scales)
{
    const struct design *design = regression->design;
    for (uint32_t c = 0; c < design->columns; c++)
        scales[c] = c ? regression->ridge : LEAST_RIDGE;
    for (uint32_t e = 0; e < design->entities; e++)
        for (size_t i = design->starts[e]; regression->known[e] && i < design->starts[e + 1]; i++)
            scales[design->column[i]] += design->weight[i] * design->weight[i];
    for (uint32_t c = 0; c < design->columns; c++)
        scales[c] = scales[c] > 0 ? 1 / scales[c] : 0;
}

/* sums[o] = sum over the columns of scale a b, for each output o. */
static void inner(const struct regression *regression, const double *scales, const double *a,
                  const double *b, double *sums)
{
    uint32_t outputs = regression->outputs;
    memset(sums, 0, outputs * sizeof *sums);
    for (uint32_t c = 0; c < regression->design->columns; c++)
        for (uint32_t o = 0; o < outputs; o++)
            sums[o] +=
                (scales ? scales[c] : 1) * a[(size_t)c * outputs + o] * b[(size_t)c * outputs + o];
}

struct gradients {
    double *residual, *direction, *image, *scales; /* columns x outputs; columns */
    double *length, *goal, *slope, *fresh;         /* outputs */
};

/* Takes one step of conjugate gradients for every output. False if all have converged. */
static bool step(const struct regression *regression, struct gradients *g, double *coefficients)
{
    uint32_t columns = regression->design->columns, outputs = regression->outputs;
    apply(regression, g->direction, g->image);
    inner(regression, NULL, g->direction, g->image, g->slope);
    for (uint32_t o = 0; o < outputs; o++)
        g->slope[o] = g->length[o] > g->goal[o] && g->slope[o] > 0 ? g->length[o] / g->slope[o] : 0;
    for (size_t i = 0; i < (size_t)columns * outputs; i++) {
        coefficients[i] += g->slope[i % outputs] * g->direction[i];
        g->residual[i] -= g->slope[i % outputs] * g->image[i];
    }
    inner(regression, g->scales, g->residual, g->residual, g->fresh);
    bool moving = false;
    for (uint32_t o = 0; o < outputs; o++) {
        double turn = g->slope[o] > 0 ? g->fresh[o] / g->length[o] : 0;
        moving = moving || g->slope[o] > 0;
        for (uint32_t c = 0; c < columns; c++) {
            size_t at = (size_t)c * outputs + o;
            g->direction[at] = g->scales[c] * g->residual[at] + turn * g->direction[at];
        }
        g->length[o] = g->fresh[o];
    }
    return moving;
}

void design_fit(const struct design *design, const bool *known, const double *targets,
                uint32_t outputs, double ridge, uint32_t steps, double *coefficients)
{
    size_t columns = design->columns, size = columns * outputs;
    double *memory = memory_array(3 * size + columns + 5 * (size_t)outputs, sizeof *memory);
    struct gradients g = {memory,
                          memory + size,
                          memory + 2 * size,
                          memory + 3 * size,
                          memory + 3 * size + columns,
                          memory + 3 * size + columns + outputs,
                          memory + 3 * size + columns + 2 * (size_t)outputs,
                          memory + 3 * size + columns + 3 * (size_t)outputs};
    struct regression regression = {.design = design,
                                    .known = known,
                                    .outputs = outputs,
                                    .ridge = ridge,
                                    .row = memory + 3 * size + columns + 4 * (size_t)outputs};
    find_scales(&regression, g.scales);
    for (uint32_t e = 0; e < design->entities; e++)
        if (known[e])
            spread(&regression, e, targets + (size_t)e * outputs, g.residual);
    inner(&regression, g.scales, g.residual, g.residual, g.goal);
    for (uint32_t o = 0; o < outputs; o++)
        g.goal[o] *= SMALL * SMALL;
    apply(&regression, coefficients, g.image);
    for (size_t i = 0; i < size; i++) {
        g.residual[i] -= g.image[i];
        g.direction[i] = g.scales[i / outputs] * g.residual[i];
    }
    inner(&regression, g.scales, g.residual, g.residual, g.length);
    for (uint32_t s = 0; s < steps && step(&regression, &g, coefficients); s++) {
    }
    free(memory);
}
