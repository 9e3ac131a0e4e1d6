/* SPDX-License-Identifier: MIT
 *
 * Cells of another table by its id, as a function of SQL:
 *
 *     thaw_beside(id, 'films_users', 'user', 'age')
 *
 * is the value in the row of that id, or NULL. Each call looks it up in the database; while
 * store_remember_beside is on, the columns that a statement uses are read into memory first, up to
 * JOINED_MOST bytes, because 20 million lookups take a minute and a hash a fraction of that.
 */
#ifndef STORE_JOINED_H
#define STORE_JOINED_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/store.h"

enum { JOINED_MOST = 12 << 20 }; /* bytes of ids and values */

/* Makes the function known to the store's connection. */
bool joined_add(struct store *store);
/* Frees what was read and prepared. */
void joined_forget(struct store *store);

#endif
