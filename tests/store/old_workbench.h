/* SPDX-License-Identifier: MIT
 *
 * Workbenches of older thaw versions, with rows in all tables.
 */
#ifndef TESTS_STORE_OLD_WORKBENCH_H
#define TESTS_STORE_OLD_WORKBENCH_H

#include <stdint.h>

#include "base/digest.h"

enum { OLD_WORKBENCH_VERSIONS = 7 };

/* Makes one of that version, 1 to OLD_WORKBENCH_VERSIONS, in WAL mode; gives the digest of what it
 * holds. */
void old_workbench_make(const char *path, int64_t version, char digest[DIGEST_TEXT]);

#endif
