/* SPDX-License-Identifier: MIT
 *
 * The tables of a workbench, as a list of steps. Step v upgrades a database of user_version v to v
 * + 1; a new file takes all steps. A released step never changes. Later changes become a new step
 * at the end.
 *
 * Tables are STRICT. SQLite stores infinities, so a column of reals that must be finite has a
 * CHECK.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

enum { SCHEMA_APPLICATION = 0x74686177 }; /* "thaw", the application_id of a workbench */

extern const char *const schema_steps[];
extern const size_t schema_step_count; /* the user_version of a workbench of this thaw */

#endif
