/* SPDX-License-Identifier: MIT
 *
 * The command line that imports the same data set again.
 */
#ifndef IMPORT_REPEAT_COMMAND_H
#define IMPORT_REPEAT_COMMAND_H

#include "import/import.h"

/* "thaw import PATH ..." with what the user said, as it was said, and the option of every decision
 * that was made without the user. It lacks the name of the data set. For a plan that has all its
 * decisions; a new string. */
char *repeat_command(const struct import_options *options, const struct import_plan *plan);

#endif
