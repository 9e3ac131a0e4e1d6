/* SPDX-License-Identifier: MIT
 *
 * An option without the name of a table is about all files that can use it, and fails if none can.
 * One with the name of a table has to find its file and something there to decide.
 */
#include "config.h"

#include "option_check.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum file_option {
#define X(field, ...) FILE_OPTION_##field,
    FILE_OPTIONS(X)
#undef X
        FILE_OPTION_COUNT
};

static const char *const words[] = {
#define X(field, option) option,
    FILE_OPTIONS(X)
#undef X
};

static const char *value_of(const struct file_options *options, enum file_option option)
{
    const char *const values[] = {
#define X(field, ...) options->field,
        FILE_OPTIONS(X)
#undef X
    };
    return values[option];
}

/* Whether the option can decide something about a table of that kind. */
static bool is_about(enum file_option option, enum dataset_table part)
{
    if (option == FILE_OPTION_user || option == FILE_OPTION_item)
        return part == DATASET_RATINGS ||
               part == (option == FILE_OPTION_user ? DATASET_USERS : DATASET_ITEMS);
    if (option == FILE_OPTION_rating || option == FILE_OPTION_time ||
        option == FILE_OPTION_time_format)
        return part == DATASET_RATINGS;
    return option != FILE_OPTION_title || part == DATASET_ITEMS;
}

/* Whether the option can decide something about the format of the file. */
static bool fits_format(enum file_option option, const char *value,
                        const struct source_table *table)
{
    const struct records *records = table->records;
    bool cells = *records->choice.separator != '\0';
    if (option == FILE_OPTION_separator || option == FILE_OPTION_quote ||
        option == FILE_OPTION_comment)
        return cells || *value == '\0';
    return option != FILE_OPTION_header || !records->format->names || strcmp(value, "yes") == 0;
}

/* "ratings.csv (columns between commas), films.json (JSON lines)" */
static void list_files(const struct source_table *tables, char *list, size_t size)
{
    size_t used = 0;
    for (size_t part = 0; part < DATASET_TABLES && used < size; part++)
        if (tables[part].records)
            used += (size_t)snprintf(list + used, size - used, "%s%s, %s (%s)", used ? "; " : "",
                                     dataset_parts[part], source_table_file(&tables[part]),
                                     tables[part].records->choice.words);
}

static bool refuse(enum file_option option, enum dataset_table part, const char *what,
                   const struct source_table *tables, struct error *error)
{
    char list[300] = "", shown[300], name[64];
    bool columns = option == FILE_OPTION_columns;
    snprintf(name, sizeof name, "--%s%s%s", columns ? dataset_parts[part] : "", columns ? "-" : "",
             words[option]);
    list_files(tables, list, sizeof list);
    return error_set(error, ERROR_USAGE, "%s %s; the files are: %s", name, what,
                     text_safe(list, shown, sizeof shown));
}

/* An option that is about this table alone. */
static bool check_single(const struct source_table *tables, enum file_option option,
                         enum dataset_table part, const char *value, struct error *error)
{
    char what[64];
    if (!is_about(option, part)) {
        snprintf(what, sizeof what, "decides nothing about a table of %s", dataset_parts[part]);
        return refuse(option, part, what, tables, error);
    }
    if (!tables[part].records) {
        snprintf(what, sizeof what, "is about a file of %s, and there is none",
                 dataset_parts[part]);
        return refuse(option, part, what, tables, error);
    }
    return fits_format(option, value, &tables[part]) ||
           refuse(option, part, "is about columns between separators", tables, error);
}

/* Whether the table has its value from an option that is about all files. */
static bool has_common(const struct import_options *options, enum file_option option,
                       enum dataset_table part)
{
    const char *value = value_of(&options->of[part], option);
    const char *common = value_of(&options->common, option);
    return import_option_is_meant(DATASET_USERS, words[option]) && value && common &&
           strcmp(value, common) == 0;
}

/* An option that is about all files: one has to be able to use it. */
static bool check_common(const struct import_options *options, const struct source_table *tables,
                         enum file_option option, struct error *error)
{
    const char *value = value_of(&options->common, option);
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (tables[part].records && is_about(option, part) && has_common(options, option, part) &&
            fits_format(option, value, &tables[part]))
            return true;
    return refuse(option, DATASET_RATINGS, "is about columns between separators", tables, error);
}

bool option_check(const struct import_options *options, const struct source_table *tables,
                  bool joined, struct error *error)
{
    for (enum file_option option = 0; option < FILE_OPTION_COUNT; option++) {
        bool common = false;
        for (size_t part = 0; part < DATASET_TABLES; part++) {
            const char *value = value_of(&options->of[part], option);
            common = common || has_common(options, option, part);
            if (value && !has_common(options, option, part) &&
                !check_single(tables, option, part, value, error))
                return false;
        }
        if (common && !(joined && import_option_is_of_file(words[option])) &&
            !check_common(options, tables, option, error))
            return false;
    }
    return true;
}
