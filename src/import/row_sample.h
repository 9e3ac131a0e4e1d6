/* SPDX-License-Identifier: MIT
 *
 * The first rows of a file, kept in memory: what a person would look at before deciding what the
 * columns are.
 */
#ifndef IMPORT_ROW_SAMPLE_H
#define IMPORT_ROW_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "records.h"

enum { SAMPLED_ROWS = 10000, SAMPLED_BYTES = 8 << 20 };

/* Row 0 is the first record, which may be a header. Rows with another number of fields are left
 * out. */
struct row_sample {
    struct error broken; /* what is wrong with the first record; "" if nothing is */
    size_t fields, rows;
    struct bytes text;
    size_t *ends;       /* of each cell in `text`, row by row */
    uint64_t *lines;    /* where each row begins */
    const char **paths; /* of the file of each row, borrowed of the records; NULL: that of all */
};

struct sample_cell {
    const char *text;
    size_t length;
};

/* Reads from the beginning and rewinds. Fails if there is no row. */
bool row_sample_read(struct row_sample *sample, struct records *records, struct error *error);
void row_sample_release(struct row_sample *sample); /* accepts NULL */
struct sample_cell row_sample_cell(const struct row_sample *sample, size_t row, size_t field);

/* What the cells of a column look like, from row `from` on. */
struct column_facts {
    size_t given, missing;
    /* Of the given: whole numbers; numbers; numbers if "," is the decimal point; words of the
     * pair for true and false that most are of; dates and plausible seconds since 1970. */
    size_t whole, numbers, comma_numbers, truths, times;
    size_t pair;        /* as cell_truth has it */
    size_t trues;       /* words for true, of any pair */
    double least, most; /* of the numbers; infinite if there is none */
};

struct column_facts column_facts(const struct row_sample *sample, size_t field, size_t from,
                                 const char *missing_words);

#endif
