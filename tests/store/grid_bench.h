/* SPDX-License-Identifier: MIT
 *
 * A workbench with a made-up data set "films", for tests of grids: opened for reading, and beside
 * it a plain connection to the same file, which is the oracle.
 */
#ifndef TESTS_STORE_GRID_BENCH_H
#define TESTS_STORE_GRID_BENCH_H

#include <sqlite3.h>
#include <stdint.h>

#include "store/store.h"

enum { BENCH_USERS = 300, BENCH_ITEMS = 80, BENCH_RATINGS = 6000 };

struct grid_bench {
    char folder[64], path[96];
    struct store *store;
    sqlite3 *oracle;
};

/* Fails the test if it cannot be made. */
void grid_bench_open(struct grid_bench *bench);
void grid_bench_close(struct grid_bench *bench);

/* What plain SQL answers: the first column of the first row; all first columns as whole numbers, a
 * new array that ends in -1; all rows as "a|b|c\n", a new string. */
double grid_bench_number(struct grid_bench *bench, const char *sql);
int64_t *grid_bench_integers(struct grid_bench *bench, const char *sql);
char *grid_bench_rows(struct grid_bench *bench, const char *sql);

#endif
