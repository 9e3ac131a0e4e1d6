/* SPDX-License-Identifier: MIT
 *
 * Executions and their runs. What the columns mean stands with the struct that they fill.
 */
#include "config.h"

#include "store/run_store.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "statement.h"

static const struct {
    const char *name, *help;
} states[] = {
#define X(name, text, help) {text, help},
    RUN_STATES(X)
#undef X
};

const char *run_state_name(enum run_state state)
{
    assert(state < RUN_STATE_COUNT);
    return states[state].name;
}

bool run_state_is_over(enum run_state state)
{
    return state == RUN_FAILED || state == RUN_DONE;
}

/* A state that this thaw does not know reads as interrupted. */
static enum run_state state_of(const char *name)
{
    for (int state = 0; state < RUN_STATE_COUNT; state++)
        if (strcmp(states[state].name, name) == 0)
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

void run_array_free(struct run *runs, size_t count)
{
    for (size_t i = 0; runs && i < count; i++)
        free(runs[i].text);
    free(runs);
}

/* "1 2 3.5": the shortest texts that read back the same. */
static void write_levels(const struct execution *execution, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < execution->level_count; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%.9g", i > 0 ? " " : "",
                                 (double)execution->levels[i]);
}

/* Damaged ones are none, as where there were too many. */
static void read_levels(const char *text, struct execution *execution)
{
    uint32_t count = 0;
    for (char *end; *text && count < VALUE_LEVELS_MOST; text = end) {
        float level = strtof(text, &end);
        if (end == text || !isfinite(level) || (count > 0 && level <= execution->levels[count - 1]))
            return;
        execution->levels[count++] = level;
    }
    execution->level_count = count;
}

static char *copy(struct statement *statement, int column)
{
    return memory_string(statement_text(statement, column));
}

static void read_execution(struct statement *row, struct execution *execution)
{
    size_t size;
    const void *modules = statement_blob(row, 12, &size);
    *execution = (struct execution){
        .number = statement_integer(row, 0),
        .experiment = copy(row, 1),
        .script_path = copy(row, 2),
        .data = copy(row, 4),
        .baseline = copy(row, 6),
        .settings = copy(row, 7),
        .seed = (uint64_t)statement_integer(row, 8),
        .threads = (uint32_t)statement_integer(row, 9),
        .binary = copy(row, 10),
        .script = copy(row, 11),
        .modules = memory_new(size),
        .modules_size = size,
        .created_at = statement_integer(row, 13),
        .smallest = (float)statement_real(row, 15),
        .largest = (float)statement_real(row, 16),
        .matters = statement_real(row, 18),
        .unjailed = statement_integer(row, 19) != 0,
        .confinement = copy(row, 20),
    };
    read_levels(statement_text(row, 14), execution);
    statement_copy_text(row, 17, execution->answer, sizeof execution->answer);
    if (size > 0)
        memcpy(execution->modules, modules, size);
    statement_copy_text(row, 3, execution->script_digest, sizeof execution->script_digest);
    statement_copy_text(row, 5, execution->data_digest, sizeof execution->data_digest);
}

bool store_execution(struct store *store, int64_t number, struct execution *execution,
                     struct error *error)
{
    struct statement *find = store_statement(
        store,
        "SELECT number, experiment, script_path, script, data, data_digest, baseline, settings,"
        " seed, threads, binary, source, modules, created_at, levels, smallest, largest, answer,"
        " matters, unjailed, confinement"
        " FROM thaw_executions JOIN thaw_scripts ON digest = script WHERE number = ?",
        error);
    if (!find)
        return false;
    bool row;
    statement_bind_integer(find, 1, number);
    bool good = statement_step(find, &row, error);
    if (good && row)
        read_execution(find, execution);
    else if (good)
        good = error_set(error, ERROR_USAGE, "there is no execution %lld", (long long)number);
    statement_reset(find);
    return good;
}

int64_t *store_executions(struct store *store, size_t *count, struct error *error)
{
    struct statement *find =
        store_statement(store, "SELECT number FROM thaw_executions ORDER BY number DESC", error);
    if (!find)
        return NULL;
    int64_t *numbers = memory_new(0);
    bool row = true, good = true;
    *count = 0;
    while ((good = statement_step(find, &row, error)) && row) {
        numbers = memory_resize(numbers, *count + 1, sizeof *numbers);
        numbers[(*count)++] = statement_integer(find, 0);
    }
    statement_reset(find);
    if (good)
        return numbers;
    free(numbers);
    return NULL;
}

static double real_or_nan(struct statement *row, int column)
{
    return statement_is_null(row, column) ? (double)NAN : statement_real(row, column);
}

