/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "layout.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "scan.h"
#include "source_table.h"

enum { MOST_CHOICES = 2, LONGEST_NAME = 48 };

/* Folders by the files in them, the first that fits. */
static const struct {
    const char *format, *ratings, *needs; /* NULL: nothing else */
    const char *users[MOST_CHOICES], *items[MOST_CHOICES];
} folders[] = {
    {"MovieLens 100K", "u.data", NULL, {"u.user"}, {"u.item"}},
    {"MovieLens 1M", "ratings.dat", NULL, {"users.dat"}, {"movies.dat"}},
    {"MovieLens 1M",
     "ratings.csv",
     "users.dat",
     {"users.dat"},
     {"movies_extrainfos.dat", "movies.dat"}},
    {"MovieLens latest", "ratings.csv", "movies.csv", {"users.csv"}, {"movies.csv"}},
    {"folder of CSV files", "ratings.csv", NULL, {"users.csv"}, {"items.csv"}},
};

/* Files of known folders that thaw has no use for yet. */
static const char *const left_out[] = {"tags.csv", "links.csv", "genome-scores.csv",
                                       "genome-tags.csv", "tags.dat"};

static char *in_folder(const char *folder, const char *file)
{
    size_t length = strlen(folder);
    return memory_format("%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/",
                         file);
}

/* The path of a file that is there, freed by the caller; NULL where it is not. */
static char *existing(const char *folder, const char *file)
{
    struct stat status;
    char *path = file ? in_folder(folder, file) : NULL;
    if (path && stat(path, &status) == 0)
        return path;
    free(path);
    return NULL;
}

static bool exists(const char *folder, const char *file)
{
    char *path = existing(folder, file);
    free(path);
    return path != NULL;
}

static char *first_existing(const char *folder, const char *const choices[MOST_CHOICES])
{
    char *path = NULL;
    for (size_t i = 0; i < MOST_CHOICES && !path; i++)
        path = existing(folder, choices[i]);
    return path;
}

static bool find_known(struct layout *layout, const char *folder, struct import_report *report)
{
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (!exists(folder, folders[i].ratings) ||
            (folders[i].needs && !exists(folder, folders[i].needs)))
            continue;
        layout->files[DATASET_RATINGS] = existing(folder, folders[i].ratings);
        layout->files[DATASET_USERS] = first_existing(folder, folders[i].users);
        layout->files[DATASET_ITEMS] = first_existing(folder, folders[i].items);
        snprintf(report->format, sizeof report->format, "%s", folders[i].format);
        for (size_t file = 0; file < sizeof left_out / sizeof *left_out; file++)
            if (exists(folder, left_out[file]))
                report_note(report, "%s was left out", left_out[file]);
        return true;
    }
    return false;
}

static bool has_end(const char *name, const char *end)
{
    size_t length = strlen(name), suffix = strlen(end);
    return length > suffix && strcmp(name + length - suffix, end) == 0;
}

/* The name before ".inter" of the one such file, freed by the caller; `count` says how many. */
static char *find_inter(const char *folder, size_t *count)
{
    char *stem = NULL;
    *count = 0;
    DIR *entries = opendir(folder);
    struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (has_end(entry->d_name, ".inter")) {
            free(stem);
            stem = memory_format("%.*s", (int)(strlen(entry->d_name) - strlen(".inter")),
                                 entry->d_name);
            ++*count;
        }
    if (entries)
        closedir(entries);
    return stem;
}

/* RecBole: NAME.inter, NAME.user, NAME.item. */
static bool find_atomic(struct layout *layout, const char *folder, struct import_report *report)
{
    static const char *const ends[DATASET_TABLES] = {".inter", ".user", ".item"};
    size_t count;
    char *stem = find_inter(folder, &count);
    for (size_t part = 0; count == 1 && part < DATASET_TABLES; part++) {
        char *file = memory_format("%s%s", stem, ends[part]);
        layout->files[part] = existing(folder, file);
        free(file);
    }
    free(stem);
    if (count == 1)
        snprintf(report->format, sizeof report->format, "RecBole");
    return count == 1;
}

