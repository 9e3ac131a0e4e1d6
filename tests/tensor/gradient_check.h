/* SPDX-License-Identifier: MIT
 *
 * Compares the gradient that a tape computes with central finite differences. Meant for double: in
 * float the differences themselves are accurate to about two digits only.
 */
#ifndef TENSOR_GRADIENT_CHECK_H
#define TENSOR_GRADIENT_CHECK_H

#include "tensor/tape.h"

/* A parameter: a leaf that the function receives. `data` belongs to the caller. The check changes
 * one entry at a time and restores it. */
struct gradient_check_leaf {
    size_t tasks, columns;
    const size_t *offsets; /* tasks + 1 */
    real *data;
};

/* A function of the leaves. Its result is 1 x 1, shared or per task; the sum over tasks is checked.
 * NULL if it failed. It is called often, each time on a reset tape, and must draw the same random
 * numbers each time. */
typedef struct value *gradient_check_function(struct tape *tape, struct value *const *leaves,
                                              void *context);

struct gradient_check {
    double worst;       /* largest |tape - differences| / max(1, |tape|, |differences|) */
    size_t leaf, entry; /* the entry of that leaf's data where it occurs */
    double by_tape, by_differences;
    size_t compared; /* entries */
};

/* `order` 1 checks the gradient of the function. `order` 2 checks the gradient of a fixed random
 * linear combination of its first gradients. At most `most` entries of each leaf are compared,
 * evenly spread; 0 compares all. False if the function failed; `error` then has the reason. The
 * caller judges `worst`: for smooth functions in double it should be below 1e-6. */
bool gradient_check(gradient_check_function *function, void *context,
                    const struct gradient_check_leaf *leaves, size_t count, int order, size_t most,
                    struct gradient_check *result, struct error *error);

#endif
