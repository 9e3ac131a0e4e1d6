/* SPDX-License-Identifier: MIT
 *
 * What a walk over the ratings of a data set keeps of each user and item.
 */
#ifndef STORE_SHAPE_WALK_H
#define STORE_SHAPE_WALK_H

#include "data/id_map.h"
#include "shape_columns.h"
#include "shape_core.h"
#include "shape_sample.h"
#include "shape_time.h"
#include "store/dataset_shape.h"

/* A user or an item, by its number of first appearance. */
struct shape_entity {
    double sum;          /* of the ratings less their mean */
    int64_t first, last; /* times; INT64_MAX and INT64_MIN if it has none */
    float least, most;
    uint32_t count;
    bool described;
};

struct shape_walk {
    struct dataset_shape *shape;
    struct grid *grid; /* of the ratings */
    bool whole;        /* false: only what a profile needs */
    struct id_map *ids[SHAPE_SIDES];
    struct shape_entity *entities[SHAPE_SIDES];
    size_t capacity[SHAPE_SIDES];
    uint32_t last[SHAPE_SIDES]; /* of the row before */
    struct rating_tally *ratings;
    struct shape_clock clock;
    struct pace_sample pace;
    struct pair_sample pairs;
    struct core_rows rows;
    struct column_tally *context; /* of the other columns of the ratings */
    size_t context_count;
    double squares, cubes; /* of the ratings less their mean */
};

/* Reads all ratings. shape_walk_release accepts a walk that failed. */
bool shape_walk_ratings(struct shape_walk *walk, struct store *store, const char *dataset,
                        struct error *error);
void shape_walk_release(struct shape_walk *walk);

size_t shape_walk_count(const struct shape_walk *walk, enum shape_sides side);

#endif
