/* SPDX-License-Identifier: MIT
 *
 * Two data sets of which others are made, and how a test asks the made ones.
 */
#ifndef TESTS_STORE_DERIVED_SETS_H
#define TESTS_STORE_DERIVED_SETS_H

#include <stdbool.h>
#include <stddef.h>

#include "store/dataset_store.h"
#include "store/derive_store.h"

extern struct error error;
extern char folder[64], database[96];
extern struct store *store;
extern struct dataset_summary summary;

void add_row(struct dataset_sink *sink, enum dataset_table part,
             const struct dataset_column *columns, size_t count, const char *const *texts);
int set_up(void **state);
int tear_down(void **state);
bool derive(const struct derivation *derivation);
void remake(const struct derivation *derivation);
/* Every value of a query, "|" between them. */
char *ask(const char *sql);
void assert_asked(const char *sql, const char *expected);

#endif
