/* SPDX-License-Identifier: MIT
 *
 * An export is a sink: the store hands it rows, as an import hands rows to the store. Each table
 * becomes a file; the folder gets its name when all files are on the disk.
 */
#include "config.h"

#include "report/dataset_export.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_output.h"
#include "base/list.h"
#include "base/memory.h"
#include "base/text.h"
#include "export_again.h"
#include "export_columns.h"
#include "import/import.h"
#include "report/figures.h"
#include "report/table_writer.h"
#include "store/dataset_store.h"
#include "store/grid_store.h"

/* If all times are beyond FIRST_DATED, an importer takes them for smaller units than seconds. If
 * not all are beyond FIRST_LIKELY, it may not see that a column is a time. In both cases times are
 * written as dates. It takes numbers from FIRST_COMPACT on for days such as 20230321. */
#define FIRST_DATED   INT64_C(100000000000)
#define FIRST_LIKELY  INT64_C(100000000)
#define FIRST_COMPACT INT64_C(10000000)

static const char *const endings[EXPORT_FORMAT_COUNT][DATASET_TABLES] = {
    [EXPORT_CSV] = {"ratings.csv", "users.csv", "items.csv"},
    [EXPORT_JSONL] = {"ratings.jsonl", "users.jsonl", "items.jsonl"},
    [EXPORT_RECBOLE] = {".inter", ".user", ".item"},
};

struct exporting {
    struct store *store;
    struct dataset_summary summary;
    const struct export_options *options;
    struct export_report *report;
    struct file_folder folder;

    enum dataset_table part;
    struct output output; /* of the file being written; its descriptor is -1 if there is none */
    struct table_writer *writer;
    struct dataset_column *columns;
    char **names; /* as they are written */
    struct told {
        bool any;              /* there are values */
        enum column_type type; /* the widest of the narrowest types of the values so far */
        bool comma;            /* a text may be a number with a decimal comma */
    } * told;                  /* what an import will learn from the values of each column */
    size_t count;
    struct exported_columns exported[DATASET_TABLES]; /* of the tables that are written */
    struct bytes types;                               /* rows of columns.csv */
    bool dated;                                       /* times are written as dates */
    int64_t empty;
    struct bytes notes;
};

enum export_format export_format_of(const char *word)
{
    static const char *const words[] = {
#define X(name, word, makes) word,
        EXPORT_FORMATS(X)
#undef X
    };
    enum export_format format = 0;
    while (format < EXPORT_FORMAT_COUNT && strcmp(word, words[format]) != 0)
        format++;
    return format;
}

/* Whether an export makes files of that name. */
static bool is_known(const char *name)
{
    size_t length = strlen(name);
    if (strcmp(name, IMPORT_TYPES_FILE) == 0)
        return true;
    for (int format = 0; format < EXPORT_FORMAT_COUNT; format++)
        for (int part = 0; part < DATASET_TABLES; part++) {
            const char *ending = endings[format][part];
            size_t end = strlen(ending);
            if (*ending == '.' ? length > end && strcmp(name + length - end, ending) == 0
                               : strcmp(name, ending) == 0)
                return true;
        }
    return false;
}

/* -- a file ------------------------------------------------------------------------------------ */

static bool fail_to_write(struct exporting *exporting, int why, struct error *error)
{
    char shown[256];
    return error_set(error, ERROR_USAGE, "\"%s\": cannot be written: %s",
                     text_safe(exporting->options->folder, shown, sizeof shown), strerror(why));
}

