/* SPDX-License-Identifier: MIT
 *
 * The tables of the shape of a data set: one function fills each, and a row of `parts` names it
 * with its columns. shape_facts.c has the facts, shape_warnings.c the sentences.
 */
#include "config.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/bar.h"
#include "report/dataset_words.h"
#include "report/shape_report.h"
#include "shape_facts.h"

enum { BAR = 20 }; /* cells */

static void add_count(struct listing *listing, int64_t count)
{
    char text[FIGURE_TEXT];
    listing_number(listing, (double)count, figure_count(count, text));
}

/* Empty if the whole is 0. */
static void add_share(struct listing *listing, double part, double whole)
{
    char text[FIGURE_TEXT];
    if (whole > 0)
        listing_number(listing, part / whole, figure_percent(part / whole, text));
    else
        listing_cell(listing, "%s", "");
}

static void add_bar(struct listing *listing, double share, bool ascii)
{
    char text[BAR_TEXT];
    listing_cell(listing, "%s", bar_write(share, BAR, ascii, text));
    listing_style(listing, INK_BAR);
}

/* -- warnings and long tail -------------------------------------------------------------------- */

static void fill_warnings(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    size_t count;
    struct shape_warning *warnings = shape_warnings(shape, &count);
    (void)ascii;
    for (size_t i = 0; i < count; i++) {
        listing_cell(listing, "%s", warnings[i].name);
        listing_style(listing, INK_WARN);
        listing_number(listing, warnings[i].number, warnings[i].figure);
        listing_cell(listing, "%s", warnings[i].text);
    }
    free(warnings);
}

static void add_sides(struct listing *listing, const char *what, double users, double items,
                      char *(*figure)(double, char *))
{
    char text[FIGURE_TEXT];
    listing_cell(listing, "%s", what);
    listing_number(listing, users, figure(users, text));
    listing_number(listing, items, figure(items, text));
}

static char *count_text(double number, char *text)
{
    return figure_count((int64_t)number, text);
}

static char *number_text(double number, char *text)
{
    return figure_number(number, text);
}

static char *percent_text(double number, char *text)
{
    return figure_percent(number, text);
}

static void fill_tail(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    const struct shape_side *users = &shape->sides[SHAPE_USERS],
                            *items = &shape->sides[SHAPE_ITEMS];
    const struct count_spread *user = &shape->profile.per_user, *item = &shape->profile.per_item;
    (void)ascii;
    add_sides(listing, "have ratings", shape->profile.summary.users, shape->profile.summary.items,
              count_text);
    add_sides(listing, "Gini coefficient", users->gini, items->gini, number_text);
    add_sides(listing, "top 1 % have", users->top_1, items->top_1, percent_text);
    add_sides(listing, "top 10 % have", users->top_10, items->top_10, percent_text);
    add_sides(listing, "half by the top", (double)users->half, (double)items->half, count_text);
    add_sides(listing, "least", (double)user->least, (double)item->least, count_text);
    add_sides(listing, "25 % have up to", (double)user->quartiles[0], (double)item->quartiles[0],
              count_text);
    add_sides(listing, "median", (double)user->quartiles[1], (double)item->quartiles[1],
              count_text);
    add_sides(listing, "75 % have up to", (double)user->quartiles[2], (double)item->quartiles[2],
              count_text);
    add_sides(listing, "most", (double)user->most, (double)item->most, count_text);
    add_sides(listing, "mean", user->mean, item->mean, number_text);
}

/* -- cold start -------------------------------------------------------------------------------- */

/* How many users and items, of how many, and their share of the ratings. */
static void add_some(struct listing *listing, const struct dataset_shape *shape, const char *what,
                     const struct shape_some *users, const struct shape_some *items)
{
    const struct dataset_summary *summary = &shape->profile.summary;
    const struct shape_some *both[] = {users, items};
    listing_cell(listing, "%s", what);
    for (int side = 0; side < SHAPE_SIDES; side++) {
        double all = (double)(side == SHAPE_USERS ? summary->users : summary->items) +
                     (double)shape->sides[side].unrated;
        if (both[side]) {
            add_count(listing, both[side]->count);
            add_share(listing, (double)both[side]->count, all);
            add_share(listing, (double)both[side]->ratings, (double)summary->ratings);
        }
        for (int cell = 0; !both[side] && cell < 3; cell++)
            listing_cell(listing, "%s", "");
    }
}

