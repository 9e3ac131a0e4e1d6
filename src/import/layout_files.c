/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "layout_files.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "source_path.h"

void layout_add(struct layout *layout, enum dataset_table part, char *path, bool given,
                bool by_join)
{
    layout->further = memory_grow(layout->further, layout->count, sizeof *layout->further);
    layout->further[layout->count++] = (struct layout_file){part, path, given, by_join};
}

static size_t called_beside(const char *path, const char *other)
{
    bool shared =
        other && strcmp(path, other) != 0 && strcmp(file_name(path), file_name(other)) == 0;
    return strlen(shared ? source_path_end(path, other) : file_name(path));
}

size_t layout_called(const struct layout *layout, const char *path)
{
    size_t called = 0;
    for (size_t i = 0; i < DATASET_TABLES + layout->count; i++) {
        const char *other =
            i < DATASET_TABLES ? layout->files[i] : layout->further[i - DATASET_TABLES].path;
        size_t beside = called_beside(path, other);
        called = beside > called ? beside : called;
    }
    return called;
}