/* Adds a row for each column whose values do not tell its type, as after a filter. */
static void declare_types(struct exporting *exporting)
{
    static const char *const types[] = {COLUMN_TYPES(LIST_TEXT)};
    struct output row = output_to_text(0, false);
    struct table_writer *writer = table_writer_new(TABLE_CSV, &row);
    size_t declared = 0;
    table_writer_column(writer, "table", false);
    table_writer_column(writer, "column", false);
    table_writer_column(writer, "type", false);
    for (size_t i = 0; i < exporting->count; i++) {
        const struct dataset_column *column = &exporting->columns[i];
        const char *part = dataset_parts[exporting->part], *name = exporting->names[i];
        enum column_type told = exporting->told[i].any ? exporting->told[i].type : COLUMN_TEXT;
        bool comma = column->type == COLUMN_TEXT && exporting->told[i].comma;
        if (column->role != ROLE_OTHER || (told == column->type && !comma))
            continue;
        declared++;
        table_writer_text(writer, part, strlen(part));
        table_writer_text(writer, name, strlen(name));
        table_writer_text(writer, types[column->type], strlen(types[column->type]));
    }
    table_writer_finish(writer);
    const char *text = output_text(&row);
    if (exporting->types.size > 0) /* without a second line of titles */
        text = strchr(text, '\n') + 1;
    if (declared > 0)
        bytes_add(&exporting->types, text, strlen(text));
    output_release(&row);
}

/* Keeps the names and roles of the columns, which the command to import them names. */
static void keep_columns(struct exporting *exporting)
{
    struct exported_columns *exported = &exporting->exported[exporting->part];
    *exported = (struct exported_columns){
        .names = exporting->names,
        .roles = memory_array(exporting->count + 1, sizeof *exported->roles),
        .count = exporting->count};
    for (size_t i = 0; i < exporting->count; i++) {
        exported->roles[i] = exporting->columns[i].role;
        free((char *)exporting->columns[i].name);
    }
    free(exporting->columns);
}

static bool end_file(struct exporting *exporting, bool good, struct error *error)
{
    if (exporting->output.descriptor < 0)
        return good;
    if (good)
        declare_types(exporting);
    table_writer_finish(exporting->writer);
    bool written = output_flush(&exporting->output);
    int why = exporting->output.why;
    output_release(&exporting->output);
    errno = 0;
    bool closed = file_folder_close(exporting->output.descriptor);
    why = written ? errno : why;
    keep_columns(exporting);
    free(exporting->told);
    exporting->told = NULL;
    exporting->names = NULL;
    exporting->columns = NULL;
    exporting->writer = NULL;
    exporting->output = (struct output){.descriptor = -1};
    return good && ((written && closed) || fail_to_write(exporting, why, error));
}

static char *file_of(const struct exporting *exporting, enum dataset_table part)
{
    const char *ending = endings[exporting->options->format][part];
    return memory_format("%s%s", *ending == '.' ? exporting->summary.name : "", ending);
}

static bool begin_file(struct exporting *exporting, enum dataset_table part, struct error *error)
{
    char *name = file_of(exporting, part);
    int file = file_folder_add(&exporting->folder, name, error);
    free(name);
    exporting->output = (struct output){.descriptor = file};
    return file >= 0;
}

/* The names of the columns in the workbench. */
static bool read_stored(struct exporting *exporting, enum dataset_table part, bool *guessed,
                        struct error *error)
{
    struct grid *grid = grid_open(exporting->store, exporting->summary.name, part, error);
    if (!grid)
        return false;
    char **stored = memory_array(grid->column_count + 1, sizeof *stored);
    for (size_t i = 0; i < grid->column_count; i++)
        stored[i] = grid->columns[i].name;
    bool good = grid->column_count == exporting->count ||
                error_set(error, ERROR_STORE, "the columns of a table are not all described");
    if (good)
        exporting->names = export_columns(part, exporting->columns, exporting->count, stored,
                                          exporting->options->format == EXPORT_RECBOLE, guessed,
                                          &exporting->notes);
    free(stored);
    grid_free(grid);
    return good;
}

/* In RecBole's files a name ends with the type of its column. */
static void add_titles(struct exporting *exporting)
{
    static const enum table_format formats[] = {
        [EXPORT_CSV] = TABLE_CSV, [EXPORT_JSONL] = TABLE_JSONL, [EXPORT_RECBOLE] = TABLE_TSV};
    bool typed = exporting->options->format == EXPORT_RECBOLE;
    exporting->writer = table_writer_new(formats[exporting->options->format], &exporting->output);
    for (size_t i = 0; i < exporting->count; i++) {
        const char *type = exporting->columns[i].type == COLUMN_TEXT ? ":token" : ":float";
        char *title = memory_format("%s%s", exporting->names[i], typed ? type : "");
        table_writer_column(exporting->writer, title, false);
        free(title);
    }
}

