/* SPDX-License-Identifier: MIT
 *
 * Sets what options of the command line say of an import.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "import/import.h"
#include "source_path.h"

static const char **field_of(struct file_options *options, const char *name)
{
#define X(field, option)                                                                           \
    if (strcmp(name, option) == 0)                                                                 \
        return &options->field;
    FILE_OPTIONS(X)
#undef X
    return NULL;
}

const char *import_option_value(const struct file_options *options, const char *name)
{
    struct file_options copy = *options;
    const char **field = field_of(&copy, name);
    return field ? *field : NULL;
}

bool import_option_part(const char *value, enum dataset_table *part)
{
    for (enum dataset_table table = 0; table < DATASET_TABLES; table++) {
        size_t length = strlen(dataset_parts[table]);
        if (strncmp(value, dataset_parts[table], length) != 0 || value[length] != ':')
            continue;
        if (part)
            *part = table;
        return true;
    }
    return false;
}

bool import_option_is_meant(enum dataset_table part, const char *name)
{
    static const char ratings_only[] = " user item rating time ";
    const char *found = strstr(ratings_only, name);
    if (found && found[-1] == ' ' && found[strlen(name)] == ' ')
        return part == DATASET_RATINGS;
    return strcmp(name, "title") != 0 || part == DATASET_ITEMS;
}

static void add_file(struct import_options *options, enum dataset_table part, const char *path)
{
    if (!options->files[part])
        options->files[part] = path;
    else if (options->further_count++ < IMPORT_FURTHER)
        options->further[options->further_count - 1] = (struct further_file){part, path};
}

static void add_join(struct import_options *options, const char *join)
{
    if (options->join_count++ < IMPORT_FURTHER)
        options->joins[options->join_count - 1] = join;
}

/* "--users users.csv", "--users-columns a,b" */
static bool take_table(struct import_options *options, const char *name, const char *value)
{
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        size_t length = strlen(dataset_parts[part]);
        if (strncmp(name, dataset_parts[part], length) != 0)
            continue;
        if (name[length] == '\0')
            add_file(options, part, value);
        else if (strcmp(name + length, "-columns") == 0)
            options->of[part].columns = value;
        else
            continue;
        return true;
    }
    return false;
}