static void read_run(struct statement *row, struct run *run)
{
    *run = (struct run){
        .id = statement_integer(row, 0),
        .execution = statement_integer(row, 1),
        .seed = (uint64_t)statement_integer(row, 4),
        .state = state_of(statement_text(row, 5)),
        .learns = statement_integer(row, 6) != 0,
        .step = (uint64_t)statement_integer(row, 7),
        .steps = (uint64_t)statement_integer(row, 8),
        .share = statement_real(row, 9),
        .rate = statement_real(row, 10),
        .eta = real_or_nan(row, 11),
        .loss = real_or_nan(row, 12),
        .seconds = statement_real(row, 13),
        .started_at = statement_integer(row, 15),
        .ended_at = statement_integer(row, 16),
        .heartbeat = statement_integer(row, 17),
        .text = copy(row, 18),
        .parameters = (uint64_t)statement_integer(row, 20),
        .peak_bytes = (uint64_t)statement_integer(row, 21),
    };
    statement_copy_text(row, 2, run->name, sizeof run->name);
    statement_copy_text(row, 3, run->arm, sizeof run->arm);
    statement_copy_text(row, 14, run->phase, sizeof run->phase);
    statement_copy_text(row, 19, run->digest, sizeof run->digest);
}

/* Runs of an execution; only those of one arm, or with one name, where these are not NULL. */
static struct run *find_runs(struct store *store, int64_t execution, const char *arm,
                             const char *name, size_t *count, struct error *error)
{
    struct statement *find = store_statement(
        store,
        "SELECT id, execution, name, arm, seed, state, learns, step, steps, share, rate, eta, loss,"
        " seconds, phase, started_at, ended_at, heartbeat, text, digest, parameters, peak_bytes"
        " FROM thaw_runs WHERE execution = ?1 AND arm = ifnull(?2, arm) AND name = ifnull(?3, name)"
        " ORDER BY id",
        error);
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, execution);
    statement_bind_text(find, 2, arm);
    statement_bind_text(find, 3, name);
    struct run *runs = memory_new(0);
    bool row, good;
    *count = 0;
    while ((good = statement_step(find, &row, error)) && row) {
        runs = memory_resize(runs, *count + 1, sizeof *runs);
        read_run(find, &runs[(*count)++]);
    }
    statement_reset(find);
    if (good)
        return runs;
    run_array_free(runs, *count);
    return NULL;
}

struct run *store_runs(struct store *store, int64_t execution, size_t *count, struct error *error)
{
    return find_runs(store, execution, NULL, NULL, count, error);
}

/* "3", "3/maml" or "3/maml/1": number, and where the arm's name begins and how long it is. */
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

static bool add_script(struct store *store, const struct execution *execution, struct error *error)
{
    struct statement *add = store_statement(
        store, "INSERT INTO thaw_scripts VALUES (?, ?, ?) ON CONFLICT DO NOTHING", error);
    if (!add)
        return false;
    statement_bind_text(add, 1, execution->script_digest);
    statement_bind_text(add, 2, execution->script);
    statement_bind_blob(add, 3, execution->modules_size ? execution->modules : "",
                        execution->modules_size);
    return statement_run(add, error);
}

