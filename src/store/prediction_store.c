/* SPDX-License-Identifier: MIT
 *
 * Predictions of runs: two bytes a number where the execution's ratings have levels, else four.
 */
#include "config.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "statement.h"
#include "store/run_store.h"

/* How the numbers of an execution are written. */
struct encoding {
    int bytes; /* 2 or 4 */
    float smallest, largest;
};

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
        struct prediction_key *key = &keys[(*count)++];
        key->part = statement_integer(find, 0) ? TASKS_VALIDATION : TASKS_TEST;
        statement_copy_text(find, 1, key->scenario, sizeof key->scenario);
        key->shots = (uint32_t)statement_integer(find, 2); /* -1 becomes UINT32_MAX */
        key->draw = (uint32_t)statement_integer(find, 3);
    }
    statement_reset(find);
    if (good)
        return keys;
    free(keys);
    return NULL;
}

/* -- numbers ----------------------------------------------------------------------------------- */

/* A new array of the numbers in a blob, NULL for none. */
static float *decode(struct statement *row, int column, const struct encoding *encoding,
                     bool distances, size_t *count)
{
    size_t size = 0;
    const unsigned char *blob = statement_blob(row, column, &size);
    *count = size / (size_t)encoding->bytes;
    if (*count == 0)
        return NULL;
    float *numbers = memory_array(*count, sizeof *numbers);
    if (encoding->bytes == 4) {
        memcpy(numbers, blob, *count * sizeof *numbers);
        return numbers;
    }
    for (size_t i = 0; i < *count; i++) {
        uint16_t number;
        memcpy(&number, blob + 2 * i, sizeof number);
        number = le16toh(number);
        numbers[i] = distances ? value_grid_distance(encoding->smallest, encoding->largest, number)
                               : value_grid_value(encoding->smallest, encoding->largest, number);
    }
    return numbers;
}

/* The numbers as they are stored; a new block, NULL for no numbers. */
static void *encode(const float *numbers, size_t count, const struct encoding *encoding,
                    bool distances)
{
    if (!numbers)
        return NULL;
    unsigned char *blob = memory_new(count * (size_t)encoding->bytes);
    if (encoding->bytes == 4 && count > 0)
        memcpy(blob, numbers, count * sizeof *numbers);
    for (size_t i = 0; encoding->bytes == 2 && i < count; i++) {
        uint16_t number =
            distances ? value_grid_steps(encoding->smallest, encoding->largest, numbers[i])
                      : value_grid_number(encoding->smallest, encoding->largest, numbers[i]);
        number = htole16(number);
        memcpy(blob + 2 * i, &number, sizeof number);
    }
    return blob;
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool read_predictions(struct statement *row, const char *scenario,
                             struct stored_predictions *predictions, struct error *error)
{
    struct encoding encoding = {.bytes = statement_integer(row, 0) == 2 ? 2 : 4,
                                .smallest = (float)statement_real(row, 3),
                                .largest = (float)statement_real(row, 4)};
    size_t count;
    if (encoding.bytes == 2 && !(encoding.smallest < encoding.largest))
        return error_set(error, ERROR_STORE, "predictions have no range (%s)", scenario);
    predictions->values = decode(row, 1, &encoding, false, &predictions->count);
    predictions->deviations = decode(row, 2, &encoding, true, &count);
    return !predictions->deviations || count == predictions->count ||
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
        "SELECT bytes, predictions, deviations, smallest, largest FROM thaw_predictions"
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
    *encoding = (struct encoding){.bytes = 4};
    if (good && row)
        *encoding = (struct encoding){.bytes = statement_integer(find, 0) ? 2 : 4,
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
        "INSERT OR REPLACE INTO thaw_predictions (run, part, scenario, shots, draw, bytes,"
        " predictions, deviations) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    if (!add || !find_encoding(store, run, &encoding, error))
        return false;
    size_t size = count * (size_t)encoding.bytes;
    void *said = encode(values, count, &encoding, false);
    void *sure = encode(deviations, count, &encoding, true);
    bind_place(add, run, part, scenario, shots, draw);
    statement_bind_integer(add, 6, encoding.bytes);
    statement_bind_blob(add, 7, count ? said : (const void *)"", size);
    statement_bind_blob(add, 8, sure, size);
    bool good = statement_run(add, error);
    free(said);
    free(sure);
    return good;
}
