/* SPDX-License-Identifier: MIT
 *
 * Chooses the format of a file and reads its rows through the functions of that format.
 */
#include "config.h"

#include "records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "file_error.h"
#include "reader_rows.h"
#include "reader_run.h"
#include "scan.h"
#include "sniffer.h"

/* In order of preference; the last fits every file that has columns. */
static const struct file_format *const formats[] = {
    &format_split_files,   &format_json_pairs,     &format_json_objects,
    &format_json_lists,    &format_netflix_blocks, &format_movielens_items,
    &format_rating_matrix, &format_item_lists,     &format_separated,
};
enum { FORMATS = sizeof formats / sizeof *formats };

static bool is_known(const char *name, struct error *error)
{
    char shown[64], words[128] = "";
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return true;
    for (size_t i = 0, used = 0; i < FORMATS && used < sizeof words; i++)
        if (i == 0 || strcmp(formats[i]->name, formats[i - 1]->name) != 0)
            used += (size_t)snprintf(words + used, sizeof words - used, "%s\"%s\"",
                                     i > 0 ? ", " : "", formats[i]->name);
    return error_set(error, ERROR_USAGE, "\"%s\" is no format of rows; these are: %s",
                     text_safe(name, shown, sizeof shown), words);
}

static bool is_json(const struct file_format *format)
{
    return format == &format_json_pairs || format == &format_json_objects ||
           format == &format_json_lists;
}

/* Whether the format is asked for, or nothing is and the sample is of it. */
static bool is_chosen(const struct records *records, const struct file_format *format)
{
    const struct format_options *options = &records->options;
    if (options->format)
        return format->fits(&records->input);
    bool text = options->separator || options->quote != QUOTE_AUTO;
    bool spared = format == &format_split_files || (options->of_all && is_json(format));
    if (!format->separated && !spared && text)
        return false;
    return !(options->columns_given > 0 && format == &format_movielens_items) &&
           format->fits(&records->input);
}

static bool choose(struct records *records, struct error *error)
{
    struct format_input *input = &records->input;
    bool sniffed = false;
    if ((records->options.format && !is_known(records->options.format, error)) ||
        !json_shape_find(&input->shape, records->lines, input->sample, error))
        return false;
    for (size_t i = 0; i < FORMATS && !records->format; i++) {
        if (records->options.format && strcmp(records->options.format, formats[i]->name) != 0)
            continue;
        if (formats[i]->separated && !sniffed &&
            !sniffer_choose(input->sample, input->options, lines_path(records->lines),
                            &input->dialect, input->choice, error))
            return false;
        sniffed = sniffed || formats[i]->separated;
        if (is_chosen(records, formats[i]))
            records->format = formats[i];
    }
    char shown[64];
    if (!records->format)
        return file_error(error, lines_path(records->lines), 0, "this is not of the format \"%s\"",
                          text_safe(records->options.format, shown, sizeof shown));
    const char *words = records->format->words;
    if (!records->format->separated && !words)
        words = input->shape.words;
    if (words) { /* the format is more than columns between separators */
        snprintf(records->choice.words, sizeof records->choice.words, "%s", words);
        *records->choice.separator = '\0';
    }
    if (records->options.part_count > 0)
        records->format = &format_split_files;
    return true;
}

static bool sniff(struct records *records, struct error *error)
{
    struct sample *sample = &records->sample;
    records->input = (struct format_input){
        .lines = records->lines,
        .sample = sample,
        .options = &records->options,
        .choice = &records->choice,
        .alone = records->input.alone,
    };
    return sample_read(sample, records->lines, error) && lines_rewind(records->lines, error) &&
           choose(records, error);
}

/* -- readers ----------------------------------------------------------------------------------- */

static void use_made(struct records *records, struct reader_rows *rows, enum dataset_table part)
{
    records->format = &format_lua_reader;
    snprintf(records->choice.words, sizeof records->choice.words, "%s", format_lua_reader.words);
    records->input = (struct format_input){.lines = records->lines,
                                           .options = &records->options,
                                           .choice = &records->choice,
                                           .alone = records->input.alone,
                                           .reader = rows,
                                           .part = part};
}

/* Users and items are read as usual then, but a reader without ratings is hardly meant so. */
static bool refuse_unfit(const struct records *records, const char *path, struct error *error)
{
    char page[80];
    return file_error(error, lines_path(records->lines), 0,
                      "the page \"%s\" has no function `row`, which makes rows of ratings; "
                      "--reader users:PAGE is about the users alone",
                      text_safe(file_name(path), page, sizeof page));
}

