/* SPDX-License-Identifier: MIT
 *
 * Who is whose neighbour: lists of ids in a column of users (or items) that name others of the same
 * table. Only neighbours with training rows are kept.
 */
#ifndef FEATURE_GRAPH_H
#define FEATURE_GRAPH_H

#include "source.h"

/* The neighbours of e, ascending, each once, never e itself: neighbours[starts[e]] up to, but not
 * including, neighbours[starts[e + 1]]. */
struct graph {
    uint32_t entities;
    uint32_t *starts, *neighbours;
};

/* Reads the lists of the part's column, of users or items. The memory is charged to the source.
 * Fails if no word of any list is an id. */
bool graph_read(struct graph *graph, const struct feature_part *part,
                const struct feature_source *source, struct error *error);
void graph_release(struct graph *graph);

#endif
