/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_PATHS_H
#define COMMAND_PATHS_H

/* The absolute path as a new string, for a process with another working directory. NULL gives
 * NULL. */
char *path_from_here(const char *path);

#endif
