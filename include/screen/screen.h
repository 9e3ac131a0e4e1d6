/* SPDX-License-Identifier: MIT
 *
 * The workbench in a terminal: pages that show the database. The screen only reads. It asks the
 * keeper to write through the commands of the registry. It may be closed, killed or opened twice
 * while training continues.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "command/command.h"

/* Opens the screen and returns its exit status when the user leaves. The database need not exist
 * yet. The first page is the training of `execution`, or the data sets if that is 0. If no screen
 * can be drawn (no terminal, TERM unset, unknown or dumb, or `plain`), prints one line on stderr
 * with the commands to use instead and returns 2. The process forks, so no store may be open and no
 * other thread may run. */
int screen_run(const struct screen_options *options);

#endif
