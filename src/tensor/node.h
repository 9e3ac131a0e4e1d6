/* SPDX-License-Identifier: MIT
 *
 * What a value is to the tape: the node that remembers how it came about. Private to the engine.
 *
 * A value is stored once if it is shared or alike (`stored` is 1), else once a task. Offsets are
 * interned by the tape: two values have the same rows in all tasks if and only if their `offsets`
 * are the same pointer.
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

/* Which rows of a table belong to which rows of a stack: row i has the entries starts[i] ..
 * starts[i + 1] - 1 of index and weights; without starts just entry i. */
struct lookup {
    const size_t *starts;
    const uint32_t *index;
    const real *weights; /* NULL: all 1 */
};

/* Some rows of one of a product's matrices, in place of all: `count` rows from `first` of each
 * task's matrix of an operand; or those of the result that hold the product, where all others of
 * its `rows` are 0. */
struct window {
    enum window_place { NO_WINDOW, WINDOW_A, WINDOW_B, WINDOW_RESULT } place;
    size_t first, count, rows;
};

/* The constants of an operation; each uses its own member, the others are 0. lasting.c compares
 * them: a new member belongs there, too. */
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
    struct value value;                /* first, so that a struct value * is a struct node * */
    real *memory;                      /* value.data, to be written by forward */
    size_t capacity;                   /* bytes of memory; 0 if it belongs to another node */
    const struct operation *operation; /* NULL for a leaf */
    struct value **operands;
    size_t operand_count;
    size_t followed; /* so many of the operands, from the first, have a derivative */
    struct settings settings;
    size_t number;      /* in the order of recording */
    size_t stored;      /* matrices in memory: 1 or value.tasks */
    bool tracked;       /* gradients may flow through it */
    bool lasting;       /* outlives resets */
    bool transient;     /* made by a gradient that is not recorded; its memory may be used again */
    bool requested;     /* during tape_gradient: is asked for */
    bool wanted;        /* during tape_gradient: is asked for or depends on what is */
    unsigned pins;      /* uses of the memory of a transient node */
    struct node *owner; /* of the memory: itself, or another node */
    struct node *next;  /* in the tape's list of transient nodes */
    struct value *adjoint;
    struct node *uses, *next_use; /* of lasting nodes: those computed of it, as first operand */
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

/* Numbers in memory. */
static inline size_t node_size(const struct node *node)
{
    return node->value.offsets[node->stored] * node->value.columns;
}

/* The first number of the matrix of a task, and how many. */
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

/* The tape's own copy of offsets: one pointer for one content. */
/* Numbers that an operation may fill, and pairs: 256 MiB, so that a value that grows without bound
 * is refused before it takes seconds. */
#define RESULT_LARGEST ((size_t)1 << 26)

const size_t *offsets_intern(struct tape *tape, size_t tasks, const size_t *offsets);
const size_t *offsets_even(struct tape *tape, size_t tasks, size_t rows);

/* Rows of every matrix if they are equal, else SIZE_MAX. A stack without tasks does not exist.
 */
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

/* Says what is wrong ("operation: ...") unless something was wrong before; returns NULL. */
struct value *tape_fail(struct tape *tape, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "add: 12x32 and 16x8 do not fit together" */
struct value *tape_mismatch(struct value *a, struct value *b, const char *operation,
                            const char *verdict);

/* A node of its own, filled: what almost every operation ends with. It is stored once if the
 * rows are even and every operand is; `operands` are copied, `settings` may be NULL. NULL if it
 * would be too large or cannot be computed. */
struct value *tape_record(enum operation_number operation, struct shape shape,
                          struct value *const *operands, size_t count,
                          const struct settings *settings);
/* The same for rows by number: never stored once, as rows of different tasks are different. */
struct value *tape_record_lookup(enum operation_number operation, struct shape shape,
                                 struct value *x, const struct lookup *lookup);
/* A constant node whose memory is to be filled; `once`: all matrices are alike. NULL if it would
 * be too large. */
struct node *tape_blank(struct tape *tape, struct shape shape, bool once);

/* Another face of the memory of `of`: of `operation`, or without one, a leaf of its own. */
struct value *tape_alias(struct tape *tape, const struct operation *operation, struct shape shape,
                         struct value *of);

void tape_begin_transient(struct tape *tape);
void tape_end_transient(struct tape *tape);
/* Gives the memory of all transient nodes nobody has pinned to those that come. */
void tape_sweep(struct tape *tape);
void node_pin(struct value *value);
void node_unpin(struct value *value);
/* Recorded nodes, by number: first lasting ones, then the others, each after its operands. Numbers
 * may have a gap between the two, where there is no node. */
struct node *tape_at(const struct tape *tape, size_t number);
size_t tape_count(const struct tape *tape); /* beyond the largest number */
/* The number of the node after, or before, this one. */
size_t tape_after(const struct tape *tape, size_t number);
size_t tape_before(const struct tape *tape, size_t number);

/* -- lasting.c --------------------------------------------------------------------------------- */

/* Whether something computed of these now, with these settings, lasts: see tape_begin_lasting. */
bool lasting_is_due(const struct tape *tape, struct value *const *operands, size_t count,
                    const struct settings *settings);
/* What was computed so before; or NULL. */
struct node *lasting_find(const struct operation *operation, struct shape shape,
                          struct value *const *operands, size_t count,
                          const struct settings *settings);
/* From here to the end, what is taken and made lasts. */
struct arena *lasting_begin(struct tape *tape);
void lasting_end(struct tape *tape, struct arena *before);
void lasting_enlist(struct tape *tape, struct node *node);
/* Remembers that the node was computed of `first`; or takes back one that could not be. */
void lasting_keep(struct node *node, struct value *first);
void lasting_forget(struct tape *tape, struct node *node);
struct value *lasting_scalar(struct tape *tape, double number);

#endif
