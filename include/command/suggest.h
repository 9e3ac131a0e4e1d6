/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_SUGGEST_H
#define COMMAND_SUGGEST_H

#include <stddef.h>

#include "base/error.h"
#include "store/store.h"

/* The name in `names` that `typed` is probably meant to be. Returns NULL if none is similar
 * enough. */
const char *suggest(const char *typed, const char *const *names, size_t count);

/* If the error says that a query names a table or column that there is not, adds the one that was
 * probably meant. */
void suggest_in_query(struct store *store, struct error *error);

#endif
