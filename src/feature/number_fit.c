/* SPDX-License-Identifier: MIT
 *
 * Numbers of entities before they are scaled: of a column, of lists, of places in a period, of
 * spans of time, of training rows. All become a matrix with NaN where something is missing.
 */
#include "config.h"

#include "number_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/memory.h"
#include "base/text.h"
#include "scaling.h"

enum { COLUMNS_MOST = 4096 }; /* of a vector */
static const double DAY = 86400;

bool number_is_made_by(enum feature_part_kind kind)
{
    return kind == PART_NUMBER || kind == PART_VECTOR || kind == PART_CYCLE || kind == PART_AGE ||
           kind == PART_ACTIVITY;
}

/* -- lists ------------------------------------------------------------------------------------- */

/* Whatever may stand around numbers, in "[0.1, 2]", "0.1 2", "0.1|2", "(1; 2)". */
static const char BETWEEN[] = " \t\r\n,;|[](){}";

/* Reads at most `most` numbers and returns how many there are, or SIZE_MAX with the place of what
 * is no number. NULL for `numbers` only counts. */
static size_t read_list(const char *text, double *numbers, size_t most, const char **wrong)
{
    size_t count = 0;
    for (*wrong = text; *text; *wrong = text) {
        size_t between = strspn(text, BETWEEN), length = strcspn(text + between, BETWEEN);
        double number = 0;
        *wrong = text + between;
        if (length == 0)
            return count;
        if (!text_number(text + between, length, &number))
            return SIZE_MAX;
        if (numbers && count < most)
            numbers[count] = number;
        count++;
        text += between + length;
    }
    return count;
}

static bool refuse_list(uint32_t entity, const char *wrong, size_t count, uint32_t columns,
                        struct error *error)
{
    char shown[64];
    if (count == SIZE_MAX)
        return error_set(error, ERROR_SCRIPT,
                         "row %u holds \"%s\" where a number of a vector was expected; map.bag "
                         "takes words",
                         entity + 1, text_safe(wrong, shown, sizeof shown));
    return error_set(error, ERROR_SCRIPT,
                     "row %u holds %zu numbers where the first row of the vector holds %u",
                     entity + 1, count, columns);
}

/* The length of the first list that is there; 0 if there is none. */
static bool find_length(const struct feature_source *source, uint32_t *columns, struct error *error)
{
    *columns = 0;
    for (uint32_t e = 0; e < source->entities && *columns == 0; e++) {
        const char *text = column_text(&source->column, e), *wrong;
        size_t count = text ? read_list(text, NULL, 0, &wrong) : 0;
        if (count == SIZE_MAX)
            return refuse_list(e, wrong, count, 0, error);
        if (count > COLUMNS_MOST)
            return error_set(error, ERROR_SCRIPT,
                             "row %u holds %zu numbers where a vector has at most %d", e + 1, count,
                             COLUMNS_MOST);
        *columns = (uint32_t)count;
    }
    return true;
}

bool numbers_make(struct numbers *numbers, uint32_t columns, const struct feature_source *source,
                  struct error *error)
{
    size_t cells = (size_t)columns * source->entities;
    if (!source_charge(source, cells * (sizeof(double) + sizeof(float)), error))
        return false;
    *numbers = (struct numbers){columns, memory_array(cells, sizeof *numbers->cells)};
    return true;
}

static bool read_vectors(struct numbers *numbers, const struct feature_source *source,
                         struct error *error)
{
    uint32_t columns;
    if (!find_length(source, &columns, error))
        return false;
    if (columns == 0)
        return error_set(error, ERROR_SCRIPT, "there is no vector in any row");
    if (!numbers_make(numbers, columns, source, error))
        return false;
    for (uint32_t e = 0; e < source->entities; e++) {
        double *row = numbers->cells + (size_t)e * columns;
        const char *text = column_text(&source->column, e), *wrong;
        size_t count = text ? read_list(text, row, columns, &wrong) : 0;
        if (count != 0 && count != columns)
            return refuse_list(e, wrong, count, columns, error);
        for (uint32_t c = 0; count == 0 && c < columns; c++)
            row[c] = NAN;
    }
    return true;
}

/* -- one number -------------------------------------------------------------------------------- */

static bool read_numbers(struct numbers *numbers, const struct feature_source *source,
                         struct error *error)
{
    if (!numbers_make(numbers, 1, source, error))
        return false;
    for (uint32_t e = 0; e < source->entities; e++)
        if (!source_number(source, e, &numbers->cells[e], error))
            return false;
    return true;
}

static double place_in_year(double seconds)
{
    if (!(fabs(seconds) < 1e17))
        return NAN;
    struct calendar first = {.year = calendar_of((int64_t)seconds).year, .month = 1, .day = 1};
    struct calendar next = {.year = first.year + 1, .month = 1, .day = 1};
    double begins = (double)calendar_seconds(&first), ends = (double)calendar_seconds(&next);
    return (seconds - begins) / (ends - begins);
}

