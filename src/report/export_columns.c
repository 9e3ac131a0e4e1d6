/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "export_columns.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

bool export_columns_have(char *const *names, size_t count, size_t place, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (i != place && import_names_match(names[i], name))
            return true;
    return false;
}

/* Gives a column with a role its usual name if an import would miss it. Titles keep theirs, which
 * the digest has. */
static void settle_roles(enum dataset_table part, const struct dataset_column *columns,
                         size_t count, char **names, bool *guessed, struct bytes *notes)
{
    static const char *const usual[ROLE_KINDS] = {
        [ROLE_USER] = "user",
        [ROLE_ITEM] = "item",
        [ROLE_RATING] = "rating",
        [ROLE_TIME] = "timestamp",
    };
    enum column_role *roles = memory_array(count + 1, sizeof *roles);
    bool *sure = memory_array(count + 1, sizeof *sure);
    import_roles(part, names, count, roles, sure);
    for (size_t i = 0; i < count; i++) {
        const char *name = usual[columns[i].role];
        if (!name || columns[i].role == roles[i] || export_columns_have(names, count, i, name))
            continue;
        bytes_add_format(
            notes, "the column %s of the %s is called %s, so that an import sees what it is\n",
            columns[i].name, dataset_parts[part], name);
        free(names[i]);
        names[i] = memory_string(name);
    }
    import_roles(part, names, count, roles, sure);
    *guessed = false;
    for (size_t i = 0; i < count; i++)
        if (columns[i].role == ROLE_TIME)
            *guessed = !sure[i];
    free(sure);
    free(roles);
}

/* Whether the workbench tells two columns apart by a number behind a name, as "x_2". */
static bool has_numbered(char *const *stored, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *mark = strrchr(stored[i], '_');
        size_t length = mark ? (size_t)(mark - stored[i]) : 0;
        bool number = mark && mark[1] && strspn(mark + 1, "0123456789") == strlen(mark + 1);
        for (size_t other = 0; number && other < count; other++)
            if (strlen(stored[other]) == length &&
                strncasecmp(stored[other], stored[i], length) == 0)
                return true;
    }
    return false;
}

char **export_columns(enum dataset_table part, const struct dataset_column *columns, size_t count,
                      char *const *stored, bool typed, bool *guessed, struct bytes *notes)
{
    char **names = memory_array(count + 1, sizeof *names);
    bool numbered = has_numbered(stored, count);
    for (size_t i = 0; i < count; i++)
        names[i] =
            memory_string(!numbered && fits(columns[i].name, typed) ? columns[i].name : stored[i]);
    settle_roles(part, columns, count, names, guessed, notes);
    return names;
}

void export_columns_free(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}
