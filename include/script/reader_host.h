/* SPDX-License-Identifier: MIT
 *
 * A page of Lua that makes rows of the pieces of a file (lua/thaw/reader.lua), in one Lua state
 * that lasts for the whole file. The rows are written as messages of import/reader_protocol.h. One
 * thread.
 */
#ifndef SCRIPT_READER_HOST_H
#define SCRIPT_READER_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "data/dataset_sink.h"
#include "script/script.h"

enum reader_unit { READER_UNIT_LINE, READER_UNIT_BLOCK, READER_UNIT_RECORD, READER_UNITS };
extern const char *const reader_unit_words[READER_UNITS]; /* "line", ... */

/* How a page wants its file to be cut. */
struct reader_form {
    enum reader_unit unit;
    int separator;   /* of records: a byte, or -1 for blank lines */
    uint32_t header; /* lines that are no pieces */
    unsigned parts;  /* the tables that the page has functions for: 1 << DATASET_USERS ... */
};

struct reader_piece {
    const char *text;
    size_t length;
    uint64_t line; /* its first, from 1 */
};

enum reader_outcome {
    READER_ROWS,    /* written */
    READER_NO_ROW,  /* the page makes none of it */
    READER_REFUSED, /* an error in this piece; nothing was written */
    READER_OVER,    /* time or memory is used up: no further call */
};

struct reader_host;

/* Loads the page for a file of that table. `output` is borrowed. `print` receives each printed
 * line, safe to show. Errors are ERROR_SCRIPT, as those of a script. */
struct reader_host *reader_host_new(const struct script_source *source, enum dataset_table part,
                                    const struct script_limits *limits, struct bytes *output,
                                    void (*print)(void *context, const char *line), void *context,
                                    struct error *error);
void reader_host_free(struct reader_host *host); /* accepts NULL */

struct reader_form reader_host_form(const struct reader_host *host);

/* Keeps the text of the header, which each later call of the page gets. */
bool reader_host_header(struct reader_host *host, const char *text, size_t length,
                        struct error *error);
/* Whether a block begins with that line. READER_ROWS: it does, READER_NO_ROW: it does not. */
enum reader_outcome reader_host_begins(struct reader_host *host, const struct reader_piece *line,
                                       struct error *error);
/* Lets the page make rows of a piece and appends them to the output. The form must have a function
 * for the table. */
enum reader_outcome reader_host_take(struct reader_host *host, const struct reader_piece *piece,
                                     struct error *error);

#endif
