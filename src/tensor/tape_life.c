/* SPDX-License-Identifier: MIT
 *
 * A tape from creation to release: what a reset keeps, how nodes are numbered, and how a failure is
 * recorded.
 */
#include "config.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "node.h"
#include "tape_private.h"
#include "tensor/tape.h"

struct tape *tape_new_within(struct budget *budget)
{
    struct tape *tape = memory_new(sizeof *tape);
    tape->arena = arena_new_within(budget);
    return tape;
}

struct tape *tape_new(void)
{
    return tape_new_within(NULL);
}

static void give_list(struct tape *tape)
{
    budget_give(arena_budget(tape->arena), tape->capacity * sizeof(struct node *));
    free(tape->nodes);
    tape->nodes = NULL;
    tape->capacity = 0;
}

void tape_free(struct tape *tape)
{
    if (!tape)
        return;
    give_list(tape);
    arena_free(tape->arena);
    arena_free(tape->lasting);
    free(tape->kept);
    free(tape);
}

void tape_reset(struct tape *tape)
{
    arena_reset(tape->arena);
    if (!tape->lasting)
        tape->known = NULL;
    tape->count = 0;
    tape->transient = false;
    tape->transients = NULL;
    tape->spare_sizes = 0;
    tape->failed = false;
    tape->refused = false;
}

void tape_trim(struct tape *tape)
{
    tape_reset(tape);
    give_list(tape);
    arena_trim(tape->arena);
}

bool tape_was_refused(const struct tape *tape)
{
    return tape->refused;
}

size_t tape_peak(const struct tape *tape)
{
    return arena_peak(tape->arena) + (tape->lasting ? arena_peak(tape->lasting) : 0);
}

void *tape_take(struct tape *tape, size_t size)
{
    if (arena_reserve(tape->arena, size, 1))
        return arena_take(tape->arena, size);
    tape_refuse(tape, arena_budget(tape->arena), size, "a column of the rows or an index of them");
    return NULL;
}

/* All lasting nodes have a lower number; 0 if there are none. */
static size_t numbers_of_lasting(const struct tape *tape)
{
    return tape->lasting ? LASTING_MOST : 0;
}

struct node *tape_at(const struct tape *tape, size_t number)
{
    size_t first = numbers_of_lasting(tape);
    if (number < first)
        return number < tape->kept_count ? tape->kept[number] : NULL;
    assert(number - first < tape->count);
    return tape->nodes[number - first];
}

size_t tape_count(const struct tape *tape)
{
    return numbers_of_lasting(tape) + tape->count;
}

size_t tape_after(const struct tape *tape, size_t number)
{
    size_t next = number + 1, first = numbers_of_lasting(tape);
    return next < first && next == tape->kept_count ? first : next;
}

size_t tape_before(const struct tape *tape, size_t number)
{
    return number > 0 && number == numbers_of_lasting(tape) ? tape->kept_count - 1 : number - 1;
}

/* -- failures ---------------------------------------------------------------------------------- */

const struct error *tape_error(const struct tape *tape)
{
    return tape->failed ? &tape->error : NULL;
}

void tape_clear_error(struct tape *tape)
{
    tape->failed = false;
}

struct value *tape_fail(struct tape *tape, enum error_kind kind, const char *format, ...)
{
    if (tape->failed)
        return NULL;
    char text[sizeof tape->error.text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error_set(&tape->error, kind, "%s", text);
    tape->failed = true;
    return NULL;
}

bool tape_refuse(struct tape *tape, struct budget *budget, size_t size, const char *what)
{
    char text[BUDGET_TEXT];
    struct error error;
    tape->refused = true;
    budget_refuse(budget, size, &error, "%s needs %s", what, budget_text(size, text));
    return tape_fail(tape, ERROR_SCRIPT, "%s", error.text) != NULL;
}

struct value *tape_mismatch(struct value *a, struct value *b, const char *operation,
                            const char *verdict)
{
    char shape_a[80], shape_b[80];
    return tape_fail(a->tape, ERROR_SCRIPT, "%s: %s %s %s", operation,
                     value_shape(a, shape_a, sizeof shape_a), verdict,
                     value_shape(b, shape_b, sizeof shape_b));
}
