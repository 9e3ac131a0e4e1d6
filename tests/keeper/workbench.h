/* SPDX-License-Identifier: MIT
 *
 * A workbench for tests: its own folder, a small data set "toy", the tests' keeper and the fake
 * worker.
 */
#ifndef TESTS_KEEPER_WORKBENCH_H
#define TESTS_KEEPER_WORKBENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "keeper/client.h"
#include "store/run_store.h"

struct workbench {
    char folder[64], database[96];
    struct error error;
};

/* Fixtures for cmocka; *state is the workbench. */
int workbench_set_up(void **state);
int workbench_tear_down(void **state);

/* Connects; fails the test where that is not possible. */
struct keeper *workbench_connect(struct workbench *bench);
/* Imports toy, whose five ratings are of ann and bob. */
void workbench_import(struct workbench *bench, struct keeper *keeper);
/* Starts a script (words of the fake worker); 0 with bench->error if it is refused. */
int64_t workbench_start(struct workbench *bench, struct keeper *keeper, const char *script);

/* The process that holds the database; 0 if none does. */
pid_t workbench_keeper_process(const struct workbench *bench);
/* Its worker; 0 if there is none. */
pid_t workbench_worker_process(const struct workbench *bench);
/* Whether a process ends within some seconds. */
bool workbench_is_gone(pid_t process);
/* Ends a keeper by `signal` and waits until it is gone. */
void workbench_end_keeper(struct workbench *bench, int signal);

/* Waits until all runs of an execution are in `state` (those that learn, but for RUN_DONE); fails
 * the test after some seconds. */
void workbench_await(struct workbench *bench, int64_t execution, enum run_state state);
/* Waits until a run is at a step. */
void workbench_await_step(struct workbench *bench, int64_t execution, uint64_t step);
struct run *workbench_runs(struct workbench *bench, int64_t execution, size_t *count);
/* The digests of all runs, one after another; a new string. */
char *workbench_digests(struct workbench *bench, int64_t execution);
/* The whole number that a query gives. */
int64_t workbench_number(struct workbench *bench, const char *sql);
void workbench_change(struct workbench *bench, const char *sql);
/* Fails the test unless the text has this part. */
void workbench_assert_text(const char *text, const char *part);

#endif
