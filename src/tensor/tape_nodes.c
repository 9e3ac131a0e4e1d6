/* SPDX-License-Identifier: MIT
 *
 * A tape's memory. Nodes and numbers come from one arena. Nodes made by a gradient that is not
 * recorded are transient: as soon as they are not pinned, their memory is reused for nodes of the
 * same size.
 */
#include "config.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>

#include "base/memory.h"
#include "node.h"
#include "tape_private.h"
#include "tensor/tape.h"

/* Most numbers in one value: rows and columns must fit the integers of BLAS. */
static const size_t LARGEST = INT_MAX;

/* -- memory of values -------------------------------------------------------------------------- */

/* The list of spare memory of one size. NULL if there are already too many sizes. */
static struct spare_list *spares_of(struct tape *tape, size_t capacity)
{
    for (size_t i = 0; i < tape->spare_sizes; i++)
        if (tape->spares[i].capacity == capacity)
            return &tape->spares[i];
    if (tape->spare_sizes == SPARE_SIZES)
        return NULL;
    struct spare_list *list = &tape->spares[tape->spare_sizes++];
    *list = (struct spare_list){.capacity = capacity};
    return list;
}

static size_t capacity_for(size_t numbers)
{
    size_t line = 64, capacity = (numbers * sizeof(real) + line - 1) / line * line;
    return capacity == 0 ? line : capacity;
}

static void take_memory(struct tape *tape, struct node *node, struct spare_list *list)
{
    node->capacity = capacity_for(node_size(node));
    if (list && list->first) {
        node->memory = (real *)list->first;
        list->first = list->first->next;
    } else {
        node->memory = arena_take(tape->arena, node->capacity);
    }
    node->value.data = node->memory;
    node->owner = node;
}

static void give_memory(struct tape *tape, struct node *node)
{
    struct spare_list *list = node->capacity ? spares_of(tape, node->capacity) : NULL;
    if (!list)
        return;
    struct spare *spare = (struct spare *)node->memory;
    spare->next = list->first;
    list->first = spare;
}

void tape_begin_transient(struct tape *tape)
{
    tape->transient = true;
    tape->transients = NULL;
}

void tape_end_transient(struct tape *tape)
{
    tape_sweep(tape);
    tape->transient = false;
    tape->transients = NULL;
}

void tape_sweep(struct tape *tape)
{
    struct node **link = &tape->transients;
    while (*link) {
        struct node *node = *link;
        if (node->pins > 0) {
            link = &node->next;
        } else {
            give_memory(tape, node);
            *link = node->next;
        }
    }
}

void node_pin(struct value *value)
{
    node_of(value)->owner->pins++;
}

void node_unpin(struct value *value)
{
    struct node *owner = node_of(value)->owner;
    assert(owner->pins > 0);
    owner->pins--;
}

/* -- nodes ------------------------------------------------------------------------------------- */

static void enlist(struct tape *tape, struct node *node)
{
    if (tape->making_lasting) {
        lasting_enlist(tape, node);
        return;
    }
    node->transient = tape->transient;
    if (node->transient) {
        node->next = tape->transients;
        tape->transients = node;
        return;
    }
    if (tape->count == tape->capacity) {
        size_t capacity = tape->capacity ? 2 * tape->capacity : 256;
        budget_owe(arena_budget(tape->arena), (capacity - tape->capacity) * sizeof(struct node *));
        tape->capacity = capacity;
        tape->nodes = memory_resize(tape->nodes, tape->capacity, sizeof(struct node *));
    }
    node->number = tape_count(tape);
    tape->nodes[tape->count++] = node;
}

static struct node *bare_node(struct tape *tape, struct shape shape, bool once)
{
    struct node *node = arena_take_zeroed(tape->arena, sizeof *node);
    node->value = (struct value){.tape = tape,
                                 .tasks = shape.tasks,
                                 .columns = shape.columns,
                                 .offsets = shape.offsets,
                                 .alike = once && shape.tasks > 1};
    node->stored = once ? 1 : shape.tasks;
    node->owner = node;
    return node;
}

