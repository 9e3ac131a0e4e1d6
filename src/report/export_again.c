/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "export_again.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "import/import.h"

/* Whether the import sees the columns as they are. */
static bool is_seen(const struct planned_table *planned, const struct exported_columns *exported)
{
    if (planned->count != exported->count)
        return false;
    for (size_t i = 0; i < planned->count; i++)
        if (planned->columns[i].role != exported->roles[i] ||
            strcmp(planned->columns[i].name, exported->names[i]) != 0)
            return false;
    return true;
}

static const char *name_of(const struct exported_columns *exported, enum column_role role)
{
    for (size_t i = 0; i < exported->count; i++)
        if (exported->roles[i] == role)
            return exported->names[i];
    return "-";
}

/* Says of every role of the table which column has it, or that none has. */
static void add_roles(struct bytes *text, enum dataset_table part, bool alone,
                      const struct exported_columns *exported)
{
    static const bool has[DATASET_TABLES][ROLE_KINDS] = {
        [DATASET_RATINGS] =
            {[ROLE_USER] = true, [ROLE_ITEM] = true, [ROLE_RATING] = true, [ROLE_TIME] = true},
        [DATASET_USERS] = {[ROLE_USER] = true},
        [DATASET_ITEMS] = {[ROLE_ITEM] = true, [ROLE_TITLE] = true},
    };
    for (enum column_role role = ROLE_USER; role < ROLE_KINDS; role++) {
        const char *name = name_of(exported, role);
        if (!has[part][role])
            continue;
        char *value = alone && !import_option_part(name, NULL)
                          ? memory_string(name)
                          : memory_format("%s:%s", dataset_parts[part], name);
        bytes_add_format(text, " --%s ", column_role_words[role]);
        bytes_add_word(text, value);
        free(value);
    }
}

char *export_command(const char *folder, const struct dataset_summary *summary,
                     const struct exported_columns exported[DATASET_TABLES])
{
    struct bytes text = {0};
    struct import_plan plan;
    struct error ignored;
    bool alone = exported[DATASET_USERS].count + exported[DATASET_ITEMS].count == 0;
    import_look(&(const struct import_options){.path = folder, .name = summary->name}, &plan,
                &ignored);
    bytes_add_format(&text, "thaw import ");
    bytes_add_word(&text, folder);
    bytes_add_format(&text, " --name %s", summary->name);
    for (enum dataset_table part = 0; part < DATASET_TABLES; part++)
        if (exported[part].count > 0 && !is_seen(&plan.tables[part], &exported[part]))
            add_roles(&text, part, alone, &exported[part]);
    if (summary->repeats != REPEATS_LAST)
        bytes_add_format(&text, " --repeats %s", repeats_words[summary->repeats]);
    bytes_add(&text, "", 1);
    import_plan_release(&plan);
    return (char *)text.data;
}
