/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_SUGGEST_H
#define COMMAND_SUGGEST_H

#include "base/error.h"
#include "store/store.h"

/* If the error says that a query names a table or column that there is not, adds the one that was
 * probably meant. */
void suggest_in_query(struct store *store, struct error *error);

#endif
