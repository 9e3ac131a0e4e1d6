/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "folder_sides.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "source_path.h"

enum use {
    JOINED, /* what it says is known of users or items before they rate */
    OFFERED /* it can be joined */
};

static const struct {
    const char *file, *with; /* it counts if there is that file too; NULL: in any case */
    enum use use;
    enum dataset_table part;
    const char *reason;
} known[] = {
    {"book_tags.csv", NULL, JOINED, DATASET_ITEMS, NULL},
    {"tags.csv", "book_tags.csv", JOINED, DATASET_ITEMS, NULL},
    {"user_friends.dat", NULL, JOINED, DATASET_USERS, NULL},
    {"chefmozaccepts.csv", NULL, JOINED, DATASET_ITEMS, NULL},
    {"chefmozcuisine.csv", NULL, JOINED, DATASET_ITEMS, NULL},
    {"chefmozparking.csv", NULL, JOINED, DATASET_ITEMS, NULL},
    {"chefmozhours4.csv", NULL, OFFERED, DATASET_ITEMS, "its cells are hours of days"},
    {"usercuisine.csv", NULL, JOINED, DATASET_USERS, NULL},
    {"userpayment.csv", NULL, JOINED, DATASET_USERS, NULL},
    {"links.csv", NULL, OFFERED, DATASET_ITEMS, "it has ids of other sites"},
    {"tags.csv", NULL, OFFERED, DATASET_ITEMS, "users wrote it when they rated"},
    {"user_taggedartists.dat", NULL, OFFERED, DATASET_ITEMS, "users wrote it when they listened"},
    {"tags.dat", "user_taggedartists.dat", OFFERED, DATASET_ITEMS,
     "it explains user_taggedartists.dat"},
    {"item_daily_features.csv", NULL, OFFERED, DATASET_ITEMS, "it counts what users did later"},
};
enum { KNOWN = sizeof known / sizeof *known };

static bool is_named(const struct layout *layout, const struct import_options *options,
                     const char *file)
{
    for (size_t i = 0; i < layout->count; i++)
        if (source_path_ends(layout->further[i].path, file, strlen(file)))
            return true;
    for (size_t i = 0; i < options->join_count; i++) {
        const char *table;
        size_t length = import_join_file(options->joins[i], &table);
        char *name = memory_format("%.*s", (int)length, options->joins[i]);
        bool same = strcmp(file_name(name), file) == 0;
        free(name);
        if (same)
            return true;
    }
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (options->files[part] && source_path_ends(options->files[part], file, strlen(file)))
            return true;
    return false;
}

static bool has(const struct folder_names *folder, const char *name)
{
    char *path = folder_names_find(folder, name, NULL);
    free(path);
    return path != NULL;
}

/* The row that counts for the file, or KNOWN. */
static size_t row_of(const struct folder_names *folder, const char *file)
{
    size_t place = 0;
    while (place < KNOWN && (strcasecmp(known[place].file, file) != 0 ||
                             (known[place].with && !has(folder, known[place].with))))
        place++;
    return place;
}

void folder_sides_find(struct layout *layout, const struct folder_names *folder,
                       const struct import_options *options)
{
    for (size_t i = 0; i < KNOWN; i++) {
        if (known[i].use != JOINED || row_of(folder, known[i].file) != i ||
            is_named(layout, options, known[i].file))
            continue;
        char *path = folder_names_find(folder, known[i].file, NULL);
        if (path)
            layout_add(layout, known[i].part, path, false, false);
    }
}

bool folder_sides_offer(const struct folder_names *folder, const char *name,
                        struct import_plan *plan)
{
    char *plain = memory_format("%.*s", (int)source_path_plain_length(name), name);
    size_t place = row_of(folder, plain);
    free(plain);
    if (place == KNOWN || known[place].use != OFFERED)
        return false;
    struct decision *decision = decisions_add(&plan->decisions, name, "file", "left out");
    decision_because(decision, "%s; --join %s adds it to the %s", known[place].reason, name,
                     dataset_parts[known[place].part]);
    decision->told = true;
    return true;
}

void folder_sides_join(struct layout *layout, const struct folder_names *folder,
                       const struct import_options *options)
{
    for (size_t i = 0; i < options->join_count; i++) {
        const char *table;
        size_t length = import_join_file(options->joins[i], &table);
        enum dataset_table part = DATASET_TABLES;
        bool open = false;
        for (enum dataset_table kind = DATASET_USERS; kind <= DATASET_ITEMS; kind++) {
            size_t word = strlen(dataset_parts[kind]);
            if (table && strncmp(table, dataset_parts[kind], word) == 0 && table[word] == '.')
                part = kind;
            open = open || (layout->files[kind] &&
                            source_path_ends(layout->files[kind], options->joins[i], length));
        }
        for (size_t k = 0; k < layout->count; k++)
            open = open || source_path_ends(layout->further[k].path, options->joins[i], length);
        if (open)
            continue;
        char *name = memory_format("%.*s", (int)length, options->joins[i]);
        char *path = folder->path ? folder_names_find(folder, name, NULL) : NULL;
        layout_add(layout, part, path ? path : memory_string(name), true, true);
        free(name);
    }
}
