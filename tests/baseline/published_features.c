/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "published_features.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 6, USER_FIELDS = 3, FIELDS = 6 };

static void set_text(struct table *table, const char *column, uint32_t row, const char *text)
{
    struct error error;
    if (!text || !*text)
        return;
    bool set = column_set_text(table_column(table, column), row, text, strlen(text), &error);
    assert(set);
    (void)set;
}

/* Splits at "::"; cells that are not there are NULL. */
static void split_line(char *line, const char *cells[CELLS])
{
    line[strcspn(line, "\n")] = '\0';
    for (int i = 0; i < CELLS; i++) {
        cells[i] = line;
        char *end = line ? strstr(line, "::") : NULL;
        if (end)
            *end = '\0';
        line = end ? end + 2 : NULL;
    }
}

/* Sets the cells of every known id: cell i goes into columns[i]. */
static void read_table(const char *name, const struct id_map *ids, struct table *table,
                       const char *const columns[CELLS])
{
    static char line[65536];
    const char *shared = getenv("THAW_SHARED"), *cells[CELLS];
    char path[4096];
    for (int i = 0; i < CELLS; i++)
        if (columns[i])
            table_add_column(table, columns[i], COLUMN_TEXT);
    snprintf(path, sizeof path, "%s/data/ml-1m/%s", shared ? shared : "../shared", name);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        uint32_t number;
        split_line(line, cells);
        if (!id_map_find(ids, cells[0], strlen(cells[0]), &number))
            continue;
        for (int i = 0; i < CELLS; i++)
            if (columns[i])
                set_text(table, columns[i], number, cells[i]);
    }
    if (file)
        fclose(file);
}

void published_features(struct dataset *dataset, const bool *training, struct feature_space *space)
{
    static char names[][16] = {"gender", "age", "occupation", "year", "rate", "genre"};
    static char comma[] = ", ";
    struct feature_part parts[FIELDS] = {0};
    for (int i = 0; i < FIELDS; i++)
        parts[i] = (struct feature_part){
            .name = names[i],
            .column = names[i],
            .entity = i < USER_FIELDS ? FEATURE_USER : FEATURE_ITEM,
            .kind = i == FIELDS - 1 ? PART_BAG : PART_CATEGORY,
            .separator = i == FIELDS - 1 ? comma : NULL,
        };
    struct error error;
    read_table("users.dat", dataset->users, &dataset->user_table,
               (const char *const[CELLS]){[1] = "gender", [2] = "age", [3] = "occupation"});
    read_table("movies_extrainfos.dat", dataset->items, &dataset->item_table,
               (const char *const[CELLS]){[2] = "year", [3] = "rate", [5] = "genre"});
    struct feature_parts declared = {parts, FIELDS, {0}};
    bool fitted = feature_space_fit(space, &declared, dataset, training, &error);
    assert(fitted);
    (void)fitted;
}
