/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "recommender/parameters.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "gradient_slot.h"

enum { ALIGNMENT = 64, PADDING = ALIGNMENT / sizeof(real) };
static const uint64_t MOST_NUMBERS = (uint64_t)1 << 31;

struct parameters {
    struct parameter *list;
    size_t count;
    uint64_t numbers; /* in the block, with what fills up to the alignment */
    real *block;      /* NULL before the start */
    struct optimiser *optimiser;
    double clip;
    struct gradient_part *sums; /* over the slots of a step; each row of a table once */
    struct gradient_part *part_sums[PARAMETERS_PARTS]; /* the same of tables, a part's rows alone */
    uint32_t **places; /* by row of a table: its place in the sum plus 1; 0 between steps */
    real **clipped;    /* what gradients_clip takes */
    size_t *clipped_counts;
};

static size_t numbers_of(const struct parameter *parameter)
{
    return (size_t)parameter->rows * parameter->columns;
}

struct parameters *parameters_new(void)
{
    return memory_new(sizeof(struct parameters));
}

void parameters_free(struct parameters *parameters)
{
    if (!parameters)
        return;
    for (size_t i = 0; i < parameters->count; i++) {
        free(parameters->list[i].name);
        if (parameters->block) {
            gradient_part_release(&parameters->sums[i]);
            for (int part = 0; part < PARAMETERS_PARTS; part++)
                gradient_part_release(&parameters->part_sums[part][i]);
            free(parameters->places[i]);
        }
    }
    free(parameters->list);
    free(parameters->block);
    free(parameters->sums);
    for (int part = 0; part < PARAMETERS_PARTS; part++)
        free(parameters->part_sums[part]);
    free(parameters->places);
    free(parameters->clipped);
    free(parameters->clipped_counts);
    optimiser_free(parameters->optimiser);
    free(parameters);
}

bool parameters_add(struct parameters *parameters, const struct parameter *parameter,
                    struct error *error)
{
    assert(!parameters->block);
    char safe[64];
    size_t taken;
    if (strcmp(text_safe(parameter->name, safe, sizeof safe), parameter->name) != 0)
        return error_set(error, ERROR_SCRIPT,
                         "parameter `%s` has a name of more than %zu bytes or with characters that "
                         "cannot be shown",
                         safe, sizeof safe - 1);
    if (parameters_find(parameters, parameter->name, &taken))
        return error_set(error, ERROR_SCRIPT, "there are two parameters named `%s`",
                         parameter->name);
    if (parameter->rows == 0 || parameter->columns == 0)
        return error_set(error, ERROR_SCRIPT,
                         "parameter `%s` is %ux%u: it needs at least one row and one column",
                         parameter->name, parameter->rows, parameter->columns);
    uint64_t padded = (uint64_t)parameter->rows * parameter->columns;
    padded = (padded + PADDING - 1) / PADDING * PADDING;
    if (padded > MOST_NUMBERS - parameters->numbers)
        return error_set(error, ERROR_SCRIPT,
                         "parameter `%s` of %ux%u numbers is too large: all together may have 2^31",
                         parameter->name, parameter->rows, parameter->columns);
    parameters->list =
        memory_resize(parameters->list, parameters->count + 1, sizeof *parameters->list);
    struct parameter *added = &parameters->list[parameters->count++];
    *added = *parameter;
    added->name = memory_string(parameter->name);
    added->values = NULL;
    parameters->numbers += padded;
    return true;
}

size_t parameters_count(const struct parameters *parameters)
{
    return parameters->count;
}

const struct parameter *parameters_at(const struct parameters *parameters, size_t number)
{
    assert(number < parameters->count);
    return &parameters->list[number];
}

bool parameters_find(const struct parameters *parameters, const char *name, size_t *number)
{
    for (size_t i = 0; i < parameters->count; i++) {
        if (strcmp(parameters->list[i].name, name) == 0) {
            *number = i;
            return true;
        }
    }
    return false;
}

/* -- starting ---------------------------------------------------------------------------------- */

static double first_value(const struct parameter *parameter, uint32_t row, uint32_t column,
                          struct random *random)
{
    switch (parameter->start) {
    case START_ZERO:
        return 0;
    case START_CONSTANT:
        return parameter->scale;
    case START_NORMAL:
        return parameter->scale * random_normal(random);
    case START_UNIFORM:
        return parameter->scale * (2 * random_uniform(random) - 1);
    case START_IDENTITY:
        return row == column ? parameter->scale : 0;
    }
    abort();
}

