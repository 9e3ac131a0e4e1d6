/* SPDX-License-Identifier: MIT
 *
 * Some users of a data set with all of their ratings and the items that they have rated: what a
 * script is tried on while it is being written.
 */
#ifndef STORE_DATASET_CHOICE_H
#define STORE_DATASET_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "data/dataset_sink.h"
#include "data/id_map.h"
#include "statement.h"

struct dataset_choice {
    struct id_map *users, *items; /* of the set; those that are chosen */
    bool *has_user;               /* of each user of the set */
};

/* Chooses users that are spread evenly over the set, in the order of their first ratings, until
 * they have `most` ratings together. Reads the ratings twice. */
bool dataset_choice_make(struct dataset_choice *choice, struct store *store,
                         const struct dataset_summary *summary, uint32_t most, struct error *error);
void dataset_choice_release(struct dataset_choice *choice); /* leaves {0} */
/* Whether a row of a table is chosen. `places`: columns of the user and the item, or -1. */
bool dataset_choice_has(const struct dataset_choice *choice, enum dataset_table part,
                        struct statement *query, const int places[2]);

#endif
