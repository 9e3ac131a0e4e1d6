/* SPDX-License-Identifier: MIT
 *
 * The socket and the other files of a keeper. The name of a Unix socket is limited to about a
 * hundred bytes, fewer than a path may have, so the socket is reached through its open folder:
 * /proc/self/fd/N/workbench.db.sock.
 */
#include "config.h"

#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { LOG_MOST = 4 << 20 };
static const double CONNECT = 5, AGAIN = 0.02; /* seconds */

/* Makes every folder of the path; on failure errno says why. */
static bool make_folders(const char *path)
{
    char *part = memory_string(path);
    bool good = true;
    for (char *slash = part + 1; good && (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        good = mkdir(part, 0777) == 0 || errno == EEXIST;
        *slash = '/';
    }
    good = good && (mkdir(part, 0777) == 0 || errno == EEXIST);
    free(part);
    return good;
}

static bool resolve(struct workbench_place *place, const char *database, bool create,
                    struct error *error)
{
    const char *name = file_name(database);
    char *folder = file_folder(database), shown[256];
    char *real = !create || make_folders(folder) ? realpath(folder, NULL) : NULL;
    bool good = real != NULL && *name != '\0';
    if (!good)
        error_set(error, ERROR_STORE, "cannot use the folder of the workbench \"%s\": %s",
                  text_safe(database, shown, sizeof shown),
                  *name ? strerror(errno) : "the path names no file");
    else
        place->database = memory_format("%s/%s", strcmp(real, "/") ? real : "", name);
    free(real);
    free(folder);
    return good;
}

bool place_find(struct workbench_place *place, const char *database, bool create,
                struct error *error)
{
    char shown[256];
    *place = (struct workbench_place){.folder = -1};
    char *real = realpath(database, NULL);
    if (real)
        place->database = real;
    else if (!resolve(place, database, create, error))
        return false;
    char *folder = file_folder(place->database);
    place->socket = memory_format("%s.sock", file_name(place->database));
    place->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (place->folder >= 0)
        return true;
    place_release(place);
    return error_set(error, ERROR_STORE, "cannot use the folder of the workbench \"%s\": %s",
                     text_safe(database, shown, sizeof shown), strerror(errno));
}

void place_release(struct workbench_place *place)
{
    if (!place)
        return;
    if (place->folder >= 0)
        close(place->folder);
    free(place->database);
    free(place->socket);
    *place = (struct workbench_place){.folder = -1};
}

static bool fill_address(const struct workbench_place *place, struct sockaddr_un *address,
                         struct error *error)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%s",
                          place->folder, place->socket);
    char shown[256];
    if (length < (int)sizeof address->sun_path)
        return true;
    return error_set(error, ERROR_STORE,
                     "the file name of the workbench \"%s\" is too long; at most 80 bytes",
                     text_safe(place->database, shown, sizeof shown));
}

static ino_t socket_inode(const struct workbench_place *place)
{
    struct stat status;
    return fstatat(place->folder, place->socket, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.st_ino
                                                                                    : 0;
}

/* Removes the socket of an earlier keeper. Anything but a socket belongs to somebody else and
 * stays. */
static bool take_away(const struct workbench_place *place, struct error *error)
{
    struct stat status;
    char shown[256];
    if (fstatat(place->folder, place->socket, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return true;
    if (S_ISSOCK(status.st_mode) && unlinkat(place->folder, place->socket, 0) == 0)
        return true;
    return error_set(error, ERROR_STORE,
                     "\"%s.sock\", where the keeper is to listen, is %s; move it away",
                     text_safe(place->database, shown, sizeof shown),
                     S_ISSOCK(status.st_mode) ? "not to be removed" : "no socket");
}

bool place_is_own(int peer)
{
    struct ucred other;
    socklen_t size = sizeof other;
    return getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &other, &size) == 0 &&
           (other.uid == geteuid() || other.uid == 0 || geteuid() == 0);
}

int place_listen(struct workbench_place *place, struct error *error)
{
    struct sockaddr_un address;
    if (!fill_address(place, &address, error))
        return -1;
    if (!take_away(place, error))
        return -1;
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t before = umask(077); /* only the user who started it may ask the keeper */
    bool good = listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(listener, 64) == 0;
    umask(before);
    place->listening = good ? socket_inode(place) : 0;
    if (good)
        return listener;
    error_set(error, ERROR_STORE, "cannot listen at \"%s.sock\": %s", place->database,
              strerror(errno));
    if (listener >= 0)
        close(listener);
    return -1;
}

/* Connects, and tries again while the listener's queue is full. A queue that stays full has no
 * process that accepts. */
static bool connect_soon(int peer, const struct sockaddr_un *address,
                         const struct patience *patience, bool *given_up)
{
    double begun = clock_monotonic();
    while (connect(peer, (const struct sockaddr *)address, sizeof *address) != 0) {
        if ((errno != EAGAIN && errno != EINTR) || clock_monotonic() - begun > CONNECT)
            return false;
        *given_up = !patience_lasts(patience, "the keeper to take a caller", begun);
        if (*given_up)
            return false;
        clock_sleep(AGAIN);
    }
    return true;
}

bool place_has_listener(const struct workbench_place *place)
{
    struct sockaddr_un address;
    struct error ignored;
    if (!fill_address(place, &address, &ignored))
        return false;
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool listens = connect(peer, (struct sockaddr *)&address, sizeof address) == 0
                       ? place_is_own(peer)
                       : errno == EAGAIN;
    if (peer >= 0)
        close(peer);
    return listens;
}

int place_connect(const struct workbench_place *place, const struct patience *patience, bool *fatal,
                  struct error *error)
{
    struct sockaddr_un address;
    char shown[256];
    *fatal = !fill_address(place, &address, error);
    if (*fatal)
        return -1;
    bool given_up = false;
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool reached = peer >= 0 && connect_soon(peer, &address, patience, &given_up);
    if (reached && place_is_own(peer))
        return peer;
    if (reached) {
        close(peer);
        *fatal = !error_set(error, ERROR_STORE,
                            "who listens at \"%s.sock\" is another user's, and no keeper of yours",
                            text_safe(place->database, shown, sizeof shown));
        return -1;
    }
    *fatal =
        given_up || (errno != ENOENT && errno != ECONNREFUSED && errno != EAGAIN && errno != EINTR);
    if (given_up)
        error_set(error, ERROR_CANCELLED, "given up: the keeper takes no caller");
    else if (*fatal)
        error_set(error, ERROR_STORE, "cannot reach the keeper at \"%s.sock\": %s", place->database,
                  strerror(errno));
    if (peer >= 0)
        close(peer);
    return -1;
}

void place_unlink(const struct workbench_place *place)
{
    if (place->listening && socket_inode(place) == place->listening)
        unlinkat(place->folder, place->socket, 0);
}

int place_open_log(const struct workbench_place *place)
{
    struct stat status;
    struct error ignored;
    char *path = memory_format("%s.log", place->database);
    int log = file_open_own(path, (struct file_own){.make = true, .append = true}, &ignored);
    free(path);
    if (log >= 0 && fstat(log, &status) == 0 && status.st_size > LOG_MOST &&
        ftruncate(log, 0) != 0) {
        close(log);
        return -1;
    }
    return log;
}
