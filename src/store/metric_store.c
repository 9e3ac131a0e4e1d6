/* SPDX-License-Identifier: MIT
 *
 * Metrics of scripts: what they are, and their values for each run and task.
 */
#include "config.h"

#include "store/metric_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "statement.h"
#include "stored_form.h"

/* -- metrics ----------------------------------------------------------------------------------- */

static bool read_metric(struct statement *row, void *element, struct error *error)
{
    struct own_metric *metric = element;
    const char *of;
    *metric = (struct own_metric){0};
    statement_read(row, "xxotx", metric->name, sizeof metric->name, metric->help,
                   sizeof metric->help, &metric->more, &of, metric->digest, sizeof metric->digest);
    return (own_metric_name_fits(metric->name) && metric_subject_find(of, &metric->of)) ||
           error_set(error, ERROR_STORE, "the stored metrics are damaged; `thaw doctor` says more");
}

struct own_metric *store_metrics(struct store *store, int64_t execution, size_t *count,
                                 struct error *error)
{
    struct statement *find =
        store_query(store, error,
                    "SELECT name, help, more, judges, digest FROM thaw_metrics WHERE execution = ?"
                    " ORDER BY number LIMIT 8",
                    "i", execution);
    return statement_collect(find, sizeof(struct own_metric), read_metric, NULL, count, error);
}

bool store_metric_add(struct store *store, int64_t execution, uint32_t number,
                      const struct own_metric *metric, struct error *error)
{
    return store_change(store, error,
                        "INSERT INTO thaw_metrics (execution, number, name, help, more, judges,"
                        " digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "iuttutt", execution, number, metric->name, metric->help, metric->more,
                        metric_subject_name(metric->of), metric->digest);
}

/* -- values ------------------------------------------------------------------------------------ */

static int64_t stored_shots(uint32_t shots)
{
    return shots == UINT32_MAX ? -1 : (int64_t)shots;
}

void metric_values_release(struct metric_values *values)
{
    free(values->values);
    *values = (struct metric_values){0};
}

static bool read_values(struct statement *row, struct metric_values *values, struct error *error)
{
    const char *of;
    const void *numbers;
    size_t size;
    statement_read(row, "trb", &of, &values->validation, &numbers, &size);
    if (!metric_subject_find(of, &values->of) || !stored_values_fit(numbers, size))
        return error_set(error, ERROR_STORE,
                         "the stored values of a metric are damaged; `thaw doctor` says more");
    values->count = size / sizeof(double);
    values->values = memory_array(values->count, sizeof(double));
    if (size > 0)
        memcpy(values->values, numbers, size);
    return true;
}

bool store_metric_values(struct store *store, int64_t run, uint32_t metric, const char *scenario,
                         uint32_t shots, uint32_t draw, struct metric_values *values,
                         struct error *error)
{
    bool good = true;
    struct statement *find =
        store_query(store, error,
                    "SELECT judged, validation, numbers FROM thaw_metric_values WHERE run = ?"
                    " AND metric = ? AND scenario = ? AND shots = ? AND draw = ?",
                    "iutiu", run, metric, scenario, stored_shots(shots), draw);
    *values = (struct metric_values){0};
    while (statement_next(find, &good, error))
        good = read_values(find, values, error);
    if (!good)
        metric_values_release(values);
    return good;
}

bool store_metric_values_add(struct store *store, int64_t run, uint32_t metric,
                             const char *scenario, uint32_t shots, uint32_t draw,
                             const struct metric_values *values, struct error *error)
{
    return store_change(
        store, error,
        "INSERT OR REPLACE INTO thaw_metric_values (run, metric, scenario, shots, draw, judged,"
        " validation, numbers) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        "iutiutdb", run, metric, scenario, stored_shots(shots), draw,
        metric_subject_name(values->of), values->validation, values->values,
        values->count * sizeof(double));
}
