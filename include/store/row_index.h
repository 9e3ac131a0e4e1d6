/* SPDX-License-Identifier: MIT
 *
 * The rowids of a filtered or sorted table in the order of its rows, outside of memory: four bytes
 * a row in a temporary file without a name. One thread adds, others read what was published so far.
 * It lives until its last holder has dropped it.
 *
 * Why a plain file: 20 million rows are 80 MB, more than the screen may hold, and any row must be
 * found at once. A delta code is small only while rowids ascend, which a sorted view does not keep.
 */
#ifndef STORE_ROW_INDEX_H
#define STORE_ROW_INDEX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct row_index;

struct row_index *row_index_new(struct error *error);      /* NULL with an error */
struct row_index *row_index_hold(struct row_index *index); /* accepts NULL */
void row_index_drop(struct row_index *index);              /* accepts NULL */

/* Adds the next row. Rows are published by hundreds. Fails (ERROR_STORE) if the disk is full. */
bool row_index_add(struct row_index *index, int64_t rowid, struct error *error);
bool row_index_finish(struct row_index *index, struct error *error);

/* For any thread: rows that are published, and whether they are all. */
int64_t row_index_count(const struct row_index *index);
bool row_index_is_complete(const struct row_index *index);
/* Rows of the table that were looked at so far, which the maker sets. */
_Atomic int64_t *row_index_scanned(struct row_index *index);

/* Reads up to `count` rowids from a position on; returns how many. */
size_t row_index_read(const struct row_index *index, int64_t first, size_t count, uint32_t *rowids);

#endif
