/* SPDX-License-Identifier: MIT
 *
 * The path of a workbench and of the files beside it: FILE.sock, where its keeper listens, and
 * FILE.log, where the keeper and its workers write errors.
 */
#ifndef KEEPER_PLACE_H
#define KEEPER_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/patience.h"

struct workbench_place {
    char *database;  /* absolute, without symbolic links: one name for each workbench */
    char *socket;    /* its name in `folder` */
    int folder;      /* descriptor */
    ino_t listening; /* inode of the socket that place_listen made; 0: none */
};

/* Makes the folder if it is missing and `create` is set. */
bool place_find(struct workbench_place *place, const char *database, bool create,
                struct error *error);
void place_release(struct workbench_place *place);

/* A listening descriptor (close-on-exec). Call it only while holding the database's lock. Removes
 * an existing socket; fails if anything else has its name. -1 on failure. */
int place_listen(struct workbench_place *place, struct error *error);
/* A descriptor (non-blocking) connected to the listener, if that is a process of the same user. -1
 * if nobody listens; `error` is set only if starting a keeper cannot help (`fatal`). Waits up to 5
 * seconds, or until the patience ends, if the listener's queue is full. */
int place_connect(const struct workbench_place *place, const struct patience *patience, bool *fatal,
                  struct error *error);
/* Whether a process listens. Never waits, even if the listener has stopped accepting. */
bool place_has_listener(const struct workbench_place *place);
/* Whether the other end of a connection is a process of the same user, or of root. */
bool place_is_own(int peer);
/* Removes the socket that place_listen made, but not one that has replaced it. */
void place_unlink(const struct workbench_place *place);

/* Opens FILE.log for appending, and empties it first if it is too large; -1 on failure. */
int place_open_log(const struct workbench_place *place);

#endif
