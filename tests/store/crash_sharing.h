/* SPDX-License-Identifier: MIT
 *
 * Inside of the file system of crash_vfs.h: its files, and what connections to one file share,
 * which is their locks and the index of the write-ahead log.
 */
#ifndef TESTS_STORE_CRASH_SHARING_H
#define TESTS_STORE_CRASH_SHARING_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "crash_vfs.h"

enum { MOUNTS_MOST = 4 };

struct sharing {
    struct crash_file *file;
    int users, readers;
    const void *reserved, *exclusive;
    unsigned char **regions;
    int region_count;
    int shared[SQLITE_SHM_NLOCK];
    const void *owner[SQLITE_SHM_NLOCK];
    struct sharing *next;
};

struct mount {
    struct crash_disk *disk;
    crash_before *before;
    void *context;
};

struct crash_vfs {
    sqlite3_vfs vfs, *system;
    struct mount mounts[MOUNTS_MOST];
    struct sharing *sharing;
    int sector;
    struct crash_fault fault;
    bool armed, failed, held, lies;
    uint64_t counts[CRASH_CALLS];
};

struct open_file {
    sqlite3_file base;
    struct crash_vfs *vfs;
    struct crash_disk *disk;
    struct crash_file *file;
    struct sharing *sharing;
    char name[64]; /* empty: without one */
    int level;
    bool names_to_sync, remove_at_close;
    unsigned shared, exclusive; /* locks of the shared memory that are held */
};

static inline struct open_file *open_file_of(sqlite3_file *file)
{
    return (struct open_file *)file;
}

/* Tells of a call, counts it, and says whether it must fail; the code with which it then fails. */
bool crash_must_fail(struct crash_vfs *vfs, const struct crash_disk *disk, enum crash_call call);
int crash_error_of(const struct crash_vfs *vfs, int broken);

struct sharing *sharing_join(struct crash_vfs *vfs, struct crash_file *file);
void sharing_leave(struct open_file *open);
/* The methods xShm of SQLite's files. */
int sharing_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory);
int sharing_lock(sqlite3_file *file, int offset, int count, int flags);
void sharing_barrier(sqlite3_file *file);
int sharing_unmap(sqlite3_file *file, int remove);

#endif
