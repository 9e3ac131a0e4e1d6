/* SPDX-License-Identifier: MIT
 *
 * The experiments a person may want: those that came with thaw, those in the present folder and its
 * "experiments", and those that were run and whose file is elsewhere or gone.
 */
#ifndef SCREEN_SCRIPT_LIST_H
#define SCREEN_SCRIPT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "store/store.h"

struct script_entry {
    char *name;   /* without folder and .lua */
    char *path;   /* as it is shown */
    char *full;   /* the same without links and from the root; NULL if it has gone */
    char *origin; /* "bundled", "here", "run 12" */
    char *source; /* of one whose file has gone; NULL otherwise */
};

struct script_list {
    struct script_entry *entries; /* owned */
    size_t count;
};

void script_list_release(struct script_list *list); /* leaves {0} */
/* `store` may be NULL. */
void script_list_read(struct script_list *list, struct store *store);

/* The text of an entry with tabs as spaces, at most a mebibyte; a new string. NULL with an error
 * if it cannot be read. */
char *script_entry_text(const struct script_entry *entry, struct error *error);

#endif
