/* SPDX-License-Identifier: MIT
 *
 * The members of a tape, for the files that implement it.
 */
#ifndef TENSOR_TAPE_PRIVATE_H
#define TENSOR_TAPE_PRIVATE_H

#include "base/arena.h"
#include "node.h"

struct known_offsets {
    struct known_offsets *next;
    size_t tasks;
    const size_t *offsets;
};

/* Memory of transient nodes that can be reused, by size. */
struct spare {
    struct spare *next; /* the link is stored in the spare memory itself */
};
struct spare_list {
    size_t capacity;
    struct spare *first;
};
enum { SPARE_SIZES = 32, LASTING_MOST = 4096, LASTING_SCALARS = 32 };

struct tape {
    struct arena *arena;
    struct known_offsets *known;
    struct node **nodes; /* recorded, in order; grows, kept over resets */
    size_t count, capacity;
    bool transient;          /* new nodes are transient */
    struct node *transients; /* those of this gradient, newest first */
    struct spare_list spares[SPARE_SIZES];
    size_t spare_sizes;
    /* For a tape with lasting values only: */
    struct arena *lasting; /* NULL for any other tape */
    bool making_lasting;   /* new nodes last, and `arena` is `lasting` */
    struct node **kept;    /* at most LASTING_MOST, by number */
    size_t kept_count;
    struct value *scalars[LASTING_SCALARS];
    size_t scalar_count;
    bool failed;
    bool refused; /* memory was refused since the last reset */
    struct error error;
};

#endif
