/* SPDX-License-Identifier: MIT
 *
 * The contents of a database as one digest: the schema and the rows of all tables, without the
 * times at which they were written.
 */
#ifndef TESTS_STORE_CONTENT_H
#define TESTS_STORE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

#include <sqlite3.h>

#include "base/digest.h"

/* "" if it cannot be read. */
void content_digest(sqlite3 *handle, char text[DIGEST_TEXT]);
/* integrity_check and foreign_key_check; what is wrong stands in `why`. */
bool content_is_sound(sqlite3 *handle, char *why, size_t size);

#endif
