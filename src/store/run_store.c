/* SPDX-License-Identifier: MIT
 *
 * Executions and their runs. The structs that the columns fill say what the columns mean.
 */
#include "config.h"

#include "store/run_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/memory.h"
#include "base/text.h"
#include "statement.h"
#include "stored_form.h"

static const char *const states[] = {RUN_STATES(LIST_TEXT)};

const char *run_state_name(enum run_state state)
{
    assert(state < RUN_STATE_COUNT);
    return states[state];
}

bool run_state_is_over(enum run_state state)
{
    return state == RUN_FAILED || state == RUN_DONE;
}

/* A state that this thaw does not know counts as interrupted. */
static enum run_state state_of(const char *name)
{
    for (int state = 0; state < RUN_STATE_COUNT; state++)
        if (strcmp(states[state], name) == 0)
            return (enum run_state)state;
    return RUN_INTERRUPTED;
}

void execution_release(struct execution *execution)
{
    if (!execution)
        return;
    free(execution->experiment);
    free(execution->script_path);
    free(execution->script);
    free(execution->modules);
    free(execution->data);
    free(execution->baseline);
    free(execution->settings);
    free(execution->binary);
    free(execution->confinement);
    *execution = (struct execution){0};
}

double run_weight(const struct run *run)
{
    return run->learns ? 1 : 0.01;
}

static void read_execution(struct statement *row, struct execution *execution)
{
    const void *modules;
    const char *levels;
    *execution = (struct execution){0};
    statement_read(row, "issxsxssiussbitffxdosux", &execution->number, &execution->experiment,
                   &execution->script_path, execution->script_digest,
                   sizeof execution->script_digest, &execution->data, execution->data_digest,
                   sizeof execution->data_digest, &execution->baseline, &execution->settings,
                   &execution->seed, &execution->threads, &execution->binary, &execution->script,
                   &modules, &execution->modules_size, &execution->created_at, &levels,
                   &execution->smallest, &execution->largest, execution->answer,
                   sizeof execution->answer, &execution->matters, &execution->unjailed,
                   &execution->confinement, &execution->negatives, execution->negatives_by,
                   sizeof execution->negatives_by);
    stored_levels_read(levels, execution->levels, &execution->level_count);
    execution->modules = memory_new(execution->modules_size);
    if (execution->modules_size > 0)
        memcpy(execution->modules, modules, execution->modules_size);
}

bool store_execution(struct store *store, int64_t number, struct execution *execution,
                     struct error *error)
{
    struct statement *find = store_query(
        store, error,
        "SELECT number, experiment, script_path, script, data, data_digest, baseline, settings,"
        " seed, threads, binary, source, modules, created_at, levels, smallest, largest, answer,"
        " matters, unjailed, confinement, negatives, negatives_by"
        " FROM thaw_executions JOIN thaw_scripts ON digest = script WHERE number = ?",
        "i", number);
    bool good = true, found = statement_next(find, &good, error);
    if (found)
        read_execution(find, execution);
    statement_reset(find);
    return found ||
           (good && error_set(error, ERROR_USAGE, "there is no execution %lld", (long long)number));
}

static bool read_number(struct statement *row, void *element, struct error *error)
{
    (void)error;
    statement_read(row, "i", element);
    return true;
}

int64_t *store_executions(struct store *store, size_t *count, struct error *error)
{
    struct statement *find =
        store_query(store, error, "SELECT number FROM thaw_executions ORDER BY number DESC", "");
    return statement_collect(find, sizeof(int64_t), read_number, NULL, count, error);
}

static bool read_run(struct statement *row, void *element, struct error *error)
{
    struct run *run = element;
    const char *state;
    (void)error;
    *run = (struct run){0};
    statement_read(row, "iixxitoiiddrrdxiiisxii", &run->id, &run->execution, run->name,
                   sizeof run->name, run->arm, sizeof run->arm, &run->seed, &state, &run->learns,
                   &run->step, &run->steps, &run->share, &run->rate, &run->eta, &run->loss,
                   &run->seconds, run->phase, sizeof run->phase, &run->started_at, &run->ended_at,
                   &run->heartbeat, &run->text, run->digest, sizeof run->digest, &run->parameters,
                   &run->peak_bytes);
    run->state = state_of(state);
    return true;
}

static void release_run(void *element)
{
    free(((struct run *)element)->text);
}

void run_array_free(struct run *runs, size_t count)
{
    for (size_t i = 0; runs && i < count; i++)
        release_run(&runs[i]);
    free(runs);
}

/* The runs of an execution, limited to one arm or one name if that is not NULL. */
static struct run *find_runs(struct store *store, int64_t execution, const char *arm,
                             const char *name, size_t *count, struct error *error)
{
    struct statement *find = store_query(
        store, error,
        "SELECT id, execution, name, arm, seed, state, learns, step, steps, share, rate, eta, loss,"
        " seconds, phase, started_at, ended_at, heartbeat, text, digest, parameters, peak_bytes"
        " FROM thaw_runs WHERE execution = ?1 AND arm = ifnull(?2, arm) AND name = ifnull(?3, name)"
        " ORDER BY id",
        "itt", execution, arm, name);
    return statement_collect(find, sizeof(struct run), read_run, release_run, count, error);
}

struct run *store_runs(struct store *store, int64_t execution, size_t *count, struct error *error)
{
    return find_runs(store, execution, NULL, NULL, count, error);
}

