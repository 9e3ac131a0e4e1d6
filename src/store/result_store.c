/* SPDX-License-Identifier: MIT
 *
 * What runs produce: points of curves, tasks, digests, lines of the log. Predictions have a file of
 * their own.
 */
#include "config.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "statement.h"
#include "store/run_store.h"

/* -- points ------------------------------------------------------------------------------------ */

struct point *store_points(struct store *store, int64_t run, const char *series, int64_t after,
                           size_t *count, struct error *error)
{
    struct statement *find = store_statement(
        store,
        "SELECT step, value FROM thaw_points WHERE run = ? AND series = ? AND step > ?"
        " ORDER BY step",
        error);
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, run);
    statement_bind_text(find, 2, series);
    statement_bind_integer(find, 3, after);
    size_t capacity = 64;
    struct point *points = memory_array(capacity, sizeof *points);
    bool row, good;
    *count = 0;
    while ((good = statement_step(find, &row, error)) && row) {
        if (*count == capacity)
            points = memory_resize(points, capacity *= 2, sizeof *points);
        points[(*count)++] =
            (struct point){(uint64_t)statement_integer(find, 0), statement_real(find, 1)};
    }
    statement_reset(find);
    if (good)
        return points;
    free(points);
    return NULL;
}

bool store_point_add(struct store *store, int64_t run, const char *series, uint64_t step,
                     double value, struct error *error)
{
    struct statement *add =
        store_statement(store, "INSERT OR REPLACE INTO thaw_points VALUES (?, ?, ?, ?)", error);
    if (!add)
        return false;
    statement_bind_integer(add, 1, run);
    statement_bind_text(add, 2, series);
    statement_bind_integer(add, 3, (int64_t)step);
    statement_bind_real(add, 4, value);
    return statement_run(add, error);
}

static bool forget(struct store *store, const char *sql, int64_t run, int64_t step,
                   struct error *error)
{
    struct statement *remove = store_statement(store, sql, error);
    if (!remove)
        return false;
    statement_bind_integer(remove, 1, run);
    statement_bind_integer(remove, 2, step);
    return statement_run(remove, error);
}

bool store_run_rewind(struct store *store, int64_t run, int64_t step, struct error *error)
{
    return forget(store, "DELETE FROM thaw_points WHERE run = ?1 AND step > ?2", run, step,
                  error) &&
           forget(store, "DELETE FROM thaw_checkpoints WHERE run = ?1 AND step > ?2", run, step,
                  error) &&
           forget(store, "DELETE FROM thaw_predictions WHERE run = ?1 AND ?2 = ?2", run, step,
                  error);
}

/* -- tasks ------------------------------------------------------------------------------------- */

void stored_tasks_release(struct stored_tasks *tasks)
{
    if (!tasks)
        return;
    for (uint32_t i = 0; i < tasks->count; i++)
        free(tasks->users[i]);
    free(tasks->users);
    free(tasks->support_starts);
    free(tasks->support);
    free(tasks->query_starts);
    free(tasks->query);
    free(tasks->truth);
    *tasks = (struct stored_tasks){0};
}

/* Appends the 4-byte elements of a blob to `array`, which holds `count` of them. */
static void *append(void *array, uint32_t count, const void *blob, size_t elements)
{
    array = memory_resize(array, count + elements, 4);
    if (elements > 0)
        memcpy((char *)array + (size_t)count * 4, blob, elements * 4);
    return array;
}

static bool are_finite(const void *reals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float value;
        memcpy(&value, (const char *)reals + i * sizeof value, sizeof value);
        if (!isfinite(value))
            return false;
    }
    return true;
}