/* Whether matrices 0 .. stored - 1 exceed the limit. */
static bool too_large(struct tape *tape, const char *operation, struct shape shape, size_t stored)
{
    size_t rows = shape.offsets[shape.tasks], filled = shape.offsets[stored];
    bool fits = shape.columns <= LARGEST && (rows == 0 || shape.columns <= LARGEST / rows);
    if (fits && filled * shape.columns <= RESULT_LARGEST)
        return false;
    char text[80];
    size_t most = fits ? RESULT_LARGEST : LARGEST;
    tape_fail(tape, ERROR_SCRIPT, "%s: a result of %s is too large: it has more than %zu numbers",
              operation, shape_text(shape, text, sizeof text), most);
    return true;
}

/* Whether the budget allows a node of that shape with everything that belongs to it. `spares` may
 * already hold memory for its numbers. */
static bool has_room(struct tape *tape, const char *operation, struct shape shape, bool once,
                     size_t operands, struct spare_list **spares)
{
    enum { PIECES = 3 };
    size_t size = capacity_for(shape.offsets[once ? 1 : shape.tasks] * shape.columns);
    size_t beside = sizeof(struct node) + operands * sizeof(struct value *);
    char what[120], text[80];
    *spares = tape->making_lasting ? NULL : spares_of(tape, size);
    if (arena_reserve(tape->arena, beside + (*spares && (*spares)->first ? 0 : size), PIECES))
        return true;
    snprintf(what, sizeof what, "%s: a result of %s", operation,
             shape_text(shape, text, sizeof text));
    return tape_refuse(tape, arena_budget(tape->arena), size, what);
}

static bool all_stored_once(struct value *const *operands, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (value_stored(operands[i]) > 1)
            return false;
    return count > 0;
}

static struct node *new_node(struct tape *tape, const struct operation *operation,
                             struct shape shape, struct value *const *operands, size_t count,
                             bool once)
{
    struct spare_list *spares;
    once = once || shape.tasks == 1;
    if (too_large(tape, operation->name, shape, once ? 1 : shape.tasks) ||
        !has_room(tape, operation->name, shape, once, count, &spares))
        return NULL;
    struct node *node = bare_node(tape, shape, once);
    take_memory(tape, node, spares);
    node->operation = operation;
    node->operands = arena_take(tape->arena, count * sizeof(struct value *));
    node->operand_count = node->followed = count;
    for (size_t i = 0; i < count; i++) {
        assert(operands[i]->tape == tape);
        node->operands[i] = operands[i];
        node->tracked |= node_of(operands[i])->tracked;
    }
    node->tracked &= !tape->transient && operation->derivative;
    enlist(tape, node);
    return node;
}

/* Makes the node and computes its numbers. NULL if that fails. */
static struct node *compute(const struct operation *operation, struct shape shape,
                            struct value *const *operands, size_t count,
                            const struct settings *settings, bool once)
{
    struct node *node = new_node(operands[0]->tape, operation, shape, operands, count, once);
    if (!node)
        return NULL;
    if (settings)
        node->settings = *settings;
    if (operation->forward(node))
        return node;
    if (node->lasting)
        lasting_forget(node->value.tape, node);
    return NULL;
}

static struct value *record(const struct operation *operation, struct shape shape,
                            struct value *const *operands, size_t count,
                            const struct settings *settings, bool once)
{
    struct tape *tape = operands[0]->tape;
    struct node *node;
    if (!lasting_is_due(tape, operands, count, settings)) {
        node = compute(operation, shape, operands, count, settings, once);
        return node ? &node->value : NULL;
    }
    node = lasting_find(operation, shape, operands, count, settings);
    if (node)
        return &node->value;
    struct arena *before = lasting_begin(tape);
    node = compute(operation, shape, operands, count, settings, once);
    lasting_end(tape, before);
    if (!node)
        return NULL;
    lasting_keep(node, operands[0]);
    return &node->value;
}

struct value *tape_record(enum operation_number operation, struct shape shape,
                          struct value *const *operands, size_t count,
                          const struct settings *settings)
{
    bool once = all_stored_once(operands, count) && shape_rows(shape) != SIZE_MAX;
    return record(&operation_table[operation], shape, operands, count, settings, once);
}

struct value *tape_record_lookup(enum operation_number operation, struct shape shape,
                                 struct value *const *operands, size_t count,
                                 const struct lookup *lookup)
{
    return record(&operation_table[operation], shape, operands, count,
                  &(struct settings){.lookup = *lookup}, false);
}

