/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command/suggest.h"

#include <stdio.h>
#include <string.h>

#include "base/suggestion.h"
#include "store/query_store.h"

void suggest_in_query(struct store *store, struct error *error)
{
    static const char *const causes[] = {"no such table: ", "no such column: "};
    struct query_names names;
    struct error ignored;
    char typed[SUGGESTION_LONGEST + 1];
    for (size_t i = 0; i < 2; i++) {
        const char *cause = strstr(error->text, causes[i]);
        if (!cause || !query_names_read(store, &names, &ignored))
            continue;
        const char *name = cause + strlen(causes[i]), *point = strrchr(name, '.');
        snprintf(typed, sizeof typed, "%s", point ? point + 1 : name);
        size_t first = i == 0 ? 0 : names.tables, count = i == 0 ? names.tables : names.count;
        const char *meant = suggest(typed, (const char *const *)names.names + first, count - first);
        size_t used = strlen(error->text);
        if (meant)
            snprintf(error->text + used, sizeof error->text - used, "; did you mean \"%s\"?",
                     meant);
        query_names_release(&names);
        return;
    }
}
