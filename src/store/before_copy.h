/* SPDX-License-Identifier: MIT
 *
 * The copy of a workbench that is kept before its schema is upgraded.
 */
#ifndef STORE_BEFORE_COPY_H
#define STORE_BEFORE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* Copies the workbench, which has schema `version`, to PATH.before-VERSION. Returns false unless
 * both the copy and its name are on the disk. A complete copy of an earlier attempt is kept; a
 * partial one is written again. */
bool before_copy_keep(struct store *store, int64_t version, struct error *error);

#endif
