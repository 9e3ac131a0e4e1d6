/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "store/row_index.h"

#include <stdlib.h>

#include "base/memory.h"
#include "scratch.h"

enum { FEW = 512 }; /* rows that are published one by one, because somebody looks at them */

struct row_index {
    struct scratch file;
    int64_t added; /* by the maker */
    _Atomic int64_t published, scanned;
    atomic_bool complete;
    atomic_int holders;
};

struct row_index *row_index_new(struct error *error)
{
    struct row_index *index = memory_new(sizeof *index);
    atomic_init(&index->holders, 1);
    if (scratch_open(&index->file, error))
        return index;
    free(index);
    return NULL;
}

struct row_index *row_index_hold(struct row_index *index)
{
    if (index)
        atomic_fetch_add(&index->holders, 1);
    return index;
}

void row_index_drop(struct row_index *index)
{
    if (!index || atomic_fetch_sub(&index->holders, 1) > 1)
        return;
    scratch_close(&index->file);
    free(index);
}

static bool publish(struct row_index *index, struct error *error)
{
    if (!scratch_flush(&index->file, error))
        return false;
    atomic_store(&index->published, index->added);
    return true;
}

bool row_index_add(struct row_index *index, int64_t rowid, struct error *error)
{
    uint32_t number = (uint32_t)rowid;
    if (rowid < 1 || rowid > UINT32_MAX)
        return error_set(error, ERROR_STORE, "the table has more rows than can be sorted");
    index->added++;
    return scratch_add(&index->file, &number, sizeof number, error) &&
           ((index->added > FEW && index->added % FEW) || publish(index, error));
}

bool row_index_finish(struct row_index *index, struct error *error)
{
    if (!publish(index, error))
        return false;
    atomic_store(&index->complete, true);
    return true;
}

int64_t row_index_count(const struct row_index *index)
{
    return atomic_load(&index->published);
}

bool row_index_is_complete(const struct row_index *index)
{
    return atomic_load(&index->complete);
}

_Atomic int64_t *row_index_scanned(struct row_index *index)
{
    return &index->scanned;
}

size_t row_index_read(const struct row_index *index, int64_t first, size_t count, uint32_t *rowids)
{
    int64_t there = row_index_count(index) - first;
    if (first < 0 || there <= 0)
        return 0;
    count = (int64_t)count < there ? count : (size_t)there;
    return scratch_read(&index->file, first * (int64_t)sizeof *rowids, rowids,
                        count * sizeof *rowids) /
           sizeof *rowids;
}