static void fill(const struct parameter *parameter, uint32_t number, uint64_t seed)
{
    bool drawn = parameter->start == START_NORMAL || parameter->start == START_UNIFORM;
    real *value = parameter->values;
    for (uint32_t row = 0; row < parameter->rows; row++) {
        struct random random = random_at(seed, RANDOM_INITIAL, number, row);
        bool unknown = parameter->table && row == 0 && drawn;
        for (uint32_t column = 0; column < parameter->columns; column++)
            *value++ = unknown ? 0 : (real)first_value(parameter, row, column, &random);
    }
}

bool parameters_start(struct parameters *parameters, const struct optimiser_options *options,
                      uint64_t seed, struct error *error)
{
    assert(!parameters->block);
    size_t size = (size_t)parameters->numbers * sizeof(real);
    parameters->block = aligned_alloc(ALIGNMENT, size ? size : ALIGNMENT);
    if (!parameters->block)
        return error_set(error, ERROR_SCRIPT,
                         "there is not enough memory for %llu parameters: make tables or layers "
                         "smaller",
                         (unsigned long long)parameters->numbers);
    memset(parameters->block, 0, size);
    parameters->optimiser = optimiser_new(options);
    parameters->clip = options->clip;
    parameters->sums = memory_array(parameters->count, sizeof *parameters->sums);
    for (int part = 0; part < PARAMETERS_PARTS; part++)
        parameters->part_sums[part] = memory_array(parameters->count, sizeof *parameters->sums);
    parameters->places = memory_array(parameters->count, sizeof *parameters->places);
    parameters->clipped = memory_array(parameters->count, sizeof *parameters->clipped);
    parameters->clipped_counts = memory_array(parameters->count, sizeof(size_t));
    real *values = parameters->block;
    for (size_t i = 0; i < parameters->count; i++) {
        struct parameter *parameter = &parameters->list[i];
        parameter->values = values;
        values += (numbers_of(parameter) + PADDING - 1) / PADDING * PADDING;
        fill(parameter, (uint32_t)i, seed);
        optimiser_add(parameters->optimiser, parameter->rows, parameter->columns, parameter->rate,
                      parameter->decay);
        gradient_part_init(&parameters->sums[i], parameter);
        if (parameter->table)
            parameters->places[i] = memory_array(parameter->rows, sizeof **parameters->places);
    }
    return true;
}

/* -- a step ------------------------------------------------------------------------------------ */

typedef real lanes __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));
enum { LANES = sizeof(lanes) / sizeof(real) };

/* A sum under way, and whether all of its numbers were finite so far: x - x is 0 for a finite
 * number and NaN for every other. One pass does it all, without a way out that would slow it down.
 */
struct adding {
    real factor;
    lanes check;
    real rest; /* of numbers beside the lanes */
};

/* sum = factor * added, or with what is there already. */
static inline void add_numbers(struct adding *adding, real *restrict sum,
                               const real *restrict added, size_t count, bool first)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        lanes some = *(const lanes *)(added + i) * adding->factor;
        if (!first)
            some += *(const lanes *)(sum + i);
        *(lanes *)(sum + i) = some;
        adding->check += some - some;
    }
    for (; i < count; i++) {
        sum[i] = adding->factor * added[i] + (first ? 0 : sum[i]);
        adding->rest += sum[i] - sum[i];
    }
}

static bool is_finite(const struct adding *adding)
{
    real total = adding->rest;
    for (size_t lane = 0; lane < LANES; lane++)
        total += adding->check[lane];
    return total == 0;
}

static void add_dense(struct adding *adding, struct gradient_part *sum,
                      const struct gradient_part *part, size_t count)
{
    if (!part->touched)
        return;
    add_numbers(adding, sum->values, part->values, count, false);
    sum->touched = true;
}

/* Which rows of a table: every `parts`-th block, so that no two threads write into one line of
 * their caches. */
struct share {
    uint32_t parts, part;
};
enum { BLOCK_BITS = 6 };

static bool is_in(struct share share, uint32_t row)
{
    return (row >> BLOCK_BITS) % share.parts == share.part;
}

