/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "checked.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "beside.h"

/* The log is part of the database. An empty log does not count, because any reader may create
 * one. */
static void add_file(struct digest *digest, const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || status.st_size == 0)
        return;
    const int64_t parts[] = {(int64_t)status.st_dev,          (int64_t)status.st_ino,
                             (int64_t)status.st_size,         (int64_t)status.st_mtim.tv_sec,
                             (int64_t)status.st_mtim.tv_nsec, (int64_t)status.st_ctim.tv_sec,
                             (int64_t)status.st_ctim.tv_nsec};
    digest_add(digest, parts, sizeof parts);
}

static void name_state(const char *path, char name[DIGEST_TEXT])
{
    char *log = beside_name(path, "-wal");
    struct digest *digest = digest_new();
    add_file(digest, path);
    add_file(digest, log);
    digest_finish(digest, name);
    free(log);
}

/* A new string; NULL if there is no cache. Makes the folders if `make`. */
static char *mark_path(const char *path, bool make)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char name[DIGEST_TEXT];
    char *base = cache && *cache == '/' ? memory_string(cache)
                 : home && *home == '/' ? memory_format("%s/.cache", home)
                                        : NULL;
    if (!base)
        return NULL;
    char *own = memory_format("%s/thaw", base), *folder = memory_format("%s/checked", own);
    if (make) {
        mkdir(base, 0700);
        mkdir(own, 0700);
        mkdir(folder, 0700);
    }
    name_state(path, name);
    char *mark = memory_format("%s/%s", folder, name);
    free(base);
    free(own);
    free(folder);
    return mark;
}

bool checked_before(const char *path)
{
    char *mark = mark_path(path, false);
    bool before = mark && access(mark, F_OK) == 0;
    free(mark);
    return before;
}

void checked_remember(const char *path)
{
    struct error ignored;
    char *mark = mark_path(path, true);
    int file = mark ? file_open_own(mark, (struct file_own){.make = true}, &ignored) : -1;
    if (file >= 0)
        close(file);
    free(mark);
}
