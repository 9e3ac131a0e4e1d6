/* SPDX-License-Identifier: MIT
 *
 * The results of runs: points of curves, tasks, digests, lines of the log. Predictions are in
 * prediction_store.c.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/list.h"
#include "base/memory.h"
#include "statement.h"
#include "store/run_store.h"
#include "stored_form.h"

/* -- points ------------------------------------------------------------------------------------ */

static bool read_point(struct statement *row, void *element, struct error *error)
{
    struct point *point = element;
    (void)error;
    statement_read(row, "id", &point->step, &point->value);
    return true;
}

struct point *store_points(struct store *store, int64_t run, const char *series, int64_t after,
                           size_t *count, struct error *error)
{
    struct statement *find = store_query(store, error,
                                         "SELECT step, value FROM thaw_points WHERE run = ? AND"
                                         " series = ? AND step > ? ORDER BY step",
                                         "iti", run, series, after);
    return statement_collect(find, sizeof(struct point), read_point, NULL, count, error);
}

bool store_point_add(struct store *store, int64_t run, const char *series, uint64_t step,
                     double value, struct error *error)
{
    return store_change(store, error, "INSERT OR REPLACE INTO thaw_points VALUES (?, ?, ?, ?)",
                        "itid", run, series, step, value);
}

bool store_run_rewind(struct store *store, int64_t run, int64_t step, struct error *error)
{
    return store_change(store, error, "DELETE FROM thaw_points WHERE run = ? AND step > ?", "ii",
                        run, step) &&
           store_change(store, error, "DELETE FROM thaw_checkpoints WHERE run = ? AND step > ?",
                        "ii", run, step) &&
           store_change(store, error, "DELETE FROM thaw_predictions WHERE run = ?", "i", run);
}

/* -- tasks ------------------------------------------------------------------------------------- */

