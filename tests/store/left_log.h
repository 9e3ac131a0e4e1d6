/* SPDX-License-Identifier: MIT
 *
 * Writers that are killed and leave their log, and what readers and writers then find.
 */
#ifndef TESTS_LEFT_LOG_H
#define TESTS_LEFT_LOG_H

#include <stdbool.h>

#include "store/store.h"

extern struct error error;
extern char folder[64], path[96], other[96];

int left_log_set_up(void **state);
void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
int left_log_tear_down(void **state);
bool add(struct store *store, const char *name, int number, const char *source);
/* Every row of its own commit; `long_ones` fill pages. */
void add_rows(struct store *store, const char *name, int count, bool long_ones);
struct history {
    const char *file, *name;
    int before, after; /* rows that are copied into the file, and rows that are in the log */
    bool long_ones;
};
/* Writes in another process that ends without a word. */
void write_and_die(struct history history);
void write_and_close(const char *file, const char *name, int count);
int count_rows(struct store *store, const char *name);
bool is_whole(struct store *store);
struct expectation {
    const char *name;
    int count;
    bool aside; /* the log was not its own */
};
void check_store(struct store *store, struct expectation expected);
bool exists(const char *ending);
/* Whoever comes first. `cp -a` gives other inodes, so this is also a folder that was moved. */
void assert_found(const char *name, int count, bool aside);

#endif
