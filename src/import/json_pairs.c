/* SPDX-License-Identifier: MIT
 *
 * The pairs of files of MeLU and MetaHIN: NAME.json has the items of each user, {"1": [10, 11]},
 * and NAME_y.json beside it the ratings of the same users in the same order, {"1": [5, 3]}.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/yajl_memory.h"
#include "file_error.h"
#include "file_format.h"
#include "json_stream.h"
#include "sibling.h"

enum { PAIR_FIELDS = 3 };

/* The values of a list, or one value. */
struct json_values {
    struct bytes text;
    struct bytes ends; /* 8 bytes for each value: where it ends in the text */
    size_t count, depth;
};

/* One of the two files. */
struct pair_side {
    struct lines *lines;
    struct json_stream stream;
    struct json_values user, values;
    uint64_t line;
};

struct json_pairs {
    struct pair_side items, ratings;
    struct lines *owned; /* of the ratings */
    char *path;          /* of the ratings */
    bool rewound;        /* the ratings have to be rewound */
    size_t place;        /* of the next item of the user */
    char fault[300];
    const char *fields[PAIR_FIELDS];
    size_t lengths[PAIR_FIELDS];
};

static const struct json_shape MEMBERS = {.level = 1};

/* The name of the other file, or NULL. */
static char *name_of_ratings(const struct lines *lines)
{
    const char *name = lines_name(lines), *point = strrchr(name, '.');
    return point && strcmp(point, ".json") == 0
               ? memory_format("%.*s_y.json", (int)(point - name), name)
               : NULL;
}

/* The path of the other file, or NULL. */
static char *find_ratings(const struct lines *lines)
{
    char *other = name_of_ratings(lines);
    char *path = other ? sibling_find(lines_path(lines), other) : NULL;
    free(other);
    return path;
}

static bool takes(const struct lines *lines, const char *name)
{
    char *other = name_of_ratings(lines);
    bool same = other && strcmp(other, name) == 0;
    free(other);
    return same;
}

static bool fits(const struct format_input *input)
{
    if (!input->shape.json || input->shape.first != '{')
        return false;
    char *path = find_ratings(input->lines);
    free(path);
    return path != NULL;
}

/* -- values ------------------------------------------------------------------------------------ */

static int take_text(void *context, const unsigned char *text, size_t length)
{
    struct json_values *values = context;
    bytes_add(&values->text, text, length);
    bytes_add_u64(&values->ends, values->text.size);
    values->count++;
    return 1;
}

static int take_number(void *context, const char *text, size_t length)
{
    return take_text(context, (const unsigned char *)text, length);
}

static int open_list(void *context)
{
    struct json_values *values = context;
    return values->depth++ == 0; /* a list of lists is refused */
}

static const yajl_callbacks callbacks = {
    .yajl_number = take_number, .yajl_string = take_text, .yajl_start_array = open_list};

static bool read_values(struct json_values *values, const struct json_element *element)
{
    values->count = values->depth = 0;
    bytes_clear(&values->text);
    bytes_clear(&values->ends);
    yajl_handle parser = yajl_alloc(&callbacks, YAJL_MEMORY, values);
    bool good = !element->fault &&
                yajl_parse(parser, (const unsigned char *)element->text, element->length) ==
                    yajl_status_ok &&
                yajl_complete_parse(parser) == yajl_status_ok;
    yajl_free(parser);
    return good;
}

static size_t end_of(const struct json_values *values, size_t number)
{
    struct reader reader = reader_of(values->ends.data + 8 * number, 8);
    return (size_t)reader_u64(&reader);
}

static const char *value_at(const struct json_values *values, size_t number, size_t *length)
{
    size_t start = number > 0 ? end_of(values, number - 1) : 0;
    *length = end_of(values, number) - start;
    return *length > 0 ? (char *)values->text.data + start : "";
}

/* -- users ------------------------------------------------------------------------------------- */

/* Reads a user and the list behind. `good` says whether they can be understood. */
static bool read_side(struct pair_side *side, bool *good, bool *more, struct error *error)
{
    struct json_element element;
    if (!json_stream_next(&side->stream, side->lines, &element, more, error))
        return false;
    if (!*more)
        return true;
    side->line = element.line;
    *good = read_values(&side->user, &element) && side->user.count == 1 && side->user.depth == 0;
    bool any;
    if (!json_stream_next(&side->stream, side->lines, &element, &any, error))
        return false;
    *good = any && read_values(&side->values, &element) && side->values.depth == 1 && *good;
    return true;
}

