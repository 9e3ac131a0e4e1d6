/* SPDX-License-Identifier: MIT
 *
 * SQLite's files on disks that may lose power or fail (crash_disk.h). A crash_vfs is the default
 * VFS of the process while it exists, so every database is opened through it. One process, one
 * thread.
 */
#ifndef TESTS_STORE_CRASH_VFS_H
#define TESTS_STORE_CRASH_VFS_H

#include <stdbool.h>
#include <stdint.h>

#include "crash_disk.h"

/* The calls that are counted, told of and made to fail. */
enum crash_call {
    CALL_WRITE,
    CALL_SYNC,
    CALL_TRUNCATE,
    CALL_DELETE,
    CALL_OPEN,
    CALL_READ,
    CALL_SIZE,
    CALL_ACCESS,
    CALL_LOCK,
    CALL_SHARE, /* memory shared between connections */
    CRASH_CALLS
};
extern const char *const crash_call_names[CRASH_CALLS];

struct crash_vfs;

/* `sector` is what the files say of their disk: bytes. */
struct crash_vfs *crash_vfs_new(int sector);
void crash_vfs_free(struct crash_vfs *vfs); /* all connections must be closed */

/* Paths in the disk's folder lead to it. `before` is told of each call that changes it, before it
 * is made; NULL for nobody. A disk stays until it is unmounted. */
typedef void crash_before(void *context, enum crash_call call);
void crash_vfs_mount(struct crash_vfs *vfs, struct crash_disk *disk, crash_before *before,
                     void *context);
void crash_vfs_unmount(struct crash_vfs *vfs, const struct crash_disk *disk);

/* The `at`th call of that kind from now on, counted from 0, fails: as a disk that is full where
 * `full`, half of a write being done then; else as a disk that is broken. With `forever` all later
 * ones do too. */
struct crash_fault {
    enum crash_call call;
    uint64_t at;
    bool forever, full;
};
void crash_vfs_fail(struct crash_vfs *vfs, const struct crash_fault *fault);
bool crash_vfs_mend(struct crash_vfs *vfs); /* ends that; whether it has failed at all */

/* From now on a sync says that it is done and does nothing: whoever relies on it must lose. */
void crash_vfs_lie(struct crash_vfs *vfs);

/* While it is held nothing fails and nothing is counted: for a look in between. */
void crash_vfs_hold(struct crash_vfs *vfs, bool hold);

/* Calls since it was made, or since crash_vfs_fail. */
uint64_t crash_vfs_count(const struct crash_vfs *vfs, enum crash_call call);

#endif
