/* SPDX-License-Identifier: MIT
 *
 * `u.item` of MovieLens 100K: columns between "|" without a header, whose genres are flags that
 * `u.genre` beside it names, and whose year stands in the title or in the date.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cells.h"
#include "records.h"

enum { ITEM, TITLE, RELEASED, URL = 4, FIRST_FLAG };

/* What comes of it. */
enum { OUT_ITEM, OUT_TITLE, OUT_YEAR, OUT_GENRES, OUT_RELEASED, OUT_URL, OUT_FIELDS };
static const char *const names[OUT_FIELDS] = {"item",   "title",        "year",
                                              "genres", "release_date", "imdb_url"};

struct movies {
    void *split; /* of format_bars */
    char **genres;
    size_t genre_count;
    char *genre_text; /* room for all names */
    bool begun;       /* the names of the columns are said */
    char fault[64];
    const char *fields[OUT_FIELDS];
    size_t lengths[OUT_FIELDS];
};

static size_t sniff(const struct file_format *format, const struct line *line, const char *path)
{
    (void)format;
    const char *slash = strrchr(path, '/');
    return strcmp(slash ? slash + 1 : path, "u.item") == 0
               ? format_bars.sniff(&format_bars, line, path)
               : 0;
}

/* A row a genre, its name and the number of its flag. */
static bool read_genres(struct movies *movies, const char *items, struct error *error)
{
    const char *slash = strrchr(items, '/');
    char *path = memory_format("%.*su.genre", slash ? (int)(slash + 1 - items) : 0, items);
    struct records *records = records_open(path, false, error);
    struct record record;
    bool more = false, good = records != NULL;
    size_t room = 1;
    while (good && (good = records_next(records, &record, &more, error)) && more) {
        if (record.count == 0)
            continue;
        movies->genres =
            memory_resize(movies->genres, movies->genre_count + 1, sizeof *movies->genres);
        movies->genres[movies->genre_count++] =
            memory_format("%.*s", (int)record.lengths[0], record.fields[0]);
        room += record.lengths[0] + 1;
    }
    records_free(records);
    free(path);
    movies->genre_text = memory_new(room);
    return good || error_within(error, "reading the names of the genres in u.item");
}

static void free_movies(void *state)
{
    struct movies *movies = state;
    if (movies->split)
        format_bars.free(movies->split);
    for (size_t i = 0; i < movies->genre_count; i++)
        free(movies->genres[i]);
    free(movies->genres);
    free(movies->genre_text);
    free(movies);
}

static void *open_movies(const struct file_format *format, struct lines *lines, struct error *error)
{
    (void)format;
    struct movies *movies = memory_new(sizeof *movies);
    movies->split = format_bars.open(&format_bars, lines, error);
    if (movies->split && read_genres(movies, lines_path(lines), error))
        return movies;
    free_movies(movies);
    return NULL;
}

static void put(struct movies *movies, size_t place, const char *text, size_t length)
{
    movies->fields[place] = text;
    movies->lengths[place] = length;
}

static void put_year(struct movies *movies, const struct record *row)
{
    const char *year = cell_year_of_title(row->fields[TITLE], row->lengths[TITLE]);
    size_t date = row->lengths[RELEASED];
    if (!year && date > 4 && cell_is_integer(row->fields[RELEASED] + date - 4, 4))
        year = row->fields[RELEASED] + date - 4;
    put(movies, OUT_YEAR, year ? year : "", year ? 4 : 0);
}

/* Names of the flags that stand, with "|" between them. */
static void put_genres(struct movies *movies, const struct record *row)
{
    char *end = movies->genre_text;
    for (size_t i = 0; i < movies->genre_count; i++)
        if (row->lengths[FIRST_FLAG + i] == 1 && *row->fields[FIRST_FLAG + i] == '1') {
            if (end > movies->genre_text)
                *end++ = '|';
            end = stpcpy(end, movies->genres[i]);
        }
    put(movies, OUT_GENRES, movies->genre_text, (size_t)(end - movies->genre_text));
}

static bool put_row(struct movies *movies, const struct record *row)
{
    static const size_t same[][2] = {
        {OUT_ITEM, ITEM}, {OUT_TITLE, TITLE}, {OUT_RELEASED, RELEASED}, {OUT_URL, URL}};
    size_t expected = FIRST_FLAG + movies->genre_count;
    if (row->count != expected) {
        snprintf(movies->fault, sizeof movies->fault, "%zu column%s where %zu are expected",
                 row->count, row->count == 1 ? "" : "s", expected);
        return false;
    }
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        put(movies, same[i][0], row->fields[same[i][1]], row->lengths[same[i][1]]);
    put_year(movies, row);
    put_genres(movies, row);
    return true;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct movies *movies = state;
    struct record row = {.line = 1};
    bool good = true;
    *more = true;
    if (!movies->begun) {
        for (size_t i = 0; i < OUT_FIELDS; i++)
            put(movies, i, names[i], strlen(names[i]));
    } else {
        if (!format_bars.next(movies->split, lines, &row, more, error))
            return false;
        good = !*more || put_row(movies, &row);
    }
    movies->begun = true;
    *record = (struct record){good ? OUT_FIELDS : 0, movies->fields, movies->lengths, row.line,
                              good ? NULL : movies->fault};
    return true;
}

static void rewind_movies(void *state)
{
    struct movies *movies = state;
    movies->begun = false;
}

const struct file_format format_movielens_items = {
    "columns between \"|\"", "|", true, sniff, open_movies, next, rewind_movies, free_movies};