/* Without a value, only its name tells that a column is the time. */
static void name_time(struct exporting *exporting)
{
    for (size_t i = 0; i < exporting->count; i++)
        if (exporting->columns[i].role == ROLE_TIME &&
            !export_columns_have(exporting->names, exporting->count, i, "timestamp")) {
            bytes_add_format(&exporting->notes, "the column %s without times is called timestamp\n",
                             exporting->names[i]);
            free(exporting->names[i]);
            exporting->names[i] = memory_string("timestamp");
        }
}

static bool take_table(void *context, enum dataset_table part, const struct dataset_column *columns,
                       size_t count, struct error *error)
{
    struct exporting *exporting = context;
    bool guessed = false;
    if (!end_file(exporting, true, error))
        return false;
    if (count == 1 && exporting->options->format != EXPORT_JSONL)
        return error_set(error, ERROR_USAGE,
                         "the %s of \"%s\" have one column only, which no separator shows: "
                         "--format jsonl holds them",
                         dataset_parts[part], exporting->summary.name);
    if (!begin_file(exporting, part, error))
        return false;
    exporting->part = part;
    exporting->columns = memory_array(count, sizeof *columns);
    exporting->told = memory_array(count, sizeof *exporting->told);
    exporting->count = count;
    memcpy(exporting->columns, columns, count * sizeof *columns);
    for (size_t i = 0; i < count; i++)
        exporting->columns[i].name = memory_string(columns[i].name);
    if (!read_stored(exporting, part, &guessed, error))
        return false;
    int64_t first = exporting->summary.first_time;
    if (guessed && first == INT64_MIN)
        name_time(exporting);
    exporting->dated = first >= FIRST_DATED || (guessed && first < FIRST_LIKELY) ||
                       (first >= FIRST_COMPACT && first < FIRST_LIKELY);
    add_titles(exporting);
    return true;
}

/* -- a cell ------------------------------------------------------------------------------------ */

/* A real number always shows that it is one, so that a column of them does not become one of whole
 * numbers. */
static void write_real(struct table_writer *writer, double value)
{
    char digits[FIGURE_TEXT + 2];
    figure_exact(value, digits);
    if (!strpbrk(digits, ".e"))
        strcat(digits, ".0");
    table_writer_digits(writer, digits);
}

static void write_integer(struct exporting *exporting, const struct dataset_column *column,
                          int64_t value)
{
    char digits[FIGURE_TEXT];
    if (column->role == ROLE_TIME && exporting->dated) {
        figure_moment(value, digits);
        table_writer_text(exporting->writer, digits, strlen(digits));
        return;
    }
    snprintf(digits, sizeof digits, "%" PRId64, value);
    table_writer_digits(exporting->writer, digits);
}

static bool refuse_text(const struct exporting *exporting, enum dataset_table part, size_t column,
                        const char *what, struct error *error)
{
    char name[100];
    return error_set(error, ERROR_USAGE, "the %s of \"%s\", row %" PRId64 ", column %s: %s",
                     dataset_parts[part], exporting->summary.name, exporting->report->rows[part],
                     text_safe(exporting->names[column], name, sizeof name), what);
}

static bool write_text(struct exporting *exporting, enum dataset_table part, size_t column,
                       const struct dataset_cell *cell, struct error *error)
{
    bool tabs = exporting->options->format == EXPORT_RECBOLE;
    if (memchr(cell->text, '\0', cell->length))
        return refuse_text(exporting, part, column, "a NUL byte, which no text file has", error);
    for (size_t i = 0; tabs && i < cell->length; i++)
        if (cell->text[i] == '\t' || cell->text[i] == '\n' || cell->text[i] == '\r')
            return refuse_text(exporting, part, column,
                               "a tab or line end, which RecBole's files cannot hold; --format csv "
                               "and jsonl can",
                               error);
    exporting->empty += cell->length == 0;
    table_writer_text(exporting->writer, cell->text, cell->length);
    return true;
}

