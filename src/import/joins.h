/* SPDX-License-Identifier: MIT
 *
 * Counts how the tables of a data set join while their rows pass to a sink: which rated users and
 * items are described, and which described ones have no rating.
 */
#ifndef IMPORT_JOINS_H
#define IMPORT_JOINS_H

#include "data/dataset_sink.h"
#include "data/id_map.h"
#include "import/import.h"

/* Users or items. */
struct join {
    struct id_map *described, *others; /* ids of the table; further ids of the ratings */
    bool *rated;                       /* of each described one */
    size_t rated_room, rated_count;
    size_t field; /* place of the id in the rows that come now, of the table or of the ratings */
    bool counts;
};

struct joins {
    const struct dataset_sink *sink; /* gets all rows; NULL: nobody does */
    struct join join[DATASET_TABLES];
    uint64_t ratings;
};

/* `sink` receives all rows and may be NULL. */
void joins_init(struct joins *joins, const struct dataset_sink *sink);
void joins_release(struct joins *joins);
struct dataset_sink joins_sink(struct joins *joins);

/* Adds the decisions, and the counts of the plan. */
void joins_tell(const struct joins *joins, struct import_plan *plan);

#endif
