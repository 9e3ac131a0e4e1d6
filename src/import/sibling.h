/* SPDX-License-Identifier: MIT
 *
 * Files beside a file, in its folder or archive.
 */
#ifndef IMPORT_SIBLING_H
#define IMPORT_SIBLING_H

#include <stddef.h>

/* The path of the file NAME beside the one at `path`, a new string, or NULL if there is none. */
char *sibling_find(const char *path, const char *name);

#endif
