/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "layout.h"

#include <ctype.h>
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "scan.h"
#include "source_table.h"

enum { MOST_CHOICES = 2, LONGEST_NAME = 48 };

/* Known folders by the files in them. The first match counts. */
static const struct {
    const char *format, *ratings, *needs; /* NULL: no further condition */
    const char *users, *items[MOST_CHOICES];
} folders[] = {
    {"MovieLens 100K", "u.data", NULL, "u.user", {"u.item"}},
    {"MovieLens 1M", "ratings.dat", NULL, "users.dat", {"movies.dat"}},
    {"MovieLens 1M",
     "ratings.csv",
     "users.dat",
     "users.dat",
     {"movies_extrainfos.dat", "movies.dat"}},
    {"MovieLens latest", "ratings.csv", "movies.csv", "users.csv", {"movies.csv"}},
    {"folder of CSV files", "ratings.csv", NULL, "users.csv", {"items.csv"}},
    {"RecBole", "*.inter", NULL, "*.user", {"*.item"}},
    {"folder of JSON lines", "ratings.jsonl", NULL, "users.jsonl", {"items.jsonl"}},
    {"folder of JSON lines", "*.json", NULL, NULL, {"meta_*.json"}},
    {"folder of JSON lines", "*.jsonl", NULL, NULL, {"meta_*.jsonl"}},
};

/* Files of known folders that thaw does not use. */
static const char *const left_out[] = {"tags.csv", "links.csv", "genome-scores.csv",
                                       "genome-tags.csv", "tags.dat"};

static char *in_folder(const char *folder, const char *file)
{
    size_t length = strlen(folder);
    return memory_format("%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/",
                         file);
}

/* The path of an existing file, freed by the caller, or NULL. A name with a "*" must match exactly
 * one file in the folder; files that match `but` are ignored. */
static char *find_file(const char *folder, const char *name, const char *but)
{
    struct stat status;
    char *path = name ? in_folder(folder, name) : NULL;
    if (!path || stat(path, &status) == 0)
        return path;
    free(path);
    path = NULL;
    size_t count = 0;
    DIR *entries = strchr(name, '*') ? opendir(folder) : NULL;
    struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (fnmatch(name, entry->d_name, 0) == 0 && !(but && fnmatch(but, entry->d_name, 0) == 0)) {
            free(path);
            path = in_folder(folder, entry->d_name);
            count++;
        }
    if (entries)
        closedir(entries);
    if (count == 1)
        return path;
    free(path);
    return NULL;
}

static bool exists(const char *folder, const char *file)
{
    char *path = find_file(folder, file, NULL);
    free(path);
    return path != NULL;
}

/* Prefers the file whose "*" matches the name of the ratings file, else takes the only match. */
static char *find_beside(const char *folder, const char *ratings, const char *name)
{
    const char *file = strrchr(ratings, '/') + 1, *star = name ? strchr(name, '*') : NULL;
    if (!star)
        return find_file(folder, name, NULL);
    char *same = memory_format("%.*s%.*s%s", (int)(star - name), name,
                               (int)(strrchr(file, '.') - file), file, star + 1);
    char *path = find_file(folder, same, NULL);
    free(same);
    return path ? path : find_file(folder, name, NULL);
}

static bool find_in_folder(struct layout *layout, const char *folder, bool needed,
                           struct import_report *report, struct error *error)
{
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *ratings = find_file(folder, folders[i].ratings, folders[i].items[0]);
        if (!ratings || (folders[i].needs && !exists(folder, folders[i].needs))) {
            free(ratings);
            continue;
        }
        layout->files[DATASET_RATINGS] = ratings;
        layout->files[DATASET_USERS] = find_beside(folder, ratings, folders[i].users);
        for (size_t choice = 0; choice < MOST_CHOICES && !layout->files[DATASET_ITEMS]; choice++)
            layout->files[DATASET_ITEMS] = find_beside(folder, ratings, folders[i].items[choice]);
        snprintf(report->format, sizeof report->format, "%s", folders[i].format);
        for (size_t file = 0; file < sizeof left_out / sizeof *left_out; file++)
            if (exists(folder, left_out[file]))
                report_note(report, "%s was left out", left_out[file]);
        return true;
    }
    return !needed ||
           file_error(
               error, folder, 0,
               "the folder holds none of u.data, ratings.dat, ratings.csv, one .inter file or "
               "one file of JSON lines; name the files with --ratings, --users and --items");
}

static void take_option(struct layout *layout, enum dataset_table part, const char *path)
{
    if (!path)
        return;
    free(layout->files[part]);
    layout->files[part] = memory_string(path);
}

/* A data set is named after its folder, or after its file if that has no common name. */
static void name_after(const char *path, bool is_file, char name[64])
{
    static const char common[] = " ratings u rating_final interactions data ";
    char *whole = realpath(path, NULL), *slash;
    if (!whole)
        whole = memory_string(path);
    char *point = is_file ? strrchr(whole, '.') : NULL, word[LONGEST_NAME];
    if (point && point > whole && point[-1] != '/' && !strchr(point, '/'))
        *point = '\0';
    slash = strrchr(whole, '/');
    snprintf(word, sizeof word, " %s ", slash ? slash + 1 : whole);
    if (is_file && slash && slash > whole && strstr(common, word)) {
        *slash = '\0';
        slash = strrchr(whole, '/');
    }
    const char *text = slash ? slash + 1 : whole;
    size_t used = isalpha((unsigned char)*text) ? 0 : (size_t)snprintf(name, 64, "data_");
    for (; *text != '\0' && used < LONGEST_NAME; text++) {
        unsigned char byte = (unsigned char)*text;
        name[used++] = isalnum(byte) && byte < 0x80 ? (char)tolower(byte) : '_';
    }
    while (used > 1 && name[used - 1] == '_')
        used--;
    name[used] = '\0';
    free(whole);
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
