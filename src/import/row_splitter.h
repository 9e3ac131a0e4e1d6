/* SPDX-License-Identifier: MIT
 *
 * Cuts the text of a row into its cells. A row whose quotes are open at the end of its text is
 * given again, with more text.
 */
#ifndef IMPORT_ROW_SPLITTER_H
#define IMPORT_ROW_SPLITTER_H

#include "base/bytes.h"
#include "dialect.h"
#include "file_format.h"

enum split_outcome {
    SPLIT_DONE,
    SPLIT_OPEN,   /* the text ends inside quotes */
    SPLIT_BROKEN, /* `fault` says why */
};

struct split_cell {
    size_t start, length;
    bool quoted, rewritten; /* its text is not its value: it has doubled or escaped quotes */
};

struct row_splitter {
    bool escapes; /* \" is a quote inside quotes, and \\ a backslash */
    size_t count;
    const char *fields[MOST_FIELDS]; /* point into the text, or into `text` */
    size_t lengths[MOST_FIELDS];
    struct split_cell cells[MOST_FIELDS]; /* of rows that have quotes */
    bool quoted;                          /* `cells` is set */
    const char *fault;
    size_t fault_at; /* a byte of the text */
    size_t at, opened, searched;
    bool open, rewritten;
    struct bytes text; /* of cells that were rewritten */
};

/* Begins a row. */
static inline void row_splitter_begin(struct row_splitter *splitter, bool escapes)
{
    splitter->escapes = escapes;
    splitter->count = splitter->at = 0;
    splitter->open = splitter->quoted = false;
    splitter->fault = NULL;
}

/* `text` is the row from its first byte, without its last line end. After SPLIT_OPEN the same text
 * is given again with the next lines behind it; it may lie elsewhere. */
enum split_outcome row_splitter_take(struct row_splitter *splitter, const struct dialect *dialect,
                                     const char *text, size_t length);
void row_splitter_release(struct row_splitter *splitter); /* accepts NULL */

#endif
