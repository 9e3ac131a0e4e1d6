/* SPDX-License-Identifier: MIT
 *
 * Reads one JSON object with yajl. Its events become pieces of text, each with the path of its
 * keys, and the pieces of one path become one field. If yajl refuses the text, it may be a Python
 * dictionary.
 */
#include "config.h"

#include "json_row.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/bytes.h"
#include "base/list_text.h"
#include "base/memory.h"
#include "base/yajl_memory.h"
#include "cells.h"
#include "data/id_map.h"
#include "file_format.h"
#include "python_literal.h"

enum { DEEPEST = 16, LONGEST_PATH = 1024, MOST_VALUES = 1 << 20, NO_PATH = -1, LEFT_OUT = -2 };
/* The most paths that may come from keys of inner objects, out of a thousand. Further inner paths
 * are left out, so that a file whose inner keys are free text can still be read. */
enum { MOST_INNER = 900 };

struct path {
    uint64_t object; /* the last object that had it */
    uint64_t row;    /* the last row that had it */
    int outer; /* the path of that object, since {"a.b": 1, "a": {"b": 2}} has one path twice */
    int place; /* among the paths that have had a value; NO_PATH before the first value */
};

struct json_column {
    uint32_t path;
    size_t pieces, length; /* in this row, including what stands between them */
    size_t between;        /* bytes between the last piece and a further one */
    char *begin, *end;     /* of the text joined so far */
};

struct piece {
    int column;
    bool listed;          /* a value of a list */
    size_t start, length; /* in `text` */
};

/* An object or list that is open. */
struct level {
    int path; /* of the key that it belongs to */
    bool list;
    bool listed;     /* it, or one that holds it, is a list that is a value */
    size_t position; /* of the next value, in a row that is a list */
    uint64_t object; /* number */
};

struct json_row {
    struct id_map *names;
    struct path paths[MOST_FIELDS];
    struct json_column columns[MOST_FIELDS];
    size_t column_count;
    uint64_t objects, rows;

    struct level levels[DEEPEST];
    size_t width;    /* values of the row that is a list */
    int depth, path; /* of the next value */
    struct bytes text, joined, json;
    struct piece *pieces;
    size_t piece_count, piece_capacity;
    bool leaves_out; /* some keys were left out */
    bool lists;      /* rows are lists: their paths are "1", "2" ... */
    char fault[256];
    size_t fault_at; /* a byte of the text */
};

struct json_row *json_row_new(bool lists)
{
    struct json_row *row = memory_new(sizeof *row);
    row->lists = lists;
    row->names = id_map_new();
    return row;
}

void json_row_free(struct json_row *row)
{
    if (!row)
        return;
    id_map_free(row->names);
    bytes_release(&row->text);
    bytes_release(&row->joined);
    bytes_release(&row->json);
    free(row->pieces);
    free(row);
}

bool json_row_leaves_out(const struct json_row *row)
{
    return row->leaves_out;
}

size_t json_row_fault_at(const struct json_row *row)
{
    return row->fault_at;
}

size_t json_row_width(const struct json_row *row)
{
    return row->width;
}

size_t json_row_count(const struct json_row *row)
{
    return row->column_count;
}

const char *json_row_path(const struct json_row *row, size_t number)
{
    return id_map_text(row->names, row->columns[number].path);
}

/* -- what yajl calls: 0 ends its work ---------------------------------------------------------- */

static int refuse(struct json_row *row, const char *fault)
{
    snprintf(row->fault, sizeof row->fault, "%s", fault);
    return 0;
}

static struct json_column *column_of(struct json_row *row, int path)
{
    struct path *known = &row->paths[path];
    if (known->place == NO_PATH) {
        known->place = (int)row->column_count++;
        row->columns[known->place] = (struct json_column){.path = (uint32_t)path};
    }
    return &row->columns[known->place];
}

