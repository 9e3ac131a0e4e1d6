/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "folder_names.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "file_error.h"
#include "members.h"
#include "source_path.h"

static void add(struct folder_names *folder, const char *name)
{
    folder->names = memory_grow(folder->names, folder->count, sizeof *folder->names);
    folder->names[folder->count++] = memory_string(name);
}

/* Adds the name of a folder if it is new. An archive may have any number of them. */
static void add_folder(struct folder_names *folder, const char *name, size_t length)
{
    enum { MOST_FOLDERS = 100 };
    if (folder->folder_count == MOST_FOLDERS)
        return;
    for (size_t i = 0; i < folder->folder_count; i++)
        if (strncmp(folder->folders[i], name, length) == 0 && folder->folders[i][length] == '\0')
            return;
    folder->folders = memory_grow(folder->folders, folder->folder_count, sizeof *folder->folders);
    folder->folders[folder->folder_count++] = memory_format("%.*s", (int)length, name);
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static void sort(struct folder_names *folder)
{
    if (folder->count > 0)
        qsort(folder->names, folder->count, sizeof *folder->names, compare);
    if (folder->folder_count > 0)
        qsort(folder->folders, folder->folder_count, sizeof *folder->folders, compare);
}

void folder_names_release(struct folder_names *folder)
{
    if (!folder)
        return;
    for (size_t i = 0; i < folder->count; i++)
        free(folder->names[i]);
    for (size_t i = 0; i < folder->folder_count; i++)
        free(folder->folders[i]);
    free(folder->names);
    free(folder->folders);
    free(folder->path);
    free(folder->only);
    *folder = (struct folder_names){0};
}

static bool read_folder(struct folder_names *folder, const char *path, struct error *error)
{
    DIR *entries = opendir(path);
    if (!entries)
        return file_error(error, path, 0, "%s", strerror(errno));
    folder->path = memory_string(path);
    for (struct dirent *entry; (entry = readdir(entries));)
        if (entry->d_name[0] != '.' && entry->d_type != DT_DIR)
            add(folder, entry->d_name);
        else if (entry->d_name[0] != '.' && strcmp(entry->d_name, "__MACOSX") != 0)
            add_folder(folder, entry->d_name, strlen(entry->d_name));
    closedir(entries);
    sort(folder);
    return true;
}

static void take_members(struct folder_names *folder, const struct members *members,
                         const char *archive, const char *within)
{
    char *inner = members_folder(members, within);
    if (!inner)
        return;
    const char *only = members_only(members, within);
    folder->archive = true;
    folder->only = only ? source_path_join(archive, only) : NULL;
    folder->path = *inner ? source_path_join(archive, inner) : memory_string(archive);
    for (size_t i = 0; i < members->count; i++) {
        const char *name = members_name_in(members->names[i], inner);
        size_t length;
        if (name)
            add(folder, name);
        else if ((name = members_folder_in(members->names[i], inner, &length)))
            add_folder(folder, name, length);
    }
    sort(folder);
    free(inner);
}

static bool check_twins(const struct folder_names *folder, const char *path, struct error *error)
{
    char shown[160];
    for (size_t i = 1; i < folder->count; i++)
        if (strcmp(folder->names[i], folder->names[i - 1]) == 0)
            return file_error(error, path, 0, "it holds \"%s\" twice; unpack it first",
                              text_safe(folder->names[i], shown, sizeof shown));
    return true;
}

/* Whether a packed file is an archive is known when it is listed. */
static bool read_archive(struct folder_names *folder, const struct source_path *place,
                         bool (*cancelled)(void *context), void *context, struct error *error)
{
    unsigned char head[MAGIC_SIZE];
    struct members members = {0};
    int file = file_open_input(place->file, ERROR_INPUT, error);
    if (file < 0)
        return false;
    char *within = memory_string(place->member ? place->member : "");
    size_t length = strlen(within);
    while (length > 0 && within[length - 1] == '/')
        within[--length] = '\0';
    ssize_t size = pread(file, head, sizeof head, 0);
    struct unpack_job job = {.file = file,
                             .path = place->file,
                             .cancelled = cancelled,
                             .context = context,
                             .packing = magic_packing(head, size > 0 ? (size_t)size : 0)};
    bool packed = job.packing != PACKING_NONE;
    bool good = !packed ||
                (unpack_list(&job, &members, error) && members_check(&members, place->file, error));
    if (good && packed && !members.stream)
        take_members(folder, &members, place->file, within);
    members_release(&members);
    free(within);
    close(file);
    return good && check_twins(folder, place->file, error);
}

bool folder_names_read(struct folder_names *folder, const char *path, bool *is_folder,
                       bool (*cancelled)(void *context), void *context, struct error *error)
{
    struct source_path place = source_path_of(path);
    struct stat status;
    bool good = true;
    *folder = (struct folder_names){0};
    if (stat(place.file, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            good = read_folder(folder, path, error);
        else if (S_ISREG(status.st_mode))
            good = read_archive(folder, &place, cancelled, context, error);
    }
    source_path_release(&place);
    if (!good)
        folder_names_release(folder);
    *is_folder = folder->path != NULL;
    return good;
}

/* How well a name matches: 2 as it is, 1 in other letters or packed, else 0. */
static int match(const struct folder_names *folder, const char *name, const char *pattern)
{
    if (strcmp(name, pattern) == 0)
        return 2;
    size_t length = folder->archive ? strlen(name) : source_path_plain_length(name);
    char *plain = memory_format("%.*s", (int)length, name);
    int matches = fnmatch(pattern, plain, FNM_CASEFOLD) == 0;
    free(plain);
    return matches;
}

char *folder_names_find(const struct folder_names *folder, const char *name, const char *but)
{
    const char *found = NULL;
    int best = 0;
    size_t count = 0;
    for (size_t i = 0; name && i < folder->count; i++) {
        int matches = match(folder, folder->names[i], name);
        if (matches == 0 || (but && match(folder, folder->names[i], but) > 0))
            continue;
        count = matches > best ? 1 : count + (matches == best);
        if (matches > best)
            found = folder->names[i];
        best = matches > best ? matches : best;
    }
    return count == 1 ? source_path_join(folder->path, found) : NULL;
}

char *folder_names_only(const struct folder_names *folder)
{
    const char *only = NULL;
    for (size_t i = 0; i < folder->count; i++) {
        if (!member_is_data(folder->names[i]))
            continue;
        if (only)
            return NULL;
        only = folder->names[i];
    }
    return only ? source_path_join(folder->path, only) : memory_string(folder->only);
}
