/* SPDX-License-Identifier: MIT
 *
 * A user and all its items on each line, as NGCF, KGAT and LightGCN publish their sets: "0 12 7
 * 30". A file has this format if its first lines consist of whole numbers between blanks, and few
 * of them have the same number of words.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "file_format.h"

enum { LIST_FIELDS = 2, FEWEST_LINES = 3 };

struct item_lists {
    struct line line;
    size_t at; /* of the next item in the line */
    const char *fields[LIST_FIELDS];
    size_t lengths[LIST_FIELDS];
};

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Takes the next word of a line, or nothing at its end. */
static bool take_word(const struct line *line, size_t *at, const char **word, size_t *length)
{
    while (*at < line->length && is_blank(line->text[*at]))
        ++*at;
    size_t begin = *at;
    while (*at < line->length && !is_blank(line->text[*at]))
        ++*at;
    *word = line->text + begin;
    *length = *at - begin;
    return *length > 0;
}

/* How many words a line has, or 0 if one of them is no whole number. */
static size_t count_numbers(const struct line *line)
{
    const char *word;
    size_t length, count = 0;
    long long number;
    for (size_t at = 0; take_word(line, &at, &word, &length); count++)
        if (!text_integer(word, length, &number))
            return 0;
    return count;
}

static bool fits(const struct format_input *input)
{
    const struct sample *sample = input->sample;
    size_t lines = 0, usual = 0, numbers = 0;
    size_t last = sample->count - (sample->count > 1 && !sample->whole); /* may be cut off */
    for (size_t i = 0; i < last; i++) {
        size_t count = count_numbers(&sample->lines[i]);
        lines += sample->lines[i].length > 0;
        numbers += count > 0;
        usual += count == input->dialect.columns;
    }
    bool asked = input->options->format != NULL;
    return asked || (input->dialect.width == 0 && input->options->columns_given == 0 &&
                     lines >= FEWEST_LINES && numbers == lines && 2 * usual < lines);
}

static void rewind_lists(void *state)
{
    struct item_lists *lists = state;
    lists->line = (struct line){.text = ""};
    lists->at = 0;
}

static void *open_lists(struct format_input *input, struct error *error)
{
    (void)input, (void)error;
    struct item_lists *lists = memory_new(sizeof *lists);
    rewind_lists(lists);
    return lists;
}

static void names(void *state, struct record *record)
{
    struct item_lists *lists = state;
    *record = record_of(LIST_FIELDS, lists->fields, lists->lengths, 1, NULL);
    lists->fields[0] = "user";
    lists->fields[1] = "item";
    lists->lengths[0] = lists->lengths[1] = 4;
}

/* Goes on to the next item, or to the first of a line that has one. */
static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    struct item_lists *lists = state;
    *more = true;
    while (!take_word(&lists->line, &lists->at, &lists->fields[1], &lists->lengths[1])) {
        if (!lines_next(lines, &lists->line, more, error))
            return false;
        if (!*more)
            return true;
        lists->at = 0;
        take_word(&lists->line, &lists->at, &lists->fields[0], &lists->lengths[0]);
    }
    *record = record_of(LIST_FIELDS, lists->fields, lists->lengths, lists->line.number, NULL);
    return true;
}

const struct file_format format_item_lists = {
    .name = "lists",
    .words = "a user and its items on each line",
    .fits = fits,
    .separated = true,
    .open = open_lists,
    .names = names,
    .next = next,
    .rewind = rewind_lists,
    .free = free,
};
