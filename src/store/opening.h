/* SPDX-License-Identifier: MIT
 *
 * What reader and writer have in common when they open a database: looks at what the file is, over
 * a connection that cannot change it, and the connection itself.
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

/* Whether something lies at `path`; fails if it is no regular file. */
bool opening_check_regular(const char *path, bool *exists, struct error *error);
/* Fails if what SQLite reads and writes beside the database is no regular file, has another name
 * too, or belongs to somebody who owns neither the database nor this process. */
bool opening_check_beside(const char *path, struct error *error);
/* Whether thaw has written it here before: it has a PATH.lock. */
bool opening_is_known(const char *path);

/* Connects a store; flags are those of sqlite3_open_v2. */
bool opening_connect(struct store *store, int flags, struct error *error);

bool opening_identify(struct store *store, struct identity *identity, struct error *error);
/* Whether a workbench may be made in it: a database without any table. */
bool opening_is_empty(const struct identity *identity);
/* Whether it is thaw's, of a version that this one knows. */
bool opening_check_identity(const struct store *store, const struct identity *identity,
                            struct error *error);

/* All of a file that comes from elsewhere is looked at, once. */
bool opening_check_foreign(struct store *store, struct error *error);
/* Looks at an existing file without being able to change it; with `whole`, at all of it. */
bool opening_inspect(const char *path, bool whole, struct identity *identity, struct error *error);

#endif
