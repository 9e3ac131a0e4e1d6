/* SPDX-License-Identifier: MIT
 *
 * Files and folders are made under a name of their own, "NAME.new-N", and renamed. What is renamed
 * was made here, so no link can stand in between.
 */
#include "config.h"

#include "base/file_output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "file_private.h"

static bool fail(struct error *error, const char *path, const char *why)
{
    file_refuse(-1, ERROR_USAGE, error, path, why);
    return false;
}

/* Calls `make` with the first free name beside the path, and returns the name. */
static char *make_beside(const char *path, int (*make)(const char *name), int *made)
{
    enum { NUMBERS = 1000 };
    for (int number = 1; number <= NUMBERS; number++) {
        char *name = memory_format("%s.new-%d", path, number);
        *made = make(name);
        if (*made >= 0)
            return name;
        free(name);
        if (errno != EEXIST)
            return NULL;
    }
    return NULL;
}

/* -- files ------------------------------------------------------------------------------------- */

static int make_file(const char *name)
{
    return open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
}

bool file_output_begin(struct file_output *output, const char *path, bool replace, bool *exists,
                       struct error *error)
{
    struct stat there;
    char why[64];
    *output = (struct file_output){.descriptor = -1, .replace = replace};
    *exists = lstat(path, &there) == 0;
    if (*exists && !replace)
        return fail(error, path, "exists already");
    if (*exists && S_ISLNK(there.st_mode))
        return fail(error, path, "a link, and links are not followed");
    if (*exists && !S_ISREG(there.st_mode)) {
        snprintf(why, sizeof why, "not a file, but %s", file_kind(there.st_mode));
        return fail(error, path, why);
    }
    output->temporary = make_beside(path, make_file, &output->descriptor);
    if (!output->temporary)
        return fail(error, path, strerror(errno));
    if (*exists)
        fchmod(output->descriptor, there.st_mode & 0777);
    output->path = memory_string(path);
    return true;
}

bool file_output_finish(struct file_output *output, bool good, struct error *error)
{
    bool there = good && fsync(output->descriptor) == 0;
    there = close(output->descriptor) == 0 && there;
    there = there && (output->replace ? rename(output->temporary, output->path) == 0
                                      : file_give_name(output->temporary, output->path));
    if (good && !there)
        fail(error, output->path, errno == EEXIST ? "exists already" : strerror(errno));
    if (!there)
        unlink(output->temporary);
    free(output->temporary);
    free(output->path);
    *output = (struct file_output){.descriptor = -1};
    return there;
}

/* -- folders ----------------------------------------------------------------------------------- */

static int make_folder(const char *name)
{
    return mkdir(name, 0777);
}

/* Calls `take` with the name of each file in a folder until it returns false. */
static bool walk_folder(const char *path, bool (*take)(const char *name, void *context),
                        void *context)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    bool good = folder != NULL;
    while (good && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            good = take(entry->d_name, context);
    if (folder)
        closedir(folder);
    return good;
}

struct known_names {
    bool (*is_known)(const char *name);
    const char *path;
    struct error *error;
};

static bool check_name(const char *name, void *context)
{
    const struct known_names *names = context;
    char shown[128], why[200];
    char *path = memory_format("%s/%s", names->path, name);
    struct stat status;
    bool is_folder = lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
    free(path);
    if (names->is_known(name) && !is_folder)
        return true;
    snprintf(why, sizeof why, "holds \"%s\" too, so it is not replaced; name another folder",
             text_safe(name, shown, sizeof shown));
    return fail(names->error, names->path, why);
}

static bool take_name(const char *name, void *folder)
{
    char *path = memory_format("%s/%s", (const char *)folder, name);
    bool good = unlink(path) == 0;
    free(path);
    return good;
}

static void take_folder_away(char *path)
{
    walk_folder(path, take_name, path);
    rmdir(path);
}

bool file_folder_begin(struct file_folder *folder, const char *path, bool replace,
                       bool (*is_known)(const char *name), bool *exists, struct error *error)
{
    struct stat there;
    size_t length = strlen(path);
    int made;
    while (length > 1 && path[length - 1] == '/')
        length--;
    char *clean = memory_format("%.*s", (int)length, path);
    struct known_names names = {is_known, clean, error};
    bool is_there = lstat(clean, &there) == 0, good = !is_there;
    *exists = is_there && S_ISDIR(there.st_mode);
    *folder = (struct file_folder){.replace = replace && is_there};
    if (is_there && !*exists)
        fail(error, clean, "exists already and is no folder");
    else if (is_there && !replace)
        fail(error, clean, "exists already");
    else if (is_there)
        good = walk_folder(clean, check_name, &names);
    if (good && !(folder->temporary = make_beside(clean, make_folder, &made)))
        good = fail(error, clean, strerror(errno));
    if (good)
        folder->path = clean;
    else
        free(clean);
    return good;
}

int file_folder_add(const struct file_folder *folder, const char *name, struct error *error)
{
    char *path = memory_format("%s/%s", folder->temporary, name);
    int file = make_file(path);
    if (file < 0)
        fail(error, path, strerror(errno));
    free(path);
    return file;
}

bool file_folder_close(int descriptor)
{
    bool good = fsync(descriptor) == 0;
    return close(descriptor) == 0 && good;
}

/* Exchanges the folders. Where the file system cannot, there is a moment without a folder. */
static bool replace_folder(struct file_folder *folder)
{
    int made;
    if (renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->path, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL)
        return false;
    char *old = make_beside(folder->path, make_folder, &made);
    bool good = old && rename(folder->path, old) == 0;
    if (good && rename(folder->temporary, folder->path) != 0) {
        int reason = errno;
        rename(old, folder->path);
        errno = reason;
        good = false;
    } else if (good) {
        free(folder->temporary);
        folder->temporary = old;
        return true;
    }
    free(old);
    return good;
}

static bool name_folder(struct file_folder *folder)
{
    return file_give_name(folder->temporary, folder->path) ||
           (errno == EPERM &&
            rename(folder->temporary, folder->path) == 0); /* as it has no links */
}

bool file_folder_finish(struct file_folder *folder, bool good, struct error *error)
{
    bool there = good && (folder->replace ? replace_folder(folder) : name_folder(folder));
    if (good && !there)
        fail(error, folder->path, errno == EEXIST ? "exists already" : strerror(errno));
    if (!there || folder->replace) /* what failed, or what was replaced */
        take_folder_away(folder->temporary);
    free(folder->temporary);
    free(folder->path);
    *folder = (struct file_folder){0};
    return there;
}
