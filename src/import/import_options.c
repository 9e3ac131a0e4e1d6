/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "import/import.h"

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

/* "--users users.csv", "--users-columns a,b" */
static bool take_table(struct import_options *options, const char *name, const char *value)
{
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        size_t length = strlen(dataset_parts[part]);
        if (strncmp(name, dataset_parts[part], length) != 0)
            continue;
        if (name[length] == '\0')
            options->files[part] = value;
        else if (strcmp(name + length, "-columns") == 0)
            options->of[part].columns = value;
        else
            continue;
        return true;
    }
    return false;
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
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (import_option_is_meant(part, name))
            *field_of(&options->of[part], name) = value;
    return true;
}

bool import_options_take(struct import_options *options, const char *name, const char *value)
{
    if (strcmp(name, "name") == 0)
        options->name = value;
    else if (strcmp(name, "repeats") == 0)
        options->repeats = value;
    else if (strcmp(name, "unjailed") == 0)
        options->unjailed = true;
    else if (strcmp(name, "keep-going") == 0)
        options->keep_going = true;
    else
        return take_table(options, name, value) || take_file_option(options, name, value);
    return true;
}
