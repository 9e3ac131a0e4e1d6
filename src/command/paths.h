/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_PATHS_H
#define COMMAND_PATHS_H

/* The path from the root, for a process with another working directory; a new string, NULL for
 * NULL. */
char *path_from_here(const char *path);

#endif
