/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "crash_vfs.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/memory.h"
#include "crash_sharing.h"

const char *const crash_call_names[CRASH_CALLS] = {"write", "sync", "truncate", "delete", "open",
                                                   "read",  "size", "access",   "lock",   "share"};

static struct mount *mount_of(struct crash_vfs *vfs, const struct crash_disk *disk)
{
    for (size_t i = 0; i < MOUNTS_MOST; i++)
        if (vfs->mounts[i].disk == disk)
            return &vfs->mounts[i];
    return NULL;
}

bool crash_must_fail(struct crash_vfs *vfs, const struct crash_disk *disk, enum crash_call call)
{
    const struct mount *mount = mount_of(vfs, disk);
    if (mount && mount->before && call <= CALL_OPEN)
        mount->before(mount->context, call);
    if (vfs->held)
        return false;
    uint64_t count = vfs->counts[call]++;
    if (!vfs->armed || call != vfs->fault.call)
        return false;
    bool fails = vfs->fault.forever ? count >= vfs->fault.at : count == vfs->fault.at;
    vfs->failed = vfs->failed || fails;
    return fails;
}

int crash_error_of(const struct crash_vfs *vfs, int broken)
{
    return vfs->fault.full ? SQLITE_FULL : broken;
}

/* -- files ------------------------------------------------------------------------------------- */

static int unlock(sqlite3_file *file, int level);

static int close_file(sqlite3_file *file)
{
    struct open_file *open = open_file_of(file);
    unlock(file, SQLITE_LOCK_NONE);
    sharing_leave(open);
    if (open->remove_at_close && *open->name)
        crash_disk_remove(open->disk, open->name);
    crash_file_drop(open->file);
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *data, int size, sqlite3_int64 offset)
{
    struct open_file *open = open_file_of(file);
    if (crash_must_fail(open->vfs, open->disk, CALL_READ))
        return SQLITE_IOERR_READ;
    size_t got = crash_file_read(open->file, data, (size_t)size, (size_t)offset);
    return got == (size_t)size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    struct open_file *open = open_file_of(file);
    if (crash_must_fail(open->vfs, open->disk, CALL_WRITE)) {
        crash_file_write(open->file, data, (size_t)size / 2, (size_t)offset);
        return crash_error_of(open->vfs, SQLITE_IOERR_WRITE);
    }
    crash_file_write(open->file, data, (size_t)size, (size_t)offset);
    return SQLITE_OK;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    struct open_file *open = open_file_of(file);
    if (crash_must_fail(open->vfs, open->disk, CALL_TRUNCATE))
        return SQLITE_IOERR_TRUNCATE;
    crash_file_truncate(open->file, (size_t)size);
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *file, int flags)
{
    struct open_file *open = open_file_of(file);
    (void)flags;
    if (crash_must_fail(open->vfs, open->disk, CALL_SYNC)) {
        crash_file_lose(open->file);
        return SQLITE_IOERR_FSYNC;
    }
    if (open->vfs->lies)
        return SQLITE_OK;
    crash_file_sync(open->file);
    if (open->names_to_sync)
        crash_disk_sync_names(open->disk);
    open->names_to_sync = false;
    return SQLITE_OK;
}

static int size_of_file(sqlite3_file *file, sqlite3_int64 *size)
{
    struct open_file *open = open_file_of(file);
    if (crash_must_fail(open->vfs, open->disk, CALL_SIZE))
        return SQLITE_IOERR_FSTAT;
    *size = (sqlite3_int64)crash_file_size(open->file);
    return SQLITE_OK;
}

static int lock(sqlite3_file *file, int level)
{
    struct open_file *open = open_file_of(file);
    struct sharing *sharing = open->sharing;
    if (crash_must_fail(open->vfs, open->disk, CALL_LOCK))
        return SQLITE_IOERR_LOCK;
    if (open->level >= level || !sharing)
        return SQLITE_OK;
    if ((sharing->exclusive && sharing->exclusive != open) ||
        (level >= SQLITE_LOCK_RESERVED && sharing->reserved && sharing->reserved != open))
        return SQLITE_BUSY;
    if (open->level == SQLITE_LOCK_NONE)
        sharing->readers++;
    open->level = SQLITE_LOCK_SHARED;
    if (level >= SQLITE_LOCK_RESERVED)
        sharing->reserved = open;
    if (level == SQLITE_LOCK_EXCLUSIVE && sharing->readers > 1)
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_EXCLUSIVE)
        sharing->exclusive = open;
    open->level = level;
    return SQLITE_OK;
}

