/* SPDX-License-Identifier: MIT
 *
 * Tells when a file of the user is saved, in place or by another file that takes its name, as many
 * editors do. It watches the folder, so the file itself is not opened.
 */
#ifndef BASE_FILE_WATCH_H
#define BASE_FILE_WATCH_H

#include <stdbool.h>

struct file_watch {
    int descriptor; /* readable when something happened in the folder; -1: nothing is watched */
    int folder;
    char *name; /* owned */
};

static const struct file_watch FILE_WATCH_NONE = {.descriptor = -1, .folder = -1};

/* Watches this file from now on, and no other. NULL watches none. Does nothing if the file is
 * watched already. A file that cannot be watched is not. */
void file_watch_set(struct file_watch *watch, const char *path);
/* Whether the file was saved since the last call. Never waits. */
bool file_watch_take(struct file_watch *watch);

#endif
