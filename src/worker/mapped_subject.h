/* SPDX-License-Identifier: MIT
 *
 * The user, item or row that a question about a mapping is about.
 */
#ifndef WORKER_MAPPED_SUBJECT_H
#define WORKER_MAPPED_SUBJECT_H

#include "study.h"
#include "wire/question.h"

struct mapped_subject {
    enum feature_entity entity; /* as the data set is held */
    uint32_t number;
    const struct table *table; /* that has its row */
};

/* The entity that a person calls so, and how many of it there are. */
enum feature_entity mapped_subject_entity(const struct dataset *dataset, enum map_subject subject);
uint32_t mapped_subject_count(const struct dataset *dataset, enum feature_entity entity);

/* `name`: as in struct question_map. Fails with USAGE, and says which name is similar. */
bool mapped_subject_find(const struct study *study, enum map_subject what, const char *name,
                         struct mapped_subject *subject, struct error *error);

/* Training rows of a user or item; of a row, 0 or 1. */
uint32_t mapped_subject_training(const struct study *study, const struct mapped_subject *subject);
/* The title of an item; "" if it has none, and of users. */
const char *mapped_subject_title(const struct dataset *dataset, enum feature_entity entity,
                                 uint32_t number);
/* Of a user or item. */
const char *mapped_subject_id(const struct dataset *dataset, enum feature_entity entity,
                              uint32_t number);

#endif
