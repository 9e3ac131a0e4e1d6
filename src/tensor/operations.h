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

/* Rows with a derivative (D), with one that can also be added in place (A), and of functions that
 * are flat almost everywhere (F). */
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
    D(sum)                                                                                         \
    D(expand)                                                                                      \
    A(gather)                                                                                      \
    D(scatter)                                                                                     \
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
    /* Fills node->memory from the operands and settings. False, with the tape's error set, if
     * the numbers do not allow it. */
    bool (*forward)(struct node *node);
    /* The gradient of the operand, given that of the node and of the same shape as it; made of
     * operations. NULL for a function that is flat almost everywhere. */
    struct value *(*derivative)(struct node *node, struct value *gradient, size_t operand);
    /* Adds that to the numbers of `sum`, a stack stored in full that nobody else uses, and returns
     * true; or leaves it to `derivative`. Only for gradients that are not recorded. May be NULL. */
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
