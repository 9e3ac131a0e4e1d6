/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reason.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static const char *say_full(const char *path, char *text, size_t size)
{
    struct statvfs disk;
    char *folder = file_folder(path);
    if (statvfs(folder, &disk) == 0)
        snprintf(text, size, "the disk is full (%llu KiB are free); make room there",
                 (unsigned long long)disk.f_bavail * disk.f_frsize / 1024);
    else
        snprintf(text, size, "the disk is full; make room there");
    free(folder);
    return text;
}

/* SQLite makes files beside the database even to read it. */
static const char *say_closed(const char *path, char *text, size_t size)
{
    struct statvfs disk;
    char *folder = file_folder(path), shown[160];
    text_safe(folder, shown, sizeof shown);
    if (statvfs(folder, &disk) == 0 && disk.f_flag & ST_RDONLY)
        snprintf(text, size, "the medium of its folder \"%s\" is read-only", shown);
    else if (access(path, F_OK) == 0 && access(path, R_OK) != 0)
        snprintf(text, size, "there is no permission to read it");
    else if (access(folder, W_OK) != 0)
        snprintf(text, size, "there is no permission to write its folder \"%s\"", shown);
    else
        snprintf(text, size, "there is no permission to write it, or a file beside it");
    free(folder);
    return text;
}

static const char *say_errno(int number, const char *path, char *text, size_t size)
{
    switch (number) {
    case ENOSPC:
        return say_full(path, text, size);
    case EDQUOT:
        return "the disk quota is used up; make room, or ask for more";
    case EFBIG:
        return "it would be larger than files may be here (ulimit -f, or the file system)";
    case EIO:
        return "the disk reports an error (input/output error): save a copy soon, it may be "
               "failing";
    case EACCES:
    case EPERM:
    case EROFS:
        return say_closed(path, text, size);
    case EMFILE:
    case ENFILE:
        return "too many files are open (ulimit -n)";
    default:
        return strerror(number);
    }
}

/* SQLite does not always pass on errno, but its files remember it. There is no handle if there was
 * no memory for one. */
static int last_errno(sqlite3 *handle)
{
    static const int FILES[] = {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER};
    if (!handle)
        return ENOMEM;
    int number = sqlite3_system_errno(handle);
    for (size_t i = 0; number == 0 && i < sizeof FILES / sizeof *FILES; i++) {
        sqlite3_file *file = NULL;
        if (sqlite3_file_control(handle, "main", FILES[i], &file) == SQLITE_OK && file &&
            file->pMethods)
            file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
    }
    return number;
}

static const char *say_failed(sqlite3 *handle, const char *path, char *text, size_t size)
{
    int number = last_errno(handle);
    switch (sqlite3_extended_errcode(handle)) {
    case SQLITE_IOERR_SHORT_READ:
        return "the file is shorter than it should be: it is damaged";
    case SQLITE_IOERR_NOMEM:
        return "there is not enough memory";
    case SQLITE_IOERR_SHMSIZE: /* reading needs it, too */
        return "the disk has no room for the index of its log, \"-shm\" beside it; make room there";
    default:
        return number ? say_errno(number, path, text, size) : sqlite3_errmsg(handle);
    }
}

const char *reason_of(sqlite3 *handle, const char *path, char *text, size_t size)
{
    int number = last_errno(handle);
    switch (sqlite3_errcode(handle) & 0xff) {
    case SQLITE_NOTADB:
        return "it is no SQLite database; name another file";
    case SQLITE_CORRUPT:
        return "the file is damaged";
    case SQLITE_FULL:
        return say_full(path, text, size);
    case SQLITE_IOERR:
        return say_failed(handle, path, text, size);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        if (sqlite3_extended_errcode(handle) == SQLITE_READONLY_ROLLBACK)
            return "the program that wrote it ended too early; the next command that writes to it, "
                   "such as an import, repairs it";
        if (sqlite3_extended_errcode(handle) == SQLITE_READONLY_DBMOVED)
            return "it was moved or replaced while it was open";
        return say_closed(path, text, size);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program keeps it locked; end that, or wait";
    case SQLITE_CANTOPEN:
        if (number)
            return say_errno(number, path, text, size);
        return access(path, W_OK) == 0 ? "it, or a file beside it, cannot be opened"
                                       : say_closed(path, text, size);
    case SQLITE_NOMEM:
        return "there is not enough memory";
    default:
        return sqlite3_errmsg(handle);
    }
}
