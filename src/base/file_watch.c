/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/file_watch.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

static void end(struct file_watch *watch)
{
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    free(watch->name);
    *watch = FILE_WATCH_NONE;
}

void file_watch_set(struct file_watch *watch, const char *path)
{
    if (watch->name && path && strcmp(watch->name, path) == 0)
        return;
    end(watch);
    if (!path)
        return;
    char *folder = file_folder(path);
    watch->name = memory_string(path);
    watch->descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->descriptor >= 0)
        watch->folder =
            inotify_add_watch(watch->descriptor, folder, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
    free(folder);
    if (watch->folder < 0)
        end(watch);
}

bool file_watch_take(struct file_watch *watch)
{
    alignas(struct inotify_event) char events[4096];
    bool saved = false;
    ssize_t size;
    if (watch->descriptor < 0)
        return false;
    while ((size = read(watch->descriptor, events, sizeof events)) > 0)
        for (char *at = events; at < events + size;) {
            const struct inotify_event *event = (const void *)at;
            saved = saved || (event->len && strcmp(event->name, file_name(watch->name)) == 0) ||
                    event->mask & IN_Q_OVERFLOW;
            at += sizeof *event + event->len;
        }
    return saved;
}