static void fill_cold(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    const struct shape_side *users = &shape->sides[SHAPE_USERS],
                            *items = &shape->sides[SHAPE_ITEMS];
    (void)ascii;
    for (size_t i = 0; i < SHAPE_FEW; i++) {
        char what[64];
        snprintf(what, sizeof what, shape_few[i] == 1 ? "no rating" : "fewer than %d ratings",
                 (int)shape_few[i]);
        bool known = shape_few[i] > 1;
        add_some(listing, shape, what, known || users->has_table ? &users->few[i] : NULL,
                 known || items->has_table ? &items->few[i] : NULL);
    }
    for (size_t i = 0; shape->has_cores && i < SHAPE_CORES; i++) {
        char what[64];
        snprintf(what, sizeof what, "left in the %d-core", (int)shape_cores[i]);
        add_some(listing, shape, what, &users->core[i], &items->core[i]);
    }
    add_some(listing, shape, "exactly one rating", &users->once, &items->once);
    if (shape->period_count > 0)
        add_some(listing, shape, "new in the last tenth", &users->late, &items->late);
    add_some(listing, shape, "rated, not described", users->has_table ? &users->undescribed : NULL,
             items->has_table ? &items->undescribed : NULL);
    add_some(listing, shape, "one value, 2+ ratings", &users->constant, &items->constant);
}

/* -- histograms -------------------------------------------------------------------------------- */

static void fill_bars(const struct summary_bar *bars, size_t count, struct listing *listing,
                      bool ascii)
{
    int64_t most = 1, all = 0;
    for (size_t i = 0; i < count; i++) {
        most = bars[i].count > most ? bars[i].count : most;
        all += bars[i].count;
    }
    for (size_t i = 0; i < count; i++) {
        char text[FIGURE_TEXT];
        listing_number(listing, bars[i].from, figure_range(bars[i].from, bars[i].to, text));
        add_bar(listing, (double)bars[i].count / (double)most, ascii);
        add_count(listing, bars[i].count);
        add_share(listing, (double)bars[i].count, (double)all);
    }
}

static void fill_values(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    fill_bars(shape->profile.rating.bars, shape->profile.rating.bar_count, listing, ascii);
}

static void fill_means(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    fill_bars(shape->user_means, shape->user_mean_count, listing, ascii);
}

/* -- time -------------------------------------------------------------------------------------- */

static void add_period(struct listing *listing, const struct dataset_shape *shape,
                       const struct shape_period *period, int64_t most, bool ascii)
{
    char text[FIGURE_TEXT], figure[FIGURE_TEXT];
    if (shape->unit == SHAPE_HOUR)
        figure_time(period->from, text);
    else
        figure_date(period->from, text);
    if (shape->unit == SHAPE_MONTH || shape->unit == SHAPE_QUARTER)
        text[strlen(text) - strlen("-01")] = '\0';
    if (shape->unit == SHAPE_YEARS)
        text[strlen(text) - strlen("-01-01")] = '\0';
    listing_cell(listing, "%s", text);
    add_bar(listing, (double)period->ratings / (double)most, ascii);
    add_count(listing, period->ratings);
    if (isnan(period->mean))
        listing_cell(listing, "%s", "");
    else
        listing_number(listing, period->mean, figure_number(period->mean, figure));
    add_count(listing, period->new_users);
    add_count(listing, period->new_items);
}

static void fill_time(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    int64_t most = 1;
    for (size_t i = 0; i < shape->period_count; i++)
        most = shape->periods[i].ratings > most ? shape->periods[i].ratings : most;
    for (size_t i = 0; i < shape->period_count; i++)
        add_period(listing, shape, &shape->periods[i], most, ascii);
}

