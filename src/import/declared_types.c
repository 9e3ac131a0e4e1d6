/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "declared_types.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/list.h"
#include "base/memory.h"
#include "import/import.h"

static bool is_field(const struct record *record, size_t field, const char *text)
{
    return record->lengths[field] == strlen(text) &&
           memcmp(record->fields[field], text, strlen(text)) == 0;
}

static void apply(const struct record *record, struct source_table *table)
{
    static const char *const types[] = {COLUMN_TYPES(LIST_TEXT)};
    if (record->count != 3 || !is_field(record, 0, dataset_parts[table->part]))
        return;
    for (size_t i = 0; i < table->count; i++)
        for (size_t type = 0; type < sizeof types / sizeof *types; type++)
            if (table->columns[i].role == ROLE_OTHER &&
                is_field(record, 1, table->columns[i].name) && is_field(record, 2, types[type])) {
                table->columns[i].type = (enum column_type)type;
                table->columns[i].declared = true;
            }
}

void declared_types_apply(const char *path, struct source_table *table)
{
    struct stat status;
    struct error ignored;
    struct record record;
    if (!path || stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return;
    char *name = memory_format("%s/%s", path, IMPORT_TYPES_FILE);
    static const struct format_options open = {.columns_given = 0};
    bool more = false;
    struct records *records = stat(name, &status) == 0 ? records_open(name, &open, &ignored) : NULL;
    bool good = records && records_next(records, &record, &more, &ignored) && more &&
                record.count == 3 && is_field(&record, 0, "table") &&
                is_field(&record, 1, "column") && is_field(&record, 2, "type");
    table->exact = good;
    while (good && records_next(records, &record, &more, &ignored) && more)
        apply(&record, table);
    records_free(records);
    free(name);
}
