/* SPDX-License-Identifier: MIT
 *
 * Mappings x' = f(x): the raw columns of users, items and the context become fields of one feature
 * space. A field is an embedding index, a bag of indices, or a number. A field learns (its
 * vocabulary, the scale of a number) only from the entities that occur in training rows. Every
 * other value is "unknown", row 0 of an embedding table.
 */
#ifndef FEATURE_FEATURE_H
#define FEATURE_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/error.h"
#include "data/dataset.h"
#include "feature/text_part.h"

/* Name, and the table of a data set that holds its columns. */
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
/* What a person calls this entity of the data set, and the reverse: users and items change places
 * if it is mirrored. */
enum feature_entity feature_entity_named(const struct dataset *dataset, enum feature_entity entity);

/* Indices:
 *   identity  the entity itself (users and items only),
 *   category  each distinct value,
 *   bucket    the interval between `edges`, or between quantiles, that a number lies in,
 *   bag       the texts between separators, each trimmed; between "|" they are read as
 *             base/list_text.h writes them,
 *   hash      a category, or with a separator a bag, whose words get one of `rows` rows by their
 *             hash (Weinberger et al. 2009): no word is unknown, and some share a row,
 *   cross     a word of one part together with a word of another part of the same entity,
 *   words     the words of a text (src/feature/tokens.h),
 *   tfidf     the same, each weighted by how often the text has it and how few texts have it;
 *             with `columns`, numbers: the text's place along the first singular vectors of the
 *             training texts (Deerwester et al. 1990).
 *   neighbours of a user or item: the others of its table that a list of ids names and that have
 *             training rows; by `neighbours` a bag of them, a bag of what they have, or numbers.
 * Numbers, which are `scale`d over the training entities and 0 if they are missing:
 *   number    one,
 *   vector    a list of them, written with blanks, commas or other signs between,
 *   cycle     sine and cosine of the place in a period, such as the hour of the day,
 *   age       how long ago, in `unit`s, counted from the latest training value; never negative,
 *   activity  of a user or item in the training rows: how many, or how long ago the last one,
 *   word_vectors  of a text, pooled: vectors of words that stand near the same words in training
 *             texts, from the singular vectors of their positive pointwise mutual information
 *             (Levy, Goldberg and Dagan 2015),
 *   pretrained  the same with vectors of a file. */
#define FEATURE_PART_KINDS(X)                                                                      \
    X(IDENTITY, "identity")                                                                        \
    X(CATEGORY, "category")                                                                        \
    X(BUCKET, "bucket")                                                                            \
    X(BAG, "bag")                                                                                  \
    X(NUMBER, "number")                                                                            \
    X(VECTOR, "vector")                                                                            \
    X(HASH, "hash")                                                                                \
    X(CYCLE, "cycle")                                                                              \
    X(AGE, "age")                                                                                  \
    X(ACTIVITY, "activity")                                                                        \
    X(CROSS, "cross")                                                                              \
    X(WORDS, "words")                                                                              \
    X(TFIDF, "tfidf")                                                                              \
    X(WORD_VECTORS, "word_vectors")                                                                \
    X(PRETRAINED, "pretrained")                                                                    \
    X(NEIGHBOURS, "neighbours")
enum feature_part_kind {
#define X(name, text) PART_##name,
    FEATURE_PART_KINDS(X)
#undef X
        PART_KINDS
};

/* How numbers are scaled, column by column, over the training entities: to mean 0 and deviation 1;
 * the same of sign(x) log(1 + |x|); to -1 .. 1 by the share of smaller values; to 0 .. 1 between
 * the smallest and the largest, beyond which they are cut; not at all. */
#define FEATURE_SCALES(X)                                                                          \
    X(STANDARD, "standard")                                                                        \
    X(LOG, "log")                                                                                  \
    X(RANK, "rank")                                                                                \
    X(MIN_MAX, "min_max")                                                                          \
    X(NONE, "none")
enum feature_scale {
#define X(name, text) SCALE_##name,
    FEATURE_SCALES(X)
#undef X
        SCALE_COUNT
};

/* Training rows of a user or item; days from its last one to the last of all. */
#define FEATURE_ACTIVITIES(X)                                                                      \
    X(ROWS, "rows")                                                                                \
    X(RECENCY, "recency")
enum feature_activity {
#define X(name, text) ACTIVITY_##name,
    FEATURE_ACTIVITIES(X)
#undef X
        ACTIVITY_COUNT
};

