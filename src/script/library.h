/* SPDX-License-Identifier: MIT
 *
 * thaw's own Lua, lua/thaw/, as it was built into the program.
 */
#ifndef SCRIPT_LIBRARY_H
#define SCRIPT_LIBRARY_H

#include "sandbox.h"

/* Lives for ever. */
const struct chunk *library_chunks(size_t *count);

#endif
