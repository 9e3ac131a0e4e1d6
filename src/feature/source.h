/* SPDX-License-Identifier: MIT
 *
 * The cells of a field, from a column of the data set or computed by a script, and the entities
 * that may be learned from.
 */
#ifndef FEATURE_SOURCE_H
#define FEATURE_SOURCE_H

#include "feature/feature.h"

struct feature_source {
    uint32_t entities;
    const bool *training;          /* by entity; borrowed */
    const bool *const *known;      /* the same of users, items and interactions; borrowed */
    const struct dataset *dataset; /* borrowed */
    const bool *rows;              /* by interaction, whether it may be learned from; borrowed */
    struct column column;          /* its cells are borrowed; unset for an identity */
    struct feature_charge *charge; /* of the space; borrowed */
    /* The words of all parts that share a table, borrowed, or NULL; `learning` adds to them. */
    struct id_map *shared;
    bool learning;
};

/* The shortest text that reads back as the same number. */
enum { SOURCE_NUMBER_TEXT = 40 };
void source_number_text(double number, char text[SOURCE_NUMBER_TEXT]);

/* Charges the memory of a field. Fails if the budget refuses it. */
bool source_charge(const struct feature_source *source, uint64_t bytes, struct error *error);
uint32_t entity_count(const struct dataset *dataset, enum feature_entity entity);

/* Finds the column of a part. If there is none, the error lists the existing columns. */
bool source_find(struct feature_source *source, const struct feature_part *part,
                 const struct dataset *dataset, struct error *error);
/* The number in a cell, NaN if it is missing. Fails on a text that is not a number. */
bool source_number(const struct feature_source *source, uint32_t entity, double *number,
                   struct error *error);

/* Where the words of a field are collected: a new map; while shared words are learned, that of all
 * of them; later a copy of it, charged, in which every word has its row. NULL if that is refused.
 */
struct id_map *source_words(const struct feature_source *source, struct error *error);
/* Whether all words are there already. */
bool source_words_stand(const struct feature_source *source);
/* The row of a word, from 1; 0 if it has none. */
uint32_t source_row(const struct id_map *words, const char *text);
/* A copy, charged. NULL if the budget refuses it. */
struct id_map *source_copy(const struct feature_source *source, const struct id_map *words,
                           struct error *error);

#endif
