/* SPDX-License-Identifier: MIT
 *
 * The workbench database: one SQLite file in WAL mode. Exactly one connection writes it, the
 * keeper's (SQLite 3.40 can corrupt a WAL database when two connections write or checkpoint at
 * once); everybody else opens it for reading.
 *
 * A store belongs to one thread. Open one more for another thread.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct store;

/* Opens for writing, creates the file and its schema where they are missing, migrates an older
 * schema. Only the keeper calls it. A file that is no workbench, or is newer than this thaw, is
 * refused and left as it is. */
struct store *store_open_writer(const char *path, struct error *error);

/* Opens for reading. Fails with ERROR_STORE where there is no such file. */
struct store *store_open_reader(const char *path, struct error *error);

void store_close(struct store *store); /* accepts NULL */
const char *store_path(const struct store *store);

/* Everything between begin and commit happens or nothing. They do not nest. */
bool store_begin(struct store *store, struct error *error);
bool store_commit(struct store *store, struct error *error);
void store_rollback(struct store *store);

/* Grows with every committed change by any process: a reader that saw the same number need not look
 * again. */
uint64_t store_version(struct store *store);

#endif
