/* SPDX-License-Identifier: MIT
 *
 * Where a workbench lies and what lies beside it: FILE.sock, where its keeper listens, and
 * FILE.log, where the keeper and its workers complain.
 */
#ifndef KEEPER_PLACE_H
#define KEEPER_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/patience.h"

struct workbench_place {
    char *database;  /* absolute, without symbolic links: the same for everybody who means it */
    char *socket;    /* its name in `folder` */
    int folder;      /* descriptor */
    ino_t listening; /* the socket that place_listen made; 0 */
};

/* Makes the folder where it is missing and `create`. */
bool place_find(struct workbench_place *place, const char *database, bool create,
                struct error *error);
void place_release(struct workbench_place *place);

/* A descriptor (close-on-exec) that listens, for the holder of the database's lock alone: a socket
 * that was there before is taken away, anything else is left and refused. -1 on failure. */
int place_listen(struct workbench_place *place, struct error *error);
/* A descriptor (non-blocking) connected to who listens, if that is a process of the same user; -1
 * if nobody does, with `error` only if that cannot be helped by starting a keeper (`fatal`).
 * Waits up to 5 seconds, or as long as the patience lasts, if too many stand in line. */
int place_connect(const struct workbench_place *place, const struct patience *patience, bool *fatal,
                  struct error *error);
/* Whether somebody listens; waits for nobody, also if he has stopped taking callers. */
bool place_has_listener(const struct workbench_place *place);
/* Whether the other end of a connection is a process of the same user, or of root. */
bool place_is_own(int peer);
/* Takes away the socket that place_listen made, not one that has taken its place. */
void place_unlink(const struct workbench_place *place);

/* Opens FILE.log for appending, beginning anew if it has grown; -1 on failure. */
int place_open_log(const struct workbench_place *place);

#endif