static void add_rows(struct adding *adding, struct gradient_part *sum, uint32_t *places,
                     const struct gradient_part *part, size_t columns, struct share share)
{
    gradient_part_reserve(sum, sum->count + part->count, columns);
    for (size_t i = 0; i < part->count; i++) {
        uint32_t row = part->rows[i];
        if (!is_in(share, row))
            continue;
        bool first = places[row] == 0;
        if (first) {
            sum->rows[sum->count] = row;
            places[row] = (uint32_t)++sum->count;
        }
        add_numbers(adding, sum->values + (places[row] - 1) * columns, part->values + i * columns,
                    columns, first);
    }
}

bool parameter_moves(const struct parameter *parameter, uint32_t phase)
{
    return parameter->rate != 0 && (parameter->phases == 0 || parameter->phases >> phase & 1);
}

/* Leaves the sum over the slots, times `scale`, in `clipped`; a parameter that does not move has no
 * numbers there. False where one of them is not finite. */
static bool sum_slots(struct parameters *parameters, size_t number,
                      struct gradient_slot *const *slots, size_t count, double scale,
                      uint32_t phase)
{
    const struct parameter *parameter = &parameters->list[number];
    struct gradient_part *sum = &parameters->sums[number];
    uint32_t *places = parameters->places[number];
    struct adding adding = {.factor = (real)scale};
    gradient_part_clear(sum, parameter);
    parameters->clipped_counts[number] = 0;
    if (!parameter_moves(parameter, phase))
        return true;
    for (size_t i = 0; i < count; i++) {
        assert(slots[i]->parameters == parameters);
        const struct gradient_part *part = &slots[i]->parts[number];
        if (parameter->table)
            add_rows(&adding, sum, places, part, parameter->columns, (struct share){1, 0});
        else
            add_dense(&adding, sum, part, numbers_of(parameter));
    }
    for (size_t i = 0; i < sum->count; i++)
        places[sum->rows[i]] = 0;
    parameters->clipped[number] = sum->values;
    parameters->clipped_counts[number] =
        parameter->table ? sum->count * parameter->columns : numbers_of(parameter);
    return is_finite(&adding);
}

static bool not_finite(const struct parameter *parameter, struct error *error)
{
    return error_set(error, ERROR_NUMERIC, "the gradient of parameter `%s` is not finite",
                     parameter->name);
}

static void begin(struct parameters *parameters, uint32_t phase, double progress)
{
    if (phase > 0 && progress <= 0)
        optimiser_restart(parameters->optimiser);
    optimiser_begin(parameters->optimiser, progress);
}

bool parameters_update(struct parameters *parameters, struct gradient_slot *const *slots,
                       size_t count, double scale, uint32_t phase, double progress,
                       struct error *error)
{
    assert(parameters->block);
    for (size_t i = 0; i < parameters->count; i++)
        if (!sum_slots(parameters, i, slots, count, scale, phase))
            return not_finite(&parameters->list[i], error);
    if (parameters->clip > 0)
        gradients_clip(parameters->clipped, parameters->clipped_counts, parameters->count,
                       parameters->clip);
    begin(parameters, phase, progress);
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->list[i];
        const struct gradient_part *sum = &parameters->sums[i];
        if (!parameter_moves(parameter, phase))
            continue;
        if (parameter->table)
            optimiser_move_rows(parameters->optimiser, i, parameter->values, sum->rows, sum->count,
                                sum->values);
        else
            optimiser_move(parameters->optimiser, i, parameter->values, sum->values);
    }
    return true;
}

bool parameters_update_begin(struct parameters *parameters, uint32_t phase, double progress)
{
    if (parameters->clip > 0)
        return false;
    begin(parameters, phase, progress);
    return true;
}

/* The rows of a table that belong to a part: adds up and moves them. */
static bool move_share(struct parameters *parameters, size_t number,
                       struct gradient_slot *const *slots, size_t count, double scale,
                       uint32_t part)
{
    struct parameter *parameter = &parameters->list[number];
    struct gradient_part *sum = &parameters->part_sums[part][number];
    uint32_t *places = parameters->places[number];
    struct adding adding = {.factor = (real)scale};
    gradient_part_clear(sum, parameter);
    for (size_t i = 0; i < count; i++)
        add_rows(&adding, sum, places, &slots[i]->parts[number], parameter->columns,
                 (struct share){PARAMETERS_PARTS, part});
    for (size_t i = 0; i < sum->count; i++)
        places[sum->rows[i]] = 0;
    if (!is_finite(&adding))
        return false;
    optimiser_move_rows(parameters->optimiser, number, parameter->values, sum->rows, sum->count,
                        sum->values);
    return true;
}

