/* SPDX-License-Identifier: MIT
 *
 * The form of the Netflix prize: a line "123:" names an item, and the lines below it are its users,
 * with rating and date: "1001,3,2005-09-01". Either or both of the two may be absent.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "file_format.h"
#include "row_splitter.h"
#include "time_form.h"

enum { BLOCK_FIELDS = 4 };

struct netflix_blocks {
    struct row_splitter splitter;
    struct dialect commas;
    struct bytes item; /* of the open block */
    size_t count;      /* of fields, with the item */
    bool rated, dated;
    const char *fields[BLOCK_FIELDS];
    size_t lengths[BLOCK_FIELDS];
};

/* Bytes of an item's line before its colon, or 0. */
static size_t head_of(const struct line *line)
{
    size_t length = line->length;
    while (length > 0 && isblank((unsigned char)line->text[length - 1]))
        length--;
    if (length < 2 || line->text[length - 1] != ':')
        return 0;
    for (size_t i = 0; i + 1 < length; i++)
        if (!isdigit((unsigned char)line->text[i]))
            return 0;
    return length - 1;
}

/* The first line of a block's user, or NULL. */
static const struct line *first_user(const struct sample *sample)
{
    const struct line *first = sample_first(sample);
    if (!first || head_of(first) == 0)
        return NULL;
    const struct line *end = sample->lines + sample->count;
    while (first < end && (first->length == 0 || head_of(first) > 0))
        first++;
    return first < end ? first : NULL;
}

static bool fits(const struct format_input *input)
{
    const struct line *user = first_user(input->sample);
    return user && !memchr(user->text, ':', user->length) && isdigit((unsigned char)*user->text);
}

static void *open_blocks(struct format_input *input, struct error *error)
{
    (void)error;
    struct netflix_blocks *blocks = memory_new(sizeof *blocks);
    blocks->commas = (struct dialect){.separator = ",", .width = 1};
    const struct line *user = first_user(input->sample);
    row_splitter_begin(&blocks->splitter, false);
    row_splitter_take(&blocks->splitter, &blocks->commas, user->text, user->length);
    size_t count = blocks->splitter.count;
    static const struct time_form any = {.kind = TIME_ANY};
    struct time_reading time;
    bool date =
        count == 2 &&
        time_form_read(&any, blocks->splitter.fields[1], blocks->splitter.lengths[1], &time) &&
        time.date;
    blocks->rated = count > 2 || (count == 2 && !date);
    blocks->dated = count > 2 || (count == 2 && date);
    blocks->count = 2 + blocks->rated + blocks->dated;
    return blocks;
}

static void put(struct netflix_blocks *blocks, size_t place, const char *text, size_t length)
{
    blocks->fields[place] = text;
    blocks->lengths[place] = length;
}

static void names(void *state, struct record *record)
{
    struct netflix_blocks *blocks = state;
    *record = record_of(blocks->count, blocks->fields, blocks->lengths, 1, NULL);
    put(blocks, 0, "item", 4);
    put(blocks, 1, "user", 4);
    if (blocks->rated)
        put(blocks, 2, "rating", 6);
    if (blocks->dated)
        put(blocks, 2 + blocks->rated, "date", 4);
}

static const char *take_user(struct netflix_blocks *blocks, const struct line *line)
{
    struct row_splitter *splitter = &blocks->splitter;
    if (blocks->item.size == 0)
        return "a user comes before the first line with an item and \":\"";
    row_splitter_begin(splitter, false);
    if (row_splitter_take(splitter, &blocks->commas, line->text, line->length) == SPLIT_BROKEN)
        return splitter->fault;
    if (splitter->count + 1 != blocks->count)
        return "not as many values as the first line below an item has";
    put(blocks, 0, (char *)blocks->item.data, blocks->item.size);
    for (size_t i = 0; i < splitter->count; i++)
        put(blocks, i + 1, splitter->fields[i], splitter->lengths[i]);
    return NULL;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct netflix_blocks *blocks = state;
    struct line line;
    size_t head = 0;
    do {
        if (!lines_next(lines, &line, more, error))
            return false;
        head = *more ? head_of(&line) : 0;
        if (head > 0) {
            bytes_clear(&blocks->item);
            bytes_add(&blocks->item, line.text, head);
        }
    } while (*more && (line.length == 0 || head > 0));
    const char *fault = *more ? take_user(blocks, &line) : NULL;
    if (*more)
        *record = record_of(fault ? 0 : blocks->count, blocks->fields, blocks->lengths, line.number,
                            fault);
    return true;
}

static void rewind_blocks(void *state)
{
    struct netflix_blocks *blocks = state;
    bytes_clear(&blocks->item);
}

static void free_blocks(void *state)
{
    struct netflix_blocks *blocks = state;
    row_splitter_release(&blocks->splitter);
    bytes_release(&blocks->item);
    free(blocks);
}

const struct file_format format_netflix_blocks = {
    .name = "netflix",
    .words = "blocks of users below \"ITEM:\"",
    .fits = fits,
    .open = open_blocks,
    .names = names,
    .next = next,
    .rewind = rewind_blocks,
    .free = free_blocks,
};
