/* SPDX-License-Identifier: MIT
 *
 * A file may have gigabytes, so it passes through a window. Of a word that nobody wants only the
 * numbers are counted.
 */
#include "config.h"

#include "vector_file.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folding.h"
#include "base/memory.h"
#include "base/text.h"

enum { WINDOW = 4 << 20, LINE_MOST = 1 << 20, WORD_MOST = 1024 };

struct vector_walk {
    const struct vector_wish *wish;
    int file;
    char *window; /* begin .. end is not read yet, followed by a NUL */
    size_t begin, end;
    bool over; /* the file has no more */
    bool binary;
    uint64_t line; /* or the number of the word in a binary file */
    uint32_t columns;
    float *numbers;
    bool *found; /* by wanted word */
    size_t found_count, most;
    struct bytes *pack;
    double begun;
    struct error *error;
};

/* -- the window -------------------------------------------------------------------------------- */

static bool fill(struct vector_walk *walk)
{
    if (!patience_lasts(walk->wish->patience, "the file of vectors", walk->begun))
        return error_set(walk->error, ERROR_USAGE, "given up while it was read");
    memmove(walk->window, walk->window + walk->begin, walk->end - walk->begin);
    walk->end -= walk->begin;
    walk->begin = 0;
    while (!walk->over && walk->end < WINDOW) {
        ssize_t got = read(walk->file, walk->window + walk->end, WINDOW - walk->end);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(walk->error, ERROR_INPUT, "%s", strerror(errno));
        walk->over = got == 0;
        walk->end += (size_t)got;
    }
    walk->window[walk->end] = '\0';
    return true;
}

/* Makes at least `size` bytes readable, or all that are left. */
static bool need(struct vector_walk *walk, size_t size)
{
    return walk->end - walk->begin >= size || walk->over || fill(walk);
}

static bool wrong(struct vector_walk *walk, const char *what)
{
    return error_set(walk->error, ERROR_INPUT, "%s %llu %s", walk->binary ? "word" : "line",
                     (unsigned long long)walk->line, what);
}

/* The next line without its end, ended by a NUL; NULL after the last or on an error. */
static char *next_line(struct vector_walk *walk, size_t *length, bool *good)
{
    *good = need(walk, LINE_MOST);
    char *line = walk->window + walk->begin;
    size_t left = walk->end - walk->begin;
    char *end = *good && left > 0 ? memchr(line, '\n', left) : NULL;
    if (!*good || left == 0)
        return NULL;
    walk->line++;
    *length = end ? (size_t)(end - line) : left;
    if (*length > LINE_MOST || memchr(line, '\0', *length)) {
        *good = wrong(walk, "is no text: vectors of GloVe and word2vec are read, unpacked");
        return NULL;
    }
    walk->begin += *length + (end != NULL);
    while (*length > 0 && strchr(" \t\r", line[*length - 1]))
        --*length;
    line[*length] = '\0';
    return line;
}

/* -- words ------------------------------------------------------------------------------------- */

/* Whether the word is wanted and new. */
static bool is_wanted(struct vector_walk *walk, const char *word, size_t length, uint32_t *number)
{
    char *folded = length <= WORD_MOST ? folding_of(word, length) : NULL;
    bool wanted = folded && id_map_find(walk->wish->words, folded, strlen(folded), number) &&
                  !walk->found[*number];
    free(folded);
    return wanted;
}

static bool keep(struct vector_walk *walk, uint32_t number)
{
    char what[160];
    walk->found[number] = true;
    walk->found_count++;
    vector_pack_add(walk->pack, id_map_text(walk->wish->words, number), walk->numbers,
                    walk->columns);
    if (walk->pack->size <= walk->most)
        return true;
    snprintf(what, sizeof what,
             "is one too many: vectors of the %zu words before take %d MiB, which is the most; "
             "`least` leaves rare words out",
             walk->found_count - 1, VECTOR_PACK_MOST >> 20);
    return wrong(walk, what);
}

/* -- text -------------------------------------------------------------------------------------- */

/* Where the last `columns` fields of a line begin, and how many fields there are. A word may hold
 * spaces. */
static char *split_word(char *line, size_t length, uint32_t columns)
{
    char *at = line + length;
    for (uint32_t c = 0; c < columns; c++) {
        while (at > line && at[-1] != ' ' && at[-1] != '\t')
            at--;
        if (at == line)
            return NULL;
        at--;
        while (at > line && (at[-1] == ' ' || at[-1] == '\t'))
            at--;
    }
    return at > line ? at : NULL;
}

static uint32_t count_fields(const char *line)
{
    uint32_t count = 0;
    for (line += strspn(line, " \t"); *line; line += strspn(line, " \t")) {
        line += strcspn(line, " \t");
        count++;
    }
    return count;
}

static bool parse_numbers(struct vector_walk *walk, const char *text)
{
    char what[160], shown[48];
    for (uint32_t c = 0; c < walk->columns; c++) {
        text += strspn(text, " \t");
        size_t length = strcspn(text, " \t");
        double number;
        if (!text_number(text, length, &number) || !isfinite((float)number)) {
            char *copy = memory_format("%.*s", (int)(length < 40 ? length : 40), text);
            snprintf(what, sizeof what, "holds \"%s\" where a number was expected",
                     text_safe(copy, shown, sizeof shown));
            free(copy);
            return wrong(walk, what);
        }
        walk->numbers[c] = (float)number;
        text += length;
    }
    return true;
}

