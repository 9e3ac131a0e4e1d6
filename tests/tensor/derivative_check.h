/* SPDX-License-Identifier: MIT
 *
 * Compares first and second derivatives of an operation with finite differences, for operands of
 * every kind. There are three tasks. Ragged operands have 3, 0 and 2 rows.
 */
#ifndef TESTS_DERIVATIVE_CHECK_H
#define TESTS_DERIVATIVE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "tensor/operation.h"

enum { TASKS = 3, MOST_OPERANDS = 4 };
extern const size_t ragged_offsets[TASKS + 1];

enum kind {
    SHARED,
    ALIKE, /* shared, then replicated */
    PER_TASK,
    RAGGED,
};

struct operand {
    enum kind kind;
    size_t rows, columns; /* rows of a ragged operand are given */
};

typedef struct value *tested_operation(struct value *const *operands);

/* Checks sum(c (y + y^2)), c fixed and random, y the operation's result. False if the operation
 * refuses these operands. `positive` draws operands from 0.5 .. 2. Fails the test on a difference.
 */
bool check_operation(const char *name, tested_operation *operation, const struct operand *operands,
                     size_t count, bool positive);

/* The same, where a refusal is a failure. */
void check_derivatives(const char *name, tested_operation *operation,
                       const struct operand *operands, size_t count, bool positive);

#endif
