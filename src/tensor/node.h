/* SPDX-License-Identifier: MIT
 *
 * What the tape stores for a value: a node that remembers how the value was computed. Private to
 * the engine.
 *
 * A value that is shared or alike is stored once (`stored` is 1), any other once a task. The tape
 * interns offsets: two values have the same rows in all tasks if and only if their `offsets` are
 * the same pointer.
 */
#ifndef TENSOR_NODE_H
#define TENSOR_NODE_H

#include <stdint.h>

#include "operations.h"
#include "tensor/tape.h"

struct shape {
    size_t tasks, columns;
    const size_t *offsets; /* interned */
};

/* Which rows of a table belong to which rows of a stack. Row i has the entries starts[i] ..
 * starts[i + 1] - 1 of index and weights; without `starts` it has only entry i. Runs of rows have
 * `starts` and weights alone. */
struct lookup {
    const size_t *starts;
    const uint32_t *index;
    const real *weights; /* NULL: all 1 */
};

/* A range of rows of one matrix in a product: `count` rows from `first`. In an operand, only these
 * rows of each task's matrix take part. In the result, only these rows hold the product, and the
 * others of its `rows` are 0. */
struct window {
    enum window_place { NO_WINDOW, WINDOW_A, WINDOW_B, WINDOW_RESULT } place;
    size_t first, count, rows;
};

/* The constants of an operation. Each operation uses its own member; the others are 0. lasting.c
 * compares them, so a new member must be added there as well. */
struct settings {
    struct {
        bool transpose_a, transpose_b, total;
        struct window window;
    } product;
    struct {
        double factor, addend;
    } scale;
    double slope;
    bool flag;
    double diagonal;
    size_t first; /* column */
    struct lookup lookup;
    const real *factor; /* Cholesky factor of the operand, stored like it */
};

struct node {
    struct value value;                /* must be first: a struct value * is also a struct node * */
    real *memory;                      /* value.data, as the memory that forward writes */
    size_t capacity;                   /* bytes of memory; 0 if it belongs to another node */
    const struct operation *operation; /* NULL for a leaf */
    struct value **operands;
    size_t operand_count;
    size_t followed; /* operands from the first on that have a derivative */
    struct settings settings;
    size_t number;      /* in the order of recording */
    size_t stored;      /* matrices in memory: 1 or value.tasks */
    bool tracked;       /* gradients may flow through it */
    bool lasting;       /* outlives resets */
    bool transient;     /* made by a gradient that is not recorded; its memory may be reused */
    bool requested;     /* during tape_gradient: its gradient is requested */
    bool wanted;        /* during tape_gradient: is requested or depends on a requested value */
    unsigned pins;      /* uses of the memory of a transient node */
    struct node *owner; /* of the memory: this node or another one */
    struct node *next;  /* in the tape's list of transient nodes */
    struct value *adjoint;
    struct node *uses, *next_use; /* of lasting nodes: those computed from it as first operand */
};

static inline struct node *node_of(const struct value *value)
{
    return (struct node *)value;
}

static inline size_t value_stored(const struct value *value)
{
    return node_of(value)->stored;
}

static inline struct shape shape_of(const struct value *value)
{
    return (struct shape){value->tasks, value->columns, value->offsets};
}

/* How many numbers the node's memory holds. */
static inline size_t node_size(const struct node *node)
{
    return node->value.offsets[node->stored] * node->value.columns;
}

/* The first number of a task's matrix in the node's memory. */
static inline real *node_matrix(const struct node *node, size_t task)
{
    size_t row = node->stored == 1 ? 0 : node->value.offsets[task];
    return node->memory + row * node->value.columns;
}

static inline bool shape_equal(struct shape a, struct shape b)
{
    return a.tasks == b.tasks && a.columns == b.columns && a.offsets == b.offsets;
}

/* -- shape.c ----------------------------------------------------------------------------------- */

/* The tape's own copy of offsets. Equal offsets give the same pointer. */
/* Most numbers in a result, and most pairs: 256 MiB, so that a value that grows without bound is
 * refused before it takes seconds. */
