/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "row_sample.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cells.h"
#include "file_error.h"
#include "time_form.h"

static void add_row(struct row_sample *sample, const struct record *record)
{
    size_t cells = sample->rows * sample->fields;
    for (size_t i = 0; i < sample->fields; i++) {
        bytes_add(&sample->text, record->fields[i], record->lengths[i]);
        sample->ends = memory_grow(sample->ends, cells + i, sizeof *sample->ends);
        sample->ends[cells + i] = sample->text.size;
    }
    sample->lines = memory_grow(sample->lines, sample->rows, sizeof *sample->lines);
    sample->paths = memory_grow(sample->paths, sample->rows, sizeof *sample->paths);
    sample->paths[sample->rows] = record->path;
    sample->lines[sample->rows++] = record->line;
}

bool row_sample_read(struct row_sample *sample, struct records *records, struct error *error)
{
    struct record record;
    struct error first = {0};
    bool more = true;
    *sample = (struct row_sample){0};
    while (sample->rows < SAMPLED_ROWS && sample->text.size < SAMPLED_BYTES) {
        if (!records_next(records, &record, &more, error)) {
            if (sample->rows == 0 || error->kind == ERROR_CANCELLED)
                return false;
            break; /* the first pass says why */
        }
        if (!more)
            break;
        if (record.fault && !*first.text) {
            file_error(&first, record.path ? record.path : lines_path(records->lines), record.line,
                       "%s", record.fault);
            if (sample->rows == 0)
                sample->broken = first;
        }
        if (record.fault)
            continue;
        if (sample->rows == 0)
            sample->fields = record.count;
        if (record.count == sample->fields)
            add_row(sample, &record);
    }
    if (sample->rows == 0 && *first.text)
        *error = first;
    else if (sample->rows == 0)
        file_error(error, lines_path(records->lines), 0, "nothing but empty lines");
    else if (sample->fields == 0)
        file_error(error, lines_path(records->lines), sample->lines[0],
                   "the first row is an empty list, and no columns are known");
    return sample->fields > 0 && records_rewind(records, error);
}

void row_sample_release(struct row_sample *sample)
{
    if (!sample)
        return;
    bytes_release(&sample->text);
    free(sample->ends);
    free(sample->lines);
    free(sample->paths);
    *sample = (struct row_sample){0};
}

struct sample_cell row_sample_cell(const struct row_sample *sample, size_t row, size_t field)
{
    size_t place = row * sample->fields + field, start = place ? sample->ends[place - 1] : 0;
    const char *text = sample->text.data ? (const char *)sample->text.data : ""; /* all are empty */
    return (struct sample_cell){text + start, sample->ends[place] - start};
}

static void learn_number(struct column_facts *facts, double number)
{
    facts->numbers++;
    facts->least = fmin(facts->least, number);
    facts->most = fmax(facts->most, number);
}

/* `pairs` counts the cells of each pair of words for true and false. */
static void learn_cell(struct column_facts *facts, struct sample_cell cell, size_t *pairs)
{
    static const struct time_form any = {.kind = TIME_ANY};
    struct time_reading time;
    int64_t whole;
    double number;
    size_t pair;
    bool truth;
    facts->given++;
    cell_trim(&cell.text, &cell.length);
    facts->whole += cell_integer(cell.text, cell.length, &whole);
    if (cell_real(cell.text, cell.length, '.', &number))
        learn_number(facts, number);
    facts->comma_numbers += cell_real(cell.text, cell.length, ',', &number);
    if (cell_truth(cell.text, cell.length, &pair, &truth)) {
        facts->trues += truth;
        facts->pair = ++pairs[pair] > facts->truths ? pair : facts->pair;
        facts->truths = pairs[facts->pair];
    }
    facts->times += time_form_read(&any, cell.text, cell.length, &time) &&
                    (time.date || time_is_plausible(&time));
}

struct column_facts column_facts(const struct row_sample *sample, size_t field, size_t from,
                                 const char *missing_words)
{
    struct column_facts facts = {.least = INFINITY, .most = -INFINITY};
    size_t pairs[CELL_TRUTHS] = {0};
    for (size_t row = from; row < sample->rows; row++) {
        struct sample_cell cell = row_sample_cell(sample, row, field);
        if (cell_is_missing(cell.text, cell.length, missing_words))
            facts.missing++;
        else
            learn_cell(&facts, cell, pairs);
    }
    return facts;
}