bool store_execution_add(struct store *store, struct execution *execution, struct error *error)
{
    struct statement *add = store_statement(
        store,
        "INSERT INTO thaw_executions (experiment, script_path, script, data, data_digest, baseline,"
        " settings, seed, threads, binary, created_at, levels, smallest, largest, answer, matters,"
        " unjailed, confinement)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    char levels[VALUE_LEVELS_MOST * 16];
    if (!add || !add_script(store, execution, error))
        return false;
    statement_bind_text(add, 1, execution->experiment);
    statement_bind_text(add, 2, execution->script_path);
    statement_bind_text(add, 3, execution->script_digest);
    statement_bind_text(add, 4, execution->data);
    statement_bind_text(add, 5, execution->data_digest);
    statement_bind_text(add, 6, execution->baseline);
    statement_bind_text(add, 7, execution->settings);
    statement_bind_integer(add, 8, (int64_t)execution->seed);
    statement_bind_integer(add, 9, execution->threads);
    statement_bind_text(add, 10, execution->binary);
    statement_bind_integer(add, 11, execution->created_at);
    write_levels(execution, levels, sizeof levels);
    statement_bind_text(add, 12, levels);
    statement_bind_real(add, 13, (double)execution->smallest);
    statement_bind_real(add, 14, (double)execution->largest);
    statement_bind_text(add, 15, execution->answer[0] ? execution->answer : "level");
    statement_bind_real(add, 16, execution->matters);
    statement_bind_integer(add, 17, execution->unjailed);
    statement_bind_text(add, 18, execution->confinement ? execution->confinement : "");
    if (!statement_run(add, error))
        return false;
    execution->number = sqlite3_last_insert_rowid(store_handle(store));
    return true;
}

bool store_execution_update(struct store *store, const struct execution *execution,
                            struct error *error)
{
    struct statement *update = store_statement(
        store,
        "UPDATE thaw_executions SET threads = ?, unjailed = ?, confinement = ? WHERE number = ?",
        error);
    if (!update)
        return false;
    statement_bind_integer(update, 1, execution->threads);
    statement_bind_integer(update, 2, execution->unjailed);
    statement_bind_text(update, 3, execution->confinement ? execution->confinement : "");
    statement_bind_integer(update, 4, execution->number);
    return statement_run(update, error);
}

static void bind_time(struct statement *statement, int parameter, int64_t time)
{
    if (time)
        statement_bind_integer(statement, parameter, time);
    else
        statement_bind_null(statement, parameter);
}

/* Everything of a run that changes, to parameters 1 .. 17. */
static void bind_run(struct statement *statement, const struct run *run)
{
    statement_bind_text(statement, 1, run_state_name(run->state));
    statement_bind_integer(statement, 2, run->learns);
    statement_bind_integer(statement, 3, (int64_t)run->step);
    statement_bind_integer(statement, 4, (int64_t)run->steps);
    statement_bind_real(statement, 5, run->share);
    statement_bind_real(statement, 6, run->rate);
    statement_bind_real(statement, 7, run->eta);
    statement_bind_real(statement, 8, run->loss);
    statement_bind_real(statement, 9, run->seconds);
    statement_bind_text(statement, 10, run->phase);
    bind_time(statement, 11, run->started_at);
    bind_time(statement, 12, run->ended_at);
    bind_time(statement, 13, run->heartbeat);
    statement_bind_text(statement, 14, run->text ? run->text : "");
    statement_bind_text(statement, 15, run->digest);
    statement_bind_integer(statement, 16, (int64_t)run->parameters);
    statement_bind_integer(statement, 17, (int64_t)run->peak_bytes);
}

bool store_run_add(struct store *store, struct run *run, struct error *error)
{
    struct statement *add = store_statement(
        store,
        "INSERT INTO thaw_runs (state, learns, step, steps, share, rate, eta, loss, seconds, phase,"
        " started_at, ended_at, heartbeat, text, digest, parameters, peak_bytes, execution, name,"
        " arm, seed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    if (!add)
        return false;
    snprintf(run->name, sizeof run->name, "%lld/%s/%llu", (long long)run->execution, run->arm,
             (unsigned long long)run->seed);
    bind_run(add, run);
    statement_bind_integer(add, 18, run->execution);
    statement_bind_text(add, 19, run->name);
    statement_bind_text(add, 20, run->arm);
    statement_bind_integer(add, 21, (int64_t)run->seed);
    if (!statement_run(add, error))
        return false;
    run->id = sqlite3_last_insert_rowid(store_handle(store));
    return true;
}

bool store_run_update(struct store *store, const struct run *run, struct error *error)
{
    struct statement *update = store_statement(
        store,
        "UPDATE thaw_runs SET state = ?, learns = ?, step = ?, steps = ?, share = ?, rate = ?,"
        " eta = ?, loss = ?, seconds = ?, phase = ?, started_at = ?, ended_at = ?, heartbeat = ?,"
        " text = ?, digest = ?, parameters = ?, peak_bytes = ? WHERE id = ?",
        error);
    if (!update)
        return false;
    bind_run(update, run);
    statement_bind_integer(update, 18, run->id);
    return statement_run(update, error);
}

bool store_runs_interrupt(struct store *store, const char *text, struct error *error)
{
    struct statement *update = store_statement(
        store,
        "UPDATE thaw_runs SET state = 'interrupted', text = ?, rate = 0, eta = NULL, ended_at = ?"
        " WHERE state IN ('queued', 'running', 'paused')",
        error);
    if (!update)
        return false;
    statement_bind_text(update, 1, text);
    statement_bind_integer(update, 2, clock_now());
    return statement_run(update, error);
}

bool store_execution_remove(struct store *store, int64_t number, struct error *error)
{
    struct statement *remove =
        store_statement(store, "DELETE FROM thaw_executions WHERE number = ?", error);
    struct statement *tidy = store_statement(
        store, "DELETE FROM thaw_scripts WHERE digest NOT IN (SELECT script FROM thaw_executions)",
        error);
    if (!remove || !tidy)
        return false;
    statement_bind_integer(remove, 1, number);
    return statement_run(remove, error) && statement_run(tidy, error);
}
