/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sibling.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "folder_names.h"

char *sibling_find(const char *path, const char *name)
{
    struct folder_names folder = {0};
    struct error ignored;
    bool is_folder = false;
    const char *slash = strrchr(path, '/');
    size_t length = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
    char *place = slash ? memory_format("%.*s", (int)length, path) : memory_string(".");
    char *found = folder_names_read(&folder, place, &is_folder, NULL, NULL, &ignored) && is_folder
                      ? folder_names_find(&folder, name, NULL)
                      : NULL;
    folder_names_release(&folder);
    free(place);
    return found;
}
