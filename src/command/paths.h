/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_PATHS_H
#define COMMAND_PATHS_H

#include <stdbool.h>

/* Whether the running program is the one in its build tree, so that bundled files are taken from
 * the source tree. */
bool program_is_built_in_place(void);

/* The path from the root, for a process with another working directory; a new string, NULL for
 * NULL. */
char *path_from_here(const char *path);

#endif