static bool read_line(struct vector_walk *walk, char *line, size_t length)
{
    char what[160];
    uint32_t number;
    char *end = split_word(line, length, walk->columns);
    if (!end) {
        snprintf(what, sizeof what, "holds %u fields where a word and %u numbers were expected",
                 count_fields(line), walk->columns);
        return wrong(walk, what);
    }
    return !is_wanted(walk, line, (size_t)(end - line), &number) ||
           (parse_numbers(walk, end) && keep(walk, number));
}

static bool read_text(struct vector_walk *walk)
{
    size_t length;
    bool good;
    for (char *line; (line = next_line(walk, &length, &good));)
        if (length > 0 && !read_line(walk, line, length))
            return false;
    return good;
}

/* -- binary ------------------------------------------------------------------------------------ */

static bool read_binary(struct vector_walk *walk, uint64_t words)
{
    size_t width = (size_t)walk->columns * sizeof *walk->numbers;
    walk->binary = true;
    for (walk->line = 1; walk->line <= words; walk->line++) {
        if (!need(walk, WORD_MOST + width + 2))
            return false;
        const char *at = walk->window + walk->begin, *end = walk->window + walk->end;
        while (at < end && *at == '\n')
            at++;
        size_t left = (size_t)(end - at);
        const char *space = memchr(at, ' ', left < WORD_MOST ? left : WORD_MOST);
        uint32_t number;
        if (!space || (size_t)(end - space - 1) < width)
            return wrong(walk, left == 0 ? "is missing: the file ends" : "is not whole");
        if (is_wanted(walk, at, (size_t)(space - at), &number)) {
            memcpy(walk->numbers, space + 1, width);
            for (uint32_t c = 0; c < walk->columns; c++)
                if (!isfinite(walk->numbers[c]))
                    return wrong(walk, "holds a number that is not finite");
            if (!keep(walk, number))
                return false;
        }
        walk->begin = (size_t)(space - walk->window) + 1 + width;
    }
    return true;
}

/* -- which form it has ------------------------------------------------------------------------- */

/* Whether what follows word2vec's first line is text: a line of a word and numbers. */
static bool is_text(struct vector_walk *walk)
{
    if (!need(walk, LINE_MOST))
        return false;
    const char *at = walk->window + walk->begin;
    size_t left = walk->end - walk->begin, length = strcspn(at, "\n");
    char *line = length < left || walk->over ? memory_format("%.*s", (int)length, at) : NULL;
    size_t size = line ? strlen(line) : 0;
    while (size > 0 && strchr(" \t\r", line[size - 1]))
        line[--size] = '\0';
    char *numbers = line ? split_word(line, size, walk->columns) : NULL;
    struct error ignored, *error = walk->error;
    walk->error = &ignored;
    bool text = numbers && parse_numbers(walk, numbers);
    walk->error = error;
    free(line);
    return text;
}

static bool make_room(struct vector_walk *walk, long long columns)
{
    if (columns < 1 || columns > VECTOR_PACK_COLUMNS)
        return error_set(walk->error, ERROR_INPUT,
                         "line 1 holds no word with 1 to %d numbers: vectors of GloVe and "
                         "word2vec are read, unpacked",
                         VECTOR_PACK_COLUMNS);
    walk->columns = (uint32_t)columns;
    walk->numbers = memory_array(walk->columns, sizeof *walk->numbers);
    vector_pack_begin(walk->pack, walk->columns);
    return true;
}

/* word2vec's first line: two whole numbers. */
static bool is_head(const char *line, long long *words, long long *columns)
{
    size_t first = strcspn(line, " \t"), between = strspn(line + first, " \t");
    const char *second = line + first + between;
    return count_fields(line) == 2 && text_integer(line, first, words) &&
           text_integer(second, strlen(second), columns) && *words >= 0;
}

static bool read_file(struct vector_walk *walk)
{
    long long words, columns;
    size_t length;
    bool good;
    char *line = next_line(walk, &length, &good);
    if (!line)
        return good && error_set(walk->error, ERROR_INPUT, "it is empty");
    if (!is_head(line, &words, &columns))
        return make_room(walk, (long long)count_fields(line) - 1) &&
               read_line(walk, line, length) && read_text(walk);
    if (!make_room(walk, columns))
        return false;
    return is_text(walk) ? read_text(walk) : read_binary(walk, (uint64_t)words);
}

bool vector_file_read(const struct vector_wish *wish, size_t most, struct bytes *pack,
                      struct error *error)
{
    size_t words = id_map_size(wish->words);
    if (file_is_made_up(wish->path))
        return error_set(error, ERROR_INPUT, "it is no file on a disk");
    struct vector_walk walk = {.wish = wish, .most = most, .pack = pack, .error = error};
    walk.file = file_open_input(wish->path, ERROR_INPUT, error);
    if (walk.file < 0)
        return false;
    walk.begun = clock_monotonic();
    walk.window = memory_new(WINDOW + 1);
    walk.found = memory_array(words, sizeof *walk.found);
    bool good = read_file(&walk);
    if (good && walk.found_count == 0)
        good = error_set(error, ERROR_INPUT,
                         "it has none of the %zu words of the texts, such as \"%s\"", words,
                         words > 0 ? id_map_text(wish->words, 0) : "");
    free(walk.window);
    free(walk.found);
    free(walk.numbers);
    close(walk.file);
    return good;
}
