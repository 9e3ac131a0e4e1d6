/* SPDX-License-Identifier: MIT
 *
 * What points of users and items and points of words are built with.
 */
#ifndef WORKER_POINTS_BUILDER_H
#define WORKER_POINTS_BUILDER_H

#include "questions.h"

/* The part that a field of the space was made of. */
const struct feature_part *points_part(const struct study *study, size_t field);
/* Whether this is the name of the field, with or without its entity; "" is that of every field. */
bool points_field_is(const struct feature_field *field, const char *name);
/* Fails with USAGE, listing the fields, if there is none of this name. */
bool points_check_field(const struct study *study, const char *name, struct error *error);
/* What the run that is asked about learned to multiply the weight of each word of this field by,
 * up to a factor that is the same for all; NULL if the field does not attend to its words. In the
 * arena. */
const double *points_attention(struct asked *asked, size_t field);
/* script_recommender_table of this field. */
bool points_table(struct asked *asked, size_t field, size_t number, struct script_table *table);

#endif
