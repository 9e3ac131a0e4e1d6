/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "crash_sharing.h"

#include <stdlib.h>

#include "base/memory.h"

static void forget_regions(struct sharing *sharing)
{
    for (int i = 0; i < sharing->region_count; i++)
        free(sharing->regions[i]);
    free(sharing->regions);
    sharing->regions = NULL;
    sharing->region_count = 0;
}

void sharing_leave(struct open_file *open)
{
    struct sharing **at = &open->vfs->sharing, *sharing = open->sharing;
    if (!sharing || --sharing->users > 0)
        return;
    while (*at != sharing)
        at = &(*at)->next;
    *at = sharing->next;
    forget_regions(sharing);
    free(sharing);
}

struct sharing *sharing_join(struct crash_vfs *vfs, struct crash_file *file)
{
    struct sharing *sharing = vfs->sharing;
    while (sharing && sharing->file != file)
        sharing = sharing->next;
    if (!sharing) {
        sharing = memory_new(sizeof *sharing);
        *sharing = (struct sharing){.file = file, .next = vfs->sharing};
        vfs->sharing = sharing;
    }
    sharing->users++;
    return sharing;
}

int sharing_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
    struct open_file *open = open_file_of(file);
    struct sharing *sharing = open->sharing;
    *memory = NULL;
    if (crash_must_fail(open->vfs, open->disk, CALL_SHARE))
        return crash_error_of(open->vfs, SQLITE_IOERR_SHMMAP);
    while (extend && sharing->region_count <= region) {
        sharing->regions = memory_resize(sharing->regions, (size_t)sharing->region_count + 1,
                                         sizeof *sharing->regions);
        sharing->regions[sharing->region_count++] = memory_array((size_t)size, 1);
    }
    if (region < sharing->region_count)
        *memory = sharing->regions[region];
    return SQLITE_OK;
}

int sharing_lock(sqlite3_file *file, int offset, int count, int flags)
{
    struct open_file *open = open_file_of(file);
    struct sharing *sharing = open->sharing;
    unsigned mask = ((1u << count) - 1) << offset;
    bool exclusive = flags & SQLITE_SHM_EXCLUSIVE;
    for (int i = offset; i < offset + count; i++) {
        if (flags & SQLITE_SHM_UNLOCK) {
            sharing->shared[i] -= (open->shared >> i & 1) != 0;
            if (sharing->owner[i] == open)
                sharing->owner[i] = NULL;
            continue;
        }
        int others = sharing->shared[i] - (int)(open->shared >> i & 1);
        if ((sharing->owner[i] && sharing->owner[i] != open) || (exclusive && others > 0))
            return SQLITE_BUSY;
    }
    if (flags & SQLITE_SHM_UNLOCK) {
        open->shared &= ~mask;
        open->exclusive &= ~mask;
        return SQLITE_OK;
    }
    for (int i = offset; i < offset + count; i++) {
        if (exclusive)
            sharing->owner[i] = open;
        else if (!(open->shared >> i & 1))
            sharing->shared[i]++;
    }
    *(exclusive ? &open->exclusive : &open->shared) |= mask;
    return SQLITE_OK;
}

void sharing_barrier(sqlite3_file *file)
{
    (void)file;
}

int sharing_unmap(sqlite3_file *file, int remove)
{
    struct sharing *sharing = open_file_of(file)->sharing;
    (void)remove;
    if (sharing->users == 1)
        forget_regions(sharing);
    return sharing_lock(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK);
}