/* In a row that is a list, the path of the next value is its position. */
static bool take_position(struct json_row *row)
{
    char path[24];
    uint32_t number;
    struct error ignored;
    if (!row->lists || row->depth != 1)
        return true;
    size_t position = row->levels[0].position++;
    if (position == MOST_FIELDS) {
        refuse(row, "more than 1000 columns");
        return false;
    }
    if (position == id_map_size(row->names)) {
        int length = snprintf(path, sizeof path, "%zu", position + 1);
        if (!id_map_add_text(row->names, path, (size_t)length, &number, &ignored))
            return false;
        row->paths[number] = (struct path){.place = NO_PATH};
    }
    row->path = (int)position;
    return true;
}

static const char *expected(const struct json_row *row)
{
    return row->lists ? "a list in \"[\" and \"]\" is expected, as the first row is one"
                      : "an object in \"{\" and \"}\" is expected";
}

static int take_value(void *context, const char *text, size_t length)
{
    struct json_row *row = context;
    if (row->depth == 0)
        return refuse(row, expected(row));
    if (!take_position(row))
        return 0;
    struct json_column *column = row->path == LEFT_OUT ? NULL : column_of(row, row->path);
    if (!column || length == 0)
        return 1;
    if (row->piece_count == MOST_VALUES)
        return refuse(row, "more than a million values");
    bool listed = row->levels[row->depth - 1].listed;
    column->length += listed ? list_text_size(text, length) : length;
    column->length += column->pieces++ > 0 ? column->between : 0;
    column->between = list_text_between(text, length);
    if (column->length > LONGEST_FIELD)
        return refuse(row, "a field of more than 1 MiB");
    if (row->piece_count == row->piece_capacity) {
        row->piece_capacity = row->piece_capacity ? 2 * row->piece_capacity : 64;
        row->pieces = memory_resize(row->pieces, row->piece_capacity, sizeof *row->pieces);
    }
    row->pieces[row->piece_count++] =
        (struct piece){(int)(column - row->columns), listed, row->text.size, length};
    bytes_add(&row->text, text, length);
    return 1;
}

static int take_null(void *context)
{
    return take_value(context, "", 0);
}

static int take_boolean(void *context, int value)
{
    return take_value(context, value ? "true" : "false", value ? 4 : 5);
}

static int take_string(void *context, const unsigned char *text, size_t length)
{
    return take_value(context, (const char *)text, length);
}

/* Notes that an object has a path, unless it, or another object of the row, has it already. */
static int claim_path(struct json_row *row, const struct level *level, struct path *path)
{
    char shown[CELL_EXCERPT];
    const char *text = id_map_text(row->names, (uint32_t)row->path);
    bool twice = path->object == level->object;
    if (twice || (path->row == row->rows && path->outer != level->path)) {
        snprintf(row->fault, sizeof row->fault,
                 twice ? "the key \"%s\" stands twice in one object"
                       : "the keys of two objects make the same column \"%s\"",
                 cell_excerpt(text, strlen(text), shown));
        return 0;
    }
    path->object = level->object;
    path->row = row->rows;
    path->outer = level->path;
    return 1;
}

static int take_key(void *context, const unsigned char *text, size_t length)
{
    struct json_row *row = context;
    const struct level *level = &row->levels[row->depth - 1];
    char path[LONGEST_PATH + 1];
    if (level->path == LEFT_OUT)
        return 1;
    const char *outer =
        level->path == NO_PATH ? "" : id_map_text(row->names, (uint32_t)level->path);
    size_t before = strlen(outer) + (level->path != NO_PATH), known = id_map_size(row->names);
    uint32_t number;
    struct error ignored;
    if (before + length > LONGEST_PATH)
        return refuse(row, "a key of more than 1024 bytes");
    snprintf(path, sizeof path, "%s%s%.*s", outer, level->path == NO_PATH ? "" : ".", (int)length,
             (const char *)text);
    if (!id_map_find(row->names, path, before + length, &number)) {
        if (level->path != NO_PATH && known >= MOST_INNER) {
            row->leaves_out = true;
            row->path = LEFT_OUT;
            return 1;
        }
        if (known == MOST_FIELDS)
            return refuse(row, "a thousand different keys are known already, and this is another");
        if (!id_map_add_text(row->names, path, before + length, &number, &ignored))
            return refuse(row, "a key holds a NUL byte");
        row->paths[number] = (struct path){.place = NO_PATH};
    }
    row->path = (int)number;
    return claim_path(row, level, &row->paths[number]);
}

