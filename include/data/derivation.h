/* SPDX-License-Identifier: MIT
 *
 * How a data set is made of others. store/derive_store.h does it.
 */
#ifndef DATA_DERIVATION_H
#define DATA_DERIVATION_H

#include <stdint.h>

#include "data/selection.h"

/* Name, word of the command and of the new set's format. */
#define DERIVATIONS(X)                                                                             \
    X(FILTER, "filter")                                                                            \
    X(SAMPLE, "sample")                                                                            \
    X(MERGE, "merge")

enum derivation_kind {
#define X(name, word) DERIVE_##name,
    DERIVATIONS(X)
#undef X
        DERIVATION_COUNT
};

enum { MERGE_SETS = 2 };

struct derivation {
    enum derivation_kind kind;
    const char *name;        /* of the new set */
    const char *from, *with; /* sets; `with` of a MERGE, else NULL */

    /* Of a FILTER, in this order. */
    const char *where;   /* a condition in SQL on a rating, or NULL; see store_dataset_derive */
    int64_t first, last; /* seconds, both included; INT64_MIN and INT64_MAX if not bounded */
    uint32_t most;       /* ratings of a user; 0: all */
    enum selection_rule rule; /* which of them */
    uint32_t core;            /* ratings that each user and item has at least; 0: any */

    /* Of a MERGE: SQL of the description of a user (item) of each set; those with the same value
     * are the same. NULL, both: those with the same id are. */
    const char *users_by[MERGE_SETS], *items_by[MERGE_SETS];
    const char *source; /* the column of the ratings that says which set each is of, or NULL */

    /* Of a SAMPLE: one of the two is not 0. */
    uint32_t users, ratings;
    uint64_t seed; /* also of the rule "random" */
};

#endif
