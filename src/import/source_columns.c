/* SPDX-License-Identifier: MIT
 *
 * Opens a file of a data set and plans the columns of its table from the sample: names, roles, and
 * how numbers and times are written.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"
#include "column_roles.h"
#include "decimal_choice.h"
#include "import/reader_protocol.h"
#include "reader_rows.h"
#include "source_header.h"
#include "source_path.h"
#include "source_table.h"
#include "time_column.h"

const char *source_table_file(const struct source_table *table)
{
    const struct source_stream stream = source_stream_of(table->path);
    if (stream.what && !strchr(stream.what, ' '))
        return stream.what;
    if (stream.length)
        return dataset_parts[table->part];
    return table->called > 0 ? table->path + strlen(table->path) - table->called
                             : file_name(table->path);
}

size_t source_table_first(const struct source_table *table)
{
    return table->header ? 1 : 0;
}

const struct source_column *source_table_role(const struct source_table *table,
                                              enum column_role role)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].role == role)
            return &table->columns[i];
    return NULL;
}

const char *source_table_option(const struct source_table *table, enum column_role role)
{
    const struct file_options *options = table->options;
    const char *const values[] = {[ROLE_USER] = options->user,
                                  [ROLE_ITEM] = options->item,
                                  [ROLE_RATING] = options->rating,
                                  [ROLE_TIME] = options->time,
                                  [ROLE_TITLE] = options->title};
    return values[role];
}

/* Whether the option can say the same: of a joined file, by its name; of files that are one table,
 * nothing that each of them has for itself. */
static bool is_said(const struct source_table *table, const char *option)
{
    bool of_file = import_option_is_of_file(option);
    if (table->side)
        return of_file && import_option_names(source_table_file(table));
    return !of_file || !table->records || table->records->options.part_count == 0;
}

struct decision *source_table_decide(const struct source_table *table, struct import_plan *plan,
                                     const char *subject, const char *choice, const char *option,
                                     const char *value)
{
    struct decision *decision =
        decisions_add(&plan->decisions, source_table_file(table), subject, choice);
    if (option && is_said(table, option)) {
        const char *about = table->side ? source_table_file(table) : dataset_parts[table->part];
        bool bare = table->alone && !import_option_part(value, NULL);
        char *whole = bare ? memory_string(value) : memory_format("%s:%s", about, value);
        decision_option(decision, option, whole);
        decision->given = import_option_value(table->options, option) != NULL;
        free(whole);
    }
    return decision;
}

static struct source_column *add_column(struct source_table *table, const char *name,
                                        enum column_role role, enum cell_kind kind, size_t field)
{
    table->columns = memory_resize(table->columns, table->count + 1, sizeof *table->columns);
    struct source_column *column = &table->columns[table->count++];
    bool text = role == ROLE_USER || role == ROLE_ITEM || role == ROLE_TITLE;
    *column = (struct source_column){.name = memory_string(name),
                                     .role = role,
                                     .kind = kind,
                                     .field = field,
                                     .type = text ? COLUMN_TEXT : COLUMN_INTEGER,
                                     .decimal = '.'};
    if (role == ROLE_RATING)
        column->levels = memory_new(sizeof *column->levels);
    return column;
}

void source_table_release(struct source_table *table)
{
    if (!table)
        return;
    records_free(table->records);
    row_sample_release(&table->sample);
    field_names_release(&table->names);
    for (size_t i = 0; i < table->count; i++) {
        free(table->columns[i].name);
        bytes_release(&table->columns[i].first);
        free(table->columns[i].levels);
    }
    free(table->columns);
    id_map_free(table->seen);
    free(table->path);
    *table = (struct source_table){0};
}

/* -- how cells are written --------------------------------------------------------------------- */

static bool plan_time(const struct source_table *table, struct source_column *column,
                      struct error *error)
{
    struct time_guess guess;
    if (!time_column_guess(table, column->field, &guess, error))
        return false;
    column->times.form = guess.form;
    column->times.rival = guess.rival;
    column->times.sure |= guess.asked;
    return true;
}