static int open_level(struct json_row *row, bool list)
{
    if (row->depth == 0 && list != row->lists)
        return refuse(row, expected(row));
    if (row->lists && !list)
        return refuse(row, "an object in a row that is a list");
    if (row->depth == DEEPEST)
        return refuse(row, "objects and lists more than 16 deep");
    if (!take_position(row))
        return 0;
    bool listed = row->depth > 0 && (list || row->levels[row->depth - 1].listed);
    row->levels[row->depth++] =
        (struct level){row->path, list, listed, 0, list ? 0 : ++row->objects};
    return 1;
}

static int open_object(void *context)
{
    return open_level(context, false);
}

static int open_list(void *context)
{
    return open_level(context, true);
}

static int close_level(void *context)
{
    struct json_row *row = context;
    row->path = row->levels[--row->depth].path;
    if (row->depth == 0)
        row->width = row->levels[0].position;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = take_null,
    .yajl_boolean = take_boolean,
    .yajl_number = take_value,
    .yajl_string = take_string,
    .yajl_start_map = open_object,
    .yajl_map_key = take_key,
    .yajl_end_map = close_level,
    .yajl_start_array = open_list,
    .yajl_end_array = close_level,
};

/* -- reading ----------------------------------------------------------------------------------- */

/* Plain words for the most frequent messages of yajl. */
static const char *words_for(const char *text)
{
    static const char *const words[][2] = {
        {"premature EOF", "the line ends within the object; each object stands on one line"},
        {"trailing garbage", "something follows the object; each object stands on its own line"},
        {"expect ',' or '}'", "\",\" or \"}\" is expected"},
        {"expect ',' or ']'", "\",\" or \"]\" is expected"},
        {"must be separated by a colon", "\":\" is expected"},
        {"invalid object key", "a key in quotes is expected"},
        {"unallowed token", "a value is expected"},
        {"invalid char in json text", "a value is expected: text in quotes, a number, true, false, "
                                      "null, a list or an object"},
        {"invalid string in json text", "true, false or null is expected"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(text, words[i][0]))
            return words[i][1];
    return NULL;
}

static void take_fault(struct json_row *row, yajl_handle parser, const char *text, size_t length)
{
    unsigned char *said = yajl_get_error(parser, 0, (const unsigned char *)text, length);
    const char *known = words_for((char *)said), *colon = strchr((char *)said, ':');
    const char *shown = known ? known : colon ? colon + 2 : (char *)said;
    snprintf(row->fault, sizeof row->fault, "%.*s", (int)strcspn(shown, "\n"), shown);
    yajl_free_error(parser, said);
}

static unsigned escaped(const char *digits)
{
    char text[5] = "";
    memcpy(text, digits, 4);
    return (unsigned)strtoul(text, NULL, 16);
}

/* The position of the first escape that is not a character, such as half of a surrogate pair or
 * NUL; `length` if there is none. The text must be valid JSON. */
static size_t find_bad_escape(const char *text, size_t length)
{
    const char *end = text + length, *at = text;
    while ((at = memchr(at, '\\', (size_t)(end - at)))) {
        unsigned number = at[1] == 'u' ? escaped(at + 2) : 1;
        bool high = number >= 0xD800 && number < 0xDC00;
        bool paired = high && end - at >= 12 && at[6] == '\\' && at[7] == 'u' &&
                      escaped(at + 8) >= 0xDC00 && escaped(at + 8) < 0xE000;
        if (number == 0 || (number >= 0xD800 && number < 0xE000 && !paired))
            return (size_t)(at - text);
        at += paired ? 12 : at[1] == 'u' ? 6 : 2;
    }
    return length;
}

/* How reading a row went. */
enum outcome { ROW_GOOD, ROW_BAD, ROW_IS_NO_JSON };

static enum outcome parse(struct json_row *row, const char *text, size_t length, size_t *at)
{
    row->text.size = row->piece_count = 0;
    row->rows++;
    row->depth = 0;
    row->path = NO_PATH;
    row->fault[0] = '\0';
    for (size_t i = 0; i < row->column_count; i++)
        row->columns[i].pieces = row->columns[i].length = 0;
    yajl_handle parser = yajl_alloc(&callbacks, YAJL_MEMORY, row);
    yajl_status status = yajl_parse(parser, (const unsigned char *)text, length);
    *at = yajl_get_bytes_consumed(parser);
    *at -= *at > 0; /* the last byte read is the one that yajl refused */
    if (status == yajl_status_ok && (status = yajl_complete_parse(parser)) != yajl_status_ok)
        *at = length;
    if (status == yajl_status_error)
        take_fault(row, parser, text, length);
    yajl_free(parser);
    if (status == yajl_status_ok && (*at = find_bad_escape(text, length)) < length) {
        refuse(row, "an escape that is no character");
        return ROW_BAD;
    }
    return status == yajl_status_ok      ? ROW_GOOD
           : status == yajl_status_error ? ROW_IS_NO_JSON
                                         : ROW_BAD;
}

/* Sets `at` to a position in the Python text. */
static enum outcome parse_python(struct json_row *row, const char *text, size_t length, size_t *at)
{
    const char *fault, *ignored;
    size_t place;
    bytes_clear(&row->json);
    *at = python_to_json(text, length, SIZE_MAX, &row->json, &fault);
    if (fault) {
        refuse(row, fault);
        return ROW_IS_NO_JSON;
    }
    enum outcome outcome = parse(row, (char *)row->json.data, row->json.size, &place);
    bytes_clear(&row->json);
    if (outcome != ROW_GOOD)
        *at = python_to_json(text, length, place, &row->json, &ignored);
    return outcome;
}

/* Whether the first key is written in a way that only Python uses. */
static bool is_python(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && strchr(" \t{u", text[at]))
        at++;
    return at < length && (text[at] == '\'' || (at > 0 && text[at - 1] == 'u'));
}