static bool read_task(struct statement *row, struct stored_tasks *tasks, struct error *error)
{
    size_t support_size, query_size, truth_size;
    const void *support = statement_blob(row, 1, &support_size);
    const void *query = statement_blob(row, 2, &query_size);
    const void *truth = statement_blob(row, 3, &truth_size);
    if (support_size % 4 || query_size % 4 || truth_size != query_size ||
        !are_finite(truth, truth_size / 4))
        return error_set(error, ERROR_STORE,
                         "the stored tasks are damaged; `thaw doctor` says more");
    uint32_t n = tasks->count, supports = n ? tasks->support_starts[n] : 0,
             queries = n ? tasks->query_starts[n] : 0;
    tasks->users = memory_resize(tasks->users, n + 1, sizeof *tasks->users);
    tasks->users[n] = memory_string(statement_text(row, 0));
    tasks->support = append(tasks->support, supports, support, support_size / 4);
    tasks->query = append(tasks->query, queries, query, query_size / 4);
    tasks->truth = append(tasks->truth, queries, truth, truth_size / 4);
    tasks->support_starts = memory_resize(tasks->support_starts, n + 2, sizeof(uint32_t));
    tasks->query_starts = memory_resize(tasks->query_starts, n + 2, sizeof(uint32_t));
    tasks->support_starts[n + 1] = supports + (uint32_t)(support_size / 4);
    tasks->query_starts[n + 1] = queries + (uint32_t)(query_size / 4);
    tasks->count++;
    return true;
}

const char *task_part_name(enum task_part part)
{
    static const char *const NAMES[TASK_PARTS] = {"test", "validation"};
    assert((unsigned)part < TASK_PARTS);
    return NAMES[part];
}

bool store_tasks(struct store *store, int64_t execution, enum task_part part, const char *scenario,
                 uint32_t draw, struct stored_tasks *tasks, struct error *error)
{
    struct statement *find =
        store_statement(store,
                        "SELECT user, support, query, truth FROM thaw_tasks WHERE execution = ?"
                        " AND part = ? AND scenario = ? AND draw = ? ORDER BY number",
                        error);
    if (!find)
        return false;
    statement_bind_integer(find, 1, execution);
    statement_bind_text(find, 2, task_part_name(part));
    statement_bind_text(find, 3, scenario);
    statement_bind_integer(find, 4, draw);
    *tasks = (struct stored_tasks){.support_starts = memory_new(sizeof(uint32_t)),
                                   .query_starts = memory_new(sizeof(uint32_t))};
    bool row, good;
    while ((good = statement_step(find, &row, error)) && row)
        if (!(good = read_task(find, tasks, error)))
            break;
    statement_reset(find);
    if (!good)
        stored_tasks_release(tasks);
    return good;
}

