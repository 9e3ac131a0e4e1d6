/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "import_sources.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/foreign_table.h"

/* The path of the whole data set; the first of the further files. */
enum { WHOLE = DATASET_TABLES, FURTHER };

static size_t count_of(const struct import_options *options)
{
    return FURTHER + options->further_count;
}

/* The option that names the source. */
static const char **place_of(struct import_options *options, size_t source)
{
    return source == WHOLE     ? &options->path
           : source >= FURTHER ? &options->further[source - FURTHER].path
                               : &options->files[source];
}

/* Gives the source that path, which is owned by `sources` from then on. */
static void set_path(struct import_sources *sources, size_t source, struct import_options *options,
                     char *path)
{
    free(sources->paths[source]);
    *place_of(options, source) = sources->paths[source] = path;
}

/* The keeper has another working folder, and a plan is read elsewhere too. */
static void make_absolute(struct import_sources *sources, struct import_options *options)
{
    for (size_t source = 0; source < count_of(options); source++) {
        const char *path = *place_of(options, source);
        if (path && strcmp(path, "-") != 0)
            set_path(sources, source, options, file_absolute(path));
    }
    for (size_t part = 0; part < DATASET_TABLES; part++)
        options->of[part].reader = sources->readers[part] = file_absolute(options->of[part].reader);
    options->common.reader = sources->readers[DATASET_TABLES] =
        file_absolute(options->common.reader);
    for (size_t i = 0; i < options->join_count; i++)
        options->joins[i] = sources->joins[i] =
            import_join_absolute(options->path, options->joins[i]);
}

static bool take_standard_input(struct import_sources *sources, struct import_options *options,
                                struct error *error)
{
    bool taken = false;
    for (size_t source = 0; source < count_of(options); source++) {
        const char *path = *place_of(options, source);
        if (!path || strcmp(path, "-") != 0)
            continue;
        if (taken)
            return error_set(error, ERROR_USAGE, "standard input (-) can be read once only");
        if (isatty(STDIN_FILENO))
            return error_set(
                error, ERROR_USAGE,
                "standard input (-) is a terminal; let a file or a program write to it");
        char *stream = import_take_stream(STDIN_FILENO, &sources->files[source], error);
        if (!stream)
            return false;
        set_path(sources, source, options, stream);
        taken = true;
    }
    return true;
}

/* -- tables of SQLite files -------------------------------------------------------------------- */

/* The rows as text in an open file, which is -1 on failure. */
static int write_table(const char *path, const char *what, struct error *error)
{
    const struct foreign_request request = {.path = path, .what = what};
    uint64_t rows;
    int file = file_open_nameless(ERROR_INPUT, error);
    FILE *output = file < 0 ? NULL : file_stream(file, error);
    bool good = output != NULL && foreign_table_write(&request, output, &rows, error);
    if (output && fclose(output) != 0 && good)
        good = error_set(error, ERROR_INPUT, "the table cannot be copied into a temporary file: %s",
                         strerror(errno));
    if (good && lseek(file, 0, SEEK_SET) == 0)
        return file;
    if (file >= 0)
        close(file);
    return -1;
}

/* How foreign_table_write writes. */
static void set_form(struct file_options *form)
{
    form->format = form->encoding = NULL;
    form->separator = ",";
    form->quote = form->header = "yes";
    form->comment = "";
}

/* "items:films" is a table of items; without the word before ":", one of ratings. */
static enum dataset_table part_of(const char **what)
{
    enum dataset_table part = DATASET_RATINGS;
    if (import_option_part(*what, &part))
        *what = strchr(*what, ':') + 1;
    return part;
}

/* A file of rows beside the table: it is joined with users or items, but no ratings go on with a
 * table. */
static bool take_beside(struct import_sources *sources, enum dataset_table part, const char *what,
                        const char *whole, struct import_options *options, struct error *error)
{
    char file[128], table[64];
    text_safe(file_name(options->files[part]), file, sizeof file);
    text_safe(what, table, sizeof table);
    if (!whole || part == DATASET_RATINGS)
        return error_set(error, ERROR_USAGE,
                         "--table %s:%s reads an SQLite file, and --%s \"%s\" is none; %s",
                         dataset_parts[part], table, dataset_parts[part], file,
                         !whole ? "name the SQLite file first, as in thaw import FILE --table NAME"
                                : "import each by itself, and `thaw data merge` makes one set");
    if (options->further_count >= IMPORT_FURTHER)
        return error_set(error, ERROR_USAGE, "at most %d further files are taken", IMPORT_FURTHER);
    memmove(&sources->paths[FURTHER + 1], &sources->paths[FURTHER],
            options->further_count * sizeof *sources->paths);
    memmove(&options->further[1], &options->further[0],
            options->further_count++ * sizeof *options->further);
    sources->paths[FURTHER] = sources->paths[part];
    sources->paths[part] = NULL;
    options->further[0] = (struct further_file){part, options->files[part]};
    options->files[part] = NULL;
    return true;
}

