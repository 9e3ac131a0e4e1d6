/* SPDX-License-Identifier: MIT
 *
 * A store whose file is not where it was, or is not to be written at all.
 */
#ifndef STORE_DISPLACED_H
#define STORE_DISPLACED_H

#include <stdbool.h>

#include "base/error.h"
#include "store/store.h"

/* Fails, with folder and cause, where a database at that path cannot be written. */
bool displaced_check_writable(const char *path, bool exists, struct error *error);

/* Remembers what lies at the path; its log is there since the first query. */
void displaced_note(struct store *store);

/* Fails for a displaced writer: its transactions would be lost, so none is begun and none is
 * acknowledged. */
bool displaced_refuse(struct store *store, struct error *error);

/* Before a displaced writer is closed: SQLite would copy its log into the file. It is set aside,
 * which PATH.log says. */
void displaced_leave(struct store *store);

#endif