bool store_task_add(struct store *store, int64_t execution, enum task_part part,
                    const char *scenario, uint32_t draw, uint32_t number, const char *user,
                    const uint32_t *support, size_t support_count, const uint32_t *query,
                    size_t query_count, const float *truth, struct error *error)
{
    struct statement *add = store_statement(
        store,
        "INSERT OR REPLACE INTO thaw_tasks (execution, part, scenario, draw, number, user,"
        " support, query, truth) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    if (!add)
        return false;
    statement_bind_integer(add, 1, execution);
    statement_bind_text(add, 2, task_part_name(part));
    statement_bind_text(add, 3, scenario);
    statement_bind_integer(add, 4, draw);
    statement_bind_integer(add, 5, number);
    statement_bind_text(add, 6, user);
    statement_bind_blob(add, 7, support_count ? support : (const void *)"", support_count * 4);
    statement_bind_blob(add, 8, query_count ? query : (const void *)"", query_count * 4);
    statement_bind_blob(add, 9, query_count ? truth : (const void *)"", query_count * 4);
    return statement_run(add, error);
}

bool store_tasks_forget(struct store *store, int64_t execution, enum task_part part,
                        const char *scenario, uint32_t draw, struct error *error)
{
    struct statement *remove = store_statement(
        store,
        "DELETE FROM thaw_tasks WHERE execution = ? AND part = ? AND scenario = ? AND draw = ?",
        error);
    if (!remove)
        return false;
    statement_bind_integer(remove, 1, execution);
    statement_bind_text(remove, 2, task_part_name(part));
    statement_bind_text(remove, 3, scenario);
    statement_bind_integer(remove, 4, draw);
    return statement_run(remove, error);
}

/* -- digest ------------------------------------------------------------------------------------ */

static void add_integer(struct digest *digest, int64_t value)
{
    digest_add(digest, &value, sizeof value);
}

static bool digest_points(struct store *store, int64_t run, struct digest *digest,
                          struct error *error)
{
    struct statement *find = store_statement(
        store, "SELECT series, step, value FROM thaw_points WHERE run = ? ORDER BY series, step",
        error);
    if (!find)
        return false;
    statement_bind_integer(find, 1, run);
    bool row, good;
    while ((good = statement_step(find, &row, error)) && row) {
        const char *series = statement_text(find, 0);
        double value = statement_real(find, 2);
        digest_add(digest, series, strlen(series) + 1);
        add_integer(digest, statement_integer(find, 1));
        digest_add(digest, &value, sizeof value);
    }
    statement_reset(find);
    return good;
}

static bool digest_predictions(struct store *store, int64_t run, struct digest *digest,
                               struct error *error)
{
    struct statement *find = store_statement(
        store,
        "SELECT part, scenario, shots, draw, predictions, deviations FROM thaw_predictions"
        " WHERE run = ? ORDER BY part, scenario, shots < 0, shots, draw",
        error);
    if (!find)
        return false;
    statement_bind_integer(find, 1, run);
    bool row, good;
    while ((good = statement_step(find, &row, error)) && row) {
        size_t size;
        const char *part = statement_text(find, 0), *scenario = statement_text(find, 1);
        digest_add(digest, part, strlen(part) + 1);
        digest_add(digest, scenario, strlen(scenario) + 1);
        add_integer(digest, statement_integer(find, 2));
        add_integer(digest, statement_integer(find, 3));
        const void *blob = statement_blob(find, 4, &size);
        add_integer(digest, (int64_t)size);
        digest_add(digest, blob, size);
        blob = statement_blob(find, 5, &size);
        if (blob)
            digest_add(digest, blob, size);
    }
    statement_reset(find);
    return good;
}

bool store_run_digest(struct store *store, int64_t run, const char *weights, char text[65],
                      struct error *error)
{
    struct digest *digest = digest_new();
    digest_add(digest, weights, strlen(weights) + 1);
    if (digest_points(store, run, digest, error) && digest_predictions(store, run, digest, error)) {
        digest_finish(digest, text);
        return true;
    }
    digest_free(digest);
    return false;
}

/* -- log --------------------------------------------------------------------------------------- */

struct log_line *store_log(struct store *store, int64_t after, size_t most, size_t *count,
                           struct error *error)
{
    struct statement *find =
        store_statement(store,
                        "SELECT * FROM (SELECT id, time, execution, run, text FROM thaw_log"
                        " WHERE id > ? ORDER BY id DESC LIMIT ?) ORDER BY id",
                        error);
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, after);
    statement_bind_integer(find, 2, most > INT64_MAX ? INT64_MAX : (int64_t)most);
    struct log_line *lines = memory_new(0);
    bool row, good;
    *count = 0;
    while ((good = statement_step(find, &row, error)) && row) {
        lines = memory_resize(lines, *count + 1, sizeof *lines);
        struct log_line *line = &lines[(*count)++];
        *line = (struct log_line){.id = statement_integer(find, 0),
                                  .time = statement_integer(find, 1),
                                  .execution = statement_integer(find, 2),
                                  .text = memory_string(statement_text(find, 4))};
        statement_copy_text(find, 3, line->run, sizeof line->run);
    }
    statement_reset(find);
    if (good)
        return lines;
    log_lines_free(lines, *count);
    return NULL;
}

void log_lines_free(struct log_line *lines, size_t count)
{
    for (size_t i = 0; lines && i < count; i++)
        free(lines[i].text);
    free(lines);
}

bool store_log_add(struct store *store, int64_t execution, const char *run, const char *text,
                   struct error *error)
{
    struct statement *add = store_statement(
        store, "INSERT INTO thaw_log (time, execution, run, text) VALUES (?, ?, ?, ?)", error);
    if (!add)
        return false;
    statement_bind_integer(add, 1, clock_now());
    if (execution > 0)
        statement_bind_integer(add, 2, execution);
    statement_bind_text(add, 3, run ? run : "");
    statement_bind_text(add, 4, text);
    return statement_run(add, error);
}