static bool plan_numbers(struct source_table *table, struct source_column *column,
                         struct import_plan *plan, struct error *error)
{
    if (!decimal_choose(table, column, plan, error))
        return false;
    if (column->role != ROLE_RATING)
        return true;
    const struct column_facts facts = column_facts(
        &table->sample, column->field, source_table_first(table), table->options->missing);
    column->truths = facts.truths * 2 > facts.given; /* others are refused */
    column->pair = facts.pair;
    char words[64];
    snprintf(words, sizeof words, "1 for %s, 0 for %s", cell_truth_word(facts.pair, true),
             cell_truth_word(facts.pair, false));
    if (column->truths)
        source_table_decide(table, plan, "ratings", words, NULL, NULL)->told = true;
    return true;
}

/* -- columns ----------------------------------------------------------------------------------- */

static bool holds_numbers(const struct source_table *table, size_t field)
{
    const struct column_facts facts =
        column_facts(&table->sample, field, source_table_first(table), table->options->missing);
    return facts.given > 0 && facts.numbers == facts.given;
}

static bool add_columns(struct source_table *table, const struct column_roles *roles,
                        struct import_plan *plan, struct error *error)
{
    for (size_t i = 0; i < table->names.count; i++) {
        enum column_role role = ROLE_OTHER;
        for (enum column_role known = ROLE_USER; known <= ROLE_TITLE; known++)
            if (roles->fields[known] == i)
                role = known;
        if (strcmp(table->names.names[i], "-") == 0)
            continue;
        struct source_column *column = add_column(table, table->names.names[i], role,
                                                  role == ROLE_TIME ? CELL_TIME : CELL_FIELD, i);
        column->times.sure = roles->sure_time;
        column->must_number = table->names.numbers[i] && role == ROLE_OTHER;
        column->ids.numbered = (role == ROLE_USER || role == ROLE_ITEM) && holds_numbers(table, i);
        if (role == ROLE_TIME ? !plan_time(table, column, error)
                              : !plan_numbers(table, column, plan, error))
            return false;
    }
    return true;
}

static bool has_name(const struct source_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (column_names_match(table->columns[i].name, name))
            return true;
    return false;
}

/* Adds columns that are not fields: the year in a MovieLens title, and the value of an interaction
 * if there are no ratings. */
static void add_derived(struct source_table *table)
{
    const char *file = lines_name(table->records->lines);
    const struct source_column *title = source_table_role(table, ROLE_TITLE);
    bool movies = strcasecmp(file, "movies.csv") == 0 || strcasecmp(file, "movies.dat") == 0;
    if (title && movies && !has_name(table, "year"))
        add_column(table, "year", ROLE_OTHER, CELL_YEAR, title->field);
    if (table->part == DATASET_RATINGS && !source_table_role(table, ROLE_RATING))
        add_column(table, "rating", ROLE_RATING, CELL_ONE, 0);
}

/* RecBole's atomic files never quote. */
static bool is_atomic(const char *path)
{
    static const char *const ends[] = {".inter", ".user", ".item"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t length = strlen(path), end = strlen(ends[i]);
        if (length > end && strcasecmp(path + length - end, ends[i]) == 0)
            return true;
    }
    return false;
}

static bool find_quote(const char *path, const char *option, enum quote_option *quote,
                       struct error *error)
{
    *quote = !option                      ? is_atomic(path) ? QUOTE_NO : QUOTE_AUTO
             : strcmp(option, "yes") == 0 ? QUOTE_YES
                                          : QUOTE_NO;
    return !option || *quote == QUOTE_YES || strcmp(option, "no") == 0 ||
           error_set(error, ERROR_USAGE, "--quote is yes or no");
}

