/* SPDX-License-Identifier: MIT
 *
 * Cuts a text that arrives in parts into the pieces that a reader wants: lines, blocks or records.
 * Nothing but the open piece is in memory, and of a piece of more than 1 MiB no more than that.
 */
#ifndef WORKER_PIECE_CUTTER_H
#define WORKER_PIECE_CUTTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "script/reader_host.h"

/* Who gets what is cut. False from any of them ends the work. */
struct piece_taker {
    void *context;
    bool (*header)(void *context, const char *text, size_t length);
    /* Whether a block begins with the line. */
    bool (*begins)(void *context, const struct reader_piece *line, bool *yes);
    bool (*piece)(void *context, const struct reader_piece *piece);
    bool (*too_long)(void *context, uint64_t line); /* a piece that begins there is left out */
};

struct piece_cutter {
    struct reader_form form;
    struct piece_taker taker;
    struct bytes rest; /* of a line whose end did not arrive */
    struct bytes open; /* piece of several lines; the header before */
    bool any, overlong;
    uint64_t line;       /* complete lines so far */
    uint64_t first_line; /* of the open piece */
    uint64_t before;     /* lines before the first block */
    bool headed;         /* the header is complete */
};

void piece_cutter_init(struct piece_cutter *cutter, const struct reader_form *form,
                       const struct piece_taker *taker);
void piece_cutter_release(struct piece_cutter *cutter);
bool piece_cutter_add(struct piece_cutter *cutter, const char *text, size_t length);
bool piece_cutter_finish(struct piece_cutter *cutter);

#endif
