/* SPDX-License-Identifier: MIT
 *
 * A dense matrix: a row for each user, a column for each item, and a code where there is no rating,
 * as in Jester, where 99 is the code and the first column says how many ratings the row has. Only
 * such a column is evidence enough; a matrix without it has to be asked for. Users and items are
 * numbered from 1. If the first row is text, it names the items, and the first column the users.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "cells.h"
#include "file_format.h"
#include "row_reader.h"

enum { MATRIX_FIELDS = 3, FEWEST_COLUMNS = 4 };

struct matrix {
    struct row_reader reader;
    const char *missing; /* the code, or NULL */
    bool counted;        /* the first column is the number of ratings */
    bool headed;         /* the first row names the items, and the first column the users */
    struct bytes names;  /* of the items, with their ends in `ends` */
    size_t *ends, columns;

    struct record row;
    size_t place; /* of the next cell */
    uint64_t number;
    char user[24], item[24], fault[80];
    const char *fields[MATRIX_FIELDS];
    size_t lengths[MATRIX_FIELDS];
};

/* Whether a cell is one of the codes, also as another form of the number: 99.00. */
static bool is_code(const char *missing, const char *cell, size_t length)
{
    double code, value;
    if (cell_is_missing(cell, length, missing))
        return true;
    if (!missing || !text_number(cell, length, &value))
        return false;
    for (size_t word; missing; missing = missing[word] == ',' ? missing + word + 1 : NULL) {
        word = strcspn(missing, ",");
        if (text_number(missing, word, &code) && code == value)
            return true;
    }
    return false;
}

/* Whether the first cell says how many of the others are ratings. */
static bool is_counted(const struct record *row, const char *missing)
{
    int64_t said, count = 0;
    double number;
    if (row->fault || row->count < FEWEST_COLUMNS ||
        !cell_integer(row->fields[0], row->lengths[0], &said))
        return false;
    for (size_t i = 1; i < row->count; i++) {
        bool missed = is_code(missing, row->fields[i], row->lengths[i]);
        if (!missed && !text_number(row->fields[i], row->lengths[i], &number))
            return false;
        count += !missed;
    }
    return said == count;
}

/* Whether that holds for nearly all rows of the sample. */
static bool all_counted(const struct format_input *input, const char *missing)
{
    struct row_reader *reader = memory_new(sizeof *reader);
    struct record row;
    struct error ignored;
    bool more;
    size_t rows = 0, good = 0;
    *reader = (struct row_reader){
        .dialect = input->dialect, .sample = input->sample, .keeps_empty = true};
    while (row_reader_next(reader, &row, &more, &ignored) && more) {
        rows++;
        good += is_counted(&row, missing);
    }
    row_reader_release(reader);
    free(reader);
    return rows > 1 && 10 * good >= 9 * rows;
}

/* The code by which the first column is a count, if there is one. */
static bool find_count(const struct format_input *input, const char **missing)
{
    static const char *const codes[] = {"99", "0", "-1", NULL};
    *missing = input->options->missing;
    if (*missing)
        return all_counted(input, *missing);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        *missing = codes[i];
        if (all_counted(input, codes[i]))
            return true;
    }
    return false;
}

static bool fits(const struct format_input *input)
{
    const char *missing;
    return input->options->format || (input->options->columns_given == 0 &&
                                      input->dialect.columns >= 10 && find_count(input, &missing));
}

/* -- reading ----------------------------------------------------------------------------------- */

static void free_matrix(void *state)
{
    struct matrix *matrix = state;
    row_reader_release(&matrix->reader);
    bytes_release(&matrix->names);
    free(matrix->ends);
    free(matrix);
}

/* Whether a cell of the first row is text. That of the users is empty in many headers. */
static bool is_header(const struct matrix *matrix, const struct record *row)
{
    double number;
    for (size_t i = 0; i < row->count; i++)
        if (!is_code(matrix->missing, row->fields[i], row->lengths[i]) &&
            !text_number(row->fields[i], row->lengths[i], &number))
            return true;
    return false;
}

static void take_names(struct matrix *matrix, const struct record *row)
{
    matrix->ends = memory_array(row->count, sizeof *matrix->ends);
    for (size_t i = 0; i < row->count; i++) {
        bytes_add(&matrix->names, row->fields[i], row->lengths[i]);
        matrix->ends[i] = matrix->names.size;
    }
    bytes_add_u8(&matrix->names, 0); /* there is a text even if all names are empty */
}

