/* SPDX-License-Identifier: MIT
 *
 * A workbench may come from somebody else, and SQLite runs code in a file: views, triggers, virtual
 * tables, generated columns, expressions of indexes. A workbench of thaw has none of these, and its
 * tables have exactly the columns of schema.c.
 */
#ifndef STORE_FOREIGN_H
#define STORE_FOREIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

/* Fails (ERROR_STORE) if the schema is not that of a workbench of this version, and names the
 * difference. Reads the schema alone. */
bool foreign_check(struct store *store, int64_t version, struct error *error);

/* A database in memory with the tables of that version; NULL on failure. */
struct store *foreign_model(int64_t version, struct error *error);

/* Fails if SQLite finds the file damaged. Reads all of it. */
bool foreign_check_pages(struct store *store, struct error *error);

#endif
