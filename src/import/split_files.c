/* SPDX-License-Identifier: MIT
 *
 * Files that are one table: NAME.train.inter, NAME.valid.inter and NAME.test.inter of RecBole, the
 * five pairs of files of MetaHIN, train.txt with valid.txt and test.txt, the four pairs of MeLU,
 * the test files of the five folds of MovieLens 100k, which together have every rating once, the
 * four files of the Netflix prize, and those that a person names as one. The column "split" of the
 * former names the file of a row. All files have the columns of the first.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "file_error.h"
#include "file_format.h"
#include "part_columns.h"
#include "records.h"
#include "sibling.h"
#include "source_path.h"

enum { MOST_PARTS = 5 };

/* The parts of a table, and their words in the column. The first is in `word` of the file's name.
 */
struct split_words {
    const char *first;
    const char *parts[MOST_PARTS][2];
};

static const struct split_words recbole = {
    ".train.", {{".train.", "train"}, {".valid.", "valid"}, {".test.", "test"}}};
static const struct split_words metahin = {"meta_training.json",
                                           {{"meta_training.json", "meta_training"},
                                            {"warm_up.json", "warm_up"},
                                            {"user_cold_testing.json", "user_cold"},
                                            {"item_cold_testing.json", "item_cold"},
                                            {"user_and_item_cold_testing.json", "user_item_cold"}}};

static const struct split_words melu = {"warm_state.json",
                                        {{"warm_state.json", "warm"},
                                         {"user_cold_state.json", "user_cold"},
                                         {"item_cold_state.json", "item_cold"},
                                         {"user_and_item_cold_state.json", "user_item_cold"}}};
static const struct split_words folds = {"u1.test",
                                         {{"u1.test", "u1"},
                                          {"u2.test", "u2"},
                                          {"u3.test", "u3"},
                                          {"u4.test", "u4"},
                                          {"u5.test", "u5"}}};
static const struct split_words texts = {
    "train.txt", {{"train.txt", "train"}, {"valid.txt", "valid"}, {"test.txt", "test"}}};
static const struct split_words netflix = {"combined_data_1.txt",
                                           {{"combined_data_1.txt", NULL},
                                            {"combined_data_2.txt", NULL},
                                            {"combined_data_3.txt", NULL},
                                            {"combined_data_4.txt", NULL}}};

struct split_part {
    char *path;
    const char *word;
};

struct split_files {
    struct format_options options;
    struct format_choice *choice;
    struct lines *lines; /* of the file that was opened first */
    struct split_part *parts;
    size_t count, at;
    struct part_columns columns; /* of parts that a person names; empty for others */
    struct bytes note;
    struct records *records; /* of the part that is being read */
    bool headed;             /* the first record of each part is the same header */
    bool begun;              /* a record of the table was read */
    struct bytes header;
    const char *fields[MOST_FIELDS + 1];
    size_t lengths[MOST_FIELDS + 1];
    bool lists[MOST_FIELDS + 1];
};

/* How a file's name is split, and where in it. */
static const struct split_words *words_of(const char *name, size_t *at)
{
    const char *place = strcasestr(name, recbole.first);
    *at = place ? (size_t)(place - name) : 0;
    if (place)
        return &recbole;
    static const struct split_words *const others[] = {&metahin, &melu, &folds, &texts, &netflix};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasecmp(name, others[i]->first) == 0)
            return others[i];
    return NULL;
}

/* The name of a part of the file that is called NAME. */
static char *name_of_part(const char *name, const struct split_words *words, size_t at, size_t part)
{
    return memory_format("%.*s%s%s", (int)at, name, words->parts[part][0],
                         name + at + strlen(words->first));
}

/* Whether a file is one of the parts, or the ratings of one (json_pairs.c). */
static bool takes(const struct lines *lines, const char *name)
{
    size_t at, length = source_path_plain_length(name);
    const struct split_words *words = words_of(lines_name(lines), &at);
    bool found = false;
    for (size_t i = 0; words && !found && i < MOST_PARTS && words->parts[i][0]; i++) {
        char *part = name_of_part(lines_name(lines), words, at, i), *point = strrchr(part, '.');
        size_t stem = point ? (size_t)(point - part) : 0;
        found = (strlen(part) == length && strncasecmp(part, name, length) == 0) ||
                (stem > 0 && strncasecmp(part, name, stem) == 0 &&
                 strcasecmp(name + stem, "_y.json") == 0);
        free(part);
    }
    return found;
}

/* The parts that a person names. */
static size_t given_parts(const struct format_input *input, struct split_part **parts)
{
    const struct format_options *options = input->options;
    *parts = memory_array(options->part_count + 1, sizeof **parts);
    (*parts)[0].path = memory_string(lines_path(input->lines));
    for (size_t i = 0; i < options->part_count; i++)
        (*parts)[i + 1].path = memory_string(options->parts[i]);
    return options->part_count + 1;
}

