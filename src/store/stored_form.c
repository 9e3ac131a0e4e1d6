/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "stored_form.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"
#include "packing.h"

void stored_levels_write(const float *levels, uint32_t count, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%.9g", i > 0 ? " " : "",
                                 (double)levels[i]);
}

bool stored_levels_read(const char *text, float levels[VALUE_LEVELS_MOST], uint32_t *count)
{
    uint32_t read = 0;
    *count = 0;
    for (char *end; *text; text = end) {
        float level = strtof(text, &end);
        if (end == text || !isfinite(level) || read == VALUE_LEVELS_MOST ||
            (read > 0 && level <= levels[read - 1]))
            return false;
        levels[read++] = level;
    }
    *count = read;
    return true;
}

void stored_run_name(int64_t execution, const char *arm, uint64_t seed, char *name, size_t size)
{
    snprintf(name, size, "%" PRId64 "/%s/%" PRIu64, execution, arm, seed);
}

bool stored_reals_fit(const void *blob, size_t size)
{
    float value;
    for (size_t at = 0; at + sizeof value <= size; at += sizeof value) {
        memcpy(&value, (const char *)blob + at, sizeof value);
        if (!isfinite(value))
            return false;
    }
    return size % sizeof value == 0;
}

bool stored_values_fit(const void *blob, size_t size)
{
    double value;
    for (size_t at = 0; at + sizeof value <= size; at += sizeof value) {
        memcpy(&value, (const char *)blob + at, sizeof value);
        if (isinf(value))
            return false;
    }
    return size % sizeof value == 0;
}

/* -- encodings --------------------------------------------------------------------------------- */

const char *stored_encoding_name(enum stored_encoding_kind kind)
{
    static const char *const names[] = {STORED_ENCODINGS(LIST_TEXT)};
    return names[kind];
}

bool stored_encoding_of(const char *name, double smallest, double largest,
                        struct stored_encoding *encoding)
{
    *encoding = (struct stored_encoding){0, (float)smallest, (float)largest};
    while (encoding->kind < ENCODINGS && strcmp(name, stored_encoding_name(encoding->kind)) != 0)
        encoding->kind++;
    bool range = encoding->smallest < encoding->largest && isfinite(encoding->smallest) &&
                 isfinite(encoding->largest);
    return encoding->kind == ENCODING_REAL || (encoding->kind < ENCODINGS && range);
}

static float *read_reals(const void *blob, size_t size, size_t *count)
{
    *count = size / sizeof(float);
    if (!stored_reals_fit(blob, size))
        return NULL;
    float *numbers = memory_array(*count, sizeof *numbers);
    if (*count > 0)
        memcpy(numbers, blob, size);
    return numbers;
}

static float *read_grid16(const unsigned char *blob, size_t size,
                          const struct stored_encoding *encoding, bool distances, size_t *count)
{
    double start = distances ? 0 : (double)encoding->smallest;
    double range = (double)encoding->largest - (double)encoding->smallest;
    *count = size / 2;
    if (size % 2 != 0)
        return NULL;
    float *numbers = memory_array(*count, sizeof *numbers);
    for (size_t i = 0; i < *count; i++)
        numbers[i] = (float)(start + (blob[2 * i] | blob[2 * i + 1] << 8) * range / UINT16_MAX);
    return numbers;
}

static float *read_grid12(const void *blob, size_t size, const struct stored_encoding *encoding,
                          bool distances, size_t *count)
{
    uint16_t *points = packing_read(blob, size, count);
    if (!points)
        return NULL;
    float *numbers = memory_array(*count, sizeof *numbers);
    for (size_t i = 0; i < *count; i++)
        numbers[i] = distances
                         ? value_grid_distance(encoding->smallest, encoding->largest, points[i])
                         : value_grid_value(encoding->smallest, encoding->largest, points[i]);
    free(points);
    return numbers;
}

float *stored_numbers_read(const struct stored_encoding *encoding, bool distances, const void *blob,
                           size_t size, size_t *count)
{
    if (encoding->kind == ENCODING_REAL)
        return read_reals(blob, size, count);
    if (encoding->kind == ENCODING_GRID16)
        return read_grid16(blob, size, encoding, distances, count);
    return read_grid12(blob, size, encoding, distances, count);
}

void stored_numbers_write(const struct stored_encoding *encoding, bool distances,
                          const float *numbers, size_t count, struct bytes *bytes)
{
    if (encoding->kind == ENCODING_REAL) {
        bytes_add(bytes, numbers, count * sizeof *numbers);
        return;
    }
    uint16_t *points = memory_array(count, sizeof *points);
    for (size_t i = 0; i < count; i++)
        points[i] = distances
                        ? value_grid_steps(encoding->smallest, encoding->largest, numbers[i])
                        : value_grid_number(encoding->smallest, encoding->largest, numbers[i]);
    packing_add(bytes, points, count);
    free(points);
}
