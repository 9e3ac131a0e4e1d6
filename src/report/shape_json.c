/* SPDX-License-Identifier: MIT
 *
 * The shape of a data set for programs. Keys are those of the structs; shares are 0 .. 1.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/dataset_report.h"
#include "report/dataset_words.h"
#include "report/shape_report.h"

static void write_some(struct json *json, const char *key, const struct shape_some *some)
{
    json_open_object(json, key);
    json_integer(json, "count", some->count);
    json_integer(json, "ratings", some->ratings);
    json_close_object(json);
}

static void write_few(struct json *json, const struct shape_side *side)
{
    json_open_array(json, "fewer_than");
    for (size_t i = 0; i < SHAPE_FEW; i++) {
        json_open_object(json, NULL);
        json_integer(json, "threshold", shape_few[i]);
        json_integer(json, "count", side->few[i].count);
        json_integer(json, "ratings", side->few[i].ratings);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_side(struct json *json, const char *key, const struct shape_side *side,
                       bool has_cores)
{
    json_open_object(json, key);
    json_number(json, "gini", side->gini);
    json_number(json, "top_1_percent", side->top_1);
    json_number(json, "top_10_percent", side->top_10);
    json_integer(json, "half", side->half);
    json_open_array(json, "lorenz");
    for (size_t i = 0; i < SHAPE_CURVE; i++)
        json_number(json, NULL, side->curve[i]);
    json_close_array(json);
    write_few(json, side);
    write_some(json, "once", &side->once);
    json_open_array(json, "cores");
    for (size_t i = 0; has_cores && i < SHAPE_CORES; i++) {
        json_open_object(json, NULL);
        json_integer(json, "k", shape_cores[i]);
        json_integer(json, "count", side->core[i].count);
        json_integer(json, "ratings", side->core[i].ratings);
        json_close_object(json);
    }
    json_close_array(json);
    write_some(json, "only_in_last_tenth_of_time", &side->late);
    json_boolean(json, "has_table", side->has_table);
    json_integer(json, "described", side->described);
    json_integer(json, "described_without_rating", side->unrated);
    write_some(json, "not_described", &side->undescribed);
    write_some(json, "constant", &side->constant);
    json_integer(json, "constant_of_five_or_more", side->constant_five);
    json_integer(json, "with_two_and_time", side->timed);
    json_integer(json, "within_24_hours", side->one_day);
    json_close_object(json);
}

static void write_bars(struct json *json, const char *key, const struct summary_bar *bars,
                       size_t count, const char *what)
{
    json_open_array(json, key);
    for (size_t i = 0; i < count; i++) {
        json_open_object(json, NULL);
        json_number(json, "from", bars[i].from);
        json_number(json, "to", bars[i].to);
        json_integer(json, what, bars[i].count);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_counts(struct json *json, const char *key, const int64_t *counts, size_t count)
{
    json_open_array(json, key);
    for (size_t i = 0; i < count; i++)
        json_integer(json, NULL, counts[i]);
    json_close_array(json);
}

static void write_periods(struct json *json, const struct dataset_shape *shape)
{
    json_open_array(json, "periods");
    for (size_t i = 0; i < shape->period_count; i++) {
        const struct shape_period *period = &shape->periods[i];
        char from[FIGURE_TEXT];
        json_open_object(json, NULL);
        json_text(json, "from", figure_moment(period->from, from)); /* also the first of 1970 */
        json_integer(json, "ratings", period->ratings);
        json_number(json, "mean", period->mean);
        json_integer(json, "new_users", period->new_users);
        json_integer(json, "new_items", period->new_items);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_time(struct json *json, const struct dataset_shape *shape)
{
    char unit[FIGURE_TEXT];
    json_open_object(json, "time");
    json_integer(json, "ratings", shape->timed);
    json_text(json, "period", shape->period_count ? shape_unit_words(shape, unit) : NULL);
    write_periods(json, shape);
    write_counts(json, "weekdays", shape->weekdays, 7);
    write_counts(json, "hours", shape->hours, 24);
    json_open_object(json, "drift");
    json_number(json, "slope", shape->drift.slope);
    json_number(json, "standard_error", shape->drift.error);
    json_number(json, "change", shape->drift.change);
    json_close_object(json);
    json_open_object(json, "pace");
    json_boolean(json, "sampled", shape->pace.sampled);
    json_integer(json, "users", shape->pace.users);
    json_integer(json, "ratings", shape->pace.ratings);
    json_number(json, "in_hour", shape->pace.in_hour);
    json_number(json, "in_day", shape->pace.in_day);
    json_number(json, "in_second", shape->pace.in_second);
    json_close_object(json);
    json_close_object(json);
}

static void write_repeats(struct json *json, const struct shape_repeats *repeats)
{
    json_open_object(json, "repeated_pairs");
    json_boolean(json, "sampled", repeats->sampled);
    json_integer(json, "rows", repeats->rows);
    json_integer(json, "pairs", repeats->pairs);
    json_integer(json, "repeated", repeats->repeated);
    json_integer(json, "most", repeats->most);
    json_integer(json, "other_rating", repeats->other_rating);
    json_integer(json, "other_context", repeats->other_context);
    json_close_object(json);
}

static void write_columns(struct json *json, const struct dataset_shape *shape)
{
    json_open_array(json, "columns");
    for (size_t i = 0; i < shape->column_count; i++) {
        const struct shape_column *column = &shape->columns[i];
        json_open_object(json, NULL);
        json_text(json, "table", dataset_parts[column->table]);
        json_text(json, "column", column->column.name);
        json_text(json, "type", column_words(&column->column));
        json_integer(json, "rows", column->rows);
        json_integer(json, "missing", column->missing);
        json_integer(json, "distinct", column->distinct);
        json_boolean(json, "more", column->distinct == SHAPE_DISTINCT);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_warnings(struct json *json, const struct dataset_shape *shape)
{
    size_t count;
    struct shape_warning *warnings = shape_warnings(shape, &count);
    json_open_array(json, "warnings");
    for (size_t i = 0; i < count; i++) {
        json_open_object(json, NULL);
        json_text(json, "name", warnings[i].name);
        json_number(json, "number", warnings[i].number);
        json_text(json, "text", warnings[i].text);
        json_close_object(json);
    }
    json_close_array(json);
    free(warnings);
}

void dataset_shape_json(const struct dataset_shape *shape, struct json *json)
{
    const struct column_summary *rating = &shape->profile.rating;
    json_open_object(json, NULL);
    dataset_summary_json(&shape->profile.summary, json);
    json_number(json, "density", shape->profile.density);
    json_number(json, "deviation", shape->deviation);
    json_number(json, "skewness", shape->skewness);
    json_boolean(json, "whole_numbers", shape->whole);
    write_bars(json, "histogram", rating->bars, rating->bar_count, "ratings");
    write_bars(json, "user_means", shape->user_means, shape->user_mean_count, "users");
    write_side(json, "of_users", &shape->sides[SHAPE_USERS], shape->has_cores);
    write_side(json, "of_items", &shape->sides[SHAPE_ITEMS], shape->has_cores);
    write_time(json, shape);
    write_repeats(json, &shape->repeats);
    write_columns(json, shape);
    write_warnings(json, shape);
    json_close_object(json);
}
