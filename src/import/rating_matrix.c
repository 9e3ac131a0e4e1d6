/* SPDX-License-Identifier: MIT
 *
 * A dense matrix: a row for each user, a column for each item, and a code where there is no rating,
 * as in Jester, where 99 is the code and the first column says how many ratings the row has. Only
 * such a column is evidence enough; a matrix without it has to be asked for. In that, a value that
 * looks like a code is asked about, since nothing else says whether it is one. Users and items are
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
#include "file_error.h"
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
    char note[160];
};

/* With a decimal point or a decimal comma. */
static bool read_number(const char *cell, size_t length, double *number)
{
    return text_number(cell, length, number) || cell_number(cell, length, ',', number);
}

/* Whether a cell is one of the codes, also as another form of the number: 99.00. */
static bool is_code(const char *missing, const char *cell, size_t length)
{
    double code, value;
    if (cell_is_missing(cell, length, missing))
        return true;
    if (!missing || !read_number(cell, length, &value))
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
        if (!missed && !read_number(row->fields[i], row->lengths[i], &number))
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

/* -- values that look like a code -------------------------------------------------------------- */

/* The numbers of the sample, sorted. */
struct values {
    double *numbers;
    size_t count;
};

static int compare(const void *one, const void *other)
{
    double left = *(const double *)one, right = *(const double *)other;
    return (left > right) - (left < right);
}

/* The numbers behind the first column, which may be names. */
static struct values read_values(const struct format_input *input)
{
    struct row_reader *reader = memory_new(sizeof *reader);
    struct values values = {NULL, 0};
    struct record row;
    struct error ignored;
    bool more;
    double number;
    *reader = (struct row_reader){
        .dialect = input->dialect, .sample = input->sample, .keeps_empty = true};
    while (row_reader_next(reader, &row, &more, &ignored) && more)
        for (size_t i = 1; i < row.count; i++)
            if (read_number(row.fields[i], row.lengths[i], &number)) {
                values.numbers = memory_grow(values.numbers, values.count, sizeof number);
                values.numbers[values.count++] = number;
            }
    row_reader_release(reader);
    free(reader);
    if (values.count > 0)
        qsort(values.numbers, values.count, sizeof number, compare);
    return values;
}

/* How often the value at a place stands in the sorted numbers. */
static size_t count_equal(const struct values *values, size_t place)
{
    size_t count = 0;
    for (size_t i = 0; i < values->count; i++)
        count += values->numbers[i] == values->numbers[place];
    return count;
}

/* Whether the value at an edge, which stands there several times and is not 0, is as far from the
 * others as they are from one another, or the only one below 0. Sets the range of the others. */
static bool is_apart(const struct values *values, size_t place, double range[2])
{
    size_t equal = count_equal(values, place), count = values->count;
    double code = values->numbers[place];
    if (equal < 2 || equal == count || code == 0)
        return false;
    range[0] = values->numbers[place == 0 ? equal : 0];
    range[1] = values->numbers[place == 0 ? count - 1 : count - 1 - equal];
    double gap = place == 0 ? range[0] - code : code - range[1];
    return range[1] > range[0] &&
           (gap > range[1] - range[0] || (place == 0 && code < 0 && range[0] >= 0));
}

/* Asks for the code if a value looks like one, and says that 0 is a rating if it may be none. */
static bool ask_for_code(struct matrix *matrix, const struct format_input *input,
                         struct error *error)
{
    struct values values = read_values(input);
    double range[2];
    bool good = true;
    for (size_t edge = 0; good && edge < 2 && values.count > 0; edge++) {
        size_t place = edge == 0 ? 0 : values.count - 1, equal = count_equal(&values, place);
        double code = values.numbers[place];
        if (is_apart(&values, place, range))
            good = file_error(error, lines_path(input->lines), 0,
                              "%.15g lies far from the other ratings, which are %.15g to %.15g: "
                              "--missing %.15g leaves it out as no rating, --missing - takes it as "
                              "one",
                              code, range[0], range[1], code);
        else if (edge == 0 && code == 0 && equal * 2 >= values.count && equal < values.count)
            snprintf(matrix->note, sizeof matrix->note,
                     "was read as a matrix with a row for each user, in which 0 is a rating too; "
                     "--missing 0 leaves it out");
    }
    free(values.numbers);
    return good;
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
            !read_number(row->fields[i], row->lengths[i], &number))
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
    if (good && (matrix->missing || ask_for_code(matrix, input, error)))
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
    if (*matrix->note)
        return matrix->note;
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
