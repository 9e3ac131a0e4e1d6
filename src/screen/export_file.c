/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/export_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* A workbench, most likely the one that is open, is not what an export replaces. */
static bool is_database(const char *path)
{
    static const char HEAD[] = "SQLite format 3";
    char head[sizeof HEAD] = "";
    struct error ignored;
    int file = file_open_input(path, ERROR_USAGE, &ignored);
    bool is = file >= 0 && read(file, head, sizeof head) == (ssize_t)sizeof head &&
              memcmp(head, HEAD, sizeof head) == 0;
    if (file >= 0)
        close(file);
    return is;
}

bool export_open(struct export_file *file, const char *words, struct error *error)
{
    words += strspn(words, " ");
    bool replace = *words == '!', exists;
    const char *path = words + replace + strspn(words + replace, " ");
    if (*path == '\0')
        return error_set(error, ERROR_USAGE, "which file? Such as: export runs.csv");
    if (replace && is_database(path)) {
        char safe[256];
        return error_set(error, ERROR_USAGE, "\"%s\": a database, which no export replaces",
                         text_safe(path, safe, sizeof safe));
    }
    int descriptor = file_open_output(path, replace, &exists, error);
    struct error why = *error;
    if (descriptor < 0 && exists && !replace)
        error_set(error, ERROR_USAGE, "%.400s; \":export! FILE\" replaces it", why.text);
    if (descriptor < 0)
        return false;
    const char *ending = strrchr(path, '.');
    *file = (struct export_file){.path = memory_string(path), .output = {.descriptor = descriptor}};
    if (ending && strcmp(ending, ".json") == 0) {
        file->json = json_new(&file->output);
        json_open_array(file->json, NULL);
    }
    return true;
}

bool export_rows(struct export_file *file, const struct listing *listing)
{
    if (file->json)
        listing_write_json(listing, file->json);
    else if (!file->begun)
        listing_write_titles(listing, &file->output);
    if (!file->json)
        listing_write_csv(listing, &file->output);
    file->begun = true;
    return output_flush(&file->output);
}

bool export_close(struct export_file *file, bool good, struct error *error)
{
    if (file->json) {
        json_close_array(file->json);
        json_finish(file->json);
    }
    bool written = output_flush(&file->output);
    output_release(&file->output);
    written = close(file->output.descriptor) == 0 && written;
    if (!good || !written)
        file_take_away(file->path);
    if (good && !written) {
        char safe[256];
        error_set(error, ERROR_USAGE, "\"%s\": cannot be written",
                  text_safe(file->path, safe, sizeof safe));
    }
    free(file->path);
    return good && written;
}