bool parameters_update_part(struct parameters *parameters, struct gradient_slot *const *slots,
                            size_t count, double scale, uint32_t phase, uint32_t part,
                            struct error *error)
{
    for (size_t i = 0; i < parameters->count; i++) {
        struct parameter *parameter = &parameters->list[i];
        if (!parameter_moves(parameter, phase) ||
            (!parameter->table && i % PARAMETERS_PARTS != part))
            continue;
        if (parameter->table ? !move_share(parameters, i, slots, count, scale, part)
                             : !sum_slots(parameters, i, slots, count, scale, phase))
            return not_finite(parameter, error);
        if (!parameter->table)
            optimiser_move(parameters->optimiser, i, parameter->values, parameters->sums[i].values);
    }
    return true;
}

/* -- bytes ------------------------------------------------------------------------------------- */

void parameters_values(const struct parameters *parameters, struct bytes *bytes)
{
    bytes_add_u64(bytes, parameters->count);
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->list[i];
        bytes_add_string(bytes, parameter->name);
        bytes_add_u32(bytes, parameter->rows);
        bytes_add_u32(bytes, parameter->columns);
        bytes_add(bytes, parameter->values, numbers_of(parameter) * sizeof *parameter->values);
    }
}

void parameters_save(const struct parameters *parameters, struct bytes *bytes)
{
    parameters_values(parameters, bytes);
    size_t size = optimiser_state_size(parameters->optimiser);
    void *state = memory_new(size);
    optimiser_save(parameters->optimiser, state);
    bytes_add_block(bytes, state, size, 1);
    free(state);
}

/* The numbers of a parameter that has the expected name and shape, or NULL. Not aligned. */
static const void *read_values(const struct parameter *parameter, struct reader *reader)
{
    char *name = reader_string(reader, strlen(parameter->name));
    uint32_t rows = reader_u32(reader), columns = reader_u32(reader);
    bool expected = strcmp(name, parameter->name) == 0 && rows == parameter->rows &&
                    columns == parameter->columns;
    free(name);
    return expected ? reader_raw(reader, numbers_of(parameter) * sizeof(real)) : NULL;
}

static bool bytes_finite(const void *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        real value;
        memcpy(&value, (const char *)values + i * sizeof value, sizeof value);
        if (!isfinite(value))
            return false;
    }
    return true;
}

/* Where the numbers of each parameter begin, in order. */
static bool read_all(const struct parameters *parameters, struct reader *reader,
                     const void **values, struct error *error)
{
    if (reader_u64(reader) != parameters->count || reader->failed)
        return error_set(error, ERROR_INPUT, "the saved parameters are not those of this script");
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->list[i];
        values[i] = read_values(parameter, reader);
        if (!values[i])
            return error_set(error, ERROR_INPUT,
                             "the saved parameters do not hold `%s` of %ux%u numbers",
                             parameter->name, parameter->rows, parameter->columns);
        if (!bytes_finite(values[i], numbers_of(parameter)))
            return error_set(error, ERROR_INPUT,
                             "the saved parameter `%s` holds a number that is not finite",
                             parameter->name);
    }
    return true;
}

bool parameters_load(struct parameters *parameters, struct reader *reader, struct error *error)
{
    assert(parameters->block);
    const void **values = memory_array(parameters->count, sizeof *values);
    size_t size = 0;
    bool loaded = read_all(parameters, reader, values, error);
    const void *state = loaded ? reader_block(reader, 1, SIZE_MAX, &size) : NULL;
    if (loaded && !state)
        loaded = error_set(error, ERROR_INPUT, "the saved parameters end too early");
    loaded = loaded && optimiser_load(parameters->optimiser, state, size, error);
    for (size_t i = 0; loaded && i < parameters->count; i++)
        memcpy(parameters->list[i].values, values[i],
               numbers_of(&parameters->list[i]) * sizeof(real));
    free(values);
    return loaded;
}
