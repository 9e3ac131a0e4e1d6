/* SPDX-License-Identifier: MIT
 *
 * The tables of a workbench, as a list of steps. Step v brings a database of user_version v to v +
 * 1; a new file takes all of them. A step that was released never changes: what must change gets a
 * new step at the end.
 *
 * Tables are STRICT. A column of reals that must be finite says so with a CHECK, as SQLite stores
 * infinities.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

enum { SCHEMA_APPLICATION = 0x74686177 }; /* "thaw", the application_id of a workbench */

extern const char *const schema_steps[];
extern const size_t schema_step_count; /* the user_version of a workbench of this thaw */

#endif