/* What is taken of the neighbours that have training rows:
 *   identity  a bag of them,
 *   known     how many there are,
 *   target    the mean, over them, of the mean target of their training rows,
 *   item      of a row of the ratings, whose user has the neighbours: how many of them have a
 *             training row with the row's item, and the mean of these rows' targets,
 *   part      the mean of a part before it: of its numbers, or a bag of all words, in which a word
 *             stands as often as neighbours have it. */
#define FEATURE_NEIGHBOURS(X)                                                                      \
    X(IDENTITY, "identity")                                                                        \
    X(KNOWN, "known")                                                                              \
    X(TARGET, "target")                                                                            \
    X(ITEM, "item")                                                                                \
    X(PART, "part")
enum feature_neighbours {
#define X(name, text) NEIGHBOURS_##name,
    FEATURE_NEIGHBOURS(X)
#undef X
        NEIGHBOURS_COUNT
};

/* The period of a cycle by the date, in UTC: the place of the day in its year. */
#define FEATURE_YEAR 0.0

/* First rows of a table by word, as a script has them. */
struct feature_start {
    struct id_map *words;
    uint32_t columns;
    float *values; /* `columns` for each word */
};

/* What a script declares about one field. */
struct feature_part {
    char *name; /* of the field, such as "genres" */
    enum feature_entity entity;
    enum feature_part_kind kind;
    char *column; /* of the table; NULL if `computed` is set and for PART_IDENTITY */
    /* What a script's function returned for each row of the table, owned, or NULL. */
    struct column *computed;
    double *edges; /* ascending */
    size_t edge_count;
    uint32_t quantiles; /* PART_BUCKET without edges: about as many training entities in each */
    char *separator;    /* "|", ", "; PART_HASH: "" for a cell as a whole */
    uint32_t rows;      /* PART_HASH */
    enum feature_scale scale;
    bool missing;  /* numbers: one more column is 1 where they are missing */
    double period; /* PART_CYCLE: in the numbers of the column, or FEATURE_YEAR */
    double start;  /* PART_CYCLE: a number at which a period begins */
    double unit;   /* PART_AGE */
    enum feature_activity activity;
    enum feature_neighbours neighbours;
    /* PART_CROSS: the places of two parts before it. NEIGHBOURS_PART: the first is that of one. The
     * others: `hidden` parts make no field. */
    size_t crossed[2];
    bool hidden;
    /* PART_IDENTITY: the probability that a training step treats an entity as unknown. */
    double drop;
    uint32_t least;           /* a value of fewer training entities is unknown; 0 or 1 keeps all */
    uint32_t most;            /* PART_BAG: keeps only the first values of an entity; 0 keeps all */
    struct feature_text text; /* of parts of text */
    /* Parts with one name have one table: their words are those of all of them. NULL for an own. */
    char *share;
    struct feature_start *given; /* first rows of its table, owned, or NULL */
    /* Otherwise given: of a word the mean of this vector, a part before it that says what is
     * missing, over the training entities that have the word; 1 more than its place, 0 for none. */
    size_t given_part;
};

/* Memory whose size depends on a script is charged to a budget, which is borrowed. NULL charges
 * nothing. */
struct feature_charge {
    struct budget *budget;
    uint64_t taken; /* bytes, returned to the budget on release */
};

struct feature_parts {
    struct feature_part *parts;
    size_t count;
    struct feature_charge charge;
};
void feature_parts_release(struct feature_parts *parts);

enum feature_kind { FEATURE_INDEX, FEATURE_BAG, FEATURE_NUMBER };

/* These are unknown: a missing or empty cell, a value that no training entity has, and a value that
 * fewer than `least` training entities have. A bag keeps its known words, each once (but for those
 * of neighbours, ascending); if it has none, it is row 0 alone. */
struct feature_field {
    char *name; /* "item.genres" */
    enum feature_entity entity;
    enum feature_kind kind;
    uint32_t vocabulary; /* rows of the embedding table, row 0 for unknown; 0 for a number */
    uint32_t columns;    /* FEATURE_NUMBER: numbers of each entity; else 0 */
    uint32_t entities;
    double drop;
    uint32_t *index; /* FEATURE_INDEX: one for each entity */
    /* FEATURE_BAG: the rows of entity e are indices[starts[e]] .. indices[starts[e + 1] - 1]. */
    uint32_t *starts, *indices;
    float *weights; /* FEATURE_BAG: of each of `indices`, positive; NULL if all are equal */
    float *number;  /* FEATURE_NUMBER: `columns` for each entity */
    /* How `number` is made of any user and item, also without a row; NULL if it is not. */
    struct feature_pairs *pairs;
    double mean, deviation; /* of the first column, as it was scaled */
    /* The text of row n is word n - 1, in order of first appearance; NULL for a number and a hash.
     * The words of a bucket are like "< 18", "[18, 25)", ">= 25", those of a cross like "F x 25".
     */
    struct id_map *words;
    uint32_t table; /* the first field that shares its table; its own number otherwise */
    /* First rows of its table, `given_columns` for each row, NaN where none is known; or NULL. */
    uint32_t given_columns;
    float *given;
};

