/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "source_path.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"

struct source_path source_path_of(const char *path)
{
    struct stat status;
    size_t stream = source_stream_of(path).length;
    struct source_path place = {.file = stream ? memory_format("%.*s", (int)stream, path)
                                               : memory_string(path)};
    char *slash;
    if (stream)
        return place;
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

/* -- streams ----------------------------------------------------------------------------------- */

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

struct source_stream source_stream_of(const char *path)
{
    static const char processes[] = "/proc/";
    const struct source_stream none = {.length = 0};
    if (strncmp(path, processes, strlen(processes)) != 0)
        return none;
    const char *at = path + strlen(processes);
    at += digits(at);
    if (strncmp(at, "/fd/", 4) != 0 || digits(at + 4) == 0)
        return none;
    at += 4 + digits(at + 4);
    struct source_stream stream = {.length = (size_t)(at - path)};
    if (*at == '\0')
        return stream;
    if (*at != ':' || digits(at + 1) == 0 || at[1 + digits(at + 1)] != ':')
        return none;
    stream.file_length = strtoul(at + 1, NULL, 10);
    stream.file = at + 1 + digits(at + 1) + 1;
    if (stream.file_length > strlen(stream.file))
        return none;
    stream.what = stream.file + stream.file_length;
    return stream;
}

char *source_line(const char *path, uint64_t line, char text[32])
{
    bool table = source_stream_of(path).what != NULL;
    snprintf(text, 32, "%s %" PRIu64, table ? "row" : "line", table && line > 0 ? line - 1 : line);
    return text;
}

const char *source_path_end(const char *path, const char *other)
{
    const char *end = path + strlen(path), *other_end = other + strlen(other);
    while (end > path && other_end > other && end[-1] == other_end[-1])
        end--, other_end--;
    if (other_end == other && end > path && end[-1] == '/')
        end--; /* the other one is all of the rest */
    while (end > path && end[-1] != '/')
        end--;
    return end;
}

bool source_path_ends(const char *path, const char *end, size_t length)
{
    size_t whole = strlen(path);
    return length > 0 && length <= whole && memcmp(path + whole - length, end, length) == 0 &&
           (length == whole || path[whole - length - 1] == '/');
}

char *source_line_of(const char *whole, const char *path, uint64_t line, char text[SOURCE_LINE])
{
    enum { FILE_SHOWN = 100 };
    char place[32], file[FILE_SHOWN];
    source_line(whole, line, place);
    if (!path || strcmp(whole, path) == 0)
        snprintf(text, SOURCE_LINE, "%s", place);
    else
        snprintf(text, SOURCE_LINE, "%s of %s", place,
                 text_safe(source_path_end(path, whole), file, sizeof file));
    return text;
}

char *source_place(const char *path, uint64_t line, char text[SOURCE_PLACE])
{
    enum { FILE_SHOWN = 200, WHAT_SHOWN = 64 };
    const struct source_stream stream = source_stream_of(path);
    char shown[FILE_SHOWN], what[WHAT_SHOWN] = "", place[32] = "";
    char *file = stream.file     ? memory_format("%.*s", (int)stream.file_length, stream.file)
                 : stream.length ? memory_string("standard input")
                                 : memory_string(path);
    text_safe(file, shown, sizeof shown);
    free(file);
    if (stream.what)
        text_safe(stream.what, what, sizeof what);
    if (line > (stream.what ? 1 : 0))
        source_line(path, line, place);
    snprintf(text, SOURCE_PLACE, "\"%s\"%s%s%s%s", shown,
             !stream.what               ? ""
             : strchr(stream.what, ' ') ? ", "
                                        : ", table ",
             what, *place ? ", " : "", place);
    return text;
}