static size_t columns_in(const char *names)
{
    size_t count = names != NULL;
    for (; names && *names; names++)
        count += *names == ',';
    return count;
}

/* Options about how a file is cut say nothing to a page that cuts it. */
static bool is_left_to_reader(const struct file_options *options, struct error *error)
{
    const struct {
        const char *value, *name;
    } cutting[] = {{options->format, "format"},
                   {options->separator, "separator"},
                   {options->quote, "quote"},
                   {options->comment, "comment"}};
    for (size_t i = 0; i < sizeof cutting / sizeof *cutting; i++)
        if (cutting[i].value)
            return error_set(error, ERROR_USAGE,
                             "--reader makes the rows, so --%s has no meaning beside it; the page "
                             "decides that",
                             cutting[i].name);
    return true;
}

static bool is_common(const char *option, const char *common)
{
    return !option || (common && strcmp(option, common) == 0);
}

/* Whether separator and quotes, as far as they are given, are those of all files. */
static bool is_of_all(const struct file_options *options, const struct file_options *common)
{
    return common && is_common(options->separator, common->separator) &&
           is_common(options->quote, common->quote);
}

static enum part_headers headers_of(const struct source_parts *parts, const char *option)
{
    if (parts->headed || (option && strcmp(option, "yes") == 0))
        return PARTS_HEADED;
    return option && strcmp(option, "no") == 0 ? PARTS_BARE : PARTS_OPEN;
}

bool source_table_open(struct source_table *table, enum dataset_table part, const char *path,
                       const struct source_parts *parts, const struct file_options *options,
                       const struct walk_context *context, struct error *error)
{
    *table = (struct source_table){.part = part, .path = memory_string(path), .options = options};
    struct format_options format = {.format = options->format,
                                    .separator = options->separator,
                                    .of_all = is_of_all(options, context->common),
                                    .comment = options->comment,
                                    .missing = options->missing,
                                    .encoding = options->encoding,
                                    .cancelled = context->cancelled,
                                    .context = context->context,
                                    .columns_given = columns_in(options->columns),
                                    .parts = parts->paths,
                                    .part_count = parts->count,
                                    .headers = headers_of(parts, options->header),
                                    .reader = options->reader,
                                    .part = part,
                                    .keep_going = context->keep_going,
                                    .unjailed = context->unjailed,
                                    .progress = &context->plan->progress,
                                    .span = SOURCE_CONVERTED};
    if (options->reader && parts->count > 0)
        return error_set(
            error, ERROR_USAGE,
            "--reader makes the rows of one file of %s, and there are %zu; make one file "
            "of them, or import each and merge the data sets",
            dataset_parts[part], parts->count + 1);
    return find_quote(path, options->quote, &format.quote, error) &&
           (table->records = records_open(table->path, &format, error)) &&
           (!table->records->input.reader || is_left_to_reader(options, error));
}

bool source_table_open_made(struct source_table *table, enum dataset_table part,
                            const struct source_table *ratings, const struct file_options *options)
{
    *table = (struct source_table){.part = part, .options = options};
    table->records = records_open_made(ratings->records, part);
    if (!table->records)
        return false;
    table->path = memory_string(ratings->path);
    table->called = ratings->called;
    return true;
}

static void tell_format(const struct source_table *table, struct import_plan *plan)
{
    const struct format_choice *choice = &table->records->choice;
    const char *name = *choice->separator || table->records->options.part_count > 0
                           ? NULL
                           : table->records->format->name;
    struct decision *decision =
        source_table_decide(table, plan, "format", choice->words, name ? "format" : NULL, name);
    if (*choice->separator)
        decision = source_table_decide(table, plan, "separator", choice->separator, "separator",
                                       choice->separator);
    if (choice->sep_line)
        decision_because(decision, "the first line says so");
    else if (*choice->rivals)
        decision_because(decision, "passed over: %s", choice->rivals);
    if (choice->quotes_judged)
        decision_because(source_table_decide(table, plan, "quotes",
                                             choice->quoted ? "enclose cells" : "are text", NULL,
                                             NULL),
                         choice->quoted ? "the whole file, or a whole column, is written so"
                                        : "some cells only begin or end with one");
}

