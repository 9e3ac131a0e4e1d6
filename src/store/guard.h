/* SPDX-License-Identifier: MIT
 *
 * Before SQLite opens a database: whether the write-ahead log beside it is its own. One that is not
 * gets another name and is said; it is never used and never deleted.
 */
#ifndef STORE_GUARD_H
#define STORE_GUARD_H

#include <stdbool.h>

#include "base/error.h"
#include "seal.h"

/* For who holds the lock (a descriptor): sets a foreign log aside, with a sentence in `notice`, a
 * new string, else NULL. `seal` is what the lock says of the log that lies there now. Fails where
 * neither file nor log can be used. */
bool guard_writer(const char *path, int lock, struct seal *seal, char **notice,
                  struct error *error);

/* For who only reads: where nobody holds the lock, the same. `without_log`: there is one that must
 * not be used, and could not be set aside. Waits some seconds where a keeper still has what was
 * there before; fails if it goes on having it. */
bool guard_reader(const char *path, bool *without_log, char **notice, struct error *error);

/* Whether a log with something in it lies there. */
bool guard_finds_log(const char *path);
/* The same of anything that SQLite would put into the file, whose own or not. */
bool guard_is_needed(const char *path);
/* Whether somebody holds the lock of this database. */
bool guard_is_held(const char *path);

/* For a writer whose file is gone: sets its own log aside, if it is what still lies at that name. A
 * new string, the log's new path; NULL if there is none of it. */
char *guard_leave(const char *path, const struct appearance *log, const struct appearance *index);

/* Adds a line to PATH.log. */
void guard_note(const char *path, const char *sentence);

#endif
