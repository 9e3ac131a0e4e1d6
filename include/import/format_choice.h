/* SPDX-License-Identifier: MIT
 *
 * How the rows of a file are written: what a person may fix, and what was found.
 */
#ifndef IMPORT_FORMAT_CHOICE_H
#define IMPORT_FORMAT_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dataset_sink.h"

struct import_progress;

enum quote_option {
    QUOTE_AUTO, /* quotes count between commas or semicolons; else if the whole file has them */
    QUOTE_YES,  /* a cell that begins with a quote ends with one */
    QUOTE_NO,   /* a quote is a character like any other */
};

/* Whether files that are one table begin with a header. */
enum part_headers {
    PARTS_OPEN,   /* that is found out */
    PARTS_HEADED, /* each of them does */
    PARTS_BARE,   /* none does */
};

/* What is fixed of the format of a file. {0} leaves everything to the evidence. Texts are borrowed.
 */
struct format_options {
    /* The name of a format of records.c: "json", "netflix", "matrix", "text" ...; NULL leaves it
     * open. */
    const char *format;
    /* What stands between two cells: 1 to 8 bytes, "tab" or "\\t", or "blanks" for runs of blanks
     * and tabs. NULL leaves it open. */
    const char *separator;
    enum quote_option quote;
    /* Separator and quotes are said of all files, of which those in JSON have none. */
    bool of_all;
    /* What a line that is no row begins with; "" if all lines are rows; NULL leaves it open. */
    const char *comment;
    const char *encoding;             /* of the text; NULL leaves it open */
    bool (*cancelled)(void *context); /* asked while the file is opened; may be NULL */
    void *context;
    /* Cells of a matrix that say "no rating", with commas between them; NULL leaves it open. */
    const char *missing;
    size_t columns_given; /* how many names of columns a person gave; 0 for none */
    /* Paths of the files that go on with this one as one table. */
    const char *const *parts;
    size_t part_count;
    enum part_headers headers;

    /* A page of Lua that makes the rows; NULL: the file's format does. The rest is for it alone. */
    const char *reader;
    enum dataset_table part;          /* of the file */
    bool keep_going, unjailed;        /* as in struct import_options */
    struct import_progress *progress; /* is kept up to date; may be NULL */
    double span;                      /* of the progress, of the reader's work */
};

/* What was found. The counts are complete when all rows have been read. */
struct format_choice {
    char words[64];     /* for a person, such as "columns between commas" */
    char separator[16]; /* as the option would name it; empty if the format has none */
    bool quoted;        /* quotes around a cell are not part of it */
    bool quotes_judged; /* `quoted` was decided by reading the whole file */
    size_t columns;     /* of most rows of the sample; 0 if the format does not count them */
    char rivals[128];   /* separators as regular as the chosen one, with their columns, or empty:
                           "semicolons (3 columns), tabs (2 columns)" */
    bool sep_line;      /* the first line, "sep=;", says the separator */
    uint64_t comments, first_comment; /* lines skipped as comments; the number of the first */
    uint64_t preamble;                /* skipped before the first row, without comments */
    uint64_t empty;                   /* rows without anything in any cell, skipped */
    uint64_t escaped;                 /* rows read with \" as a quote inside quotes */
};

#endif