const char *json_row_read(struct json_row *row, const char *text, size_t length)
{
    size_t at, there;
    char fault[sizeof row->fault];
    enum outcome outcome = parse(row, text, length, &at);
    memcpy(fault, row->fault, sizeof fault);
    if (outcome == ROW_IS_NO_JSON) {
        outcome = parse_python(row, text, length, &there);
        if (outcome == ROW_BAD || there > at + 1 || is_python(text, length)) {
            at = there;
            memcpy(fault, row->fault, sizeof fault);
        }
    }
    if (outcome == ROW_GOOD)
        return NULL;
    memcpy(row->fault, fault, sizeof fault);
    row->fault_at = at;
    return row->fault;
}

void json_row_fields(struct json_row *row, size_t count, const char **fields, size_t *lengths,
                     bool *lists)
{
    size_t size = 1; /* for a row without pieces */
    for (size_t i = 0; i < row->column_count; i++)
        size += row->columns[i].length;
    bytes_clear(&row->joined);
    bytes_reserve(&row->joined, size);
    char *end = (char *)row->joined.data;
    for (size_t i = 0; i < row->column_count; i++) {
        struct json_column *column = &row->columns[i];
        column->begin = column->end = end;
        if (i < count) {
            fields[i] = column->length > 0 ? end : "";
            lengths[i] = column->length;
            lists[i] = false;
        }
        end += column->length;
        column->pieces = 0;
    }
    for (size_t i = 0; i < row->piece_count; i++) {
        const struct piece *piece = &row->pieces[i];
        struct json_column *column = &row->columns[piece->column];
        const char *text = (char *)row->text.data + piece->start;
        if (column->pieces++ > 0)
            column->end = list_text_separate(column->begin, column->end);
        if (piece->listed && (size_t)piece->column < count)
            lists[piece->column] = column->pieces > 1 || memchr(text, '|', piece->length);
        if (piece->listed)
            column->end = list_text_write(column->end, text, piece->length);
        else
            column->end = (char *)memcpy(column->end, text, piece->length) + piece->length;
    }
}