static int unlock(sqlite3_file *file, int level)
{
    struct open_file *open = open_file_of(file);
    struct sharing *sharing = open->sharing;
    if (!sharing || open->level <= level)
        return SQLITE_OK;
    if (sharing->exclusive == open)
        sharing->exclusive = NULL;
    if (sharing->reserved == open)
        sharing->reserved = NULL;
    if (level == SQLITE_LOCK_NONE)
        sharing->readers--;
    open->level = level;
    return SQLITE_OK;
}

static int is_reserved(sqlite3_file *file, int *reserved)
{
    const struct sharing *sharing = open_file_of(file)->sharing;
    *reserved = sharing && (sharing->reserved || sharing->exclusive);
    return SQLITE_OK;
}

static int control(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *file)
{
    return open_file_of(file)->vfs->sector;
}

/* As SQLite believes of every disk on Linux: a write harms nothing beside it. */
static int characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = close_file,
                                           .xRead = read_file,
                                           .xWrite = write_file,
                                           .xTruncate = truncate_file,
                                           .xSync = sync_file,
                                           .xFileSize = size_of_file,
                                           .xLock = lock,
                                           .xUnlock = unlock,
                                           .xCheckReservedLock = is_reserved,
                                           .xFileControl = control,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = characteristics,
                                           .xShmMap = sharing_map,
                                           .xShmLock = sharing_lock,
                                           .xShmBarrier = sharing_barrier,
                                           .xShmUnmap = sharing_unmap};

/* -- names ------------------------------------------------------------------------------------- */

/* The disk of a path, and the name in it; NULL if none is mounted there. */
static struct crash_disk *disk_of(struct crash_vfs *vfs, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < MOUNTS_MOST; i++) {
        struct crash_disk *disk = vfs->mounts[i].disk;
        const char *folder = disk ? crash_disk_folder(disk) : "";
        if (disk && strlen(folder) == length && memcmp(folder, path, length) == 0)
            return disk;
    }
    return NULL;
}

static int open_file(sqlite3_vfs *base, const char *path, sqlite3_file *file, int flags,
                     int *flags_out)
{
    struct crash_vfs *vfs = base->pAppData;
    struct open_file *open = open_file_of(file);
    const char *name = "";
    struct crash_disk *disk = path ? disk_of(vfs, path, &name) : vfs->mounts[0].disk;
    *open = (struct open_file){.vfs = vfs, .disk = disk};
    if (!disk)
        return SQLITE_CANTOPEN;
    bool is_database = flags & SQLITE_OPEN_MAIN_DB, make = flags & SQLITE_OPEN_CREATE;
    /* The store makes its database itself, an empty one. */
    if (is_database && !crash_disk_has(disk, name) && access(path, F_OK) == 0)
        make = true;
    if (crash_must_fail(vfs, make ? disk : NULL, CALL_OPEN))
        return SQLITE_CANTOPEN;
    open->file = crash_disk_open(disk, name, make);
    if (!open->file)
        return SQLITE_CANTOPEN;
    if (is_database)
        open->sharing = sharing_join(vfs, open->file);
    snprintf(open->name, sizeof open->name, "%s", name);
    open->remove_at_close = flags & SQLITE_OPEN_DELETEONCLOSE;
    open->names_to_sync =
        flags & SQLITE_OPEN_CREATE && flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL);
    open->base.pMethods = &methods;
    if (flags_out)
        *flags_out = flags;
    return SQLITE_OK;
}