#define RESULT_LARGEST ((size_t)1 << 26)

const size_t *offsets_intern(struct tape *tape, size_t tasks, const size_t *offsets);
const size_t *offsets_even(struct tape *tape, size_t tasks, size_t rows);

/* Rows of each matrix if all are equal, else SIZE_MAX. A stack has at least one task. */
size_t shape_rows(struct shape shape);
static inline size_t shape_rows_of(struct shape shape, size_t task)
{
    return shape.offsets[task + 1] - shape.offsets[task];
}
/* Numbers of all matrices together. */
static inline size_t shape_size(struct shape shape)
{
    return shape.offsets[shape.tasks] * shape.columns;
}
char *shape_text(struct shape shape, char *text, size_t size);

/* The shape two operands broadcast to; false if they do not. */
bool shape_broadcast(struct tape *tape, struct shape a, struct shape b, struct shape *result);

/* -- tape.c ------------------------------------------------------------------------------------ */

/* Records the reason ("operation: ...") unless an earlier failure is recorded. Returns NULL. */
struct value *tape_fail(struct tape *tape, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "add: 12x32 and 16x8 do not fit together" */
struct value *tape_mismatch(struct value *a, struct value *b, const char *operation,
                            const char *verdict);

/* Records a new node and computes its numbers; almost every operation ends with it. The value is
 * stored once if its rows are even and every operand is stored once. `operands` are copied,
 * `settings` may be NULL. NULL if the result would be too large or cannot be computed. */
struct value *tape_record(enum operation_number operation, struct shape shape,
                          struct value *const *operands, size_t count,
                          const struct settings *settings);
/* Like tape_record, for rows by number. The result is never stored once, because the rows of
 * different tasks differ. */
struct value *tape_record_lookup(enum operation_number operation, struct shape shape,
                                 struct value *const *operands, size_t count,
                                 const struct lookup *lookup);
/* A constant node whose memory the caller fills. `once` says that all matrices are alike. NULL if
 * it would be too large. */
struct node *tape_blank(struct tape *tape, struct shape shape, bool once);

/* A node that shares the memory of `of`: the result of `operation`, or a leaf if that is NULL. */
struct value *tape_alias(struct tape *tape, const struct operation *operation, struct shape shape,
                         struct value *of);

void tape_begin_transient(struct tape *tape);
void tape_end_transient(struct tape *tape);
/* Makes the memory of all transient nodes that are not pinned available to new nodes. */
void tape_sweep(struct tape *tape);
void node_pin(struct value *value);
void node_unpin(struct value *value);
/* Recorded nodes by number: lasting ones first, then the others, each after its operands. Between
 * the two kinds there may be numbers without a node. */
struct node *tape_at(const struct tape *tape, size_t number);
size_t tape_count(const struct tape *tape); /* above the largest number */
/* The number of the node after, or before, this one. */
size_t tape_after(const struct tape *tape, size_t number);
size_t tape_before(const struct tape *tape, size_t number);

/* -- lasting.c --------------------------------------------------------------------------------- */

/* Whether the result of an operation on these operands with these settings lasts: see
 * tape_begin_lasting. */
bool lasting_is_due(const struct tape *tape, struct value *const *operands, size_t count,
                    const struct settings *settings);
/* The earlier result of the same operation, or NULL. */
struct node *lasting_find(const struct operation *operation, struct shape shape,
                          struct value *const *operands, size_t count,
                          const struct settings *settings);
/* Between these two calls, all memory and nodes on the tape last. */
struct arena *lasting_begin(struct tape *tape);
void lasting_end(struct tape *tape, struct arena *before);
void lasting_enlist(struct tape *tape, struct node *node);
/* Adds the node to the results computed from `first`, or takes back a node whose numbers could not
 * be computed. */
void lasting_keep(struct node *node, struct value *first);
void lasting_forget(struct tape *tape, struct node *node);
struct value *lasting_scalar(struct tape *tape, double number);

#endif
