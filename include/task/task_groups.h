/* SPDX-License-Identifier: MIT
 *
 * Which rows make up tasks together. Without a key, a group is one user. With a key, it is one user
 * with one key, such as a companion or a session. A row without a key is in no group.
 */
#ifndef TASK_TASK_GROUPS_H
#define TASK_TASK_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "data/dataset.h"

/* Groups are in ascending order of their users; those of one user are in the order in which their
 * keys first appear in the data set. Without a key, group n is user n. */
struct task_groups {
    struct interaction_index index; /* the current rows of each group, in row order */
    uint32_t *user;                 /* of each group */
    const struct column *keys;      /* of each row, borrowed; NULL without a key */
    uint32_t *key;                  /* of each group: its number in keys->texts; NULL likewise */
    bool borrowed;                  /* `index` belongs to the data set */
};

/* `keys` is a column of texts with a cell for each row of the ratings; NULL for none. It and the
 * data set are borrowed. */
void task_groups_make(struct task_groups *groups, const struct dataset *dataset,
                      const struct column *keys);
void task_groups_release(struct task_groups *groups);

/* The median number of rows of a group; 0 without groups. */
uint32_t task_groups_median(const struct task_groups *groups);
/* "" without a key. */
const char *task_groups_key(const struct task_groups *groups, uint32_t group);

#endif
