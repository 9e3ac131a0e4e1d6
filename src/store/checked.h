/* SPDX-License-Identifier: MIT
 *
 * Remembers which databases of others were read whole and found good, so that this is done once: an
 * empty file in the user's cache for each, named after what the database is at that moment (device,
 * inode, sizes, times). A database that changed is another one. If there is no cache, it is
 * forgotten.
 */
#ifndef STORE_CHECKED_H
#define STORE_CHECKED_H

#include <stdbool.h>

bool checked_before(const char *path);
void checked_remember(const char *path);

#endif
