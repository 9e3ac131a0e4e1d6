/* SPDX-License-Identifier: MIT
 *
 * A store with executions and runs, and statements that another program executes on it.
 */
#ifndef TESTS_STORED_RUNS_H
#define TESTS_STORED_RUNS_H

#include "store/store.h"
#include "store/run_store.h"

extern struct error error;
extern char folder[64], path[96];
extern struct store *store;

int runs_store_set_up(void **state);
int runs_store_tear_down(void **state);
int64_t count_outside(const char *sql);
int64_t add_execution_of(const char *script, uint32_t levels);
int64_t add_execution(const char *script);
struct run add_run(int64_t execution, const char *arm, uint64_t seed);
extern const uint32_t support[2], query[3];
extern const float truth[3];

#endif
