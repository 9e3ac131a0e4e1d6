/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "killing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/clock.h"
#include "keeper/client.h"

static const double PATIENCE = 90, ANSWER_PATIENCE = 10; /* seconds */

static const char *const phase_names[] = {
#define X(name) #name,
    KILLING_PHASES(X)
#undef X
};
static const char *const victim_names[] = {"worker", "keeper", "client"};

struct killing killing_of(struct workbench *bench, uint64_t seed)
{
    return (struct killing){.bench = bench, .random = random_at(seed, RANDOM_SCRIPT, 0, 0)};
}

unsigned killing_count(const struct killing *killing)
{
    unsigned count = 0;
    for (int phase = 0; phase < KILLING_PHASE_COUNT; phase++)
        for (int victim = 0; victim < VICTIM_COUNT; victim++)
            count += killing->counts[phase][victim];
    return count;
}

void killing_print(const struct killing *killing, const char *what)
{
    print_message("%s: %u kills\n", what, killing_count(killing));
    for (int phase = 0; phase < KILLING_PHASE_COUNT; phase++) {
        const unsigned *counts = killing->counts[phase];
        if (counts[0] + counts[1] + counts[2] == 0)
            continue;
        print_message("  %-10s", phase_names[phase]);
        for (int victim = 0; victim < VICTIM_COUNT; victim++)
            print_message("  %s %u", victim_names[victim], counts[victim]);
        print_message("\n");
    }
}

/* -- one kill ---------------------------------------------------------------------------------- */

/* Whether the process was there and is killed now. */
static bool kill_it(const struct workbench *bench, enum victim victim, pid_t client)
{
    pid_t keeper = workbench_keeper_process(bench);
    pid_t process = victim == VICTIM_CLIENT   ? client
                    : victim == VICTIM_KEEPER ? keeper
                    : keeper                  ? workbench_worker_process(bench)
                                              : 0;
    return process > 0 && kill(process, SIGKILL) == 0;
}

static bool is_over(pid_t client)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)client, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

/* The client ends by itself once it is answered or its keeper is gone; no kill of it is counted
 * here. */
static void see_off(pid_t client, double patience)
{
    double until = clock_monotonic() + patience;
    while (!is_over(client) && clock_monotonic() < until)
        clock_sleep(0.001);
    kill(client, SIGKILL);
    waitpid(client, NULL, 0);
}

static pid_t send_client(void (*act)(void *context), void *context)
{
    pid_t client = fork();
    assert_true(client >= 0);
    if (client != 0)
        return client;
    act(context);
    _exit(0);
}

bool killing_once(struct killing *killing, enum killing_phase phase, enum victim victim,
                  double longest, void (*act)(void *context), void *context)
{
    pid_t client = send_client(act, context);
    clock_sleep(longest * random_uniform(&killing->random));
    bool killed = !is_over(client) && kill_it(killing->bench, victim, client);
    killing->counts[phase][victim] += killed;
    see_off(client, ANSWER_PATIENCE);
    return killed;
}

/* -- executions -------------------------------------------------------------------------------- */

/* Whether all runs are done; false also if there is nothing yet. */
static bool is_done(struct workbench *bench, int64_t execution)
{
    struct store *store = store_open_reader(bench->database, &bench->error);
    size_t count = 0, done = 0;
    struct run *runs = store ? store_runs(store, execution, &count, &bench->error) : NULL;
    for (size_t i = 0; runs && i < count; i++) {
        if (runs[i].state == RUN_FAILED)
            fail_msg("run %s failed: %s", runs[i].name, runs[i].text);
        done += runs[i].state == RUN_DONE;
    }
    run_array_free(runs, count);
    store_close(store);
    return count > 0 && done == count;
}

/* The newest execution where it is not the one before; 0 if none has been stored. */
static int64_t newest(struct workbench *bench, int64_t before)
{
    struct store *store = store_open_reader(bench->database, &bench->error);
    size_t count = 0;
    int64_t *numbers = store ? store_executions(store, &count, &bench->error) : NULL;
    int64_t number = count > 0 && numbers[0] > before ? numbers[0] : 0;
    free(numbers);
    store_close(store);
    return number;
}

struct asking {
    struct workbench *bench;
    const char *script;
    int64_t before;
    uint32_t threads;
};

/* Asks for the execution to start or to go on; whoever is killed meanwhile may answer with an
 * error. */
static void ask(void *context)
{
    const struct asking *asking = context;
    struct workbench *bench = asking->bench;
    struct keeper *keeper = keeper_connect_patiently(bench->database, NULL, &bench->error);
    int64_t execution = newest(bench, asking->before);
    char note[512], name[24];
    snprintf(name, sizeof name, "%lld", (long long)execution);
    if (keeper)
        keeper_allow_unjailed(keeper);
    if (keeper && execution)
        keeper_resume(keeper, name, asking->threads, 0, &execution, note, &bench->error);
    else if (keeper)
        workbench_start(bench, keeper, asking->script);
    keeper_disconnect(keeper);
}

/* The same, and stays connected until it is killed or a while has passed, as a screen does. */
static void ask_and_stay(void *context)
{
    const struct asking *asking = context;
    ask(context);
    struct keeper *keeper =
        keeper_connect_patiently(asking->bench->database, NULL, &asking->bench->error);
    clock_sleep(2);
    keeper_disconnect(keeper);
}

/* What the newest execution after `before` does, as the database says: RECOVERY where nothing
 * computes, KILLING_PHASE_COUNT if it is done. */
