/* SPDX-License-Identifier: MIT
 *
 * The copy of a workbench that is kept before its schema is brought up to date.
 */
#ifndef STORE_BEFORE_COPY_H
#define STORE_BEFORE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* Copies the workbench, of that version, to PATH.before-VERSION: all of it is on the disk, its name
 * too, or `false` is returned. A whole copy of an earlier attempt stays; half of one is written
 * anew. */
bool before_copy_keep(struct store *store, int64_t version, struct error *error);

#endif
