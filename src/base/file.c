/* SPDX-License-Identifier: MIT
 *
 * Opens files with the checks that base/file.h promises: each file is opened first and then judged
 * by its descriptor, so that nobody can exchange it in between.
 */
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/statfs.h>
#endif

#include "base/memory.h"
#include "base/text.h"
#include "file_private.h"

enum { COPY_SIZE = 1 << 16 };

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *file_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return memory_string(".");
    return memory_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

char *file_absolute(const char *path)
{
    if (!path)
        return NULL;
    char *found = realpath(path, NULL);
    if (found || path[0] == '/')
        return found ? found : memory_string(path);
    char *here = getcwd(NULL, 0);
    char *absolute = memory_format("%s/%s", here ? here : "", path);
    free(here);
    return absolute;
}

const char *file_kind(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a pipe";
    if (S_ISSOCK(mode))
        return "a socket";
    return S_ISLNK(mode) ? "a link" : "a device";
}

int file_refuse(int file, enum error_kind kind, struct error *error, const char *path,
                const char *why)
{
    char shown[256];
    if (file >= 0)
        close(file);
    error_set(error, kind, "\"%s\": %s", text_safe(path, shown, sizeof shown), why);
    return -1;
}

/* A socket cannot even be opened. */
static int refuse_unopened(const char *path, enum error_kind kind, struct error *error)
{
    struct stat status;
    int cause = errno;
    bool is_socket = cause == ENXIO && stat(path, &status) == 0 && S_ISSOCK(status.st_mode);
    return file_refuse(-1, kind, error, path,
                       is_socket ? "not a file, but a socket" : strerror(cause));
}

/* Reading a pipe or a device may block, so a file is opened without blocking and checked first. */
static int regular(int file, enum error_kind kind, struct error *error, const char *path)
{
    struct stat status;
    char why[64];
    if (file < 0)
        return refuse_unopened(path, kind, error);
    if (fstat(file, &status) != 0)
        return file_refuse(file, kind, error, path, strerror(errno));
    if (S_ISREG(status.st_mode))
        return file;
    snprintf(why, sizeof why, "not a file, but %s", file_kind(status.st_mode));
    return file_refuse(file, kind, error, path, why);
}

bool file_is_made_up(const char *path)
{
#ifdef __linux__
    static const unsigned long kinds[] = {PROC_SUPER_MAGIC,   SYSFS_MAGIC,      DEBUGFS_MAGIC,
                                          TRACEFS_MAGIC,      SECURITYFS_MAGIC, CGROUP_SUPER_MAGIC,
                                          CGROUP2_SUPER_MAGIC};
    struct statfs status;
    if (statfs(path, &status) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((unsigned long)status.f_type == kinds[i])
            return true;
#else
    (void)path;
#endif
    return false;
}

int file_open_input(const char *path, enum error_kind kind, struct error *error)
{
    return regular(open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), kind, error, path);
}

FILE *file_stream(int file, struct error *error)
{
    int copy = fcntl(file, F_DUPFD_CLOEXEC, 0);
    FILE *stream = copy < 0 ? NULL : fdopen(copy, "w");
    if (!stream && copy >= 0)
        close(copy);
    if (!stream)
        error_set(error, ERROR_INPUT, "a temporary file cannot be written: %s", strerror(errno));
    return stream;
}

/* Not every file system makes files without a name. */
static int open_nameless_in(const char *folder)
{
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
        return file;
    char *path = memory_format("%s/thaw-XXXXXX", folder);
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    free(path);
    return file;
}

int file_open_nameless(enum error_kind kind, struct error *error)
{
    const char *const folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
    int file = -1;
    for (size_t i = 0; file < 0 && i < sizeof folders / sizeof *folders; i++)
        if (folders[i] && *folders[i] == '/')
            file = open_nameless_in(folders[i]);
    if (file < 0)
        error_set(error, kind, "no temporary file can be made in $TMPDIR, /var/tmp or /tmp: %s",
                  strerror(errno));
    return file;
}

/* Fails if there are more than `most` bytes. Closes the file. */
static char *read_all(int file, const char *path, size_t most, size_t *size, enum error_kind kind,
                      struct error *error)
{
    size_t room = most < 65536 ? most + 1 : 65536;
    char *text = memory_new(room + 1);
    ssize_t got = 1;
    *size = 0;
    while (got > 0 && *size <= most) {
        if (*size == room)
            text = memory_resize(text, (room *= 2) + 1, 1);
        got = read(file, text + *size, room - *size);
        *size += got > 0 ? (size_t)got : 0;
    }
    char why[64] = "";
    if (got < 0)
        snprintf(why, sizeof why, "%s", strerror(errno));
    else if (*size > most)
        snprintf(why, sizeof why, "it has more than %zu bytes", most);
    close(file);
    text[*size] = '\0';
    if (!*why)
        return text;
    free(text);
    file_refuse(-1, kind, error, path, why);
    return NULL;
}

char *file_read(const char *path, size_t most, size_t *size, enum error_kind kind,
                struct error *error)
{
    int file = file_open_input(path, kind, error);
    return file < 0 ? NULL : read_all(file, path, most, size, kind, error);
}

