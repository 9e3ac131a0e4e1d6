/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "import_lists.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

/* Whether the path leads to a file, or into one that is an archive. */
static bool exists(const char *path, size_t length)
{
    char *file = memory_format("%.*s", (int)length, path);
    bool found = access(file, F_OK) == 0;
    for (char *slash; !found && (slash = strrchr(file, '/')) && slash != file;) {
        *slash = '\0';
        found = access(file, F_OK) == 0;
    }
    free(file);
    return found;
}

static bool is_list(const char *text)
{
    size_t first = strcspn(text, ",");
    return first > 0 && text[first] == ',' && access(text, F_OK) != 0 && exists(text, first);
}

static void add(struct import_options *options, enum dataset_table part, const char *path)
{
    if (*path == '\0')
        return;
    if (!options->files[part])
        options->files[part] = path;
    else if (options->further_count++ < IMPORT_FURTHER)
        options->further[options->further_count - 1] = (struct further_file){part, path};
}

static void take(struct import_lists *lists, struct import_options *options,
                 enum dataset_table part, const char *path)
{
    if (!is_list(path)) {
        add(options, part, path);
        return;
    }
    char *text = lists->texts[lists->count++] = memory_string(path), *rest = text;
    while (rest)
        add(options, part, strsep(&rest, ","));
}

void import_lists_open(struct import_lists *lists, struct import_options *options)
{
    const struct import_options given = *options;
    lists->count = 0;
    if (given.further_count > IMPORT_FURTHER) /* refused later */
        return;
    options->further_count = 0;
    for (enum dataset_table part = 0; part < DATASET_TABLES; part++) {
        options->files[part] = NULL;
        if (given.files[part])
            take(lists, options, part, given.files[part]);
        for (size_t i = 0; i < given.further_count; i++)
            if (given.further[i].part == part)
                take(lists, options, part, given.further[i].path);
    }
}

void import_lists_release(struct import_lists *lists)
{
    for (size_t i = 0; i < lists->count; i++)
        free(lists->texts[i]);
}
