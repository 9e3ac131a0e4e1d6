/* SPDX-License-Identifier: MIT
 *
 * Predictions of runs: packed numbers of grid points where the execution's ratings have levels,
 * else reals.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "packing.h"
#include "statement.h"
#include "store/run_store.h"

/* How the numbers of an execution are written; schema.c says it in full. */
struct encoding {
    enum { ENCODING_REAL, ENCODING_GRID16, ENCODING_GRID12, ENCODINGS } kind;
    float smallest, largest;
};
static const char *const ENCODING_NAMES[ENCODINGS] = {"real", "grid16", "grid12"};

/* SHOTS_ALL is -1 in the tables. */
static int64_t stored_shots(uint32_t shots)
{
    return shots == UINT32_MAX ? -1 : (int64_t)shots;
}

static void bind_place(struct statement *statement, int64_t run, enum task_part part,
                       const char *scenario, uint32_t shots, uint32_t draw)
{
    statement_bind_integer(statement, 1, run);
    statement_bind_text(statement, 2, task_part_name(part));
    statement_bind_text(statement, 3, scenario);
    statement_bind_integer(statement, 4, stored_shots(shots));
    statement_bind_integer(statement, 5, draw);
}

static bool read_key(struct statement *row, struct prediction_key *key, struct error *error)
{
    int64_t shots = statement_integer(row, 2), draw = statement_integer(row, 3);
    if (shots < -1 || shots >= UINT32_MAX || draw < 0 || draw >= STORED_DRAWS_MOST)
        return error_set(error, ERROR_STORE,
                         "the stored predictions are damaged: there is no draw %lld with %lld "
                         "shots; `thaw doctor` says more",
                         (long long)draw, (long long)shots);
    *key = (struct prediction_key){
        .part = statement_integer(row, 0) ? TASKS_VALIDATION : TASKS_TEST,
        .shots = (uint32_t)shots, /* -1 becomes UINT32_MAX */
        .draw = (uint32_t)draw,
    };
    statement_copy_text(row, 1, key->scenario, sizeof key->scenario);
    return true;
}

struct prediction_key *store_prediction_keys(struct store *store, int64_t run, size_t *count,
                                             struct error *error)
{
    struct statement *find = store_statement(
        store,
        "SELECT part = 'validation', scenario, shots, draw FROM thaw_predictions JOIN thaw_runs"
        " ON id = run WHERE run = ? AND state = 'done'"
        " ORDER BY part, scenario, shots < 0, shots, draw",
        error);
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, run);
    struct prediction_key *keys = memory_new(0);
    bool row, good;
    *count = 0;
    while ((good = statement_step(find, &row, error)) && row) {
        keys = memory_resize(keys, *count + 1, sizeof *keys);
        if (!(good = read_key(find, &keys[*count], error)))
            break;
        ++*count;
    }
    statement_reset(find);
    if (good)
        return keys;
    free(keys);
    return NULL;
}

/* -- numbers ----------------------------------------------------------------------------------- */

static float *decode_reals(const void *blob, size_t size, size_t *count)
{
    *count = size / sizeof(float);
    if (size % sizeof(float))
        return NULL;
    float *numbers = memory_array(*count, sizeof *numbers);
    if (*count > 0)
        memcpy(numbers, blob, *count * sizeof *numbers);
    for (size_t i = 0; i < *count; i++)
        if (!isfinite(numbers[i])) {
            free(numbers);
            return NULL;
        }
    return numbers;
}

/* As earlier versions wrote them. */
static float *decode_grid16(const unsigned char *blob, size_t size, const struct encoding *encoding,
                            bool distances, size_t *count)
{
    double start = distances ? 0 : (double)encoding->smallest;
    double range = (double)encoding->largest - (double)encoding->smallest;
    *count = size / 2;
    float *numbers = memory_array(*count, sizeof *numbers);
    for (size_t i = 0; i < *count; i++)
        numbers[i] = (float)(start + (blob[2 * i] | blob[2 * i + 1] << 8) * range / UINT16_MAX);
    return numbers;
}

