/* SPDX-License-Identifier: MIT
 *
 * Mappings x' = f(x): the raw columns of users, items and the context become fields of one feature
 * space. A field is an embedding index, a bag of them, or a number. What a field learns from data
 * (its vocabulary, the scale of a number) it learns from the entities that occur in training rows;
 * everything else is "unknown", row 0 of an embedding table.
 */
#ifndef FEATURE_FEATURE_H
#define FEATURE_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/error.h"
#include "data/dataset.h"

/* name, and the table of a data set that has its columns */
#define FEATURE_ENTITY_LIST(X)                                                                     \
    X(USER, "user", "users")                                                                       \
    X(ITEM, "item", "items")                                                                       \
    X(CONTEXT, "context", "ratings")

enum feature_entity {
#define X(name, text, table) FEATURE_##name,
    FEATURE_ENTITY_LIST(X)
#undef X
        FEATURE_ENTITIES
};
const char *feature_entity_name(enum feature_entity entity);

/* The entity itself (users and items only); each distinct value; the interval between `edges` that
 * a number lies in; the texts between separators, each trimmed; a number that is standardised over
 * the training entities, 0 if it is missing. */
#define FEATURE_PART_KINDS(X)                                                                      \
    X(IDENTITY, "identity")                                                                        \
    X(CATEGORY, "category")                                                                        \
    X(BUCKET, "bucket")                                                                            \
    X(BAG, "bag")                                                                                  \
    X(NUMBER, "number")
enum feature_part_kind {
#define X(name, text) PART_##name,
    FEATURE_PART_KINDS(X)
#undef X
        PART_KINDS
};

/* What a script declares of one field. */
struct feature_part {
    char *name; /* of the field, such as "genres" */
    enum feature_entity entity;
    enum feature_part_kind kind;
    char *column; /* of the table; NULL if `computed` is set and for PART_IDENTITY */
    struct column
        *computed; /* what a script's function returned for each row of the table; owned; or NULL */
    double *edges; /* ascending */
    size_t edge_count;
    char *separator; /* "|", ", " */
    double drop; /* PART_IDENTITY: probability that a training step takes an entity for an unknown
                    one */
    uint32_t least; /* categories of fewer training entities are unknown; 0 or 1 keeps all */
    uint32_t most;  /* PART_BAG: only the first so many of an entity; 0 keeps all */
};

/* Memory whose size a script decides is charged to a budget, borrowed: NULL for none. */
struct feature_charge {
    struct budget *budget;
    uint64_t taken; /* bytes, given back at the release */
};

struct feature_parts {
    struct feature_part *parts;
    size_t count;
    struct feature_charge charge;
};
void feature_parts_release(struct feature_parts *parts);

enum feature_kind { FEATURE_INDEX, FEATURE_BAG, FEATURE_NUMBER };

/* Unknown are: a missing or empty cell, a value that no training entity has, and one that fewer
 * than `least` of them have. Of a bag the known words stay, each once; a bag without any is row 0
 * alone.
 */
struct feature_field {
    char *name; /* "item.genres" */
    enum feature_entity entity;
    enum feature_kind kind;
    uint32_t vocabulary; /* rows of the embedding table, row 0 for unknown; 0 for a number */
    uint32_t entities;
    double drop;
    uint32_t *index; /* FEATURE_INDEX: one an entity */
    uint32_t *starts,
        *indices;  /* FEATURE_BAG: of entity e, indices[starts[e]] .. indices[starts[e + 1] - 1] */
    float *number; /* FEATURE_NUMBER: (x - mean) / deviation */
    double mean, deviation;
    struct id_map *words; /* text of row n is word n - 1, in order of first appearance; NULL for a
                             number. For a bucket "< 18", "[18, 25)", ">= 25" */
};

struct feature_space {
    struct feature_field *fields;
    size_t count;
    struct feature_charge charge;
};

/* Takes further bytes; false if they are refused. */
bool feature_charge(struct feature_charge *charge, uint64_t bytes);

/* Fits and transforms everything, charged to the budget of the parts. `training` says by
 * interaction what may be learned from; a training user (item) is one with a training row. Of the
 * context, column `timestamp` is the time. An unknown column is ERROR_SCRIPT, naming the columns
 * there are. */
bool feature_space_fit(struct feature_space *space, const struct feature_parts *parts,
                       const struct dataset *dataset, const bool *training, struct error *error);
void feature_space_release(struct feature_space *space);

/* Beyond the entities of a field is one of which nothing is known: row 0 of a table, number 0. */
#define FEATURE_UNKNOWN UINT32_MAX

/* The embedding rows that a list of entities uses, each once, in ascending order, and for each
 * entity where they stand in that list: what a shard gathers from a table and indexes. `entities`
 * may repeat. */
struct feature_lookup {
    uint32_t unique; /* rows used */
    uint32_t *rows;  /* their numbers in the table */
    size_t *starts; /* FEATURE_BAG: of the n-th listed entity indices[starts[n]] .. indices[starts[n
                       + 1] - 1]; NULL for FEATURE_INDEX, which has exactly one each */
    uint32_t *indices; /* into `rows` */
};

/* Scratch memory of one thread for one field, at first all zero; of no meaning between calls. */
struct feature_scratch {
    uint32_t vocabulary; /* that there is room for */
    uint32_t *place;     /* by row: its place in the list */
    uint64_t *used;      /* a bit for each row */
    uint64_t *groups;    /* a bit for each 64 of them: one of them is set */
};
void feature_scratch_release(struct feature_scratch *scratch);

struct arena;
/* For a field that is no number. `dropped` (by listed entity, may be NULL) takes the entity for
 * unknown. Everything lies in the arena. */
void feature_lookup(const struct feature_field *field, const uint32_t *entities, uint32_t count,
                    const bool *dropped, struct feature_scratch *scratch, struct arena *arena,
                    struct feature_lookup *lookup);
/* The same without the list: `indices` are rows of the table itself, `rows` is NULL. */
void feature_lookup_whole(const struct feature_field *field, const uint32_t *entities,
                          uint32_t count, const bool *dropped, struct arena *arena,
                          struct feature_lookup *lookup);

/* Of a field that is a number. */
static inline float feature_number(const struct feature_field *field, uint32_t entity)
{
    return entity < field->entities ? field->number[entity] : 0;
}

#endif
