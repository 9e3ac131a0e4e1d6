/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/export_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

/* An export never replaces a workbench, which is most likely the open one. */
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
    char safe[256], known[TABLE_FORMAT_TEXT];
    *file = (struct export_file){.format = table_format_of_file(path)};
    if (*path == '\0')
        return error_set(error, ERROR_USAGE, "which file? Such as: export runs.csv");
    if (replace && is_database(path))
        return error_set(error, ERROR_USAGE, "\"%s\": a database, which no export replaces",
                         text_safe(path, safe, sizeof safe));
    if (file->format == TABLE_FORMAT_COUNT)
        return error_set(error, ERROR_USAGE, "\"%s\": its name tells no format; end it in %s",
                         text_safe(path, safe, sizeof safe), table_format_words(true, known));
    if (!file_output_begin(&file->file, path, replace, &exists, error)) {
        struct error why = *error;
        if (exists && !replace)
            error_set(error, ERROR_USAGE, "%.400s; \":export! FILE\" replaces it", why.text);
        return false;
    }
    file->output = (struct output){.descriptor = file->file.descriptor};
    return true;
}

bool export_rows(struct export_file *file, const struct listing *listing)
{
    if (!file->writer)
        file->writer = listing_writer(listing, file->format, &file->output);
    listing_write(listing, file->format, file->writer);
    return output_flush(&file->output);
}

bool export_close(struct export_file *file, bool good, struct error *error)
{
    char safe[256];
    table_writer_finish(file->writer);
    bool written = output_flush(&file->output);
    output_release(&file->output);
    if (good && !written)
        error_set(error, ERROR_USAGE, "\"%s\": cannot be written: %s",
                  text_safe(file->file.path, safe, sizeof safe), strerror(file->output.why));
    return file_output_finish(&file->file, good && written, error);
}