/* Splits "3", "3/maml" or "3/maml/1" into the number and the start and length of the arm's name. */
static bool parse_name(const char *name, int64_t *execution, const char **arm, size_t *arm_length,
                       bool *seeded)
{
    const char *slash = strchr(name, '/');
    size_t length = slash ? (size_t)(slash - name) : strlen(name);
    long long number;
    if (!text_integer(name, length, &number) || number < 1)
        return false;
    *execution = number;
    *arm = slash ? slash + 1 : NULL;
    *arm_length = slash ? strcspn(slash + 1, "/") : 0;
    *seeded = slash && slash[1 + *arm_length] == '/';
    return !slash || *arm_length > 0;
}

struct run *store_runs_named(struct store *store, const char *name, size_t *count,
                             struct error *error)
{
    char shown[128];
    int64_t execution;
    const char *arm;
    size_t arm_length;
    bool seeded;
    text_safe(name, shown, sizeof shown);
    if (!parse_name(name, &execution, &arm, &arm_length, &seeded)) {
        error_set(error, ERROR_USAGE,
                  "\"%s\" names no run: expected N, N/ARM or N/ARM/SEED, such as 3/maml/1", shown);
        return NULL;
    }
    char *arm_name = arm ? memory_format("%.*s", (int)arm_length, arm) : NULL;
    struct run *runs = find_runs(store, execution, arm_name, seeded ? name : NULL, count, error);
    free(arm_name);
    if (runs && *count == 0) {
        error_set(error, ERROR_USAGE, "there is no run \"%s\"; \"thaw runs\" lists those there are",
                  shown);
        run_array_free(runs, 0);
        return NULL;
    }
    return runs;
}

/* The number of the row that was added last. */
static int64_t added(struct store *store)
{
    return sqlite3_last_insert_rowid(store_handle(store));
}

bool store_execution_add(struct store *store, struct execution *execution, struct error *error)
{
    char levels[VALUE_LEVELS_MOST * 16];
    stored_levels_write(execution->levels, execution->level_count, levels, sizeof levels);
    bool good =
        store_change(store, error,
                     "INSERT INTO thaw_scripts VALUES (?, ?, ?) ON CONFLICT DO NOTHING", "ttb",
                     execution->script_digest, execution->script, execution->modules,
                     execution->modules_size) &&
        store_change(
            store, error,
            "INSERT INTO thaw_executions (experiment, script_path, script, data, data_digest,"
            " baseline, settings, seed, threads, binary, created_at, levels, smallest, largest,"
            " answer, matters, unjailed, confinement, negatives, negatives_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "tttttttiutitddtdutut", execution->experiment, execution->script_path,
            execution->script_digest, execution->data, execution->data_digest, execution->baseline,
            execution->settings, execution->seed, execution->threads, execution->binary,
            execution->created_at, levels, (double)execution->smallest, (double)execution->largest,
            execution->answer[0] ? execution->answer : "level", execution->matters,
            execution->unjailed, execution->confinement ? execution->confinement : "",
            execution->negatives, execution->negatives_by);
    if (good)
        execution->number = added(store);
    return good;
}

bool store_execution_update(struct store *store, const struct execution *execution,
                            struct error *error)
{
    return store_change(
        store, error,
        "UPDATE thaw_executions SET threads = ?, unjailed = ?, confinement = ? WHERE number = ?",
        "uuti", execution->threads, execution->unjailed,
        execution->confinement ? execution->confinement : "", execution->number);
}

bool store_run_add(struct store *store, struct run *run, struct error *error)
{
    stored_run_name(run->execution, run->arm, run->seed, run->name, sizeof run->name);
    bool good = store_change(
        store, error,
        "INSERT INTO thaw_runs (execution, name, arm, seed, state, learns, step, steps, share,"
        " rate, seconds, phase, text, digest, parameters, peak_bytes)"
        " VALUES (?, ?, ?, ?, '', 0, 0, 0, 0, 0, 0, '', '', '', 0, 0)",
        "itti", run->execution, run->name, run->arm, run->seed);
    if (good)
        run->id = added(store);
    return good && store_run_update(store, run, error);
}

bool store_run_update(struct store *store, const struct run *run, struct error *error)
{
    return store_change(
        store, error,
        "UPDATE thaw_runs SET state = ?, learns = ?, step = ?, steps = ?, share = ?, rate = ?,"
        " eta = ?, loss = ?, seconds = ?, phase = ?, started_at = ?, ended_at = ?, heartbeat = ?,"
        " text = ?, digest = ?, parameters = ?, peak_bytes = ? WHERE id = ?",
        "tuiidddddtIIIttiii", run_state_name(run->state), run->learns, run->step, run->steps,
        run->share, run->rate, run->eta, run->loss, run->seconds, run->phase, run->started_at,
        run->ended_at, run->heartbeat, run->text ? run->text : "", run->digest, run->parameters,
        run->peak_bytes, run->id);
}

bool store_runs_interrupt(struct store *store, const char *text, struct error *error)
{
    return store_change(
        store, error,
        "UPDATE thaw_runs SET state = 'interrupted', text = ?, rate = 0, eta = NULL, ended_at = ?"
        " WHERE state IN ('queued', 'running', 'paused')",
        "ti", text, clock_now());
}

bool store_execution_remove(struct store *store, int64_t number, struct error *error)
{
    return store_change(store, error, "DELETE FROM thaw_executions WHERE number = ?", "i",
                        number) &&
           store_change(
               store, error,
               "DELETE FROM thaw_scripts WHERE digest NOT IN (SELECT script FROM thaw_executions)",
               "");
}
