/* SPDX-License-Identifier: MIT
 *
 * Reads a field as what its column holds: an id, a rating, a time or an attribute. The first pass
 * through a file learns from each cell; the second finds what the first one has settled.
 */
#include "config.h"

#include "source_cell.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "file_error.h"

const char *const source_id_words[] = {[ROLE_USER] = "user", [ROLE_ITEM] = "item"};

static bool refuse(const struct source_field *field, struct error *error, const char *what,
                   const char *wrong)
{
    char shown[CELL_EXCERPT];
    if (field->length == 0)
        return file_error(error, field->path, field->line, "%s is empty", what);
    return file_error(error, field->path, field->line, "%s \"%s\" %s", what,
                      cell_excerpt(field->text, field->length, shown), wrong);
}

static bool changed(const struct source_field *field, struct error *error)
{
    return file_error(error, field->path, field->line, SOURCE_CHANGED);
}

static void note(struct odd_cell *odd, const struct source_field *field)
{
    if (odd->line > 0)
        return;
    odd->line = field->line;
    odd->path = field->path;
    cell_excerpt(field->text, field->length, odd->text);
}

void source_cell_note_odd(struct source_column *column, const struct source_field *field)
{
    note(&column->odd, field);
}

static bool refuse_id(const struct source_field *field, const char *what, struct error *error)
{
    const char *text = field->text;
    char shown[CELL_EXCERPT];
    size_t length = field->length;
    cell_trim(&text, &length);
    if (length == 0)
        return file_error(error, field->path, field->line, "the id of the %s is empty", what);
    cell_excerpt(text, length, shown);
    return file_error(error, field->path, field->line,
                      "the id of the %s is missing: \"%s\"; --missing '!%s' takes it for an id, "
                      "--missing '%s' leaves such rows out",
                      what, shown, shown, shown);
}

static bool refuse_list(const struct source_field *field, const char *what, struct error *error)
{
    char shown[CELL_EXCERPT];
    cell_excerpt(field->text, field->length, shown);
    return file_error(error, field->path, field->line,
                      "the id of the %s is a list, \"%s\", but must be one value; a page for "
                      "--reader makes rows of lists",
                      what, shown);
}

static bool read_id(const struct source_field *field, struct source_column *column,
                    struct dataset_cell *cell, struct error *error)
{
    const char *what = source_id_words[column->role], *text = field->text;
    size_t length = field->length;
    bool exact = field->table->exact;
    if (field->list)
        return refuse_list(field, what, error);
    if (id_cell_is_missing(&column->ids, text, length, exact, field->table->options->missing))
        return refuse_id(field, what, error);
    bool blanked = !exact && id_cell_trim(&text, &length);
    if (blanked && !field->table->settled) {
        column->ids.blanked++;
        note(&column->blank, field);
    }
    if (field->table->settled)
        id_cell_cut(&column->ids, text, &length);
    else if (!id_cell_learn(&column->ids, text, length, exact))
        source_cell_note_odd(column, field);
    *cell = dataset_text(text, length);
    if (length > ID_MAP_LONGEST)
        return file_error(error, field->path, field->line,
                          "the id of the %s has %zu bytes, at most %d are allowed", what, length,
                          ID_MAP_LONGEST);
    return true;
}

static void learn_rating(struct source_column *column, double rating)
{
    rating_levels_add(column->levels, rating);
    column->given++;
    column->least = column->given == 1 ? rating : fmin(column->least, rating);
    column->most = column->given == 1 ? rating : fmax(column->most, rating);
    column->sum += rating;
}

static bool read_truth(const struct source_field *field, struct source_column *column,
                       const char *text, size_t length, struct dataset_cell *cell,
                       struct error *error)
{
    char wrong[64];
    size_t pair;
    bool truth;
    if (!cell_truth(text, length, &pair, &truth) || pair != column->pair) {
        snprintf(wrong, sizeof wrong, "is neither %s nor %s", cell_truth_word(column->pair, true),
                 cell_truth_word(column->pair, false));
        return refuse(field, error, "the rating", wrong);
    }
    cell->integer = truth;
    learn_rating(column, truth);
    return true;
}

/* Leaves out what stands between thousands, if that is known. */
static void ungroup(const struct source_column *column, const char **text, size_t *length,
                    char plain[CELL_PLAIN])
{
    size_t used = column->grouped ? cell_ungroup(*text, *length, column->decimal, plain) : 0;
    if (used == 0)
        return;
    *text = plain;
    *length = used;
}

/* Whether a point in the numbers of the column may as well stand between thousands. */
static void learn_point(struct source_column *column, const struct source_field *field,
                        const char *text, size_t length)
{
    char plain[CELL_PLAIN];
    if (column->pointed || column->grouped || column->decimal != '.' || field->table->settled ||
        !memchr(text, '.', length))
        return;
    if (cell_ungroup(text, length, ',', plain) > 0)
        note(&column->open, field);
    else
        column->pointed = true;
}

