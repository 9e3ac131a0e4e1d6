/* SPDX-License-Identifier: MIT
 *
 * What goes between an import and the worker that runs a Lua reader for it. Numbers, strings and
 * blocks are written as in base/bytes.h.
 *
 * To the worker goes an order: its size in bytes (32 bits), then the number of the table in the
 * data set (8 bits), whether it may run without a filter of system calls (8 bits), the path of the
 * page for messages, its text, and its modules (name NUL source NUL ...) as a block of bytes. Then,
 * once the worker has said READER_LOADED, the text of the file follows: UTF-8 whose lines end with
 * LF. Its end is the end of the pipe.
 *
 * From the worker come messages: kind (8 bits), size of what follows (32 bits), and the fields
 * below. The last is READER_DONE or READER_FAILED. A worker that cannot even say that much writes
 * "LINE TEXT" to its standard error and ends with the status READER_OVERDUE.
 */
#ifndef IMPORT_READER_PROTOCOL_H
#define IMPORT_READER_PROTOCOL_H

enum reader_message {
    /* For which tables there are functions, a bit each (8 bits); what of the confinement is
     * missing, or "" (string); what a piece is called: "line", "block", "record" (string). */
    READER_LOADED = 1,
    READER_COLUMN,  /* table (8 bits), name (the rest): the next column of that table */
    READER_ROW,     /* table (8 bits), line (64 bits); for each field: column (32 bits), length
                       (32 bits, with READER_LIST if it is a list with "|"), text */
    READER_FAULT,   /* line (64 bits), what is wrong with this piece (string) */
    READER_PRINTED, /* a line that the page printed (string) */
    READER_ALIVE,   /* nothing; it is said if nothing else was for half a second */
    READER_DONE,    /* pieces, how many of them gave no row, lines before the first block (64 bits
                       each) */
    READER_FAILED,  /* kind of the error (8 bits), line, 0 for none (64 bits), why it ends (string)
                     */
};

enum {
    READER_HEAD = 5, /* bytes of kind and size */
    READER_MESSAGE_MOST = 16 << 20,
    READER_PIECE_MOST = 1 << 20, /* bytes */
    READER_SOURCE_MOST = 1 << 20,
    READER_COLUMNS_MOST = 1000, /* of a table */
    READER_NAME_MOST = 255,     /* bytes of a column's name */
    READER_TEXT_MOST = 511,     /* bytes of a sentence */
    READER_OVERDUE = 72,        /* exit status */
    READER_LIST = 1 << 30,      /* in the length of a field */
};

#endif
