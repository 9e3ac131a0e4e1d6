/* SPDX-License-Identifier: MIT
 *
 * Reads `u.item` of MovieLens 100K. Its columns are separated by "|" and have no header. The genres
 * are flags that `u.genre` in the same folder names, and the year is in the title or in the date.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "cells.h"
#include "data/id_map.h"
#include "records.h"
#include "row_reader.h"

enum { ITEM, TITLE, RELEASED, URL = 4, FIRST_FLAG };

/* The columns of a record. */
enum { OUT_ITEM, OUT_TITLE, OUT_YEAR, OUT_GENRES, OUT_RELEASED, OUT_URL, OUT_FIELDS };
static const char *const out_names[OUT_FIELDS] = {"item",   "title",        "year",
                                                  "genres", "release_date", "imdb_url"};

struct movies {
    struct row_reader bars;
    struct id_map *genres; /* their names, in the order of their flags */
    struct bytes text;     /* names of the current row's genres */
    char fault[64];
    const char *fields[OUT_FIELDS];
    size_t lengths[OUT_FIELDS];
};

static bool fits(const struct format_input *input)
{
    return strcasecmp(lines_name(input->lines), "u.item") == 0 &&
           strcmp(input->dialect.separator, "|") == 0;
}

/* Reads one genre a row: its name and the number of its flag. */
static bool read_genres(struct movies *movies, const char *items, struct error *error)
{
    const char *slash = strrchr(items, '/');
    char *path = memory_format("%.*su.genre", slash ? (int)(slash + 1 - items) : 0, items);
    struct records *records = records_open(path, &(struct format_options){.separator = "|"}, error);
    struct record record;
    uint32_t number;
    bool more = false, good = records != NULL;
    while (good && (good = records_next(records, &record, &more, error)) && more)
        good = id_map_add_text(movies->genres, record.fields[0], record.lengths[0], &number, error);
    records_free(records);
    free(path);
    return good || error_within(error, "reading the names of the genres in u.item");
}

static bool takes(const struct lines *lines, const char *name)
{
    (void)lines;
    return strcmp(name, "u.genre") == 0;
}

static void free_movies(void *state)
{
    struct movies *movies = state;
    row_reader_release(&movies->bars);
    id_map_free(movies->genres);
    bytes_release(&movies->text);
    free(movies);
}

static void *open_movies(struct format_input *input, struct error *error)
{
    struct movies *movies = memory_new(sizeof *movies);
    movies->genres = id_map_new();
    movies->bars.lines = input->lines;
    movies->bars.dialect = input->dialect;
    movies->bars.choice = input->choice;
    if (read_genres(movies, lines_path(input->lines), error))
        return movies;
    free_movies(movies);
    return NULL;
}

static void put(struct movies *movies, size_t place, const char *text, size_t length)
{
    movies->fields[place] = text ? text : "";
    movies->lengths[place] = text ? length : 0;
}

static const char *year_of(const struct record *row)
{
    const char *year = cell_year_of_title(row->fields[TITLE], row->lengths[TITLE]);
    size_t date = row->lengths[RELEASED];
    int64_t ignored;
    if (!year && date > 4 && cell_integer(row->fields[RELEASED] + date - 4, 4, &ignored))
        return row->fields[RELEASED] + date - 4;
    return year;
}

/* Writes the names of the genres whose flag is set, with "|" between them. */
static void put_genres(struct movies *movies, const struct record *row)
{
    bytes_clear(&movies->text);
    for (uint32_t i = 0; FIRST_FLAG + i < row->count; i++)
        if (row->lengths[FIRST_FLAG + i] == 1 && *row->fields[FIRST_FLAG + i] == '1') {
            const char *name = id_map_text(movies->genres, i);
            bytes_add(&movies->text, "|", movies->text.size > 0);
            bytes_add(&movies->text, name, strlen(name));
        }
    put(movies, OUT_GENRES, (char *)movies->text.data, movies->text.size);
}

static const char *put_row(struct movies *movies, const struct record *row)
{
    size_t expected = FIRST_FLAG + id_map_size(movies->genres);
    if (row->count != expected) {
        snprintf(movies->fault, sizeof movies->fault, "%zu column%s where %zu are expected",
                 row->count, row->count == 1 ? "" : "s", expected);
        return movies->fault;
    }
    put(movies, OUT_ITEM, row->fields[ITEM], row->lengths[ITEM]);
    put(movies, OUT_TITLE, row->fields[TITLE], row->lengths[TITLE]);
    put(movies, OUT_YEAR, year_of(row), 4);
    put_genres(movies, row);
    put(movies, OUT_RELEASED, row->fields[RELEASED], row->lengths[RELEASED]);
    put(movies, OUT_URL, row->fields[URL], row->lengths[URL]);
    return NULL;
}

static void names(void *state, struct record *record)
{
    struct movies *movies = state;
    record->count = OUT_FIELDS;
    record->fields = movies->fields;
    record->lengths = movies->lengths;
    for (size_t i = 0; i < OUT_FIELDS; i++)
        put(movies, i, out_names[i], strlen(out_names[i]));
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    (void)lines;
    struct movies *movies = state;
    struct record row = {0};
    if (!row_reader_next(&movies->bars, &row, more, error))
        return false;
    const char *fault = !*more ? NULL : row.fault ? row.fault : put_row(movies, &row);
    *record = record_of(fault ? 0 : OUT_FIELDS, movies->fields, movies->lengths, row.line, fault);
    return true;
}

static void rewind_movies(void *state)
{
    struct movies *movies = state;
    row_reader_rewind(&movies->bars);
}

const struct file_format format_movielens_items = {
    .name = "u.item",
    .fits = fits,
    .separated = true,
    .open = open_movies,
    .names = names,
    .takes = takes,
    .next = next,
    .rewind = rewind_movies,
    .free = free_movies,
};