struct node *tape_blank(struct tape *tape, struct shape shape, bool once)
{
    struct spare_list *spares;
    once = once || shape.tasks == 1;
    if (too_large(tape, "constant", shape, once ? 1 : shape.tasks) ||
        !has_room(tape, "constant", shape, once, 0, &spares))
        return NULL;
    struct node *node = bare_node(tape, shape, once);
    take_memory(tape, node, spares);
    enlist(tape, node);
    return node;
}

/* Whether the budget allows a node that shares another node's numbers. */
static bool has_room_for_face(struct tape *tape)
{
    enum { SIZE = sizeof(struct node) + sizeof(struct value *), PIECES = 2 };
    return arena_reserve(tape->arena, SIZE, PIECES) ||
           tape_refuse(tape, arena_budget(tape->arena), SIZE, "one more value");
}

static struct value *borrow(struct tape *tape, size_t tasks, size_t columns, const size_t *offsets,
                            const real *data, bool tracked)
{
    struct shape shape = {tasks, columns, offsets};
    if ((!data && tape->failed) || too_large(tape, "leaf", shape, 0) || !has_room_for_face(tape))
        return NULL;
    struct node *node = bare_node(tape, shape, tasks == 1);
    node->value.data = data;
    node->tracked = tracked;
    enlist(tape, node);
    return &node->value;
}

struct value *tape_leaf(struct tape *tape, size_t tasks, size_t columns, const size_t *offsets,
                        const real *data)
{
    return borrow(tape, tasks, columns, offsets_intern(tape, tasks, offsets), data, true);
}

struct value *tape_leaf_even(struct tape *tape, size_t tasks, size_t rows, size_t columns,
                             const real *data)
{
    return borrow(tape, tasks, columns, offsets_even(tape, tasks, rows), data, true);
}

struct value *tape_constant(struct tape *tape, size_t tasks, size_t columns, const size_t *offsets,
                            const real *data)
{
    return borrow(tape, tasks, columns, offsets_intern(tape, tasks, offsets), data, false);
}

struct value *tape_constant_even(struct tape *tape, size_t tasks, size_t rows, size_t columns,
                                 const real *data)
{
    return borrow(tape, tasks, columns, offsets_even(tape, tasks, rows), data, false);
}

static struct node *alias(struct tape *tape, const struct operation *operation, struct shape shape,
                          struct value *of)
{
    struct node *node = bare_node(tape, shape, value_stored(of) == 1);
    node->value.data = of->data;
    node->owner = node_of(of)->owner;
    node->operation = operation;
    if (operation) {
        node->operands = arena_take(tape->arena, sizeof(struct value *));
        node->operands[0] = of;
        node->operand_count = node->followed = 1;
    }
    node->tracked = !tape->transient && (!operation || node_of(of)->tracked);
    enlist(tape, node);
    return node;
}

struct value *tape_alias(struct tape *tape, const struct operation *operation, struct shape shape,
                         struct value *of)
{
    if (!has_room_for_face(tape))
        return NULL;
    if (!lasting_is_due(tape, &of, 1, NULL))
        return &alias(tape, operation, shape, of)->value;
    struct node *node = lasting_find(operation, shape, &of, operation ? 1 : 0, NULL);
    if (node)
        return &node->value;
    struct arena *before = lasting_begin(tape);
    node = alias(tape, operation, shape, of);
    lasting_end(tape, before);
    lasting_keep(node, of);
    return &node->value;
}

static struct value *borrow_lasting(struct tape *tape, size_t rows, size_t columns,
                                    const real *data, bool tracked)
{
    assert(tape->lasting);
    if (tape->kept_count == LASTING_MOST)
        return borrow(tape, 1, columns, offsets_even(tape, 1, rows), data, tracked);
    struct arena *before = lasting_begin(tape);
    struct value *value = borrow(tape, 1, columns, offsets_even(tape, 1, rows), data, tracked);
    lasting_end(tape, before);
    return value;
}

struct value *tape_leaf_lasting(struct tape *tape, size_t rows, size_t columns, const real *data)
{
    return borrow_lasting(tape, rows, columns, data, true);
}

struct value *tape_constant_lasting(struct tape *tape, size_t rows, size_t columns,
                                    const real *data)
{
    return borrow_lasting(tape, rows, columns, data, false);
}