static void tell_encoding(const struct source_table *table, struct import_plan *plan)
{
    const struct lines *lines = table->records->lines;
    const char *encoding = lines_encoding(lines), *rivals = lines_encoding_rivals(lines);
    const char *doubt = lines_encoding_doubt(lines);
    if (*lines_packing(lines))
        source_table_decide(table, plan, "packing", lines_packing(lines), NULL, NULL);
    struct decision *decision =
        source_table_decide(table, plan, "encoding", encoding, "encoding", encoding);
    decision_because(decision, "%s%s%s%s%s%s", lines_encoding_reason(lines),
                     *rivals ? "; passed over: " : "", rivals,
                     *rivals ? "; where texts look wrong, --encoding names the right one" : "",
                     *doubt ? "; " : "", doubt);
    decision->told = *lines_encoding_note(lines) != '\0';
}

/* What the page printed, and where it is confined less than it should. */
static void tell_run(const struct source_table *table, const struct reader_rows *rows,
                     struct import_plan *plan)
{
    char line[READER_TEXT_MOST + 1];
    const char *rest = rows->printed.size > 0 ? (const char *)rows->printed.data : "";
    if (*rows->confinement)
        source_table_decide(table, plan, "reader", rows->confinement, NULL, NULL)->told = true;
    while (text_line(&rest, line, sizeof line))
        source_table_decide(table, plan, "the reader prints", line, NULL, NULL)->told = true;
}

static void tell_reader(const struct source_table *table, struct import_plan *plan)
{
    const char *path = table->options->reader;
    const struct reader_rows *rows = table->records->input.reader;
    struct decision *decision;
    if (table->records->unfit) {
        decision = source_table_decide(table, plan, "reader", "not used", NULL, NULL);
        decision_because(decision, "%s has no function for a file of %s", file_name(path),
                         dataset_parts[table->part]);
        decision->told = true;
    }
    if (!rows)
        return;
    if (table->part != rows->part) {
        source_table_decide(table, plan, dataset_parts[table->part], "rows of the reader", NULL,
                            NULL);
        return;
    }
    decision = source_table_decide(table, plan, "reader", file_name(path), "reader", path);
    decision_because(decision, "SHA-256 %s%s%s", rows->digest,
                     *rows->modules_digest ? ", and of its modules " : "", rows->modules_digest);
    tell_run(table, rows, plan);
}

static void tell_file(const struct source_table *table, struct import_plan *plan)
{
    const struct records *records = table->records;
    const char *file = source_table_file(table);
    if (source_stream_of(table->path).what) {
        source_table_decide(table, plan, "format", IMPORT_SQLITE_TABLE, NULL, NULL);
        return;
    }
    tell_format(table, plan);
    tell_reader(table, plan);
    const char *note = records->format->note ? records->format->note(records->state) : NULL;
    if (note)
        decisions_add(&plan->decisions, file, "file", note)->told = true;
    if (!records->borrowed)
        tell_encoding(table, plan);
}

bool source_table_look(struct source_table *table, const struct walk_context *context,
                       struct error *error)
{
    lines_ask(table->records->lines, context->cancelled, context->context);
    if (!row_sample_read(&table->sample, table->records, error))
        return false;
    tell_file(table, context->plan);
    if (!source_header_check(table, context, error))
        return false;
    return source_header_settle(table, context->plan, error);
}

bool source_table_plan(struct source_table *table, const struct source_table *ratings,
                       const struct walk_context *context, struct error *error)
{
    struct column_roles roles;
    if (!column_roles_choose(table, ratings, context->plan, &roles, error) ||
        !add_columns(table, &roles, context->plan, error))
        return false;
    add_derived(table);
    return true;
}
