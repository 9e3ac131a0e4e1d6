/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source_path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/memory.h"

struct source_path source_path_of(const char *path)
{
    struct stat status;
    struct source_path place = {.file = memory_string(path)};
    char *slash;
    /* ENOTDIR: something before the end of the path is a file. */
    while (stat(place.file, &status) != 0 && errno == ENOTDIR &&
           (slash = strrchr(place.file, '/')) && slash > place.file)
        *slash = '\0';
    const char *rest = path + strlen(place.file);
    rest += strspn(rest, "/");
    if (*rest && strlen(place.file) < strlen(path))
        place.member = rest;
    return place;
}

void source_path_release(struct source_path *place)
{
    if (!place)
        return;
    free(place->file);
    *place = (struct source_path){0};
}

char *source_path_join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    return memory_format("%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/",
                         name);
}

static size_t without(const char *name, size_t length, const char *const *endings)
{
    for (; *endings; endings++) {
        size_t ending = strlen(*endings);
        if (length > ending && strncasecmp(name + length - ending, *endings, ending) == 0)
            return length - ending;
    }
    return length;
}

size_t source_path_plain_length(const char *name)
{
    static const char *const endings[] = {".gz", ".bz2", ".xz", ".zst", NULL};
    return without(name, strlen(name), endings);
}

size_t source_path_archive_length(const char *name)
{
    static const char *const endings[] = {".zip", ".7z", ".tgz", ".tbz2", ".txz", ".tar", NULL};
    size_t length = strlen(name), plain = source_path_plain_length(name), less;
    less = without(name, plain, endings);
    return less < plain ? less : length;
}

const char *source_path_words(const char *path)
{
    static const char processes[] = "/proc/";
    if (strncmp(path, processes, strlen(processes)) != 0)
        return path;
    const char *at = path + strlen(processes);
    at += strspn(at, "0123456789");
    if (strncmp(at, "/fd/", 4) != 0)
        return path;
    at += 4;
    return strspn(at, "0123456789") == strlen(at) && *at ? "standard input" : path;
}