/* Whether a text has a comma among nothing but what numbers are written with. */
static bool has_comma(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t+-.,0123456789eE", text[i]))
            return false;
    return memchr(text, ',', length) != NULL;
}

/* Types are numbered so that a later one does not hold an earlier one: TEXT, INTEGER, REAL. */
static void learn(struct told *told, enum column_type type, const struct dataset_cell *cell)
{
    if (type == COLUMN_TEXT)
        told->comma = told->comma || has_comma(cell->text, cell->length);
    if (type != COLUMN_TEXT) {
        told->type = type; /* numbers are written as what they are */
    } else if (!told->any || told->type != COLUMN_TEXT) {
        enum column_type narrow = import_type(cell->text, cell->length);
        told->type = !told->any || narrow == COLUMN_TEXT ? narrow
                     : told->type == COLUMN_REAL         ? COLUMN_REAL
                                                         : narrow;
    }
    told->any = true;
}

static bool take_row(void *context, enum dataset_table part, const struct dataset_cell *cells,
                     struct error *error)
{
    struct exporting *exporting = context;
    exporting->report->rows[part]++;
    for (size_t i = 0; i < exporting->count; i++) {
        const struct dataset_column *column = &exporting->columns[i];
        if (cells[i].given && column->role == ROLE_OTHER)
            learn(&exporting->told[i], column->type, &cells[i]);
        if (!cells[i].given)
            table_writer_missing(exporting->writer);
        else if (column->type == COLUMN_INTEGER)
            write_integer(exporting, column, cells[i].integer);
        else if (column->type == COLUMN_REAL)
            write_real(exporting->writer, cells[i].real);
        else if (!write_text(exporting, part, i, &cells[i], error))
            return false;
    }
    return !exporting->output.failed || fail_to_write(exporting, exporting->output.why, error);
}

/* Writes columns.csv if it has rows. */
static bool write_types(struct exporting *exporting, struct error *error)
{
    /* Even alone, the titles tell an import that cells are exact. */
    static const char titles[] = "table,column,type\n";
    if (exporting->types.size == 0)
        bytes_add(&exporting->types, titles, strlen(titles));
    int file = file_folder_add(&exporting->folder, IMPORT_TYPES_FILE, error);
    struct output output = {.descriptor = file};
    if (file < 0)
        return false;
    output_raw(&output, exporting->types.data, exporting->types.size);
    bool written = output_flush(&output);
    output_release(&output);
    errno = 0;
    bool closed = file_folder_close(file);
    return (written && closed) || fail_to_write(exporting, written ? errno : output.why, error);
}

/* -- a data set -------------------------------------------------------------------------------- */

bool dataset_export(struct store *store, const char *name, const struct export_options *options,
                    struct export_report *report, struct error *error)
{
    struct exporting exporting = {
        .store = store, .options = options, .report = report, .output = {.descriptor = -1}};
    const struct dataset_sink sink = {&exporting, take_table, take_row};
    bool exists;
    *report = (struct export_report){.notes = ""};
    if (!store_dataset_summary(store, name, &exporting.summary, error))
        return false;
    if (!file_folder_begin(&exporting.folder, options->folder, options->replace, is_known, &exists,
                           error)) {
        struct error why = *error;
        if (exists && !options->replace)
            error_set(error, ERROR_USAGE, "%.400s; --force replaces it", why.text);
        return false;
    }
    bool good = store_dataset_pour(store, name, &sink, error);
    good = end_file(&exporting, good, error) && write_types(&exporting, error);
    bytes_release(&exporting.types);
    if (exporting.empty > 0)
        bytes_add_format(&exporting.notes,
                         "%" PRId64 " texts are empty; an import takes them for missing ones\n",
                         exporting.empty);
    bytes_add(&exporting.notes, "", 1);
    text_safe_lines((char *)exporting.notes.data, report->notes, sizeof report->notes);
    bytes_release(&exporting.notes);
    good = file_folder_finish(&exporting.folder, good, error);
    if (good)
        report->command = export_command(options->folder, &exporting.summary, exporting.exported);
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        export_columns_free(exporting.exported[part].names, exporting.exported[part].count);
        free(exporting.exported[part].roles);
    }
    return good;
}
