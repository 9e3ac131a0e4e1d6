/* SPDX-License-Identifier: MIT
 *
 * Predictions of runs. They are packed numbers of grid points if the execution's ratings have
 * levels, otherwise reals.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "statement.h"
#include "store/run_store.h"
#include "stored_form.h"

/* SHOTS_ALL is -1 in the tables. */
static int64_t stored_shots(uint32_t shots)
{
    return shots == UINT32_MAX ? -1 : (int64_t)shots;
}

static bool read_key(struct statement *row, void *element, struct error *error)
{
    struct prediction_key *key = element;
    int64_t validation, shots, draw;
    statement_read(row, "ixii", &validation, key->scenario, sizeof key->scenario, &shots, &draw);
    key->part = validation ? TASKS_VALIDATION : TASKS_TEST;
    key->shots = (uint32_t)shots; /* -1 becomes UINT32_MAX */
    key->draw = (uint32_t)draw;
    return (shots >= -1 && shots < UINT32_MAX && draw >= 0 && draw < STORED_DRAWS_MOST) ||
           error_set(error, ERROR_STORE,
                     "the stored predictions are damaged: there is no draw %lld with %lld "
                     "shots; `thaw doctor` says more",
                     (long long)draw, (long long)shots);
}

struct prediction_key *store_prediction_keys(struct store *store, int64_t run, size_t *count,
                                             struct error *error)
{
    struct statement *find = store_query(
        store, error,
        "SELECT part = 'validation', scenario, shots, draw FROM thaw_predictions JOIN thaw_runs"
        " ON id = run WHERE run = ? AND state = 'done'"
        " ORDER BY part, scenario, shots < 0, shots, draw",
        "i", run);
    return statement_collect(find, sizeof(struct prediction_key), read_key, NULL, count, error);
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool read_predictions(struct statement *row, const char *scenario,
                             struct stored_predictions *predictions, struct error *error)
{
    struct stored_encoding encoding;
    const char *name;
    const void *values, *deviations;
    size_t size, deviations_size, count;
    double smallest, largest;
    statement_read(row, "tbbdd", &name, &values, &size, &deviations, &deviations_size, &smallest,
                   &largest);
    if (!stored_encoding_of(name, smallest, largest, &encoding))
        return error_set(error, ERROR_STORE, "predictions have no range (%s)", scenario);
    predictions->values = stored_numbers_read(&encoding, false, values, size, &predictions->count);
    if (!predictions->values)
        return error_set(error, ERROR_STORE, "the stored predictions are damaged (%s)", scenario);
    if (statement_is_null(row, 2))
        return true;
    predictions->deviations =
        stored_numbers_read(&encoding, true, deviations, deviations_size, &count);
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
    bool good = true;
    *predictions = (struct stored_predictions){0};
    struct statement *find = store_query(
        store, error,
        "SELECT encoding, predictions, deviations, smallest, largest FROM thaw_predictions"
        " JOIN thaw_runs ON id = run JOIN thaw_executions ON number = execution"
        " WHERE run = ? AND part = ? AND scenario = ? AND shots = ? AND draw = ?",
        "ittiu", run, task_part_name(part), scenario, stored_shots(shots), draw);
    while (statement_next(find, &good, error))
        good = read_predictions(find, scenario, predictions, error);
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
        uint32_t support = stored_tasks_shown(tasks, i);
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

static bool find_encoding(struct store *store, int64_t run, struct stored_encoding *encoding,
                          struct error *error)
{
    bool good = true, grid;
    struct statement *find =
        store_query(store, error,
                    "SELECT levels <> '' AND smallest < largest, smallest, largest FROM thaw_runs"
                    " JOIN thaw_executions ON number = execution WHERE id = ?",
                    "i", run);
    *encoding = (struct stored_encoding){ENCODING_REAL};
    while (statement_next(find, &good, error)) {
        statement_read(find, "off", &grid, &encoding->smallest, &encoding->largest);
        encoding->kind = grid ? ENCODING_GRID12 : ENCODING_REAL;
    }
    return good;
}

bool store_predictions_add(struct store *store, int64_t run, enum task_part part,
                           const char *scenario, uint32_t shots, uint32_t draw, const float *values,
                           const float *deviations, size_t count, struct error *error)
{
    struct stored_encoding encoding;
    struct bytes said = {0}, sure = {0};
    if (!find_encoding(store, run, &encoding, error))
        return false;
    stored_numbers_write(&encoding, false, values, count, &said);
    if (deviations)
        stored_numbers_write(&encoding, true, deviations, count, &sure);
    bool good = store_change(
        store, error,
        "INSERT OR REPLACE INTO thaw_predictions (run, part, scenario, shots, draw, encoding,"
        " predictions, deviations) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        deviations ? "ittiutbb" : "ittiutbn", run, task_part_name(part), scenario,
        stored_shots(shots), draw, stored_encoding_name(encoding.kind), said.data, said.size,
        sure.data, sure.size);
    bytes_release(&said);
    bytes_release(&sure);
    return good;
}
