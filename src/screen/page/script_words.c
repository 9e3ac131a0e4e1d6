/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/script_words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/lua_words.h"
#include "report/ink.h"
#include "screen/widget/lua_ink.h"

enum { NAME_MOST = 64, DEPTH_MOST = 32 };

struct word_scan {
    struct script_word *words;
    size_t count;
    /* The constructors whose tables are open, outermost first; NULL: a table of none. */
    const struct declaration *open[DEPTH_MOST];
    size_t depth;
    const struct declaration *last; /* the constructor that a brace opens the table of, or NULL */
};

static bool is_letter(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_';
}

/* The bytes of a name with dots and colons between its parts. */
static size_t name_length(const char *text)
{
    size_t length = 0;
    while (is_letter(text[length]) ||
           (length && (text[length] == '.' || text[length] == ':') && is_letter(text[length + 1])))
        length++;
    return length;
}

/* The declaration of a name: of the whole, or as a method of something that has another name in the
 * script, such as support:target. */
static const struct declaration *declaration_of(const char *name)
{
    const struct declaration *found[2];
    if (!strpbrk(name, ".:"))
        return NULL;
    if (declaration_find(name, found, 1))
        return found[0];
    const char *colon = strrchr(name, ':'), *dot = strrchr(name, '.');
    if (colon && declaration_find(colon + 1, found, 2))
        return found[0];
    char field[NAME_MOST + 8];
    snprintf(field, sizeof field, "rows%s", dot ? dot : "");
    return dot && declaration_find(field, found, 1) ? found[0] : NULL;
}

/* The constructor whose table is innermost and has an option of this name. */
static const struct declaration *constructor_of(const struct word_scan *scan, const char *option)
{
    for (size_t depth = scan->depth; depth-- > 0;) {
        const struct declaration *declaration = scan->open[depth];
        for (size_t i = 0; declaration && i < declaration->option_count; i++)
            if (strcmp(declaration->options[i].name, option) == 0)
                return declaration;
        if (declaration)
            return NULL;
    }
    return NULL;
}

static void take_name(struct word_scan *scan, const char *line, int number, size_t start,
                      size_t length)
{
    char name[NAME_MOST];
    snprintf(name, sizeof name, "%.*s", (int)length, line + start);
    const char *behind = line + start + length + strspn(line + start + length, " ");
    bool option = behind[0] == '=' && behind[1] != '=';
    const struct declaration *declaration =
        option ? constructor_of(scan, name) : declaration_of(name);
    if (!option)
        scan->last = declaration;
    if (!declaration)
        return;
    scan->words = memory_resize(scan->words, scan->count + 1, sizeof *scan->words);
    scan->words[scan->count++] = (struct script_word){number, start, length, declaration->name};
}

static void take_line(struct word_scan *scan, const char *line, int number,
                      const unsigned char *inks)
{
    for (size_t at = 0, length; line[at]; at += length) {
        length = 1;
        if (inks[at] != INK_PLAIN) /* a comment, a text, a number or a keyword */
            continue;
        if (is_letter(line[at])) {
            length = name_length(line + at);
            take_name(scan, line, number, at, length);
            continue;
        }
        if (line[at] == '{') {
            if (scan->depth < DEPTH_MOST)
                scan->open[scan->depth] = scan->last;
            scan->depth += scan->depth < DEPTH_MOST;
        }
        if (line[at] == '}')
            scan->depth -= scan->depth > 0;
        if (line[at] != ' ' && line[at] != '(')
            scan->last = NULL;
    }
}

struct script_word *script_words(char *const *lines, int line_count, size_t *count)
{
    struct word_scan scan = {0};
    struct lua_open open = {-1, 0};
    for (int i = 0; i < line_count; i++) {
        unsigned char *inks = memory_new(strlen(lines[i]) + 1);
        lua_ink(lines[i], &open, inks);
        take_line(&scan, lines[i], i, inks);
        free(inks);
    }
    *count = scan.count;
    return scan.words;
}
