/* SPDX-License-Identifier: MIT
 *
 * Users, items or words as points: what the mapping makes of them, or what a run has learned.
 */
#ifndef WORKER_MAPPED_POINTS_H
#define WORKER_MAPPED_POINTS_H

#include "questions.h"
#include "tensor/nearest.h"

struct mapped_points {
    struct sparse_matrix matrix; /* a row for each; in the arena */
    enum distance distance;      /* that suits them */
    enum point_space space;
    const char *fields; /* names of those that the points are made of, each with its NUL */
    size_t fields_size;
};

/* A row for each user or item. As they are mapped, every field counts alike: of words a vector of
 * length 1, of numbers each number divided by the root of how many they are; nothing for what is
 * unknown, and nothing of identities. With a run, the tables and projections that it has learned,
 * side by side. The distance is by COSINE, but by EUCLID where numbers are.
 * `field`: the only one that counts, such as "item.genres" or "genres"; "": all. Fails with USAGE
 * if nothing is left, or there is no such field. */
bool mapped_points_make(struct mapped_points *points, struct asked *asked,
                        enum feature_entity entity, const char *field, struct error *error);

/* Words of one field, and which of them is asked for. A word without a vector is a row of zeros. */
struct word_points {
    struct mapped_points points;
    const struct id_map *words; /* word n is row n */
    struct id_map *own;         /* to be freed, or NULL */
    const uint32_t *counts;     /* training users or items that have it */
    uint32_t number;
};
/* Fails with USAGE if no field has the word, or several have it and `field` is "". Release `words`
 * even after a failure. */
bool word_points_make(struct word_points *words, struct asked *asked, const char *word,
                      const char *field, struct error *error);
void word_points_release(struct word_points *words);

#endif