static bool refuse_rating(const struct source_field *field, const struct source_column *column,
                          const char *text, size_t length, struct error *error)
{
    char wrong[120], plain[CELL_PLAIN];
    char decimal = cell_ungroup(text, length, '.', plain) > 0   ? '.'
                   : cell_ungroup(text, length, ',', plain) > 0 ? ','
                                                                : '\0';
    int used = snprintf(wrong, sizeof wrong, "is not a finite %s",
                        column->decimal == ',' ? "number with a decimal comma" : "decimal number");
    double number;
    bool open = decimal == '.' && cell_number(text, length, ',', &number);
    if (decimal && !column->grouped)
        snprintf(wrong + used, sizeof wrong - (size_t)used,
                 "; --decimal %c reads it, with thousands apart%s", decimal,
                 open ? ", and --decimal , with three decimals" : "");
    return refuse(field, error, "the rating", wrong);
}

/* The first pass also finds out whether all ratings of the file are whole numbers. */
static bool read_rating(const struct source_field *field, struct source_column *column,
                        struct dataset_cell *cell, struct error *error)
{
    const char *text = field->text;
    char plain[CELL_PLAIN];
    size_t length = field->length;
    cell_trim(&text, &length);
    cell->given = true;
    if (column->truths)
        return read_truth(field, column, text, length, cell, error);
    ungroup(column, &text, &length, plain);
    if (column->type == COLUMN_INTEGER && cell_integer(text, length, &cell->integer)) {
        learn_rating(column, (double)cell->integer);
        return true;
    }
    if (!cell_number(text, length, column->decimal, &cell->real) || fabs(cell->real) > FLT_MAX)
        return refuse_rating(field, column, text, length, error);
    if (column->type == COLUMN_INTEGER && field->table->settled)
        return changed(field, error);
    column->type = COLUMN_REAL;
    learn_point(column, field, text, length);
    learn_rating(column, cell->real);
    return true;
}

static bool read_time(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error)
{
    const struct source_table *table = field->table;
    const struct time_place place = {field->path, field->line, !table->settled, table->lenient};
    struct time_reading time;
    if (cell_is_missing(field->text, field->length, table->options->missing)) {
        column->missing++;
        return true;
    }
    if (!time_order_read(&column->times, &place, field->text, field->length, &time, error))
        return false;
    cell->given = true;
    cell->integer = time.seconds;
    column->given++;
    column->rescaled += time.per_second > 1;
    if (!table->settled && !time_is_plausible(&time)) {
        column->unlikely++;
        source_cell_note_odd(column, field);
    }
    return true;
}

/* Whether the field is a number of the column's type; sets the cell. */
static bool read_number(const char *text, size_t length, const struct source_column *column,
                        struct dataset_cell *cell)
{
    char plain[CELL_PLAIN];
    ungroup(column, &text, &length, plain);
    cell->given = true;
    return column->type == COLUMN_INTEGER ? cell_integer(text, length, &cell->integer)
                                          : cell_real(text, length, column->decimal, &cell->real);
}

/* Numbers in a column of texts are counted as long as they may be most of its cells. */
static void count_number(struct source_column *column, const char *text, size_t length)
{
    enum { FIRST_ODD = 4 }; /* so many cells at the beginning may be no numbers */
    double number;
    if (column->numbers * 2 + FIRST_ODD >= column->given)
        column->numbers += cell_real(text, length, column->decimal, &number);
}

/* The first pass widens the type of the column until the value fits. */
static bool read_attribute(const struct source_field *field, struct source_column *column,
                           struct dataset_cell *cell, struct error *error)
{
    const char *text = field->text;
    size_t length = field->length;
    bool any_text = column->role == ROLE_TITLE || field->table->exact;
    bool missing =
        any_text ? length == 0 : cell_is_missing(text, length, field->table->options->missing);
    if (missing) {
        column->missing++;
        return true;
    }
    column->given++;
    cell_trim(&text, &length);
    while (column->type != COLUMN_TEXT && !read_number(text, length, column, cell)) {
        if (column->must_number && column->type == COLUMN_REAL) {
            source_cell_note_odd(column, field);
            column->unread++;
            cell->given = false;
            return true;
        }
        if (field->table->settled)
            return changed(field, error);
        column->type = column->type == COLUMN_INTEGER ? COLUMN_REAL : COLUMN_TEXT;
        if (column->type == COLUMN_TEXT)
            source_cell_note_odd(column, field);
    }
    if (column->type == COLUMN_TEXT) {
        *cell = dataset_text(field->text, field->length);
        if (field->list && memmem(field->text, field->length, "\\|", 2))
            note(&column->barred, field);
        if (!field->table->settled && column->role == ROLE_OTHER)
            count_number(column, text, length);
    } else {
        column->numbers++;
        if (column->type == COLUMN_REAL)
            learn_point(column, field, text, length);
    }
    return true;
}

static void read_year(const struct source_field *field, struct dataset_cell *cell)
{
    const char *year = cell_year_of_title(field->text, field->length);
    cell->given = year && cell_integer(year, 4, &cell->integer);
}

bool source_cell_read(const struct source_field *field, struct source_column *column,
                      struct dataset_cell *cell, struct error *error)
{
    *cell = (struct dataset_cell){.given = column->kind == CELL_ONE, .integer = 1};
    if (column->kind == CELL_TIME)
        return read_time(field, column, cell, error);
    if (column->kind == CELL_YEAR)
        read_year(field, cell);
    if (column->kind != CELL_FIELD)
        return true;
    if (column->role == ROLE_USER || column->role == ROLE_ITEM)
        return read_id(field, column, cell, error);
    return column->role == ROLE_RATING ? read_rating(field, column, cell, error)
                                       : read_attribute(field, column, cell, error);
}
