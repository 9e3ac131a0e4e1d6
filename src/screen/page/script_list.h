/* SPDX-License-Identifier: MIT
 *
 * Lists the experiments: those bundled with thaw, those in the working folder and its "experiments"
 * folder, and those of executions whose file is elsewhere or gone.
 */
#ifndef SCREEN_SCRIPT_LIST_H
#define SCREEN_SCRIPT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "store/store.h"

struct script_entry {
    char *name;   /* without folder and .lua */
    char *path;   /* as shown */
    char *full;   /* the absolute path without links; NULL if the file is gone */
    char *origin; /* "bundled", "here", "run 12" */
    char *source; /* the text if the file is gone; NULL otherwise */
};

struct script_list {
    struct script_entry *entries; /* owned */
    size_t count;
};

void script_list_release(struct script_list *list); /* leaves {0} */
/* `store` may be NULL. */
void script_list_read(struct script_list *list, struct store *store);

/* The text of an entry as a new string of at most a mebibyte, with tabs as spaces. Returns NULL
 * with an error if it cannot be read. */
char *script_entry_text(const struct script_entry *entry, struct error *error);

#endif
