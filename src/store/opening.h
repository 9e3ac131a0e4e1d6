/* SPDX-License-Identifier: MIT
 *
 * What readers and writers share when they open a database: checks over a connection that cannot
 * change the file, and the lasting connection.
 */
#ifndef STORE_OPENING_H
#define STORE_OPENING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "store/store.h"

/* What a database file says of itself. */
struct identity {
    int64_t application, version, schema;
};

/* Whether something lies at `path`; fails if it is not a regular file. */
bool opening_check_regular(const char *path, bool *exists, struct error *error);
/* Fails if a file that SQLite uses beside the database is not regular, has another hard link, or
 * belongs to a user who owns neither the database nor this process. */
bool opening_check_beside(const char *path, struct error *error);
/* Whether thaw has written the database here before, which means that PATH.lock exists. */
bool opening_is_known(const char *path);

/* Connects a store; flags are those of sqlite3_open_v2. */
bool opening_connect(struct store *store, int flags, struct error *error);

bool opening_identify(struct store *store, struct identity *identity, struct error *error);
/* Whether the database has no table, so that a workbench may be made in it. */
bool opening_is_empty(const struct identity *identity);
/* Fails unless the database is thaw's and of a version that this thaw knows. */
bool opening_check_identity(const struct store *store, const struct identity *identity,
                            struct error *error);

/* Reads all of a file that comes from elsewhere, once, and fails if it is not sound. */
bool opening_check_foreign(struct store *store, struct error *error);
/* Examines an existing file over a connection that cannot change it; all of it if `whole`. */
bool opening_inspect(const char *path, bool whole, struct identity *identity, struct error *error);

#endif