void stored_tasks_release(struct stored_tasks *tasks)
{
    if (!tasks)
        return;
    for (uint32_t i = 0; i < tasks->count; i++) {
        free(tasks->users[i]);
        free(tasks->keys[i]);
    }
    free(tasks->users);
    free(tasks->keys);
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

static bool read_task(struct statement *row, struct stored_tasks *tasks, struct error *error)
{
    const char *user, *item, *key;
    const void *support, *query, *truth;
    size_t support_size, query_size, truth_size;
    statement_read(row, "tttbbb", &user, &item, &key, &support, &support_size, &query, &query_size,
                   &truth, &truth_size);
    bool of_items = *user == '\0';
    if (tasks->count > 0 ? of_items != tasks->of_items : of_items && *item == '\0')
        return error_set(error, ERROR_STORE,
                         "the stored tasks are damaged; `thaw doctor` says more");
    tasks->of_items = of_items;
    if (support_size % 4 || truth_size != query_size || !stored_reals_fit(truth, truth_size))
        return error_set(error, ERROR_STORE,
                         "the stored tasks are damaged; `thaw doctor` says more");
    uint32_t n = tasks->count, supports = n ? tasks->support_starts[n] : 0,
             queries = n ? tasks->query_starts[n] : 0;
    tasks->users = memory_resize(tasks->users, n + 1, sizeof *tasks->users);
    tasks->users[n] = memory_string(of_items ? item : user);
    tasks->keys = memory_resize(tasks->keys, n + 1, sizeof *tasks->keys);
    tasks->keys[n] = memory_string(key);
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
    static const char *const names[TASK_PARTS] = {TASK_PART_NAMES(LIST_TEXT)};
    assert((unsigned)part < TASK_PARTS);
    return names[part];
}

bool store_tasks(struct store *store, int64_t execution, enum task_part part, const char *scenario,
                 uint32_t draw, struct stored_tasks *tasks, struct error *error)
{
    bool good = true;
    struct statement *find =
        store_query(store, error,
                    "SELECT user, item, key, support, query, truth FROM thaw_tasks WHERE"
                    " execution = ? AND part = ? AND scenario = ? AND draw = ?"
                    " ORDER BY number",
                    "ittu", execution, task_part_name(part), scenario, draw);
    *tasks = (struct stored_tasks){.support_starts = memory_new(sizeof(uint32_t)),
                                   .query_starts = memory_new(sizeof(uint32_t))};
    while (statement_next(find, &good, error))
        good = read_task(find, tasks, error);
    if (!good)
        stored_tasks_release(tasks);
    return good;
}

bool store_task_add(struct store *store, int64_t execution, enum task_part part,
                    const char *scenario, uint32_t draw, uint32_t number, struct task_owner owner,
                    const uint32_t *support, size_t support_count, const uint32_t *query,
                    size_t query_count, const float *truth, struct error *error)
{
    return store_change(store, error,
                        "INSERT OR REPLACE INTO thaw_tasks (execution, part, scenario, draw, "
                        "number, user, item, key,"
                        " support, query, truth) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        "ittuutttbbb", execution, task_part_name(part), scenario, draw, number,
                        owner.user ? owner.user : "", owner.item ? owner.item : "",
                        owner.key ? owner.key : "", support, support_count * 4, query,
                        query_count * 4, truth, query_count * 4);
}

bool store_tasks_forget(struct store *store, int64_t execution, enum task_part part,
                        const char *scenario, uint32_t draw, struct error *error)
{
    return store_change(
        store, error,
        "DELETE FROM thaw_tasks WHERE execution = ? AND part = ? AND scenario = ? AND draw = ?",
        "ittu", execution, task_part_name(part), scenario, draw);
}

/* -- digest ------------------------------------------------------------------------------------ */

static void add_integer(struct digest *digest, int64_t value)
{
    digest_add(digest, &value, sizeof value);
}

static void add_text(struct digest *digest, const char *text)
{
    digest_add(digest, text, strlen(text) + 1);
}

static bool digest_points(struct store *store, int64_t run, struct digest *digest,
                          struct error *error)
{
    struct statement *find = store_query(
        store, error,
        "SELECT series, step, value FROM thaw_points WHERE run = ? ORDER BY series, step", "i",
        run);
    const char *series;
    int64_t step;
    double value;
    bool good = true;
    while (statement_next(find, &good, error)) {
        statement_read(find, "tid", &series, &step, &value);
        add_text(digest, series);
        add_integer(digest, step);
        digest_add(digest, &value, sizeof value);
    }
    return good;
}

static bool digest_predictions(struct store *store, int64_t run, struct digest *digest,
                               struct error *error)
{
    struct statement *find = store_query(
        store, error,
        "SELECT part, scenario, shots, draw, predictions, deviations FROM thaw_predictions"
        " WHERE run = ? ORDER BY part, scenario, shots < 0, shots, draw",
        "i", run);
    const char *part, *scenario;
    const void *said, *sure;
    int64_t shots, draw;
    size_t said_size, sure_size;
    bool good = true;
    while (statement_next(find, &good, error)) {
        statement_read(find, "ttiibb", &part, &scenario, &shots, &draw, &said, &said_size, &sure,
                       &sure_size);
        add_text(digest, part);
        add_text(digest, scenario);
        add_integer(digest, shots);
        add_integer(digest, draw);
        add_integer(digest, (int64_t)said_size);
        digest_add(digest, said, said_size);
        if (sure)
            digest_add(digest, sure, sure_size);
    }
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

static bool read_log_line(struct statement *row, void *element, struct error *error)
{
    struct log_line *line = element;
    (void)error;
    statement_read(row, "iiixs", &line->id, &line->time, &line->execution, line->run,
                   sizeof line->run, &line->text);
    return true;
}

static void release_log_line(void *element)
{
    free(((struct log_line *)element)->text);
}

struct log_line *store_log(struct store *store, int64_t after, size_t most, size_t *count,
                           struct error *error)
{
    struct statement *find =
        store_query(store, error,
                    "SELECT * FROM (SELECT id, time, execution, run, text FROM thaw_log"
                    " WHERE id > ? ORDER BY id DESC LIMIT ?) ORDER BY id",
                    "ii", after, most > INT64_MAX ? INT64_MAX : (int64_t)most);
    return statement_collect(find, sizeof(struct log_line), read_log_line, release_log_line, count,
                             error);
}

void log_lines_free(struct log_line *lines, size_t count)
{
    for (size_t i = 0; lines && i < count; i++)
        release_log_line(&lines[i]);
    free(lines);
}

bool store_log_add(struct store *store, int64_t execution, const char *run, const char *text,
                   struct error *error)
{
    return store_change(
        store, error, "INSERT INTO thaw_log (time, execution, run, text) VALUES (?, ?, ?, ?)",
        "iItt", clock_now(), execution > 0 ? execution : (int64_t)0, run ? run : "", text);
}
