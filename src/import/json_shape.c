/* SPDX-License-Identifier: MIT
 *
 * Where the elements of a JSON file are, from its first value, or from its first list if it begins
 * with one.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "json_stream.h"

/* The object is about its longest list if that has so many times as many elements as the object has
 * other members. */
enum { ABOUT = 10 };

/* The lists within the first object, and what else is in it. */
struct json_shape_walk {
    struct json_shape *shape;
    int depth;
    size_t tops, opened, members; /* values at depth 0; brackets and members at depth 1 */
    char quote;
    bool escaped, fresh; /* a list of depth 1 was just opened */
    char key[LONGEST_KEY + 1], best_key[LONGEST_KEY + 1];
    size_t key_length;
    size_t count, best, lists; /* elements of the list, of the longest; lists that have elements */
    char first;
};

static bool is_opener(char c)
{
    return c == '{' || c == '[' || c == '(';
}

static bool is_closer(char c)
{
    return c == '}' || c == ']' || c == ')';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void take_in_text(struct json_shape_walk *walk, char c)
{
    if (walk->escaped)
        walk->escaped = false;
    else if (c == '\\')
        walk->escaped = true;
    else if (c == walk->quote)
        walk->quote = '\0';
    if (walk->quote && walk->depth == 1 && walk->key_length < LONGEST_KEY)
        walk->key[walk->key_length++] = c;
}

static void end_list(struct json_shape_walk *walk)
{
    if (walk->count == 0)
        return;
    walk->lists++;
    if (walk->count > walk->best) {
        walk->best = walk->count;
        walk->shape->list = walk->opened - 1;
        walk->shape->first = walk->first;
        walk->key[walk->key_length] = '\0';
        memcpy(walk->best_key, walk->key, sizeof walk->key);
    }
    walk->count = 0;
}

static void open_bracket(struct json_shape_walk *walk, char c)
{
    if (walk->depth == 2 && (walk->fresh || walk->count > 0) && walk->count++ == 0)
        walk->first = c;
    walk->fresh = walk->depth == 1 && c == '[';
    walk->opened += walk->depth == 1;
    walk->depth++;
}

/* Takes a byte of the first object. Returns whether enough is known. */
static bool take(struct json_shape_walk *walk, char c)
{
    if (walk->quote) {
        take_in_text(walk, c);
        return false;
    }
    if (is_space(c))
        return false;
    if (walk->depth == 0 && is_opener(c) && walk->tops++ == 1)
        return true;
    if (c == '"' || c == '\'') {
        walk->quote = c;
        if (walk->depth == 1)
            walk->key_length = 0;
    }
    walk->members += walk->depth == 1 && c == ':';
    if (is_opener(c)) {
        open_bracket(walk, c);
        return false;
    }
    if (is_closer(c) && walk->depth > 0 && --walk->depth == 1)
        end_list(walk);
    walk->fresh = false;
    return false;
}

/* Whether the longest list is what the object is about, so that the object is no row itself. */
static bool is_wrapper(const struct json_shape_walk *walk)
{
    static const char *const usual[] = {"ratings", "interactions", "reviews", "events", "data",
                                        "rows",    "records",      "results", "items",  "users"};
    size_t plain = walk->members > walk->opened ? walk->members - walk->opened : 0;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcmp(walk->best_key, usual[i]) == 0)
            return walk->best > 0;
    return walk->best > 0 && walk->best >= ABOUT * plain;
}

static bool look_at_object(struct json_shape *shape, struct lines *lines, struct error *error)
{
    struct json_shape_walk walk = {.shape = shape};
    struct line piece;
    bool more = true, known = false;
    while (more && !known) {
        if (!lines_piece(lines, &piece, &more, error))
            return false;
        for (size_t i = 0; more && i < piece.length && !known; i++)
            known = take(&walk, piece.text[i]);
    }
    shape->level = !known && walk.depth == 0 && is_wrapper(&walk) ? 2 : 0;
    if (shape->level == 2) {
        char shown[48];
        shape->others = walk.lists - 1;
        snprintf(shape->words, sizeof shape->words, "JSON, the list \"%.40s\"",
                 text_safe(walk.best_key, shown, sizeof shown));
    } else {
        shape->first = '{';
    }
    return lines_rewind(lines, error);
}

/* The first byte of the sample that is no blank, at or after `at`. */
static char skip_to(const struct sample *sample, size_t *at)
{
    const char *text = (char *)sample->text.data;
    while (*at < sample->text.size && is_space(text[*at]))
        ++*at;
    return *at < sample->text.size ? text[(*at)++] : '\0';
}

/* Whether a line is one value in brackets and nothing else. */
static bool is_one_value(const struct line *line)
{
    int depth = 0;
    char quote = '\0', first = '\0';
    for (size_t i = 0; i < line->length; i++) {
        char c = line->text[i];
        if (quote) {
            i += c == '\\';
            quote = c == quote ? '\0' : quote;
            continue;
        }
        if (is_space(c))
            continue;
        if (first ? depth == 0 : !is_opener(c))
            return false;
        first = c;
        if (c == '"' || c == '\'')
            quote = c;
        depth += is_opener(c) - is_closer(c);
    }
    return first && depth == 0 && !quote;
}

/* Whether at least half of the lines are one value each. */
static bool is_by_lines(const struct sample *sample)
{
    size_t filled = 0, values = 0;
    for (size_t i = 0; i < sample->count; i++) {
        size_t blanks = 0;
        while (blanks < sample->lines[i].length && is_space(sample->lines[i].text[blanks]))
            blanks++;
        filled += blanks < sample->lines[i].length;
        values += is_one_value(&sample->lines[i]);
    }
    return values > 0 && 2 * values >= filled;
}

/* Whether what follows the first bracket can be JSON or a literal of Python. */
static bool begins_json(const struct sample *sample, char bracket, char next)
{
    if (next == '\0' || bracket == '{')
        return next == '\0' || strchr("\"'u}", next) != NULL;
    if (bracket == '[' && strchr("{[(]", next))
        return true;
    return strchr("\"'u([{-0123456789", next) && is_one_value(sample_first(sample));
}

bool json_shape_find(struct json_shape *shape, struct lines *lines, const struct sample *sample,
                     struct error *error)
{
    size_t at = 0;
    char bracket = skip_to(sample, &at), next = skip_to(sample, &at);
    *shape = (struct json_shape){.json = false};
    if (!bracket || !is_opener(bracket) || !begins_json(sample, bracket, next))
        return true;
    shape->json = true;
    shape->first = bracket;
    if (bracket == '[' && (!next || strchr("{[(]", next))) {
        shape->level = 1;
        shape->first = next ? next : '{';
    }
    if (bracket == '{' && !look_at_object(shape, lines, error))
        return false;
    shape->lines = shape->level == 0 && is_by_lines(sample);
    if (shape->level < 2)
        snprintf(shape->words, sizeof shape->words, "%s",
                 shape->level == 1 ? "a JSON list"
                 : shape->lines    ? "JSON lines"
                                   : "JSON objects");
    return true;
}
