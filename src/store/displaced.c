/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "displaced.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "beside.h"
#include "guard.h"
#include "reason.h"
#include "sealing.h"
#include "store_private.h"

bool displaced_check_writable(const char *path, bool exists, struct error *error)
{
    char shown[200], shown_folder[200], *folder = file_folder(path);
    const char *what = access(folder, W_OK) != 0
                           ? text_safe(folder, shown_folder, sizeof shown_folder)
                       : exists && access(path, W_OK) != 0 ? ""
                                                           : NULL;
    bool good = !what || errno == ENOENT;
    text_safe(path, shown, sizeof shown);
    if (!good && *what)
        error_set(
            error, ERROR_STORE,
            "cannot write the workbench \"%s\", nor anything into its folder \"%s\": %s; it can "
            "only be looked at",
            shown, what, strerror(errno));
    else if (!good)
        error_set(error, ERROR_STORE,
                  "cannot write the workbench \"%s\": %s; it can only be looked at", shown,
                  strerror(errno));
    free(folder);
    return good;
}

void displaced_note(struct store *store)
{
    char *log = beside_name(store->path, "-wal"), *index = beside_name(store->path, "-shm");
    if (!appearance_of(store->path, &store->file))
        store->file = (struct appearance){0};
    if (store->alone || !appearance_of(log, &store->log))
        store->log = (struct appearance){0};
    if (store->alone || !appearance_of(index, &store->index))
        store->index = (struct appearance){0};
    free(log);
    free(index);
}

bool displaced_refuse(struct store *store, struct error *error)
{
    if (store->sealing && store_is_displaced(store))
        return error_set(error, ERROR_STORE,
                         "\"%s\" was replaced, removed or changed by others while it was open: "
                         "nothing is written any more",
                         store->shown);
    return true;
}

char *store_set_log_aside(const char *path)
{
    bool without_log;
    char *notice = NULL;
    struct error ignored;
    if (!guard_is_needed(path) || access(path, F_OK) != 0 ||
        !guard_reader(path, &without_log, &notice, &ignored) || without_log) {
        free(notice);
        return NULL;
    }
    return notice;
}

void store_set_trouble(struct store *writer, const char *text)
{
    char padded[TROUBLE_SIZE + 1];
    snprintf(padded, sizeof padded, "%-*.*s\n", TROUBLE_SIZE - 1, TROUBLE_SIZE - 1, text);
    if (pwrite(writer->lock, padded, TROUBLE_SIZE, TROUBLE_PLACE) != TROUBLE_SIZE)
        return; /* the log has the text, too */
}

void store_trouble(const struct store *reader, char *text, size_t size)
{
    struct error ignored;
    char padded[TROUBLE_SIZE + 1], *path = beside_name(reader->path, ".lock");
    int lock = file_open_input(path, ERROR_STORE, &ignored);
    ssize_t length = lock >= 0 ? pread(lock, padded, TROUBLE_SIZE, TROUBLE_PLACE) : 0;
    while (length > 0 && (padded[length - 1] == ' ' || padded[length - 1] == '\n'))
        length--;
    padded[length > 0 ? length : 0] = '\0';
    text_safe(padded, text, size);
    if (lock >= 0)
        close(lock);
    free(path);
}

const char *store_notice(const struct store *store)
{
    return store->notice;
}

static bool is_other(const char *path, const char *ending, const struct appearance *before)
{
    struct appearance now;
    char *name = beside_name(path, ending);
    bool same =
        before->inode == 0 || (appearance_of(name, &now) && appearance_same_file(&now, before));
    free(name);
    return !same;
}

bool store_is_displaced(struct store *store)
{
    struct appearance now;
    if (store->sealing)
        return !sealing_holds(store->sealing);
    if (is_other(store->path, "", &store->file))
        return true;
    if (store->alone)
        return !appearance_of(store->path, &now) || now.size != store->file.size ||
               now.modified != store->file.modified;
    return is_other(store->path, "-wal", &store->log);
}

void displaced_leave(struct store *store)
{
    char shown_aside[220];
    sqlite3_db_config(store->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    char *aside = guard_leave(store->path, &store->log, &store->index);
    if (aside) {
        char *text = memory_format("\"%s\" was replaced, removed or changed by others while it was "
                                   "being written; what had not been copied into it lies at \"%s\"",
                                   store->shown, text_safe(aside, shown_aside, sizeof shown_aside));
        guard_note(store->path, text);
        free(text);
    }
    free(aside);
}
