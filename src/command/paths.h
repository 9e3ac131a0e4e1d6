/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_PATHS_H
#define COMMAND_PATHS_H

#include <stdbool.h>

/* Whether the program runs in its build tree. Bundled files then come from the source tree. */
bool program_is_built_in_place(void);

/* The absolute path as a new string, for a process with another working directory. NULL gives
 * NULL. */
char *path_from_here(const char *path);

#endif
