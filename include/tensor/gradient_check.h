/* SPDX-License-Identifier: MIT
 *
 * Compares the gradient a tape gives with central finite differences. Sensible in double; in float
 * the differences themselves are good to about two digits.
 */
#ifndef TENSOR_GRADIENT_CHECK_H
#define TENSOR_GRADIENT_CHECK_H

#include "tensor/tape.h"

/* A parameter: a leaf that the function gets. `data` is the caller's; the check changes one entry
 * at a time and puts it back. */
struct gradient_check_leaf {
    size_t tasks, columns;
    const size_t *offsets; /* tasks + 1 */
    real *data;
};

/* A function of the leaves: 1 x 1, shared or per task (the sum counts). NULL if it failed. It is
 * called often, each time on a reset tape, and must draw the same numbers each time. */
typedef struct value *gradient_check_function(struct tape *tape, struct value *const *leaves,
                                              void *context);

struct gradient_check {
    double worst;       /* largest |tape - differences| / max(1, |tape|, |differences|) */
    size_t leaf, entry; /* where: entry of that leaf's data */
    double by_tape, by_differences;
    size_t compared; /* entries */
};

/* `order` 1 checks the gradient of the function; 2 the gradient of a fixed random linear
 * combination of its first gradients. `most` entries of each leaf are compared, evenly spread; 0
 * compares all. False if the function failed (`error` says how); judging `worst` is left to the
 * caller: below 1e-6 in double is right for smooth functions. */
bool gradient_check(gradient_check_function *function, void *context,
                    const struct gradient_check_leaf *leaves, size_t count, int order, size_t most,
                    struct gradient_check *result, struct error *error);

#endif
