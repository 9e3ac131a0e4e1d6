/* SPDX-License-Identifier: MIT
 *
 * What colours the points of a picture.
 */
#ifndef WORKER_PICTURE_GROUPS_H
#define WORKER_PICTURE_GROUPS_H

#include "questions.h"

/* Sets by, groups, group_texts and others of the answer, and group_of for the `count` users or
 * items `rows`. The most frequent words or values among them have a group each, and the rest one
 * together. Of several words of one row, the first that has a group counts. A number of more values
 * becomes ranges with about as many in each. Fails with USAGE if there is no such field or
 * column. */
bool picture_groups_find(struct asked *asked, enum feature_entity entity, const char *by,
                         const uint32_t *rows, struct answer_picture *answer, struct error *error);

#endif