static float *decode_grid12(const void *blob, size_t size, const struct encoding *encoding,
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

/* A new array of the numbers in a blob; NULL where it is damaged. */
static float *decode(struct statement *row, int column, const struct encoding *encoding,
                     bool distances, size_t *count)
{
    size_t size = 0;
    const void *blob = statement_blob(row, column, &size);
    if (encoding->kind == ENCODING_REAL)
        return decode_reals(blob, size, count);
    if (encoding->kind == ENCODING_GRID16)
        return decode_grid16(blob, size, encoding, distances, count);
    return decode_grid12(blob, size, encoding, distances, count);
}

/* Appends the numbers as they are stored. */
static void encode(struct bytes *bytes, const float *numbers, size_t count,
                   const struct encoding *encoding, bool distances)
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

/* -- reading ----------------------------------------------------------------------------------- */

static bool read_predictions(struct statement *row, const char *scenario,
                             struct stored_predictions *predictions, struct error *error)
{
    struct encoding encoding = {.smallest = (float)statement_real(row, 3),
                                .largest = (float)statement_real(row, 4)};
    size_t count;
    while (encoding.kind + 1 < ENCODINGS &&
           strcmp(statement_text(row, 0), ENCODING_NAMES[encoding.kind]) != 0)
        encoding.kind++;
    if (encoding.kind != ENCODING_REAL &&
        (!(encoding.smallest < encoding.largest) || !isfinite(encoding.smallest) ||
         !isfinite(encoding.largest)))
        return error_set(error, ERROR_STORE, "predictions have no range (%s)", scenario);
    predictions->values = decode(row, 1, &encoding, false, &predictions->count);
    if (!predictions->values)
        return error_set(error, ERROR_STORE, "the stored predictions are damaged (%s)", scenario);
    if (statement_is_null(row, 2))
        return true;
    predictions->deviations = decode(row, 2, &encoding, true, &count);
    if (!predictions->deviations)
        return error_set(error, ERROR_STORE, "the stored deviations are damaged (%s)", scenario);
    return count == predictions->count ||
           error_set(error, ERROR_STORE, "a run has %zu predictions and %zu deviations (%s)",
                     predictions->count, count, scenario);
}

bool store_predictions(struct store *store, int64_t run, enum task_part part, const char *scenario,
                       uint32_t shots, uint32_t draw, struct stored_predictions *predictions,
                       struct error *error)
{
    *predictions = (struct stored_predictions){0};
    struct statement *find = store_statement(
        store,
        "SELECT encoding, predictions, deviations, smallest, largest FROM thaw_predictions"
        " JOIN thaw_runs ON id = run JOIN thaw_executions ON number = execution"
        " WHERE run = ? AND part = ? AND scenario = ? AND shots = ? AND draw = ?",
        error);
    if (!find)
        return false;
    bind_place(find, run, part, scenario, shots, draw);
    bool row, good = statement_step(find, &row, error);
    if (good && row)
        good = read_predictions(find, scenario, predictions, error);
    statement_reset(find);
    if (!good)
        stored_predictions_release(predictions);
    return good;
}

void stored_predictions_release(struct stored_predictions *predictions)
{
    free(predictions->values);
    free(predictions->deviations);
    *predictions = (struct stored_predictions){0};
}

static void drop_short_tasks(struct stored_predictions *predictions,
                             const struct stored_tasks *tasks, const uint32_t *starts)
{
    for (uint32_t i = 0; i < tasks->count; i++) {
        uint32_t from = tasks->query_starts[i], to = starts[i], rows = starts[i + 1] - to;
        memmove(predictions->values + to, predictions->values + from, rows * sizeof(float));
        if (predictions->deviations)
            memmove(predictions->deviations + to, predictions->deviations + from,
                    rows * sizeof(float));
    }
    predictions->count = starts[tasks->count];
}

uint32_t *stored_predictions_starts(struct stored_predictions *predictions,
                                    const struct stored_tasks *tasks, uint32_t shots)
{
    uint32_t *starts = memory_array((size_t)tasks->count + 1, sizeof *starts);
    for (uint32_t i = 0; i < tasks->count; i++) {
        uint32_t support = tasks->support_starts[i + 1] - tasks->support_starts[i];
        uint32_t query = tasks->query_starts[i + 1] - tasks->query_starts[i];
        starts[i + 1] = starts[i] + (shots == UINT32_MAX || support >= shots ? query : 0);
    }
    if (predictions->count == starts[tasks->count])
        return starts;
    if (predictions->count == tasks->query_starts[tasks->count]) {
        drop_short_tasks(predictions, tasks, starts);
        return starts;
    }
    free(starts);
    return NULL;
}

/* -- writing ----------------------------------------------------------------------------------- */

static bool find_encoding(struct store *store, int64_t run, struct encoding *encoding,
                          struct error *error)
{
    struct statement *find = store_statement(
        store,
        "SELECT levels <> '' AND smallest < largest, smallest, largest FROM thaw_runs"
        " JOIN thaw_executions ON number = execution WHERE id = ?",
        error);
    if (!find)
        return false;
    bool row;
    statement_bind_integer(find, 1, run);
    bool good = statement_step(find, &row, error);
    *encoding = (struct encoding){.kind = ENCODING_REAL};
    if (good && row && statement_integer(find, 0))
        *encoding = (struct encoding){.kind = ENCODING_GRID12,
                                      .smallest = (float)statement_real(find, 1),
                                      .largest = (float)statement_real(find, 2)};
    statement_reset(find);
    return good;
}

bool store_predictions_add(struct store *store, int64_t run, enum task_part part,
                           const char *scenario, uint32_t shots, uint32_t draw, const float *values,
                           const float *deviations, size_t count, struct error *error)
{
    struct encoding encoding;
    struct statement *add = store_statement(
        store,
        "INSERT OR REPLACE INTO thaw_predictions (run, part, scenario, shots, draw, encoding,"
        " predictions, deviations) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    if (!add || !find_encoding(store, run, &encoding, error))
        return false;
    struct bytes said = {0}, sure = {0};
    encode(&said, values, count, &encoding, false);
    bind_place(add, run, part, scenario, shots, draw);
    statement_bind_text(add, 6, ENCODING_NAMES[encoding.kind]);
    statement_bind_blob(add, 7, said.size ? said.data : (const void *)"", said.size);
    if (deviations)
        encode(&sure, deviations, count, &encoding, true);
    if (deviations)
        statement_bind_blob(add, 8, sure.size ? sure.data : (const void *)"", sure.size);
    else
        statement_bind_null(add, 8);
    bool good = statement_run(add, error);
    bytes_release(&said);
    bytes_release(&sure);
    return good;
}