/* Finds the parts that exist; how many. */
static size_t find_parts(const struct format_input *input, struct split_part **list)
{
    if (input->options->part_count > 0)
        return given_parts(input, list);
    struct lines *lines = input->lines;
    struct split_part *parts = *list = memory_array(MOST_PARTS, sizeof *parts);
    const char *name = lines_name(lines);
    size_t at, count = 0;
    const struct split_words *words = words_of(name, &at);
    for (size_t i = 0; words && i < MOST_PARTS && words->parts[i][0]; i++) {
        char *other = name_of_part(name, words, at, i);
        char *path =
            i == 0 ? memory_string(lines_path(lines)) : sibling_find(lines_path(lines), other);
        if (path)
            parts[count++] = (struct split_part){path, words->parts[i][1]};
        free(other);
    }
    return count;
}

static void free_parts(struct split_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(parts[i].path);
    free(parts);
}

static bool fits(const struct format_input *input)
{
    struct split_part *parts = NULL;
    bool given = input->options->part_count > 0;
    size_t count = input->alone || given ? 0 : find_parts(input, &parts);
    free_parts(parts, count);
    return count > 1;
}

static bool open_part(struct split_files *split, size_t at, struct error *error)
{
    records_free(split->records);
    split->records = NULL;
    split->at = at;
    split->records = records_open_alone(split->parts[at].path, &split->options, error);
    if (split->records)
        lines_ask_like(split->records->lines, split->lines);
    return split->records != NULL;
}

static void free_split(void *state)
{
    struct split_files *split = state;
    records_free(split->records);
    free_parts(split->parts, split->count);
    bytes_release(&split->header);
    bytes_release(&split->note);
    part_columns_release(&split->columns);
    free(split);
}

/* Adds the column to a record of a part. */
static void add_word(struct split_files *split, struct record *record, const char *word)
{
    size_t count = record->count < MOST_FIELDS ? record->count : MOST_FIELDS - 1;
    record->path = split->parts[split->at].path;
    if (!record->fault && split->columns.count > 0)
        part_columns_order(&split->columns, record);
    if (record->fault || !split->parts[0].word)
        return;
    for (size_t i = 0; i < count; i++) {
        split->fields[i] = record->fields[i];
        split->lengths[i] = record->lengths[i];
        split->lists[i] = record->lists && record->lists[i];
    }
    split->fields[count] = word;
    split->lengths[count] = strlen(word);
    split->lists[count] = false;
    record->fields = split->fields;
    record->lengths = split->lengths;
    record->lists = record->lists ? split->lists : NULL;
    record->count = count + 1;
}

/* The cells of a record as one text. */
static void join(const struct record *record, struct bytes *text)
{
    bytes_clear(text);
    for (size_t i = 0; i < record->count; i++)
        bytes_add_block(text, record->fields[i], record->lengths[i], 1);
}

/* Reads the first record of the open part as one text. */
static bool read_first(struct split_files *split, struct bytes *text, bool *typed,
                       struct error *error)
{
    struct record record;
    bool more;
    if (!records_next(split->records, &record, &more, error))
        return false;
    if (!more)
        record.count = 0;
    join(&record, text);
    *typed = split->records->format->names != NULL;
    for (size_t i = 0; i < record.count; i++)
        if (memmem(record.fields[i], record.lengths[i], ":token", 6))
            *typed = true;
    return true;
}

static bool is_same(const struct bytes *left, const struct bytes *right)
{
    return left->size == right->size && memcmp(left->data, right->data, left->size) == 0;
}

/* The first records are headers if they have RecBole's types or are equal. */
static bool look_for_header(struct split_files *split, struct error *error)
{
    struct bytes second = {0};
    bool typed, ignored;
    bool good = open_part(split, 1, error) && read_first(split, &second, &ignored, error) &&
                open_part(split, 0, error) && read_first(split, &split->header, &typed, error);
    split->headed = good && (typed || is_same(&second, &split->header));
    bytes_release(&second);
    return good;
}

/* -- parts that a person names ----------------------------------------------------------------- */

/* Reads the first record of the open part: whether it is a header, and where the columns are. */
static bool place_part(struct split_files *split, bool *headed, struct error *error)
{
    struct record record;
    bool more;
    if (!records_next(split->records, &record, &more, error))
        return false;
    const char *path = split->parts[split->at].path;
    if (!more)
        return file_error(error, path, 0, "nothing but empty lines");
    if (record.fault)
        return file_error(error, path, record.line, "%s", record.fault);
    const struct part_place place = {
        path, split->parts[0].path, split->options.headers == PARTS_HEADED,
        split->options.columns_given > 0 && !split->records->format->names};
    return part_columns_place(&split->columns, &record, &place, headed, error) &&
           (*headed || records_rewind(split->records, error));
}

static void note_part(struct split_files *split, bool headed)
{
    char *lacked = part_columns_lacked(&split->columns);
    const char *file = source_path_end(split->parts[split->at].path, split->parts[0].path);
    if (!headed)
        bytes_add_format(&split->note, "; %s has no header, and the same order", file);
    if (split->columns.renamed.size > 0)
        bytes_add_format(&split->note, "; %s has %s", file,
                         (const char *)split->columns.renamed.data);
    if (headed && lacked)
        bytes_add_format(&split->note, "; %s lacks %s, which is missing there", file, lacked);
    free(lacked);
}