static bool take_table(struct import_sources *sources, const char *what, const char *whole,
                       struct import_options *options, struct error *error)
{
    enum dataset_table part = part_of(&what);
    if (sources->files[part] >= 0)
        return error_set(error, ERROR_USAGE, "--table names the %s twice", dataset_parts[part]);
    if (options->files[part] && !foreign_table_is_file(options->files[part]) &&
        !take_beside(sources, part, what, whole, options, error))
        return false;
    const char *path = options->files[part] ? options->files[part] : whole;
    if (!path)
        return error_set(error, ERROR_USAGE,
                         "--table needs an SQLite file: thaw import FILE --table %s", what);
    sources->files[part] = write_table(path, what, error);
    if (sources->files[part] < 0)
        return false;
    set_path(sources, part, options, import_table_path(sources->files[part], path, what));
    set_form(&options->of[part]);
    return true;
}

/* The name of a file without its ending, as far as it can name a data set; a new string. */
static char *name_after(const char *path)
{
    char *name = memory_string(file_name(path)), *point = strrchr(name, '.');
    if (point)
        *point = '\0';
    for (char *at = name; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at))
            *at = '_';
    return name;
}

static bool take_tables(struct import_sources *sources, const struct arguments *arguments,
                        struct import_options *options, struct error *error)
{
    const char *whole = options->path;
    bool taken = false;
    for (size_t i = 0; i < arguments->option_count; i++) {
        if (strcmp(arguments->options[i].option->name, "table") != 0)
            continue;
        if (!take_table(sources, arguments->options[i].value, whole, options, error))
            return false;
        taken = true;
    }
    if (!taken)
        return true;
    options->path = NULL;
    if (!options->name)
        options->name = sources->name = name_after(whole ? whole : "data");
    return options->files[DATASET_RATINGS] ||
           error_set(error, ERROR_USAGE, "no --table has the ratings: --table NAME names them");
}

/* A table is read at any place of its file, more than once. */
static bool refuse_streams(const struct arguments *arguments, struct import_options *options,
                           struct error *error)
{
    for (size_t source = 0; source < count_of(options); source++) {
        const char *path = *place_of(options, source);
        if (path && strcmp(path, "-") == 0 && arguments_has(arguments, "table"))
            return error_set(error, ERROR_USAGE,
                             "--table needs an SQLite file, and standard input (-) is none: save "
                             "it, and name the file");
    }
    return true;
}

/* An SQLite file without --table is refused with the names of its tables. */
static bool check_tables(const struct import_options *options, struct error *error)
{
    for (size_t source = 0; source < count_of(options); source++) {
        struct import_options copy = *options;
        const char *path = *place_of(&copy, source);
        if (path && foreign_table_is_file(path))
            return foreign_table_refuse(path, error);
    }
    return true;
}

bool import_sources_open(struct import_sources *sources, const struct arguments *arguments,
                         struct import_options *options, struct error *error)
{
    *sources = (struct import_sources){.name = NULL};
    for (size_t source = 0; source < IMPORT_SOURCES; source++)
        sources->files[source] = -1;
    if (!import_options_check(options, error))
        return false;
    make_absolute(sources, options);
    return refuse_streams(arguments, options, error) &&
           take_standard_input(sources, options, error) &&
           take_tables(sources, arguments, options, error) && check_tables(options, error);
}

void import_sources_release(struct import_sources *sources)
{
    for (size_t source = 0; source < IMPORT_SOURCES; source++) {
        if (sources->files[source] >= 0)
            close(sources->files[source]);
        free(sources->paths[source]);
    }
    for (size_t part = 0; part <= DATASET_TABLES; part++)
        free(sources->readers[part]);
    for (size_t i = 0; i < IMPORT_FURTHER; i++)
        free(sources->joins[i]);
    free(sources->name);
}
