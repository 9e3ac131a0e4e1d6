/* SPDX-License-Identifier: MIT
 *
 * Every text is cut into lines first; blocks and records are made of lines.
 */
#include "config.h"

#include "piece_cutter.h"

#include <string.h>

#include "import/reader_protocol.h"

void piece_cutter_init(struct piece_cutter *cutter, const struct reader_form *form,
                       const struct piece_taker *taker)
{
    *cutter = (struct piece_cutter){.form = *form, .taker = *taker, .headed = form->header == 0};
}

void piece_cutter_release(struct piece_cutter *cutter)
{
    bytes_release(&cutter->rest);
    bytes_release(&cutter->open);
}

/* Adds to the open piece, of which no more is kept than a reader may get. */
static void keep(struct piece_cutter *cutter, const char *text, size_t length)
{
    if (!cutter->any)
        cutter->first_line = cutter->line;
    cutter->any = true;
    cutter->overlong = cutter->overlong || cutter->open.size + length > READER_PIECE_MOST + 1;
    if (!cutter->overlong)
        bytes_add(&cutter->open, text, length);
}

static void keep_line(struct piece_cutter *cutter, const char *text, size_t length)
{
    keep(cutter, text, length);
    keep(cutter, "\n", 1);
}

/* Line ends around a record are no part of it. */
static void trim_open(const struct piece_cutter *cutter, struct reader_piece *piece)
{
    while (piece->length > 0 && piece->text[piece->length - 1] == '\n')
        piece->length--;
    if (cutter->form.unit != READER_UNIT_RECORD)
        return;
    for (; piece->length > 0 && *piece->text == '\n'; piece->text++, piece->length--)
        piece->line++;
}

static bool end_open(struct piece_cutter *cutter)
{
    const struct piece_taker *taker = &cutter->taker;
    struct reader_piece piece = {(const char *)cutter->open.data, cutter->open.size,
                                 cutter->first_line};
    bool any = cutter->any, overlong = cutter->overlong;
    cutter->any = cutter->overlong = false;
    bytes_clear(&cutter->open);
    if (!any)
        return true;
    if (overlong)
        return taker->too_long(taker->context, piece.line);
    trim_open(cutter, &piece);
    return piece.length == 0 || taker->piece(taker->context, &piece);
}

static bool end_header(struct piece_cutter *cutter)
{
    const struct piece_taker *taker = &cutter->taker;
    size_t length = cutter->open.size;
    length -= length > 0 && cutter->open.data[length - 1] == '\n';
    if (cutter->overlong && !taker->too_long(taker->context, 1))
        return false;
    bool good =
        taker->header(taker->context, length > 0 ? (const char *)cutter->open.data : "", length);
    bytes_clear(&cutter->open);
    cutter->any = cutter->overlong = false;
    cutter->headed = true;
    return good;
}

static bool take_block_line(struct piece_cutter *cutter, const struct reader_piece *line)
{
    bool begins = false;
    if (!cutter->taker.begins(cutter->taker.context, line, &begins))
        return false;
    if (begins && !end_open(cutter))
        return false;
    if (begins || cutter->any)
        keep_line(cutter, line->text, line->length);
    else
        cutter->before++;
    return true;
}

static bool is_blank(const struct reader_piece *line)
{
    for (size_t i = 0; i < line->length; i++)
        if (line->text[i] != ' ' && line->text[i] != '\t')
            return false;
    return true;
}

static bool take_record_line(struct piece_cutter *cutter, const struct reader_piece *line)
{
    const char *at = line->text, *end = at + line->length, *mark;
    if (cutter->form.separator < 0) {
        if (is_blank(line))
            return end_open(cutter);
        keep_line(cutter, line->text, line->length);
        return true;
    }
    for (; (mark = memchr(at, cutter->form.separator, (size_t)(end - at))); at = mark + 1) {
        keep(cutter, at, (size_t)(mark - at));
        if (!end_open(cutter))
            return false;
    }
    keep_line(cutter, at, (size_t)(end - at));
    return true;
}

/* A line without its end; `overlong` if it is cut off. */
static bool take_line(struct piece_cutter *cutter, const char *text, size_t length, bool overlong)
{
    const struct piece_taker *taker = &cutter->taker;
    const struct reader_piece line = {text, length, ++cutter->line};
    if (!cutter->headed) {
        keep_line(cutter, text, length);
        cutter->overlong = cutter->overlong || overlong;
        return cutter->line < cutter->form.header || end_header(cutter);
    }
    if (cutter->form.unit == READER_UNIT_LINE)
        return overlong ? taker->too_long(taker->context, line.line)
                        : taker->piece(taker->context, &line);
    if (overlong) { /* it belongs to the open piece */
        keep(cutter, "", 0);
        cutter->overlong = true;
        return true;
    }
    return cutter->form.unit == READER_UNIT_BLOCK ? take_block_line(cutter, &line)
                                                  : take_record_line(cutter, &line);
}

/* Keeps the beginning of a line whose end is not there yet, and one byte more than it may have. */
static void keep_rest(struct piece_cutter *cutter, const char *text, size_t length)
{
    size_t room = READER_PIECE_MOST + 1 - cutter->rest.size;
    bytes_add(&cutter->rest, text, length < room ? length : room);
}

/* The line that `rest` begins. */
static bool take_rest(struct piece_cutter *cutter)
{
    size_t length = cutter->rest.size;
    bool good =
        take_line(cutter, (const char *)cutter->rest.data, length, length > READER_PIECE_MOST);
    bytes_clear(&cutter->rest);
    return good;
}

bool piece_cutter_add(struct piece_cutter *cutter, const char *text, size_t length)
{
    const char *at = text, *end = text + length, *mark;
    for (; (mark = memchr(at, '\n', (size_t)(end - at))); at = mark + 1) {
        bool good = true;
        if (cutter->rest.size > 0) {
            keep_rest(cutter, at, (size_t)(mark - at));
            good = take_rest(cutter);
        } else {
            size_t whole = (size_t)(mark - at);
            good = take_line(cutter, at, whole, whole > READER_PIECE_MOST);
        }
        if (!good)
            return false;
    }
    keep_rest(cutter, at, (size_t)(end - at));
    return true;
}

bool piece_cutter_finish(struct piece_cutter *cutter)
{
    if (cutter->rest.size > 0 && !take_rest(cutter))
        return false;
    if (!cutter->headed && !end_header(cutter))
        return false;
    return end_open(cutter);
}