static void *open_matrix(struct format_input *input, struct error *error)
{
    struct matrix *matrix = memory_new(sizeof *matrix);
    bool more, good;
    matrix->counted = find_count(input, &matrix->missing);
    matrix->reader =
        (struct row_reader){.dialect = input->dialect, .lines = input->lines, .keeps_empty = true};
    good = lines_rewind(input->lines, error) &&
           row_reader_next(&matrix->reader, &matrix->row, &more, error);
    matrix->columns = good && more ? matrix->row.count : 0;
    if (matrix->columns > 0 && !matrix->counted && is_header(matrix, &matrix->row)) {
        matrix->headed = true;
        take_names(matrix, &matrix->row);
    }
    matrix->reader.choice = input->choice;
    if (good)
        return matrix;
    free_matrix(matrix);
    return NULL;
}

static void names(void *state, struct record *record)
{
    static const char *const words[MATRIX_FIELDS] = {"user", "item", "rating"};
    struct matrix *matrix = state;
    *record = record_of(MATRIX_FIELDS, matrix->fields, matrix->lengths, 1, NULL);
    for (size_t i = 0; i < MATRIX_FIELDS; i++) {
        matrix->fields[i] = words[i];
        matrix->lengths[i] = strlen(words[i]);
    }
}

static const char *note(void *state)
{
    static const char *const notes[2][2] = {
        {"was read as a matrix with a row for each user, all of whose cells are ratings",
         "was read as a matrix with a row for each user and a code for missing ratings"},
        {"was read as a matrix whose first column counts the ratings of each row",
         "was read as a matrix with a row for each user, a count in front and a code for missing "
         "ratings"},
    };
    const struct matrix *matrix = state;
    return notes[matrix->counted][matrix->missing != NULL];
}

static void put_cell(struct matrix *matrix)
{
    const struct record *row = &matrix->row;
    size_t place = matrix->place;
    matrix->fields[0] = matrix->user;
    matrix->lengths[0] = strlen(matrix->user);
    if (matrix->headed) {
        size_t start = matrix->ends[place - 1];
        matrix->fields[0] = row->fields[0];
        matrix->lengths[0] = row->lengths[0];
        matrix->fields[1] = (char *)matrix->names.data + start;
        matrix->lengths[1] = matrix->ends[place] - start;
    } else {
        snprintf(matrix->item, sizeof matrix->item, "%zu", place + !matrix->counted);
        matrix->fields[1] = matrix->item;
        matrix->lengths[1] = strlen(matrix->item);
    }
    matrix->fields[2] = row->fields[place];
    matrix->lengths[2] = row->lengths[place];
}

/* Reads the next row. Its fault, if it has one, is in the row. */
static bool read_row(struct matrix *matrix, bool *more, struct error *error)
{
    struct record *row = &matrix->row;
    if (!row_reader_next(&matrix->reader, row, more, error))
        return false;
    if (!*more)
        return true;
    matrix->number++;
    snprintf(matrix->user, sizeof matrix->user, "%" PRIu64, matrix->number);
    matrix->place = matrix->counted || matrix->headed;
    if (!row->fault && row->count != matrix->columns) {
        snprintf(matrix->fault, sizeof matrix->fault, "%zu column%s where %zu are expected",
                 row->count, row->count == 1 ? "" : "s", matrix->columns);
        row->fault = matrix->fault;
        row->count = 0;
    } else if (!row->fault && matrix->counted && !is_counted(row, matrix->missing)) {
        row->fault = "the first column is not the number of ratings of the row, as it is above";
        row->count = 0;
    }
    return true;
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    (void)lines;
    struct matrix *matrix = state;
    struct record *row = &matrix->row;
    *more = true;
    for (;; matrix->place++) {
        while (matrix->place >= row->count) {
            if (!read_row(matrix, more, error))
                return false;
            if (!*more || row->fault) {
                *record = record_of(0, NULL, NULL, row->line, row->fault);
                return true;
            }
            if (matrix->headed && matrix->number == 1)
                row->count = 0;
        }
        if (!is_code(matrix->missing, row->fields[matrix->place], row->lengths[matrix->place]))
            break;
    }
    put_cell(matrix);
    matrix->place++;
    *record = record_of(MATRIX_FIELDS, matrix->fields, matrix->lengths, row->line, NULL);
    return true;
}

static void rewind_matrix(void *state)
{
    struct matrix *matrix = state;
    row_reader_rewind(&matrix->reader);
    matrix->row.count = matrix->place = 0;
    matrix->number = 0;
}

const struct file_format format_rating_matrix = {
    .name = "matrix",
    .words = "matrix of users and items",
    .fits = fits,
    .separated = true,
    .open = open_matrix,
    .names = names,
    .note = note,
    .next = next,
    .rewind = rewind_matrix,
    .free = free_matrix,
};
