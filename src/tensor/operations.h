/* SPDX-License-Identifier: MIT
 *
 * The table of operations: one row each, in operations.c. The functions that check shapes and
 * record are those of tensor/operation.h. Private to the engine.
 */
#ifndef TENSOR_OPERATIONS_H
#define TENSOR_OPERATIONS_H

#include <stdbool.h>
#include <stddef.h>

struct node;
struct value;

/* Macros D, A, F stand for operations with a derivative; with a derivative that can also be added
 * in place; and for functions that are flat almost everywhere. */
#define OPERATIONS(D, A, F)                                                                        \
    A(matmul)                                                                                      \
    A(layer)                                                                                       \
    D(add)                                                                                         \
    D(mul)                                                                                         \
    D(div)                                                                                         \
    D(maximum)                                                                                     \
    D(minimum)                                                                                     \
    F(greater)                                                                                     \
    F(at_least)                                                                                    \
    D(scale)                                                                                       \
    D(exp)                                                                                         \
    D(log)                                                                                         \
    D(sqrt)                                                                                        \
    D(square)                                                                                      \
    D(abs)                                                                                         \
    F(sign)                                                                                        \
    D(relu)                                                                                        \
    D(gate)                                                                                        \
    D(tanh)                                                                                        \
    D(sigmoid)                                                                                     \
    D(softplus)                                                                                    \
    D(softmax)                                                                                     \
    D(log_sum_exp)                                                                                 \
    D(softmax_runs)                                                                                \
    D(sum_runs)                                                                                    \
    D(sum)                                                                                         \
    D(expand)                                                                                      \
    A(gather)                                                                                      \
    D(scatter)                                                                                     \
    A(mix)                                                                                         \
    D(mix_table)                                                                                   \
    D(mix_weights)                                                                                 \
    D(concat)                                                                                      \
    A(slice)                                                                                       \
    D(pad)                                                                                         \
    D(transpose)                                                                                   \
    D(diagonal)                                                                                    \
    D(from_diagonal)                                                                               \
    D(lower)                                                                                       \
    D(cholesky)                                                                                    \
    D(solve_lower)                                                                                 \
    D(solve)

enum operation_number {
#define X(name) OPERATION_##name,
    OPERATIONS(X, X, X)
#undef X
};

struct operation {
    const char *name;
    /* Fills node->memory from the operands and settings. False, with the tape's error set, if the
     * operation is not possible with these numbers. */
    bool (*forward)(struct node *node);
    /* The gradient of the operand, given `gradient`, that of the node, which has the node's shape.
     * It is composed of operations. NULL for a function that is flat almost everywhere. */
    struct value *(*derivative)(struct node *node, struct value *gradient, size_t operand);
    /* Adds the same gradient to the numbers of `sum`, a stack stored in full with no other user,
     * and returns true. If it returns false, `derivative` is used. Only for gradients that are not
     * recorded. May be NULL. */
    bool (*accumulate)(struct node *node, struct value *gradient, size_t operand, struct node *sum);
};

extern const struct operation operation_table[];

#define F(name) bool name##_forward(struct node *node);
#define D(name)                                                                                    \
    F(name)                                                                                        \
    struct value *name##_derivative(struct node *node, struct value *gradient, size_t operand);
#define A(name)                                                                                    \
    D(name)                                                                                        \
    bool name##_accumulate(struct node *node, struct value *gradient, size_t operand,              \
                           struct node *sum);
OPERATIONS(D, A, F)
#undef A
#undef D
#undef F

#endif