bool import_option_is_of_file(const char *name)
{
    static const char *const names[] = {"format", "separator", "encoding", "header", "quote"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* The length of FILE in "FILE:VALUE", or 0: a name with a point and a letter behind it. */
static size_t file_length(const char *value)
{
    size_t length = strcspn(value, ":"), point = length;
    while (point > 0 && value[point] != '.')
        point--;
    bool named = value[point] == '.' && isalpha((unsigned char)value[point + 1]);
    return value[length] == ':' && named ? length : 0;
}

bool import_option_names(const char *file)
{
    char *value = memory_format("%s:", file);
    bool named = file_length(value) == strlen(file);
    free(value);
    return named;
}

struct file_options import_options_of_file(const struct import_options *options, const char *path)
{
    struct file_options found = {.format = NULL};
#define X(field, option)                                                                           \
    if (import_option_is_of_file(option))                                                          \
        found.field = options->common.field;
    FILE_OPTIONS(X)
#undef X
    for (size_t i = 0; i < options->setting_count; i++) {
        const struct file_setting *setting = &options->settings[i];
        size_t length = file_length(setting->value);
        const char **field = field_of(&found, setting->option);
        if (field && source_path_ends(path, setting->value, length))
            *field = setting->value + length + 1;
    }
    return found;
}

static bool take_file_option(struct import_options *options, const char *name, const char *value)
{
    struct file_options none;
    if (strcmp(name, "columns") == 0 || !field_of(&none, name))
        return false;
    enum dataset_table about;
    if (import_option_part(value, &about)) {
        *field_of(&options->of[about], name) = strchr(value, ':') + 1;
        return true;
    }
    if (import_option_is_of_file(name) && file_length(value) > 0) {
        if (options->setting_count++ < IMPORT_SETTINGS)
            options->settings[options->setting_count - 1] = (struct file_setting){name, value};
        return true;
    }
    *field_of(&options->common, name) = value;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (import_option_is_meant(part, name))
            *field_of(&options->of[part], name) = value;
    return true;
}

static bool is_same_file(const char *one, const char *other)
{
    if (strcmp(one, other) == 0)
        return strcmp(one, "-") != 0;
    char *real = realpath(one, NULL), *real_other = realpath(other, NULL);
    bool same = real && real_other && strcmp(real, real_other) == 0;
    free(real);
    free(real_other);
    return same;
}

/* A file that is named twice for a table would give all its rows twice. */
static bool check_files(const struct import_options *options, struct error *error)
{
    for (size_t i = 0; i < options->further_count; i++) {
        const struct further_file *file = &options->further[i];
        const char *first = options->files[file->part];
        bool twice = first && is_same_file(first, file->path);
        for (size_t other = 0; other < i; other++)
            twice = twice || (options->further[other].part == file->part &&
                              is_same_file(options->further[other].path, file->path));
        char shown[128];
        if (twice)
            return error_set(error, ERROR_USAGE, "\"%s\" is named twice for the %s",
                             text_safe(file->path, shown, sizeof shown), dataset_parts[file->part]);
    }
    return true;
}

bool import_options_check(const struct import_options *options, struct error *error)
{
    if (options->further_count > IMPORT_FURTHER || options->join_count > IMPORT_FURTHER ||
        options->setting_count > IMPORT_SETTINGS)
        return error_set(error, ERROR_USAGE,
                         "at most %d further files are taken, as many joins, and %d options about "
                         "single files",
                         IMPORT_FURTHER, IMPORT_SETTINGS);
    if (!check_files(options, error))
        return false;
    for (size_t i = 0; i < options->join_count; i++) {
        const char *join = options->joins[i], *equals = strrchr(join, '=');
        char shown[128];
        if (*join == '\0' || (equals && !memchr(join, ':', (size_t)(equals - join))))
            return error_set(error, ERROR_USAGE,
                             "--join is FILE:COLUMN=TABLE.COLUMN or only FILE, not \"%s\"",
                             text_safe(join, shown, sizeof shown));
    }
    return true;
}

/* Whether a file is named by its path, and not by its name in the folder that is imported. */
static bool is_path(const char *folder, const char *file)
{
    if (strchr(file, '/'))
        return true;
    char *beside = memory_format("%s/%s", folder ? folder : "", file);
    bool found = access(file, F_OK) == 0 && !(folder && access(beside, F_OK) == 0);
    free(beside);
    return found;
}

size_t import_join_file(const char *join, const char **table)
{
    const char *equals = strrchr(join, '='), *colon = equals;
    while (colon && colon > join && *colon != ':')
        colon--;
    *table = equals ? equals + 1 : NULL;
    return colon && *colon == ':' ? (size_t)(colon - join) : strlen(join);
}

char *import_join_absolute(const char *folder, const char *join)
{
    const char *table;
    size_t length = import_join_file(join, &table);
    char *file = memory_format("%.*s", (int)length, join);
    char *path = is_path(folder, file) ? file_absolute(file) : memory_string(file);
    char *whole = memory_format("%s%s", path, join + length);
    free(file);
    free(path);
    return whole;
}

bool import_options_take(struct import_options *options, const char *name, const char *value)
{
    if (strcmp(name, "name") == 0)
        options->name = value;
    else if (strcmp(name, "repeats") == 0)
        options->repeats = value;
    else if (strcmp(name, "join") == 0)
        add_join(options, value);
    else if (strcmp(name, "unjailed") == 0)
        options->unjailed = true;
    else if (strcmp(name, "keep-going") == 0)
        options->keep_going = true;
    else
        return take_table(options, name, value) || take_file_option(options, name, value);
    return true;
}