static int remove_file(sqlite3_vfs *base, const char *path, int sync_names)
{
    struct crash_vfs *vfs = base->pAppData;
    const char *name;
    struct crash_disk *disk = disk_of(vfs, path, &name);
    if (!disk || crash_must_fail(vfs, disk, CALL_DELETE))
        return SQLITE_IOERR_DELETE;
    if (!crash_disk_remove(disk, name))
        return SQLITE_IOERR_DELETE_NOENT;
    if (sync_names)
        crash_disk_sync_names(disk);
    return SQLITE_OK;
}

static int has_file(sqlite3_vfs *base, const char *path, int flags, int *result)
{
    struct crash_vfs *vfs = base->pAppData;
    const char *name;
    struct crash_disk *disk = disk_of(vfs, path, &name);
    (void)flags;
    if (crash_must_fail(vfs, disk, CALL_ACCESS))
        return SQLITE_IOERR_ACCESS;
    *result = disk && crash_disk_has(disk, name);
    return SQLITE_OK;
}

static int full_path(sqlite3_vfs *base, const char *path, int size, char *output)
{
    (void)base;
    snprintf(output, (size_t)size, "%s", path);
    return SQLITE_OK;
}

static int randomness(sqlite3_vfs *base, int size, char *output)
{
    struct crash_vfs *vfs = base->pAppData;
    return vfs->system->xRandomness(vfs->system, size, output);
}

static int no_sleep(sqlite3_vfs *base, int microseconds)
{
    (void)base;
    return microseconds;
}

static int now(sqlite3_vfs *base, sqlite3_int64 *milliseconds)
{
    struct crash_vfs *vfs = base->pAppData;
    return vfs->system->xCurrentTimeInt64(vfs->system, milliseconds);
}

static int last_error(sqlite3_vfs *base, int size, char *text)
{
    (void)base;
    (void)size;
    (void)text;
    return 0;
}

/* -- all --------------------------------------------------------------------------------------- */

struct crash_vfs *crash_vfs_new(int sector)
{
    struct crash_vfs *vfs = memory_new(sizeof *vfs);
    *vfs = (struct crash_vfs){.sector = sector, .system = sqlite3_vfs_find(NULL)};
    vfs->vfs = (sqlite3_vfs){.iVersion = 2,
                             .szOsFile = sizeof(struct open_file),
                             .mxPathname = 512,
                             .zName = "crash",
                             .pAppData = vfs,
                             .xOpen = open_file,
                             .xDelete = remove_file,
                             .xAccess = has_file,
                             .xFullPathname = full_path,
                             .xRandomness = randomness,
                             .xSleep = no_sleep,
                             .xGetLastError = last_error,
                             .xCurrentTimeInt64 = now};
    sqlite3_vfs_register(&vfs->vfs, 1);
    return vfs;
}

void crash_vfs_free(struct crash_vfs *vfs)
{
    sqlite3_vfs_register(vfs->system, 1);
    sqlite3_vfs_unregister(&vfs->vfs);
    free(vfs);
}

void crash_vfs_mount(struct crash_vfs *vfs, struct crash_disk *disk, crash_before *before,
                     void *context)
{
    struct mount *mount = mount_of(vfs, disk);
    if (!mount)
        mount = mount_of(vfs, NULL);
    assert(mount);
    *mount = (struct mount){disk, before, context};
}

void crash_vfs_unmount(struct crash_vfs *vfs, const struct crash_disk *disk)
{
    struct mount *mount = mount_of(vfs, disk);
    if (mount)
        *mount = (struct mount){NULL, NULL, NULL};
}

void crash_vfs_fail(struct crash_vfs *vfs, const struct crash_fault *fault)
{
    vfs->fault = *fault;
    vfs->armed = true;
    vfs->failed = false;
    memset(vfs->counts, 0, sizeof vfs->counts);
}

bool crash_vfs_mend(struct crash_vfs *vfs)
{
    vfs->armed = false;
    return vfs->failed;
}

void crash_vfs_lie(struct crash_vfs *vfs)
{
    vfs->lies = true;
}

void crash_vfs_hold(struct crash_vfs *vfs, bool hold)
{
    vfs->held = hold;
}

uint64_t crash_vfs_count(const struct crash_vfs *vfs, enum crash_call call)
{
    return vfs->counts[call];
}
