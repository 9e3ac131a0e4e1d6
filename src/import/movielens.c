/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "source_table.h"

enum { FIRST_FLAG = 5 }; /* after item, title, release date, video release date, URL */

static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return memory_format("%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);
}

/* `u.genre`: a row a genre, its name and the number of its flag. */
static bool read_genres(struct source_table *table, struct error *error)
{
    char *path = beside(table->path, "u.genre");
    struct records *records = records_open(path, error);
    struct record record;
    bool more = false, good = records != NULL;
    size_t room = 1;
    while (good && (good = records_next(records, &record, &more, error)) && more) {
        table->genres = memory_resize(table->genres, table->genre_count + 1, sizeof *table->genres);
        table->genres[table->genre_count++] =
            memory_format("%.*s", (int)record.lengths[0], record.fields[0]);
        room += record.lengths[0] + 1;
    }
    records_free(records);
    free(path);
    table->genre_text = memory_new(room);
    return good || error_within(error, "reading the names of the genres in u.item");
}

bool movielens_item_columns(struct source_table *table, struct error *error)
{
    if (!read_genres(table, error))
        return false;
    if (table->fields != FIRST_FLAG + table->genre_count)
        return file_error(error, table->path, 1, "%zu columns where %zu are expected",
                          table->fields, FIRST_FLAG + table->genre_count);
    source_table_add(table, "item", ROLE_ITEM, CELL_FIELD, 0);
    source_table_add(table, "title", ROLE_TITLE, CELL_FIELD, 1);
    source_table_add(table, "year", ROLE_OTHER, CELL_YEAR, 1)->other = 2;
    source_table_add(table, "genres", ROLE_OTHER, CELL_GENRES, FIRST_FLAG);
    source_table_add(table, "release_date", ROLE_OTHER, CELL_FIELD, 2);
    source_table_add(table, "imdb_url", ROLE_OTHER, CELL_FIELD, 4);
    return true;
}
