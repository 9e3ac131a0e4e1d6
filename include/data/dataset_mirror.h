/* SPDX-License-Identifier: MIT
 *
 * The one place that knows who plays which part. Splits, tasks, models and plain arms speak of
 * users that meet items. If a task is an item that meets users, the data set is held mirrored: what
 * its fields call users are the items of the source, and the reverse. Whatever a person writes or
 * reads goes through dataset_named and the words below, which are the same for both.
 */
#ifndef DATA_DATASET_MIRROR_H
#define DATA_DATASET_MIRROR_H

#include <stdbool.h>

#include "data/dataset.h"

/* Exchanges users and items: ids, attributes, interactions and indexes. Mirroring twice changes
 * nothing. Call it before anything else keeps pointers into the data set. */
void dataset_mirror(struct dataset *dataset);

/* Users and items as the source has them. */
struct dataset_names {
    const struct id_map *users, *items;
    const struct table *user_table, *item_table;
    const uint32_t *user, *item; /* of each interaction */
};
struct dataset_names dataset_named(const struct dataset *dataset);

/* What the source calls the users and the items of the data set as it is held: "user" and "item",
 * or if it is mirrored "item" and "user". */
const char *dataset_user_word(const struct dataset *dataset);
const char *dataset_item_word(const struct dataset *dataset);

#endif