static enum killing_phase phase_now(const struct workbench *bench, int64_t before)
{
    static const enum killing_phase phases[] = {KILLING_PHASE_COUNT, KILLING_SEARCH,
                                                KILLING_TRAINING, KILLING_EVALUATION};
    enum killing_phase phase = KILLING_RECOVERY;
    sqlite3 *handle = NULL;
    sqlite3_stmt *query = NULL;
    char sql[512];
    snprintf(sql, sizeof sql,
             "SELECT min(state = 'done'), max(state = 'running' AND phase = 'search'),"
             " max(state = 'running' AND phase = 'training'),"
             " max(state = 'running' AND phase = 'evaluation') FROM thaw_runs"
             " WHERE execution = (SELECT max(number) FROM thaw_executions) AND execution > %lld",
             (long long)before);
    if (sqlite3_open_v2(bench->database, &handle, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(handle, sql, -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        for (int i = 0; i < 4; i++)
            if (sqlite3_column_int(query, i))
                phase = phases[i];
    sqlite3_finalize(query);
    sqlite3_close(handle);
    return phase;
}

/* Whether an execution after `before` is done; then its digests are compared. */
static bool check_done(struct workbench *bench, int64_t *before, const char *expected)
{
    int64_t execution = newest(bench, *before);
    if (!execution || !is_done(bench, execution))
        return false;
    char *digests = workbench_digests(bench, execution);
    assert_string_equal(digests, expected);
    free(digests);
    *before = execution;
    return true;
}

/* The phase and victim with the most kills left, or any of them where none is left: false. */
static bool next_target(struct killing *killing, const enum killing_phase *phases, unsigned each,
                        enum killing_phase *phase, enum victim *victim)
{
    unsigned most = 0, count = 0;
    for (; phases[count] != KILLING_PHASE_COUNT; count++)
        for (int i = 0; i < VICTIM_COUNT; i++) {
            unsigned kills = killing->counts[phases[count]][i];
            unsigned left = kills < each ? each - kills : 0;
            if (left > most) {
                most = left;
                *phase = phases[count];
                *victim = (enum victim)i;
            }
        }
    if (most > 0)
        return true;
    *phase = phases[random_below(&killing->random, count)];
    *victim = (enum victim)random_below(&killing->random, VICTIM_COUNT);
    return false;
}

/* Waits until the phase has come; false if the execution is done before, or where the client was
 * refused: then nothing computes. */
static bool await_phase(const struct killing *killing, enum killing_phase phase, int64_t before,
                        pid_t client)
{
    double until = clock_monotonic() + PATIENCE, idle_since = 0;
    for (;;) {
        enum killing_phase now = phase_now(killing->bench, before);
        double time = clock_monotonic();
        if (now == phase || phase == KILLING_RECOVERY)
            return true;
        if (now == KILLING_PHASE_COUNT || time > until)
            return false;
        if (now != KILLING_RECOVERY || !is_over(client))
            idle_since = time;
        if (time - idle_since > 0.2)
            return false;
        clock_sleep(0.003);
    }
}

/* A recovery is short: it is met right after it was asked for, and a worker once there is one. */
static void await_recovery(struct killing *killing, enum victim victim)
{
    double until = clock_monotonic() + 0.2;
    clock_sleep(0.008 * random_uniform(&killing->random));
    while (victim == VICTIM_WORKER && workbench_worker_process(killing->bench) == 0 &&
           clock_monotonic() < until)
        clock_sleep(0.0005);
}

static void kill_in_phase(struct killing *killing, struct asking *asking, enum killing_phase phase,
                          enum victim victim)
{
    struct workbench *bench = killing->bench;
    asking->threads = 1 + random_below(&killing->random, 3);
    pid_t client = send_client(victim == VICTIM_CLIENT ? ask_and_stay : ask, asking);
    if (await_phase(killing, phase, asking->before, client)) {
        if (phase == KILLING_RECOVERY)
            await_recovery(killing, victim);
        else
            clock_sleep(0.03 * random_uniform(&killing->random));
        enum killing_phase now = phase_now(bench, asking->before);
        if (now != KILLING_PHASE_COUNT)
            killing->counts[now][victim] += kill_it(bench, victim, client);
    }
    see_off(client, victim == VICTIM_CLIENT ? 0 : ANSWER_PATIENCE);
}

void killing_keeps_digests(struct killing *killing, const char *script, unsigned kills,
                           const enum killing_phase *phases, unsigned each)
{
    struct workbench *bench = killing->bench;
    struct keeper *keeper = workbench_connect(bench);
    int64_t before = workbench_start(bench, keeper, script);
    if (!before)
        fail_msg("%s", bench->error.text);
    keeper_disconnect(keeper);
    workbench_await(bench, before, RUN_DONE);
    char *expected = workbench_digests(bench, before);
    struct asking asking = {bench, script, before, 1};
    unsigned goal = killing_count(killing) + kills;
    enum killing_phase phase;
    enum victim victim;
    while (next_target(killing, phases, each, &phase, &victim) || killing_count(killing) < goal) {
        kill_in_phase(killing, &asking, phase, victim);
        check_done(bench, &asking.before, expected);
    }
    double until = clock_monotonic() + PATIENCE;
    int64_t last = asking.before;
    do {
        if (clock_monotonic() > until)
            fail_msg("what was killed last does not end: %s", bench->error.text);
        ask(&(struct asking){bench, script, last, 2}); /* refused if a death is not noticed */
        for (int i = 0; i < 50 && !check_done(bench, &asking.before, expected); i++)
            clock_sleep(0.02);
    } while (asking.before == last);
    free(expected);
    assert_true(asking.before > before);
    assert_int_equal(workbench_number(bench, "SELECT count(*) FROM pragma_integrity_check"
                                             " WHERE integrity_check <> 'ok'"),
                     0);
}