/* Whether `path` lies in `folder` after the links of both are resolved. */
static bool lies_in(const char *path, const char *folder)
{
    char *real = realpath(path, NULL), *real_folder = realpath(folder, NULL);
    size_t length = real_folder ? strlen(real_folder) : 0;
    bool inside = real && real_folder && strncmp(real, real_folder, length) == 0 &&
                  (real[length] == '/' || length == 1);
    free(real);
    free(real_folder);
    return inside;
}

/* Whether the descriptor and the path still lead to the same file. If not, the file was replaced
 * after the check. */
static bool is_at(int file, const char *path)
{
    struct stat opened, there;
    return fstat(file, &opened) == 0 && stat(path, &there) == 0 && opened.st_dev == there.st_dev &&
           opened.st_ino == there.st_ino;
}

char *file_read_beside(const char *script, const char *name, size_t most, size_t *size, bool *found,
                       struct error *error)
{
    const char *slash = strrchr(script, '/');
    char *folder =
        slash ? memory_format("%.*s", (int)(slash - script) + 1, script) : memory_string("./");
    char *path = memory_format("%s%s", folder, name), *text = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    *found = file >= 0 || (errno != ENOENT && errno != ENOTDIR);
    if (*found)
        file = regular(file, ERROR_SCRIPT, error, path);
    if (file >= 0 && !(lies_in(path, folder) && is_at(file, path)))
        file = file_refuse(file, ERROR_SCRIPT, error, path,
                           "it is outside of the script's folder, and a module must be inside");
    if (file >= 0)
        text = read_all(file, path, most, size, ERROR_SCRIPT, error);
    free(path);
    free(folder);
    return text;
}

int file_open_own(const char *path, struct file_own how, struct error *error)
{
    struct stat status;
    int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | (how.make ? O_CREAT : 0) |
                (how.append ? O_APPEND : 0);
    int file = open(path, flags, 0600);
    if (file < 0 && errno == ELOOP)
        return file_refuse(-1, ERROR_STORE, error, path,
                           "a link, and no file of thaw's; take it away");
    file = regular(file, ERROR_STORE, error, path);
    if (file < 0)
        return -1;
    if (fstat(file, &status) != 0 || status.st_nlink > 1)
        return file_refuse(file, ERROR_STORE, error, path,
                           "the file has another name too, and is none of thaw's; take it away");
    if (status.st_uid != geteuid() && geteuid() != 0)
        return file_refuse(file, ERROR_STORE, error, path, "the file belongs to another user");
    return file;
}

bool file_tell_kernel(const char *path, const char *word)
{
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
    size_t length = strlen(word);
    bool told = file >= 0 && write(file, word, length) == (ssize_t)length;
    if (file >= 0)
        close(file);
    return told;
}

bool file_give_name(const char *path, const char *name)
{
    return renameat2(AT_FDCWD, path, AT_FDCWD, name, RENAME_NOREPLACE) == 0 ||
           (errno == EINVAL && link(path, name) == 0 && /* not all have RENAME_NOREPLACE */
            unlink(path) == 0);
}

static bool write_all(int to, const char *data, size_t size)
{
    ssize_t done = 0;
    for (size_t at = 0; at < size && done >= 0; at += done > 0 ? (size_t)done : 0) {
        done = write(to, data + at, size - at);
        if (done < 0 && errno == EINTR)
            done = 0;
    }
    return done >= 0;
}

bool file_copy_rest(int from, int to)
{
    char *block = memory_new(COPY_SIZE);
    ssize_t got = 1;
    bool good = from >= 0 && to >= 0;
    while (good && got != 0) {
        got = read(from, block, COPY_SIZE);
        if (got > 0)
            good = write_all(to, block, (size_t)got);
        else if (got < 0)
            good = errno == EINTR;
    }
    free(block);
    return good;
}

static bool copy(const char *path, const char *aside)
{
    int to = open(aside, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (to < 0)
        return false;
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool good = file_copy_rest(from, to) && fsync(to) == 0;
    int reason = errno;
    if (from >= 0)
        close(from);
    close(to);
    if (!good)
        unlink(aside);
    errno = reason;
    return good;
}

/* Calls `put` with the first free name. */
static char *set_aside(const char *path, bool (*put)(const char *path, const char *aside),
                       const char *cannot, struct error *error)
{
    enum { NUMBERS = 10000 };
    int reason = EEXIST;
    for (int number = 1; number <= NUMBERS && reason == EEXIST; number++) {
        char *aside = memory_format("%s.aside-%d", path, number);
        if (put(path, aside))
            return aside;
        reason = errno;
        free(aside);
    }
    file_refuse(-1, ERROR_STORE, error, path, strerror(reason));
    error_within(error, "%s", cannot);
    return NULL;
}

char *file_set_aside(const char *path, struct error *error)
{
    return set_aside(path, file_give_name, "cannot be given another name", error);
}

char *file_cut_aside(const char *path, int64_t size, struct error *error)
{
    char *aside = set_aside(path, copy, "cannot be copied", error);
    if (aside && truncate(path, (off_t)size) != 0) {
        file_refuse(-1, ERROR_STORE, error, path, strerror(errno));
        free(aside);
        return NULL;
    }
    return aside;
}

bool file_take_away(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT;
}
