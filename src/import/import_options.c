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

/* Whether an option without the name of a table is about that table. */
static bool is_meant(enum dataset_table part, const char *name)
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
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        size_t length = strlen(dataset_parts[part]);
        if (strncmp(value, dataset_parts[part], length) == 0 && value[length] == ':') {
            *field_of(&options->of[part], name) = value + length + 1;
            return true;
        }
    }
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (is_meant(part, name))
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