static void add_times(struct listing *listing, const struct dataset_shape *shape,
                      const int64_t *counts, size_t count, bool ascii)
{
    static const char *const DAYS[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    int64_t most = 1;
    for (size_t i = 0; i < count; i++)
        most = counts[i] > most ? counts[i] : most;
    for (size_t i = 0; i < count; i++) {
        if (count == 7)
            listing_cell(listing, "%s", DAYS[i]);
        else
            listing_cell(listing, "%02zu:00", i);
        add_bar(listing, (double)counts[i] / (double)most, ascii);
        add_count(listing, counts[i]);
        add_share(listing, (double)counts[i], (double)shape->timed);
    }
}

static void fill_clock(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    add_times(listing, shape, shape->weekdays, 7, ascii);
    add_times(listing, shape, shape->hours, 24, ascii);
}

/* -- columns ----------------------------------------------------------------------------------- */

static void fill_columns(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    (void)ascii;
    for (size_t i = 0; i < shape->column_count; i++) {
        const struct shape_column *column = &shape->columns[i];
        char text[FIGURE_TEXT], more[FIGURE_TEXT + 16];
        bool empty = column->missing == column->rows, one = column->distinct == 1;
        bool mostly = 2 * column->missing > column->rows;
        listing_cell(listing, "%s", dataset_parts[column->table]);
        listing_foreign(listing, column->column.name);
        listing_cell(listing, "%s", column_words(&column->column));
        add_count(listing, column->missing);
        add_share(listing, (double)column->missing, (double)column->rows);
        snprintf(more, sizeof more, "%s%s", figure_count(column->distinct, text),
                 column->distinct == SHAPE_DISTINCT ? " or more" : "");
        listing_number(listing, (double)column->distinct, more);
        listing_cell(listing, "%s",
                     empty    ? "no value"
                     : mostly ? "mostly missing"
                     : one    ? "one value"
                              : "");
        listing_style(listing, INK_WARN);
    }
}

/* -- all --------------------------------------------------------------------------------------- */

static void fill_facts(const struct dataset_shape *shape, struct listing *listing, bool ascii)
{
    (void)ascii;
    shape_facts_fill(shape, listing);
}

static const struct listing_column WARNING_COLUMNS[] = {
    {.title = "warning"},
    {.title = "number", .side = LISTING_RIGHT},
    {.title = "meaning", .fit = LISTING_WRAPPED, .missed = 1},
    {.title = NULL}};

static const struct listing_column FACT_COLUMNS[] = {
    {.title = "fact"}, {.title = "value", .fit = LISTING_WRAPPED}, {.title = NULL}};

static const struct listing_column TAIL_COLUMNS[] = {{.title = "ratings", .fit = LISTING_CUT},
                                                     {.title = "of users", .side = LISTING_RIGHT},
                                                     {.title = "of items", .side = LISTING_RIGHT},
                                                     {.title = NULL}};

static const struct listing_column COLD_COLUMNS[] = {
    {.title = "which", .fit = LISTING_CUT, .least = 14},
    {.title = "users", .side = LISTING_RIGHT},
    {.title = "of users",
     .side = LISTING_RIGHT,
     .missed = 2,
     .tip = "of all that are rated or described"},
    {.title = "by them", .side = LISTING_RIGHT, .missed = 3, .tip = "their share of the ratings"},
    {.title = "items", .side = LISTING_RIGHT},
    {.title = "of items",
     .side = LISTING_RIGHT,
     .missed = 2,
     .tip = "of all that are rated or described"},
    {.title = "of them", .side = LISTING_RIGHT, .missed = 3, .tip = "their share of the ratings"},
    {.title = NULL}};

static const struct listing_column VALUE_COLUMNS[] = {
    {.title = "rating", .side = LISTING_RIGHT},
    {.title = "", .missed = 2},
    {.title = "ratings", .side = LISTING_RIGHT},
    {.title = "share", .side = LISTING_RIGHT, .missed = 1},
    {.title = NULL}};

static const struct listing_column MEAN_COLUMNS[] = {
    {.title = "mean", .side = LISTING_RIGHT, .tip = "of a user's ratings, without the upper end"},
    {.title = "", .missed = 2},
    {.title = "users", .side = LISTING_RIGHT},
    {.title = "share", .side = LISTING_RIGHT, .missed = 1},
    {.title = NULL}};

static const struct listing_column TIME_COLUMNS[] = {
    {.title = "from"},
    {.title = "", .missed = 3},
    {.title = "ratings", .side = LISTING_RIGHT},
    {.title = "mean", .side = LISTING_RIGHT},
    {.title = "new users", .side = LISTING_RIGHT, .missed = 1, .tip = "with their first rating"},
    {.title = "new items", .side = LISTING_RIGHT, .missed = 2, .tip = "with their first rating"},
    {.title = NULL}};

static const struct listing_column CLOCK_COLUMNS[] = {
    {.title = "at (UTC)"},
    {.title = "", .missed = 2},
    {.title = "ratings", .side = LISTING_RIGHT},
    {.title = "share", .side = LISTING_RIGHT, .missed = 1},
    {.title = NULL}};

static const struct listing_column COLUMN_COLUMNS[] = {
    {.title = "table", .missed = 4},
    {.title = "column", .fit = LISTING_CUT},
    {.title = "type", .missed = 3},
    {.title = "missing", .side = LISTING_RIGHT, .missed = 2},
    {.title = "share", .side = LISTING_RIGHT, .missed = 1, .tip = "of rows in which it is missing"},
    {.title = "distinct", .side = LISTING_RIGHT},
    {.title = "note", .missed = 1},
    {.title = NULL}};

static const struct {
    const char *title;
    const struct listing_column *columns;
    void (*fill)(const struct dataset_shape *shape, struct listing *listing, bool ascii);
} parts[] = {
    [SHAPE_PART_WARNINGS] = {"warnings", WARNING_COLUMNS, fill_warnings},
    [SHAPE_PART_FACTS] = {"facts", FACT_COLUMNS, fill_facts},
    [SHAPE_PART_TAIL] = {"long tail", TAIL_COLUMNS, fill_tail},
    [SHAPE_PART_COLD] = {"cold start", COLD_COLUMNS, fill_cold},
    [SHAPE_PART_VALUES] = {"ratings", VALUE_COLUMNS, fill_values},
    [SHAPE_PART_MEANS] = {"means", MEAN_COLUMNS, fill_means},
    [SHAPE_PART_TIME] = {"time", TIME_COLUMNS, fill_time},
    [SHAPE_PART_CLOCK] = {"clock", CLOCK_COLUMNS, fill_clock},
    [SHAPE_PART_COLUMNS] = {"columns", COLUMN_COLUMNS, fill_columns},
};

const char *shape_part_title(enum shape_part part)
{
    assert(part < SHAPE_PART_COUNT);
    return parts[part].title;
}

bool shape_has_part(const struct dataset_shape *shape, enum shape_part part)
{
    if (part == SHAPE_PART_TIME || part == SHAPE_PART_CLOCK)
        return shape->timed > 0;
    return part != SHAPE_PART_COLUMNS || shape->column_count > 0;
}

struct listing *shape_listing(const struct dataset_shape *shape, enum shape_part part, bool ascii)
{
    assert(part < SHAPE_PART_COUNT);
    struct listing *listing = listing_new(parts[part].columns);
    parts[part].fill(shape, listing, ascii);
    return listing;
}

/* -- paper ------------------------------------------------------------------------------------- */

/* The sentences alone, each with a mark. They have the numbers in them, and fit any width. */
static struct listing *warning_lines(const struct dataset_shape *shape)
{
    static const struct listing_column COLUMNS[] = {
        {.title = ""}, {.title = "", .fit = LISTING_WRAPPED}, {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    size_t count;
    struct shape_warning *warnings = shape_warnings(shape, &count);
    for (size_t i = 0; i < count; i++) {
        listing_cell(listing, "!");
        listing_style(listing, INK_WARN);
        listing_cell(listing, "%s", warnings[i].text);
    }
    free(warnings);
    return listing;
}

static void print_parts(const struct dataset_shape *shape, struct output *output)
{
    static const char *const HEADINGS[] = {
        [SHAPE_PART_WARNINGS] = "Warnings",
        [SHAPE_PART_FACTS] = "Facts",
        [SHAPE_PART_TAIL] = "Long tail",
        [SHAPE_PART_COLD] = "Cold start",
        [SHAPE_PART_VALUES] = "Ratings by value",
        [SHAPE_PART_MEANS] = "Users by the mean of their ratings",
        [SHAPE_PART_TIME] = "Time line",
        [SHAPE_PART_CLOCK] = "Weekday and hour",
        [SHAPE_PART_COLUMNS] = "Columns",
    };
    for (enum shape_part part = 0; part < SHAPE_PART_COUNT; part++) {
        if (!shape_has_part(shape, part))
            continue;
        struct listing *listing = part == SHAPE_PART_WARNINGS
                                      ? warning_lines(shape)
                                      : shape_listing(shape, part, output->ascii);
        output_print(output, "\n");
        output_heading(output, HEADINGS[part]);
        if (listing_row_count(listing) == 0)
            output_print(output, "  none\n");
        else
            listing_print(listing, output, 2);
        listing_free(listing);
    }
}

bool dataset_shape_report(struct store *store, const char *name, bool json, struct output *output,
                          struct error *error)
{
    struct dataset_shape *shape = store_dataset_shape(store, name, error);
    char text[SHAPE_TEXT];
    if (!shape)
        return false;
    if (json) {
        struct json *writer = json_new(output);
        dataset_shape_json(shape, writer);
        json_finish(writer);
    } else {
        char *head =
            memory_format("%s: %s", shape->profile.summary.name, shape_size_words(shape, text));
        output_heading(output, head);
        free(head);
        print_parts(shape, output);
    }
    dataset_shape_free(shape);
    return true;
}
