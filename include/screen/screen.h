/* SPDX-License-Identifier: MIT
 *
 * The workbench in a terminal: pages over what the database holds. It only reads; whatever is to
 * be written it asks of the keeper through the commands of the registry. It may be closed, killed
 * or opened twice while training goes on.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include <stdint.h>

#include "report/output.h"

/* Opens the screen on a database, which need not exist yet, and returns when it is left: the exit
 * status. It begins with the training of `execution`, or with the data sets where that is 0. Where
 * no screen can be drawn (no terminal, TERM unset, unknown or dumb, or `plain`) it says so in one
 * line on stderr, names the commands that print the same, and returns 2.
 *
 * The process forks: call it with no store open and no thread running. */
int screen_run(const char *database, int64_t execution, enum output_colour colour, bool plain);

#endif
