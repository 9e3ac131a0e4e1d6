/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "export_columns.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "import/import.h"

enum { LONGEST_NAME = 1000 };

/* Whether an importer would take the end of the name for a type of RecBole's. */
static bool has_type(const char *name)
{
    static const char *const types[] = {":token", ":token_seq", ":float", ":float_seq"};
    const char *colon = strrchr(name, ':');
    for (size_t i = 0; colon && i < sizeof types / sizeof *types; i++)
        if (strcmp(colon, types[i]) == 0)
            return true;
    return false;
}

/* Whether a header can hold the name: it has no line end, nothing that an importer might take for a
 * separator of fields, a type or a mark, and no blanks around it. */
static bool fits(const char *name, bool typed)
{
    size_t length = strlen(name);
    if (length == 0 || length > LONGEST_NAME || strcmp(name, "-") == 0 || strstr(name, "::") ||
        has_type(name) || (typed && strchr(name, ':')))
        return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || strchr("|;\x7f", name[i]))
            return false;
    return !isspace((unsigned char)name[0]) && !isspace((unsigned char)name[length - 1]);
}

/* Gives a column with a role its usual name if an import would miss it. */
static void settle_roles(enum dataset_table part, const struct dataset_column *columns,
                         size_t count, char **names, bool *guessed, struct bytes *notes)
{
    static const char *const usual[] = {
        [ROLE_USER] = "user",      [ROLE_ITEM] = "item",   [ROLE_RATING] = "rating",
        [ROLE_TIME] = "timestamp", [ROLE_TITLE] = "title",
    };
    enum column_role *roles = memory_array(count + 1, sizeof *roles);
    bool *sure = memory_array(count + 1, sizeof *sure);
    import_roles(part, names, count, roles, sure);
    for (size_t i = 0; i < count; i++) {
        if (columns[i].role == ROLE_OTHER || columns[i].role == roles[i])
            continue;
        bytes_add_format(
            notes, "the column %s of the %s is called %s, so that an import sees what it is\n",
            columns[i].name, dataset_parts[part], usual[columns[i].role]);
        free(names[i]);
        names[i] = memory_string(usual[columns[i].role]);
    }
    import_roles(part, names, count, roles, sure);
    *guessed = false;
    for (size_t i = 0; i < count; i++) {
        if (columns[i].role == ROLE_TIME)
            *guessed = !sure[i];
        if (roles[i] != columns[i].role && !(roles[i] == ROLE_TIME && !sure[i]))
            bytes_add_format(notes, "an import will take the column %s of the %s for the %s\n",
                             names[i], dataset_parts[part], usual[roles[i]]);
    }
    free(sure);
    free(roles);
}

char **export_columns(enum dataset_table part, const struct dataset_column *columns, size_t count,
                      char *const *stored, bool typed, bool *guessed, struct bytes *notes)
{
    char **names = memory_array(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = memory_string(fits(columns[i].name, typed) ? columns[i].name : stored[i]);
    settle_roles(part, columns, count, names, guessed, notes);
    return names;
}

void export_columns_free(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}
