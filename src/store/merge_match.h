/* SPDX-License-Identifier: MIT
 *
 * Which users (or items) of two data sets are the same, for a merge: those with equal ids, or those
 * for which an SQL expression has the same value in both sets.
 */
#ifndef STORE_MERGE_MATCH_H
#define STORE_MERGE_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "data/dataset_sink.h"
#include "data/derivation.h"
#include "data/id_map.h"
#include "store/store.h"

struct merge_match {
    struct id_map *ids[MERGE_SETS];    /* of all that are rated (or rate) or are described */
    uint32_t *partner[MERGE_SETS];     /* of each id: its number in the other set; UINT32_MAX */
    const char *apart;                 /* stands before ids that only the second set has; or NULL */
    char text[2 * ID_MAP_LONGEST + 2]; /* of merge_match_name */
};

/* Finds the users (`part` is DATASET_USERS) or items of both sets, and adds lines that say how many
 * are the same and which values are ambiguous. By ids, equal ids are the same. By an expression,
 * two are the same if its value is neither NULL nor "" and belongs to exactly one of each set; all
 * others stay apart. Release `match` even after a failure. */
bool merge_match_find(struct store *store, const struct derivation *derivation,
                      enum dataset_table part, struct merge_match *match, struct bytes *counts,
                      struct error *error);
void merge_match_release(struct merge_match *match);

/* The id in the merged set of an id of one of the two: that of the first set if it is in both;
 * else its own, which in the second set has "NAME:" before it if an expression says what is the
 * same. The text is valid until the next call. Fails if the first set has that id for another. */
bool merge_match_name(struct merge_match *match, int set, struct dataset_cell *id,
                      struct error *error);
/* The id that the other set has for the same user (item); false if it has none. */
bool merge_match_other(const struct merge_match *match, int set, const struct dataset_cell *id,
                       struct dataset_cell *other);

#endif
