/* SPDX-License-Identifier: MIT
 *
 * Values that outlive resets. They lie in an arena of their own. Each has a list of the results
 * computed from it, so that the same operation on the same operands finds its earlier result.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tape_private.h"

/* Above this size, a new result is no longer kept but is computed each time. */
static const size_t BYTES_MOST = (size_t)1 << 30;

void tape_begin_lasting(struct tape *tape)
{
    assert(!tape->lasting && tape->count == 0);
    tape->known = NULL;
    tape->lasting = arena_new_within(arena_budget(tape->arena));
    tape->kept = memory_array(LASTING_MOST, sizeof(struct node *));
}

struct arena *tape_lasting_arena(struct tape *tape)
{
    return tape->lasting;
}

bool value_is_lasting(const struct value *value)
{
    return node_of(value)->lasting;
}

/* -- what is there ----------------------------------------------------------------------------- */

static bool outlives(const struct tape *tape, const void *memory)
{
    return !memory || arena_holds(tape->lasting, memory);
}

bool lasting_is_due(const struct tape *tape, struct value *const *operands, size_t count,
                    const struct settings *settings)
{
    if (!tape->lasting || tape->transient || tape->making_lasting)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!node_of(operands[i])->lasting)
            return false;
    if (settings &&
        (settings->factor || !outlives(tape, settings->lookup.starts) ||
         !outlives(tape, settings->lookup.index) || !outlives(tape, settings->lookup.weights)))
        return false;
    return tape->kept_count < LASTING_MOST && arena_peak(tape->lasting) < BYTES_MOST;
}

static bool same_window(const struct window *a, const struct window *b)
{
    return a->place == b->place && a->first == b->first && a->count == b->count &&
           a->rows == b->rows;
}

static bool same_settings(const struct settings *a, const struct settings *b)
{
    return a->product.transpose_a == b->product.transpose_a &&
           a->product.transpose_b == b->product.transpose_b &&
           a->product.total == b->product.total &&
           same_window(&a->product.window, &b->product.window) &&
           a->scale.factor == b->scale.factor && a->scale.addend == b->scale.addend &&
           a->slope == b->slope && a->flag == b->flag && a->diagonal == b->diagonal &&
           a->first == b->first && a->lookup.starts == b->lookup.starts &&
           a->lookup.index == b->lookup.index && a->lookup.weights == b->lookup.weights;
}

static bool same_operands(const struct node *node, struct value *const *operands, size_t count)
{
    if (node->operand_count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (node->operands[i] != operands[i])
            return false;
    return true;
}

struct node *lasting_find(const struct operation *operation, struct shape shape,
                          struct value *const *operands, size_t count,
                          const struct settings *settings)
{
    static const struct settings none;
    for (struct node *node = node_of(operands[0])->uses; node; node = node->next_use)
        if (node->operation == operation && same_operands(node, operands, count) &&
            shape_equal(shape_of(&node->value), shape) &&
            same_settings(&node->settings, settings ? settings : &none))
            return node;
    return NULL;
}

/* -- what is made ------------------------------------------------------------------------------ */

struct arena *lasting_begin(struct tape *tape)
{
    struct arena *before = tape->arena;
    tape->making_lasting = true;
    tape->arena = tape->lasting;
    return before;
}

void lasting_end(struct tape *tape, struct arena *before)
{
    tape->making_lasting = false;
    tape->arena = before;
}

void lasting_enlist(struct tape *tape, struct node *node)
{
    assert(tape->kept_count < LASTING_MOST);
    node->lasting = true;
    node->number = tape->kept_count;
    tape->kept[tape->kept_count++] = node;
}

void lasting_keep(struct node *node, struct value *first)
{
    node->next_use = node_of(first)->uses;
    node_of(first)->uses = node;
}

void lasting_forget(struct tape *tape, struct node *node)
{
    assert(node->number + 1 == tape->kept_count);
    tape->kept_count = node->number;
}

struct value *lasting_scalar(struct tape *tape, double number)
{
    if (!tape->lasting || tape->transient)
        return NULL;
    for (size_t i = 0; i < tape->scalar_count; i++)
        if (tape->scalars[i]->data[0] == (real)number)
            return tape->scalars[i];
    if (tape->scalar_count == LASTING_SCALARS || tape->kept_count == LASTING_MOST)
        return NULL;
    real *data = arena_take(tape->lasting, sizeof *data);
    *data = (real)number;
    return tape->scalars[tape->scalar_count++] = tape_constant_lasting(tape, 1, 1, data);
}
