/* SPDX-License-Identifier: MIT
 *
 * The list of parameters: declared, charged to a budget, started from a seed, saved and loaded.
 * Steps are in parameters_update.c.
 */
#include "config.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "gradient_slot.h"
#include "parameters_private.h"
#include "recommender/parameters.h"

enum { ALIGNMENT = 64, PADDING = ALIGNMENT / sizeof(real) };
static const uint64_t MOST_NUMBERS = (uint64_t)1 << 31;

struct parameters *parameters_new(void)
{
    return memory_new(sizeof(struct parameters));
}

void parameters_free(struct parameters *parameters)
{
    if (!parameters)
        return;
    budget_give(parameters->limits.budget, parameters->charged);
    for (size_t i = 0; i < parameters->count; i++) {
        free(parameters->list[i].name);
        if (parameters->block)
            gradient_part_release(&parameters->sums[i]);
    }
    free(parameters->list);
    free(parameters->block);
    free(parameters->sums);
    for (int part = 0; part < PARAMETERS_PARTS; part++) {
        free(parameters->scratch[part].values);
        free(parameters->scratch[part].at);
    }
    free(parameters->clipped);
    free(parameters->clipped_counts);
    optimiser_free(parameters->optimiser);
    free(parameters);
}

void parameters_limit(struct parameters *parameters, const struct parameters_limits *limits)
{
    assert(parameters->count == 0);
    parameters->limits = *limits;
}

/* Charges what the parameter needs, except the gradients of shards, to the budget. */
static bool charge(struct parameters *parameters, const struct parameter *parameter, uint64_t size,
                   struct error *error)
{
    const struct parameters_limits *limits = &parameters->limits;
    uint64_t moments = optimiser_kind_remembers(limits->kind), dense = parameter->table ? 0 : size;
    uint64_t whole = size * (1 + moments) + dense, saved = size * (1 + moments);
    char bare[BUDGET_TEXT], with[BUDGET_TEXT];
    if (!budget_take(limits->budget, whole))
        return budget_refuse(limits->budget, whole, error,
                             "parameter `%s` of %ux%u needs %s, with its gradient and what the "
                             "optimiser remembers %s",
                             parameter->name, parameter->rows, parameter->columns,
                             budget_text(size, bare), budget_text(whole, with));
    parameters->charged += whole;
    parameters->dense_bytes += dense;
    parameters->saved_bytes += saved;
    if (limits->saved_most > 0 && parameters->saved_bytes > limits->saved_most)
        return error_set(error, ERROR_SCRIPT,
                         "parameter `%s` of %ux%u makes checkpoints of %s, at most %s are kept",
                         parameter->name, parameter->rows, parameter->columns,
                         budget_text(parameters->saved_bytes, with),
                         budget_text(limits->saved_most, bare));
    return true;
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
    if (!charge(parameters, parameter, padded * sizeof(real), error))
        return false;
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
        const float *given =
            parameter->given ? parameter->given + (size_t)row * parameter->columns : NULL;
        for (uint32_t column = 0; column < parameter->columns; column++, value++)
            *value = unknown ? 0
                     : given && !isnan(given[column])
                         ? (real)given[column]
                         : (real)first_value(parameter, row, column, &random);
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
    parameters->clipped = memory_array(parameters->count, sizeof *parameters->clipped);
    parameters->clipped_counts = memory_array(parameters->count, sizeof(size_t));
    real *values = parameters->block;
    size_t widest = 0;
    for (size_t i = 0; i < parameters->count; i++) {
        struct parameter *parameter = &parameters->list[i];
        parameter->values = values;
        values += (numbers_of(parameter) + PADDING - 1) / PADDING * PADDING;
        fill(parameter, (uint32_t)i, seed);
        optimiser_add(parameters->optimiser, parameter->rows, parameter->columns, parameter->rate,
                      parameter->decay);
        gradient_part_init(&parameters->sums[i], parameter);
        if (parameter->table && parameter->columns > widest)
            widest = parameter->columns;
    }
    size_t room = BLOCK_ROWS * widest > DENSE_STRETCH ? BLOCK_ROWS * widest : DENSE_STRETCH;
    for (int part = 0; part < PARAMETERS_PARTS; part++)
        parameters->scratch[part].values = memory_aligned(room, sizeof(real));
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

/* The numbers of the next parameter if it has the expected name and shape, else NULL. Not
 * aligned. */
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

/* Finds where the numbers of each parameter begin, in order. */
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
    if (loaded && !reader_complete(reader)) {
        const void *state = reader_block(reader, 1, SIZE_MAX, &size);
        loaded = state ? optimiser_load(parameters->optimiser, state, size, error)
                       : error_set(error, ERROR_INPUT, "the saved parameters end too early");
    }
    for (size_t i = 0; loaded && i < parameters->count; i++)
        memcpy(parameters->list[i].values, values[i],
               numbers_of(&parameters->list[i]) * sizeof(real));
    free(values);
    return loaded;
}