static bool refuse_rowless(const struct records *records, const struct reader_rows *rows,
                           struct error *error)
{
    const char *path = lines_path(records->lines);
    if (rows->faults > 0)
        return file_error(error, path, rows->fault_line, "%s", rows->fault);
    return file_error(error, path, 0,
                      "the reader made no row of %s of its %" PRIu64
                      " %s%s: each call returned nil, an empty table, or rows of other tables",
                      dataset_parts[rows->part], rows->pieces, rows->unit,
                      rows->pieces == 1 ? "" : "s");
}

/* Lets the page make the rows, if it has a function for such a file. */
static bool make_rows(struct records *records, struct error *error)
{
    const struct format_options *options = &records->options;
    const struct reader_job job = {.page = options->reader,
                                   .part = options->part,
                                   .lines = records->lines,
                                   .keep_going = options->keep_going,
                                   .unjailed = options->unjailed,
                                   .progress = options->progress,
                                   .span = options->span};
    lines_ask(records->lines, options->cancelled, options->context);
    struct reader_rows *rows = reader_run(&job, &records->unfit, error);
    records->options.reader = NULL; /* files that belong to this one are read as usual */
    if (!rows)
        return records->unfit &&
               (options->part != DATASET_RATINGS || refuse_unfit(records, job.page, error));
    use_made(records, rows, options->part);
    return rows->of[options->part].rows > 0 || refuse_rowless(records, rows, error);
}

struct records *records_open_made(const struct records *whole, enum dataset_table part)
{
    struct reader_rows *rows = whole->input.reader;
    if (!rows || rows->of[part].rows == 0)
        return NULL;
    struct records *records = memory_new(sizeof *records);
    records->options = whole->options;
    records->lines = whole->lines;
    records->borrowed = true;
    use_made(records, reader_rows_share(rows), part);
    return records;
}

bool records_rewind(struct records *records, struct error *error)
{
    if (!lines_rewind(records->lines, error))
        return false;
    records->named = false;
    if (records->state && records->format->rewind)
        records->format->rewind(records->state);
    return true;
}

double records_share(const struct records *records)
{
    return records->state && records->format->share ? records->format->share(records->state)
                                                    : lines_share(records->lines);
}

static struct records *open_records(const char *path, const struct format_options *options,
                                    bool alone, struct error *error)
{
    struct records *records = memory_new(sizeof *records);
    records->options = *options;
    records->input.alone = alone;
    const struct lines_options reading = {options->encoding, options->cancelled, options->context};
    records->lines = lines_open(path, &reading, error);
    bool good = records->lines && (!options->reader || make_rows(records, error)) &&
                (records->input.reader || sniff(records, error)) && records_rewind(records, error);
    if (good)
        return records;
    records_free(records);
    return NULL;
}

struct records *records_open(const char *path, const struct format_options *options,
                             struct error *error)
{
    return open_records(path, options, false, error);
}

struct records *records_open_alone(const char *path, const struct format_options *options,
                                   struct error *error)
{
    return open_records(path, options, true, error);
}

void records_free(struct records *records)
{
    if (!records)
        return;
    if (records->state)
        records->format->free(records->state);
    sample_release(&records->sample);
    reader_rows_free(records->input.reader);
    if (!records->borrowed)
        lines_free(records->lines);
    free(records);
}

bool records_next(struct records *records, struct record *record, bool *more, struct error *error)
{
    const struct file_format *format = records->format;
    if (!records->state) {
        records->state = format->open(&records->input, error);
        sample_release(&records->sample);
        if (!records->state || !records_rewind(records, error))
            return false;
    }
    if (records->named || !format->names)
        return format->next(records->state, records->lines, record, more, error);
    *record = (struct record){.line = 1};
    format->names(records->state, record);
    records->named = *more = true;
    return true;
}

static void say_count(char words[256], uint64_t count, const char *one, const char *many)
{
    size_t used = strlen(words);
    if (count > 0 && used < 256)
        snprintf(words + used, 256 - used, "%s%" PRIu64 " %s", used > 0 ? ", " : "", count,
                 count == 1 ? one : many);
}

const char *records_skipped(struct records *records, char words[256])
{
    const struct format_choice *choice = &records->choice;
    *words = '\0';
    say_count(words, choice->comments, "comment line was skipped", "comment lines were skipped");
    say_count(words, choice->preamble - (choice->preamble > 0 && choice->sep_line),
              "line before the first row was skipped", "lines before the first row were skipped");
    say_count(words, choice->empty, "empty row was skipped", "empty rows were skipped");
    say_count(words, choice->escaped, "row was read with \\\" as a quote",
              "rows were read with \\\" as a quote");
    return *words == '\0' ? NULL : words;
}
