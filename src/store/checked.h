/* SPDX-License-Identifier: MIT
 *
 * Remembers which foreign databases were read in full and found good, so that each is read only
 * once. For each, an empty file in the user's cache is named after the state of the database
 * (device, inode, sizes, times). A changed database counts as a new one. Without a cache, nothing
 * is remembered.
 */
#ifndef STORE_CHECKED_H
#define STORE_CHECKED_H

#include <stdbool.h>

bool checked_before(const char *path);
void checked_remember(const char *path);

#endif