static bool same_beginnings(struct split_files *split, bool *same, struct error *error)
{
    struct bytes second = {0};
    bool typed;
    bool good = open_part(split, 1, error) && read_first(split, &second, &typed, error) &&
                open_part(split, 0, error) && read_first(split, &split->header, &typed, error);
    *same = good && is_same(&second, &split->header);
    bytes_release(&second);
    return good;
}

/* Looks at the beginning of each part, so that a wrong one is refused before any row is read. */
static bool look_at_given(struct split_files *split, enum part_headers headers, struct error *error)
{
    struct record record;
    bool more, same, part_headed;
    if (!same_beginnings(split, &same, error) || !open_part(split, 0, error) ||
        !records_next(split->records, &record, &more, error))
        return false;
    part_columns_begin(&split->columns, &record);
    split->headed = split->records->format->names || headers == PARTS_HEADED ||
                    (headers == PARTS_OPEN && (same || part_columns_known(&split->columns)));
    bytes_add_format(&split->note, "and %zu more file%s are one table", split->count - 1,
                     split->count == 2 ? "" : "s");
    for (size_t i = 1; split->headed && i < split->count; i++) {
        if (!open_part(split, i, error) || !place_part(split, &part_headed, error))
            return false;
        note_part(split, part_headed);
    }
    if (!split->headed)
        part_columns_release(&split->columns);
    bytes_add(&split->note, "", 1);
    return split->at == 0 || open_part(split, 0, error);
}

/* Goes on with the next part, behind its header. */
static bool open_next(struct split_files *split, struct error *error)
{
    struct bytes first = {0};
    bool typed;
    if (!open_part(split, split->at + 1, error))
        return false;
    if (!split->headed)
        return true;
    if (split->columns.count > 0)
        return place_part(split, &typed, error);
    bool read = read_first(split, &first, &typed, error), same = is_same(&first, &split->header);
    bytes_release(&first);
    return read &&
           (same || file_error(error, split->parts[split->at].path, 1,
                               "the columns are not those of \"%s\", with which it is one table",
                               file_name(split->parts[0].path)));
}

static void add_counts(struct format_choice *choice, const struct format_choice *part)
{
    choice->comments += part->comments;
    choice->preamble += part->preamble;
    choice->empty += part->empty;
    choice->escaped += part->escaped;
}

/* Begins with the first part, if it is not open already. */
static bool begin(struct split_files *split, struct error *error)
{
    split->begun = true;
    split->columns.same = true;
    split->choice->comments = split->choice->preamble = split->choice->empty =
        split->choice->escaped = 0;
    return split->at == 0 && split->records ? records_rewind(split->records, error)
                                            : open_part(split, 0, error);
}

static bool next(void *state, struct lines *lines, struct record *record, bool *more,
                 struct error *error)
{
    (void)lines;
    struct split_files *split = state;
    bool header = !split->begun && split->headed;
    if ((!split->begun && !begin(split, error)) ||
        !records_next(split->records, record, more, error))
        return false;
    while (!*more) {
        add_counts(split->choice, &split->records->choice);
        if (split->at + 1 == split->count)
            return true;
        if (!open_next(split, error) || !records_next(split->records, record, more, error))
            return false;
    }
    add_word(split, record, header ? "split" : split->parts[split->at].word);
    return true;
}

static const char *note(void *state)
{
    const struct split_files *split = state;
    if (split->note.size > 0)
        return (const char *)split->note.data;
    return split->parts[0].word
               ? "was read together with its other parts; the column split tells them "
                 "apart"
               : "was read together with its other parts";
}

/* Its parts count alike, because those to come are not open yet. */
static double share(void *state)
{
    const struct split_files *split = state;
    return split->begun && split->records
               ? ((double)split->at + records_share(split->records)) / (double)split->count
               : 0;
}

static void *open_split(struct format_input *input, struct error *error)
{
    struct split_files *split = memory_new(sizeof *split);
    bool given = input->options->part_count > 0;
    split->options = *input->options;
    split->options.parts = NULL;
    split->options.part_count = 0;
    if (!given)
        split->options.format = NULL;
    split->lines = input->lines;
    split->count = find_parts(input, &split->parts);
    split->choice = input->choice;
    if (given ? look_at_given(split, input->options->headers, error)
              : look_for_header(split, error)) {
        *input->choice = split->records->choice;
        return split;
    }
    free_split(split);
    return NULL;
}

static void rewind_split(void *state)
{
    struct split_files *split = state;
    split->begun = false;
}

const struct file_format format_split_files = {
    .name = "split",
    .words = "split files",
    .fits = fits,
    .open = open_split,
    .note = note,
    .takes = takes,
    .next = next,
    .rewind = rewind_split,
    .share = share,
    .free = free_split,
};