static bool read_cycles(struct numbers *numbers, const struct feature_part *part,
                        const struct feature_source *source, struct error *error)
{
    if (!numbers_make(numbers, 2, source, error))
        return false;
    for (uint32_t e = 0; e < source->entities; e++) {
        double number;
        if (!source_number(source, e, &number, error))
            return false;
        double place = part->period == FEATURE_YEAR ? place_in_year(number)
                                                    : (number - part->start) / part->period;
        numbers->cells[2 * (size_t)e] = sin(2 * M_PI * (place - floor(place)));
        numbers->cells[2 * (size_t)e + 1] = cos(2 * M_PI * (place - floor(place)));
    }
    return true;
}

static bool read_ages(struct numbers *numbers, const struct feature_part *part,
                      const struct feature_source *source, struct error *error)
{
    double latest = -INFINITY;
    if (!read_numbers(numbers, source, error))
        return false;
    for (uint32_t e = 0; e < source->entities; e++)
        if (source->training[e])
            latest = fmax(latest, numbers->cells[e]);
    for (uint32_t e = 0; e < source->entities; e++)
        if (!isnan(numbers->cells[e]))
            numbers->cells[e] =
                isfinite(latest) ? fmax(latest - numbers->cells[e], 0) / part->unit : (double)NAN;
    return true;
}

/* -- activity ---------------------------------------------------------------------------------- */

static bool count_activity(struct numbers *numbers, const struct feature_part *part,
                           const struct feature_source *source, struct error *error)
{
    const struct dataset *dataset = source->dataset;
    const uint32_t *entity = part->entity == FEATURE_USER ? dataset->user : dataset->item;
    bool recency = part->activity == ACTIVITY_RECENCY;
    double latest = -INFINITY;
    if (part->entity == FEATURE_CONTEXT)
        return error_set(error, ERROR_SCRIPT, "only users and items have an activity");
    if (recency && !dataset->time)
        return error_set(error, ERROR_SCRIPT, "the ratings of \"%s\" have no time", dataset->name);
    if (!numbers_make(numbers, 1, source, error))
        return false;
    for (uint32_t e = 0; recency && e < source->entities; e++)
        numbers->cells[e] = NAN;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        double *cell = &numbers->cells[entity[row]];
        if (!source->rows[row])
            continue;
        if (!recency) {
            *cell += 1;
        } else if (dataset->time[row] != DATASET_NO_TIME) {
            *cell = fmax(*cell, (double)dataset->time[row]);
            latest = fmax(latest, *cell);
        }
    }
    for (uint32_t e = 0; recency && e < source->entities; e++)
        numbers->cells[e] = (latest - numbers->cells[e]) / DAY;
    return true;
}

/* -- scales ------------------------------------------------------------------------------------ */

void numbers_scale(struct feature_field *field, const struct feature_part *part,
                   const struct feature_source *source, const struct numbers *numbers)
{
    uint32_t columns = numbers->columns;
    field->columns = columns + part->missing;
    field->number = memory_array((size_t)source->entities * field->columns, sizeof *field->number);
    for (uint32_t c = 0; c < columns; c++) {
        const struct scaling_column column = {numbers->cells + c, columns, source->entities,
                                              source->training};
        struct scaling scaling;
        scaling_fit(&scaling, part->kind == PART_CYCLE ? SCALE_NONE : part->scale, &column);
        if (c == 0) {
            field->mean = scaling.mean;
            field->deviation = scaling.deviation;
        }
        for (uint32_t e = 0; e < source->entities; e++)
            field->number[(size_t)e * field->columns + c] =
                scaling_of(&scaling, numbers->cells[(size_t)e * columns + c]);
        scaling_release(&scaling);
    }
    for (uint32_t e = 0; part->missing && e < source->entities; e++)
        field->number[(size_t)e * field->columns + columns] =
            isnan(numbers->cells[(size_t)e * columns]) ? 1.0F : 0.0F;
}

bool number_fit(struct feature_field *field, const struct feature_part *part,
                const struct feature_source *source, struct error *error)
{
    struct numbers numbers = {0};
    bool read = false;
    if (part->kind == PART_VECTOR && source->column.type == COLUMN_TEXT)
        read = read_vectors(&numbers, source, error);
    else if (part->kind == PART_CYCLE)
        read = read_cycles(&numbers, part, source, error);
    else if (part->kind == PART_AGE)
        read = read_ages(&numbers, part, source, error);
    else if (part->kind == PART_ACTIVITY)
        read = count_activity(&numbers, part, source, error);
    else
        read = read_numbers(&numbers, source, error);
    if (read)
        numbers_scale(field, part, source, &numbers);
    free(numbers.cells);
    return read;
}