struct feature_space {
    struct feature_field *fields;
    size_t count;
    struct feature_charge charge;
};

/* Charges further bytes. False if the budget refuses them. */
bool feature_charge(struct feature_charge *charge, uint64_t bytes);

/* Fits and transforms all parts, charged to their budget. `training` says for each interaction
 * whether its row may be learned from. A training user (item) is one with a training row. In the
 * context, the column `timestamp` is the time. An unknown column fails with ERROR_SCRIPT, which
 * lists the existing columns. */
bool feature_space_fit(struct feature_space *space, const struct feature_parts *parts,
                       const struct dataset *dataset, const bool *training, struct error *error);
void feature_space_release(struct feature_space *space);

/* Whether the part waits for the vectors of a file, which are not there yet. Its field is one
 * missing number. */
bool feature_part_waits(const struct feature_part *part);
/* Adds the words of such a part's texts to `words`. */
bool feature_part_words(const struct feature_part *part, const struct dataset *dataset,
                        const bool *training, struct id_map *words, struct error *error);

/* Whether the part learns or has read vectors of words, which feature_part_vectors computes again:
 * it adds the words to `words` and sets `columns` numbers for each, owned by the caller; NaN for a
 * word without. Charges nothing once it has returned. */
bool feature_part_has_vectors(const struct feature_part *part);
bool feature_part_vectors(const struct feature_part *part, const struct dataset *dataset,
                          const bool *training, struct id_map *words, uint32_t *columns,
                          double **numbers, struct error *error);

/* An entity number for which every field is unknown: row 0 of a table, number 0. */
#define FEATURE_UNKNOWN UINT32_MAX

/* The embedding rows that a list of entities uses, each once, in ascending order, and for each
 * entity the places of its rows in that list. A shard gathers these rows from the table and indexes
 * them. `entities` may repeat. */
struct feature_lookup {
    uint32_t unique; /* rows used */
    uint32_t *rows;  /* their numbers in the table */
    /* FEATURE_BAG: the words of the n-th listed entity are indices[starts[n]] .. indices[starts[n +
     * 1] - 1]. NULL for FEATURE_INDEX, which has exactly one for each entity. */
    size_t *starts;
    uint32_t *indices; /* into `rows` */
    float *weights;    /* of each index; NULL if the field has none */
};

/* Scratch memory for one field in one thread. Zero-initialise it; its content has no meaning
 * between calls. */
struct feature_scratch {
    uint32_t vocabulary; /* rows that there is memory for */
    uint32_t *place;     /* by row: its index in the list of used rows */
    uint64_t *used;      /* a bit for each row that is used */
    uint64_t *groups;    /* a bit for each 64 rows of which one is used */
};
void feature_scratch_release(struct feature_scratch *scratch);

struct arena;
/* For a field that is not a number. `dropped` (for each listed entity, may be NULL) makes the
 * entity unknown. All memory comes from the arena. */
void feature_lookup(const struct feature_field *field, const uint32_t *entities, uint32_t count,
                    const bool *dropped, struct feature_scratch *scratch, struct arena *arena,
                    struct feature_lookup *lookup);
/* Replaces rows of the table by places in the list of those that occur in any of these lookups,
 * made by feature_lookup_whole for `counts` entities of fields that share a table. All get this
 * list. */
void feature_lookup_join(struct feature_lookup *const *lookups, const uint32_t *counts,
                         size_t number, uint32_t vocabulary, struct feature_scratch *scratch,
                         struct arena *arena);
/* Like feature_lookup without the list of rows: `indices` are rows of the table itself, and `rows`
 * is NULL. */
void feature_lookup_whole(const struct feature_field *field, const uint32_t *entities,
                          uint32_t count, const bool *dropped, struct arena *arena,
                          struct feature_lookup *lookup);

/* The number of an entity in a column of a field of numbers. */
static inline float feature_number(const struct feature_field *field, uint32_t entity,
                                   uint32_t column)
{
    return entity < field->entities ? field->number[(size_t)entity * field->columns + column] : 0;
}

/* The same of a user and an item that no row joins, by field->pairs. Either may be unknown. Writes
 * `columns` numbers. */
enum { FEATURE_PAIR_NUMBERS = 3 }; /* at most */
void feature_pair_numbers(const struct feature_field *field, uint32_t user, uint32_t item,
                          float *numbers);

#endif
