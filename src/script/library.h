/* SPDX-License-Identifier: MIT
 *
 * thaw's own Lua modules, lua/thaw/, which are compiled into the program.
 */
#ifndef SCRIPT_LIBRARY_H
#define SCRIPT_LIBRARY_H

#include "sandbox.h"

/* The chunks live as long as the program. */
const struct chunk *library_chunks(size_t *count);

#endif
