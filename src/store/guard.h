/* SPDX-License-Identifier: MIT
 *
 * Decides, before SQLite opens a database, whether the write-ahead log beside it belongs to it. A
 * foreign log is renamed and reported. It is never used and never deleted.
 */
#ifndef STORE_GUARD_H
#define STORE_GUARD_H

#include <stdbool.h>

#include "base/error.h"
#include "seal.h"

/* For the holder of the lock (a descriptor). Sets a foreign log aside and describes that in
 * `notice`, a new string, else NULL. `seal` gets what the lock file says of the log that is there
 * now. Fails if neither the file nor the log can be used. */
bool guard_writer(const char *path, int lock, struct seal *seal, char **notice,
                  struct error *error);

/* For a reader. If no process holds the lock, does the same. `without_log`: the log there must not
 * be used and could not be set aside. If a keeper still holds a file that was there before, waits
 * some seconds; fails if the keeper does not let go. */
bool guard_reader(const char *path, bool *without_log, char **notice, struct error *error);

/* Whether a log lies there that is not empty. */
bool guard_finds_log(const char *path);
/* The same for anything that SQLite would write into the file, foreign or not. */
bool guard_is_needed(const char *path);
/* Whether a process holds the lock of this database. */
bool guard_is_held(const char *path);

/* For a writer whose file is gone: sets its own log aside, if that log is still at its path.
 * Returns the log's new path, a new string, or NULL if it is not there. */
char *guard_leave(const char *path, const struct appearance *log, const struct appearance *index);

/* Adds a line to PATH.log. */
void guard_note(const char *path, const char *sentence);

#endif
