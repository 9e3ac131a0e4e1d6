/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/field.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "screen/terminal/keys.h"

void field_release(struct field *field)
{
    if (!field)
        return;
    for (int i = 0; i < field->history_count; i++)
        free(field->history[i]);
    *field = (struct field){0};
}

void field_set(struct field *field, const char *text)
{
    text_safe(text, field->text, sizeof field->text);
    field->cursor = strlen(field->text);
    field->history_at = field->history_count;
}

/* The start of the grapheme before the cursor. */
static size_t before(const struct field *field)
{
    size_t at = 0, last = 0, cells;
    while (at < field->cursor) {
        last = at;
        at += text_grapheme(field->text + at, &cells);
    }
    return last;
}

/* Moves the cursor to the end of its grapheme, because an edit may have joined two graphemes. */
static void leave_grapheme(struct field *field)
{
    size_t at = 0, cells;
    while (at < field->cursor)
        at += text_grapheme(field->text + at, &cells);
    field->cursor = at;
}

static void erase(struct field *field, size_t from, size_t to)
{
    memmove(field->text + from, field->text + to, strlen(field->text + to) + 1);
    field->cursor = from;
    leave_grapheme(field);
}

void field_insert(struct field *field, int character)
{
    char bytes[5], safe[16];
    if (character < ' ' || character >= PRESS_NONE)
        return;
    size_t whole = strlen(field->text), length = press_encode(character, bytes);
    if (whole + length + 1 > sizeof field->text ||
        strcmp(text_safe(bytes, safe, sizeof safe), bytes) != 0)
        return; /* no room, or not printable */
    char *at = field->text + field->cursor;
    memmove(at + length, at, whole - field->cursor + 1);
    memcpy(at, bytes, length);
    field->cursor += length;
    leave_grapheme(field);
}

void field_replace(struct field *field, size_t from, const char *text)
{
    char safe[FIELD_BYTES], rest[FIELD_BYTES];
    text_safe(text, safe, sizeof safe);
    snprintf(rest, sizeof rest, "%s", field->text + field->cursor);
    if (from > field->cursor || from + strlen(safe) + strlen(rest) + 1 > sizeof field->text)
        return;
    memcpy(field->text + from, safe, strlen(safe));
    field->cursor = from + strlen(safe);
    memcpy(field->text + field->cursor, rest, strlen(rest) + 1);
    leave_grapheme(field);
}

static void erase_word(struct field *field)
{
    size_t from = field->cursor;
    while (from > 0 && field->text[from - 1] == ' ')
        from--;
    while (from > 0 && field->text[from - 1] != ' ')
        from--;
    erase(field, from, field->cursor);
}

static void recall(struct field *field, int step)
{
    int at = field->history_at + step;
    if (at < 0 || at > field->history_count)
        return;
    field->history_at = at;
    const char *text = at < field->history_count ? field->history[at] : "";
    field->cursor = strlen(text);
    memcpy(field->text, text, field->cursor + 1);
}

void field_remember(struct field *field)
{
    if (field->history_count == FIELD_HISTORY) {
        free(field->history[0]);
        memmove(field->history, field->history + 1, (FIELD_HISTORY - 1) * sizeof *field->history);
        field->history_count--;
    }
    field->history[field->history_count++] = memory_string(field->text);
    field->history_at = field->history_count;
}

/* Bytes before the cursor that may belong to a name. */
static size_t begun_name(const struct field *field)
{
    size_t length = 0;
    while (length < field->cursor) {
        unsigned char byte = (unsigned char)field->text[field->cursor - length - 1];
        if (!isalnum(byte) && byte != '_' && byte != '.' && byte < 0x80)
            break;
        length++;
    }
    return length;
}

/* Replaces `length` bytes before the cursor. */
static void replace(struct field *field, size_t length, const char *text, size_t size)
{
    if (strlen(field->text) - length + size + 1 > sizeof field->text)
        return;
    erase(field, field->cursor - length, field->cursor);
    memmove(field->text + field->cursor + size, field->text + field->cursor,
            strlen(field->text + field->cursor) + 1);
    memcpy(field->text + field->cursor, text, size);
    field->cursor += size;
    leave_grapheme(field);
}

size_t field_complete(struct field *field, const char *const *names, size_t count,
                      const char **fits, size_t most)
{
    size_t length = begun_name(field), found = 0, common = 0;
    const char *begun = field->text + field->cursor - length, *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strncasecmp(names[i], begun, length) != 0)
            continue;
        if (found++ == 0) {
            first = names[i];
            common = strlen(first);
        }
        size_t same = 0;
        while (same < common && first[same] == names[i][same])
            same++;
        common = same;
        if (found <= most)
            fits[found - 1] = names[i];
    }
    if (found && common >= length && common > 0)
        replace(field, length, first, common);
    return found;
}

void field_edit(struct field *field, enum action action)
{
    size_t cells, next = field->cursor + text_grapheme(field->text + field->cursor, &cells);
    switch (action) {
    case ACTION_FIELD_LEFT:
        field->cursor = before(field);
        break;
    case ACTION_FIELD_RIGHT:
        field->cursor = next;
        break;
    case ACTION_FIELD_BEGIN:
        field->cursor = 0;
        break;
    case ACTION_FIELD_END:
        field->cursor = strlen(field->text);
        break;
    case ACTION_FIELD_ERASE:
        erase(field, before(field), field->cursor);
        break;
    case ACTION_FIELD_DELETE:
        erase(field, field->cursor, next);
        break;
    case ACTION_FIELD_CLEAR:
        erase(field, 0, field->cursor);
        break;
    case ACTION_FIELD_WORD:
        erase_word(field);
        break;
    case ACTION_FIELD_OLDER:
    case ACTION_FIELD_NEWER:
        recall(field, action == ACTION_FIELD_OLDER ? -1 : 1);
        break;
    default:
        break;
    }
}

void field_draw(struct surface *surface, struct box box, const struct field *field,
                const char *prompt)
{
    if (box.width < 1 || box.height < 1)
        return;
    int used = surface_text(surface, box.x, box.y, box.width, INK_KEY, prompt);
    int room = box.width - used - 1;
    size_t start = 0, cells;
    char part[FIELD_BYTES];
    for (;;) { /* skip graphemes on the left until the cursor fits */
        memcpy(part, field->text + start, field->cursor - start);
        part[field->cursor - start] = '\0';
        if ((int)text_width(part) <= room || start >= field->cursor)
            break;
        start += text_grapheme(field->text + start, &cells);
    }
    int cursor = box.x + used + (int)text_width(part);
    surface_text(surface, box.x + used, box.y, room + 1, INK_PLAIN, field->text + start);
    surface_select(surface, (struct box){cursor, box.y, 1, 1});
}
