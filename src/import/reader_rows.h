/* SPDX-License-Identifier: MIT
 *
 * The rows that a Lua reader made of a file, as messages of import/reader_protocol.h in a temporary
 * file without a name, because rows are read more than once. Every message is checked when it
 * arrives, as one that may mean harm.
 */
#ifndef IMPORT_READER_ROWS_H
#define IMPORT_READER_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"
#include "data/dataset_sink.h"

struct reader_columns {
    char **names;
    size_t count;
    uint64_t rows;
};

struct reader_rows {
    unsigned owners;
    int file;
    uint64_t size, checked; /* bytes; at how many of them the room was looked at */
    struct bytes unwritten;
    enum dataset_table part; /* of the file */
    struct reader_columns of[DATASET_TABLES];

    /* What the worker says of its work. */
    bool loaded, done;
    unsigned parts; /* the tables that the page has functions for, a bit each */
    char unit[16];  /* "line", "block" or "record" */
    uint64_t pieces, rowless, before, faults; /* before: lines before the first block */
    uint64_t fault_line;                      /* of the first fault */
    char fault[512];
    char confinement[512];
    struct bytes printed; /* the first lines, a newline behind each, and a NUL; or empty */
    uint64_t prints;

    char digest[DIGEST_TEXT], modules_digest[DIGEST_TEXT]; /* of the page */
    char note[160];
};

/* One owner. NULL if there is no temporary file. */
struct reader_rows *reader_rows_new(enum dataset_table part, struct error *error);
struct reader_rows *reader_rows_share(struct reader_rows *rows); /* one owner more */
void reader_rows_free(struct reader_rows *rows);                 /* one owner less; accepts NULL */

enum reader_take { READER_TAKEN, READER_BROKEN, READER_UNWRITTEN };
/* Takes a message: `data` has its READER_HEAD and the `size` bytes behind. READER_BROKEN: a worker
 * of ours does not say that. READER_UNWRITTEN: the temporary file cannot be written, with an error.
 */
enum reader_take reader_rows_take(struct reader_rows *rows, const unsigned char *data, size_t size,
                                  struct error *error);
/* Writes what is left when the last message came. */
bool reader_rows_finish(struct reader_rows *rows, struct error *error);

#endif
