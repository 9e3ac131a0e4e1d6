/* SPDX-License-Identifier: MIT
 *
 * Chooses the one run that a command asks about. An arm with several seeds stands for its first.
 */
#ifndef COMMAND_RUN_CHOICE_H
#define COMMAND_RUN_CHOICE_H

#include "store/run_store.h"

struct run_choice {
    char run[96]; /* "3/ridge/1" */
    char *data;   /* its data set */
    char *path;   /* of its script */
    char *script; /* the source that ran */
};

/* Fails with USAGE unless `name` means runs of one arm, of which the first is done. `what`: what
 * only such a run can do, in the message. Release it even after a failure. */
bool run_choose(struct store *store, const char *name, const char *what, struct run_choice *choice,
                struct error *error);
void run_choice_release(struct run_choice *choice);

#endif
