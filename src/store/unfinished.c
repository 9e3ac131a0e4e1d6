/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "unfinished.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/memory.h"
#include "base/text.h"
#include "beside.h"

/* The last 8 bytes of a journal that names another one (SQLite, "The Rollback Journal" in the
 * description of its file format). */
static const unsigned char MAGIC[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};

/* Reads the size and the last bytes. An unreadable journal counts as one without a name, which
 * SQLite judges. */
static bool names_another(sqlite3_vfs *vfs, const char *journal, bool *empty)
{
    unsigned char end[sizeof MAGIC] = {0};
    sqlite3_int64 size = 0;
    sqlite3_file *file = memory_new((size_t)vfs->szOsFile);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_JOURNAL;
    if (vfs->xOpen(vfs, journal, file, flags, NULL) == SQLITE_OK) {
        const sqlite3_int64 length = sizeof end;
        if (file->pMethods->xFileSize(file, &size) == SQLITE_OK && size >= length)
            file->pMethods->xRead(file, end, sizeof end, size - length);
        file->pMethods->xClose(file);
    }
    free(file);
    *empty = size == 0;
    return memcmp(end, MAGIC, sizeof MAGIC) == 0;
}

bool unfinished_find(const char *path, bool *found, struct error *error)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    char *journal = beside_name(path, "-journal"), shown[256];
    int there = 0;
    bool empty = true, good = true;
    if (vfs->xAccess(vfs, journal, SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there &&
        names_another(vfs, journal, &empty))
        good = error_set(error, ERROR_STORE,
                         "the journal beside \"%s\" names another file, which a journal of thaw "
                         "never does; both are left alone",
                         text_safe(path, shown, sizeof shown));
    free(journal);
    *found = !empty;
    return good;
}