/* Amazon's reviews: a file of JSON lines, and beside it perhaps one of items, meta_NAME. */
static bool find_json(struct layout *layout, const char *folder, struct import_report *report)
{
    size_t counts[DATASET_TABLES] = {0};
    char *found[DATASET_TABLES] = {NULL};
    DIR *entries = opendir(folder);
    struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (has_end(entry->d_name, ".json") || has_end(entry->d_name, ".jsonl")) {
            bool items = strncmp(entry->d_name, "meta_", 5) == 0;
            enum dataset_table part = items ? DATASET_ITEMS : DATASET_RATINGS;
            free(found[part]);
            found[part] = in_folder(folder, entry->d_name);
            counts[part]++;
        }
    if (entries)
        closedir(entries);
    bool fits = counts[DATASET_RATINGS] == 1 && counts[DATASET_ITEMS] <= 1;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (fits)
            layout->files[part] = found[part];
        else
            free(found[part]);
    if (fits)
        snprintf(report->format, sizeof report->format, "folder of JSON lines");
    return fits;
}

static bool find_in_folder(struct layout *layout, const char *folder, bool needed,
                           struct import_report *report, struct error *error)
{
    if (find_known(layout, folder, report) || find_atomic(layout, folder, report) ||
        find_json(layout, folder, report) || !needed)
        return true;
    return file_error(
        error, folder, 0,
        "the folder holds none of u.data, ratings.dat, ratings.csv, one .inter "
        "file or one file of JSON lines; name the files with --ratings, --users and --items");
}

static void take_option(struct layout *layout, enum dataset_table part, const char *path)
{
    if (!path)
        return;
    free(layout->files[part]);
    layout->files[part] = memory_string(path);
}

/* The last folder or file of a path, without its extension where it is a file. */
static void last_part(const char *path, bool is_file, char *name, size_t size)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    size_t length = end - start;
    const char *point = is_file ? memrchr(path + start, '.', length) : NULL;
    if (point && point > path + start)
        length = (size_t)(point - (path + start));
    snprintf(name, size, "%.*s", (int)length, path + start);
}

/* A data set is named after its folder, unless its file has a name of its own. */
static void name_after(const char *path, bool is_file, char name[64])
{
    char text[256], folder[512];
    char *absolute = realpath(path, NULL);
    const char *whole = absolute ? absolute : path;
    last_part(whole, is_file, text, sizeof text);
    static const char *const common[] = {"ratings", "u", "rating_final", "interactions", "data"};
    const char *slash = strrchr(whole, '/');
    for (size_t i = 0; is_file && slash && slash > whole && i < 5; i++)
        if (strcmp(text, common[i]) == 0) {
            snprintf(folder, sizeof folder, "%.*s", (int)(slash - whole), whole);
            last_part(folder, false, text, sizeof text);
            break;
        }
    free(absolute);
    size_t used = 0;
    if (!isalpha((unsigned char)*text))
        used = (size_t)snprintf(name, 64, "data_");
    for (size_t i = 0; text[i] != '\0' && used < LONGEST_NAME; i++) {
        unsigned char byte = (unsigned char)text[i];
        name[used++] = isalnum(byte) && byte < 0x80 ? (char)tolower(byte) : '_';
    }
    while (used > 1 && name[used - 1] == '_')
        used--;
    name[used] = '\0';
}

bool layout_find(struct layout *layout, const struct import_options *options,
                 struct import_report *report, struct error *error)
{
    *layout = (struct layout){{NULL}};
    const char *path = options->path;
    struct stat status;
    bool folder = path && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    if (!path && !options->ratings)
        return error_set(error, ERROR_USAGE,
                         "nothing to import: name a folder or a file, or --ratings FILE");
    if (path && !folder && options->ratings)
        return error_set(error, ERROR_USAGE, "both a file and --ratings name the ratings");
    if (folder && !find_in_folder(layout, path, !options->ratings, report, error))
        return false;
    if (path && !folder)
        layout->files[DATASET_RATINGS] = memory_string(path);
    take_option(layout, DATASET_RATINGS, options->ratings);
    take_option(layout, DATASET_USERS, options->users);
    take_option(layout, DATASET_ITEMS, options->items);

    const char *source = path ? path : options->ratings;
    text_safe(source, report->source, sizeof report->source);
    if (options->name)
        snprintf(report->name, sizeof report->name, "%s", options->name);
    else
        name_after(source, !folder, report->name);
    return true;
}

void layout_release(struct layout *layout)
{
    if (!layout)
        return;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        free(layout->files[part]);
    *layout = (struct layout){{NULL}};
}