/* Whether both files go on with the same user and as many values; else says what is wrong. */
static bool is_matched(struct json_pairs *pairs, bool good, bool also, bool any)
{
    const struct pair_side *items = &pairs->items, *ratings = &pairs->ratings;
    const char *other = file_name(pairs->path);
    if (!good)
        snprintf(pairs->fault, sizeof pairs->fault,
                 "a user and the list of its items, as \"1\": [10, 11], are expected");
    else if (!any || !also || items->user.text.size != ratings->user.text.size ||
             memcmp(items->user.text.data, ratings->user.text.data, items->user.text.size) != 0)
        snprintf(pairs->fault, sizeof pairs->fault,
                 "%.100s does not go on with the same user and the list of its ratings", other);
    else if (items->values.count != ratings->values.count)
        snprintf(pairs->fault, sizeof pairs->fault,
                 "the user's list has a length of %zu here and of %zu in %.100s",
                 items->values.count, ratings->values.count, other);
    else
        return true;
    return false;
}

static bool next_user(struct json_pairs *pairs, const char **fault, bool *more, struct error *error)
{
    bool good = false, also = false, any;
    if (!read_side(&pairs->items, &good, more, error) ||
        !read_side(&pairs->ratings, &also, &any, error))
        return false;
    pairs->place = 0;
    *fault = NULL;
    if (*more && !is_matched(pairs, good, also, any)) {
        *fault = pairs->fault;
        pairs->items.values.count = 0;
    }
    return *more || !any ||
           file_error(error, pairs->path, pairs->ratings.line,
                      "there are more users here than in \"%s\"",
                      file_name(lines_path(pairs->items.lines)));
}

/* -- the format -------------------------------------------------------------------------------- */

static void release_side(struct pair_side *side)
{
    json_stream_release(&side->stream);
    bytes_release(&side->user.text);
    bytes_release(&side->user.ends);
    bytes_release(&side->values.text);
    bytes_release(&side->values.ends);
}

static void free_pairs(void *state)
{
    struct json_pairs *pairs = state;
    release_side(&pairs->items);
    release_side(&pairs->ratings);
    lines_free(pairs->owned);
    free(pairs->path);
    free(pairs);
}

static void *open_pairs(struct format_input *input, struct error *error)
{
    struct json_pairs *pairs = memory_new(sizeof *pairs);
    pairs->path = find_ratings(input->lines);
    if (!pairs->path)
        file_error(error, lines_path(input->lines), 0, "there is no file of ratings beside it");
    else
        pairs->owned = lines_open(pairs->path, NULL, error);
    pairs->items.lines = input->lines;
    pairs->ratings.lines = pairs->owned;
    if (pairs->owned) {
        lines_ask_like(pairs->owned, input->lines);
        json_stream_begin(&pairs->items.stream, &MEMBERS);
        json_stream_begin(&pairs->ratings.stream, &MEMBERS);
        return pairs;
    }
    free_pairs(pairs);
    return NULL;
}

static void names(void *state, struct record *record)
{
    static const char *const words[PAIR_FIELDS] = {"user", "item", "rating"};
    struct json_pairs *pairs = state;
    *record = record_of(PAIR_FIELDS, pairs->fields, pairs->lengths, 1, NULL);
    for (size_t i = 0; i < PAIR_FIELDS; i++) {
        pairs->fields[i] = words[i];
        pairs->lengths[i] = strlen(words[i]);
    }
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    (void)lines;
    struct json_pairs *pairs = state;
    const char *fault = NULL;
    if (pairs->rewound && !lines_rewind(pairs->owned, error))
        return false;
    pairs->rewound = false;
    *more = true;
    while (*more && !fault && pairs->place >= pairs->items.values.count)
        if (!next_user(pairs, &fault, more, error))
            return false;
    *record = record_of(0, NULL, NULL, pairs->items.line, fault);
    if (!*more || fault)
        return true;
    pairs->fields[0] = value_at(&pairs->items.user, 0, &pairs->lengths[0]);
    pairs->fields[1] = value_at(&pairs->items.values, pairs->place, &pairs->lengths[1]);
    pairs->fields[2] = value_at(&pairs->ratings.values, pairs->place, &pairs->lengths[2]);
    pairs->place++;
    record->count = PAIR_FIELDS;
    record->fields = pairs->fields;
    record->lengths = pairs->lengths;
    return true;
}

static void rewind_pairs(void *state)
{
    struct json_pairs *pairs = state;
    pairs->rewound = true;
    pairs->place = pairs->items.values.count = 0;
    json_stream_begin(&pairs->items.stream, &MEMBERS);
    json_stream_begin(&pairs->ratings.stream, &MEMBERS);
}

const struct file_format format_json_pairs = {
    .name = "pairs",
    .words = "JSON pairs of users to items and ratings",
    .fits = fits,
    .open = open_pairs,
    .names = names,
    .takes = takes,
    .next = next,
    .rewind = rewind_pairs,
    .free = free_pairs,
};
