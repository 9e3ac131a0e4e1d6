/* SPDX-License-Identifier: MIT
 *
 * The facts about a data set that are no table: each a name and a value in words.
 */
#include "config.h"

#include "shape_facts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "report/figures.h"
#include "report/shape_report.h"

static void add_fact(struct listing *listing, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_fact(struct listing *listing, const char *name, const char *format, ...)
{
    char text[SHAPE_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    listing_cell(listing, "%s", name);
    listing_cell(listing, "%s", text);
}

char *shape_size_words(const struct dataset_shape *shape, char text[SHAPE_TEXT])
{
    const struct dataset_summary *summary = &shape->profile.summary;
    char ratings[FIGURE_TEXT], users[FIGURE_TEXT], items[FIGURE_TEXT], density[FIGURE_TEXT];
    snprintf(text, SHAPE_TEXT, "%s by %s of %s, %s of all pairs",
             figure_of(summary->ratings, "rating", ratings),
             figure_of(summary->users, "user", users), figure_of(summary->items, "item", items),
             figure_percent(shape->profile.density, density));
    return text;
}

char *shape_unit_words(const struct dataset_shape *shape, char text[FIGURE_TEXT])
{
    static const char *const UNITS[] = {
        [SHAPE_HOUR] = "hour",   [SHAPE_DAY] = "day",         [SHAPE_WEEK] = "week",
        [SHAPE_MONTH] = "month", [SHAPE_QUARTER] = "quarter", [SHAPE_YEARS] = "year"};
    if (shape->unit == SHAPE_YEARS && shape->unit_years > 1)
        return figure_of(shape->unit_years, "year", text);
    snprintf(text, FIGURE_TEXT, "%s", UNITS[shape->unit]);
    return text;
}

static double share_of(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : NAN;
}

static void add_values(struct listing *listing, const struct dataset_shape *shape)
{
    const struct dataset_summary *summary = &shape->profile.summary;
    char first[FIGURE_TEXT], second[FIGURE_TEXT], third[FIGURE_TEXT];
    add_fact(listing, "ratings", "%s by %s of %s", figure_of(summary->ratings, "rating", first),
             figure_of(summary->users, "user", second), figure_of(summary->items, "item", third));
    add_fact(listing, "density", "%s of all pairs of user and item; sparsity %.6g %%",
             figure_percent(shape->profile.density, first), 100 * (1 - shape->profile.density));
    add_fact(listing, "values", "%s%s, mean %s",
             figure_range(summary->smallest, summary->largest, first),
             shape->whole ? ", whole numbers" : "", figure_number(summary->mean, second));
    add_fact(listing, "spread of values", "standard deviation %s, skewness %s",
             figure_number(shape->deviation, first), figure_number(shape->skewness, second));
}

static void add_side(struct listing *listing, const char *name, const struct shape_side *side,
                     const struct count_spread *spread)
{
    char gini[FIGURE_TEXT], one[FIGURE_TEXT], ten[FIGURE_TEXT], median[FIGURE_TEXT];
    add_fact(listing, name, "Gini %s; top 1 %% have %s, top 10 %% have %s; median %s",
             figure_number(side->gini, gini), figure_percent(side->top_1, one),
             figure_percent(side->top_10, ten), figure_of(spread->quartiles[1], "rating", median));
}

static void add_coverage(struct listing *listing, const struct dataset_shape *shape,
                         enum shape_sides at)
{
    const struct shape_side *side = &shape->sides[at];
    const struct dataset_summary *summary = &shape->profile.summary;
    char described[FIGURE_TEXT], all[FIGURE_TEXT], unrated[FIGURE_TEXT];
    const char *name = at == SHAPE_USERS ? "described users" : "described items";
    if (!side->has_table)
        add_fact(listing, name, "none: there is no table of them");
    else
        add_fact(listing, name, "%s of %s that are rated; %s more without a rating",
                 figure_count(side->described, described),
                 figure_count(at == SHAPE_USERS ? summary->users : summary->items, all),
                 figure_count(side->unrated, unrated));
}

static void add_repeats(struct listing *listing, const struct dataset_shape *shape)
{
    const struct shape_repeats *repeats = &shape->repeats;
    const struct dataset_summary *summary = &shape->profile.summary;
    char first[FIGURE_TEXT], second[FIGURE_TEXT], third[FIGURE_TEXT];
    if (summary->duplicates == 0) {
        add_fact(listing, "repeats", "none: every row is a pair of its own");
        return;
    }
    add_fact(listing, "repeats", "%s of %s repeat a pair; a pair has up to %s%s",
             figure_count(summary->duplicates, first), figure_of(summary->ratings, "row", second),
             figure_of(repeats->most, "row", third), repeats->sampled ? " (in a sample)" : "");
    add_fact(listing, "repeated pairs", "%s with other ratings, %s in another context%s",
             figure_percent(share_of(repeats->other_rating, repeats->repeated), first),
             figure_percent(share_of(repeats->other_context, repeats->repeated), second),
             repeats->sampled ? " (of a sample)" : "");
}

static void add_constants(struct listing *listing, const struct dataset_shape *shape)
{
    const struct shape_side *users = &shape->sides[SHAPE_USERS];
    char first[FIGURE_TEXT], second[FIGURE_TEXT];
    add_fact(listing, "users with one value", "%s of 2 or more ratings, %s of 5 or more",
             figure_count(users->constant.count, first),
             figure_count(users->constant_five, second));
}

static void add_drift(struct listing *listing, const struct dataset_shape *shape)
{
    const struct shape_drift *drift = &shape->drift;
    char slope[FIGURE_TEXT], error[FIGURE_TEXT], change[FIGURE_TEXT];
    if (isnan(drift->slope))
        return;
    figure_number(fabs(drift->slope), slope);
    figure_number(fabs(drift->change), change);
    const char *sign = drift->slope < 0 ? "-" : "+";
    if (isnan(drift->error))
        add_fact(listing, "drift of the mean", "%s%s a year, %s%s in all", sign, slope, sign,
                 change);
    else
        add_fact(listing, "drift of the mean", "%s%s a year (standard error %s), %s%s in all", sign,
                 slope, figure_number(drift->error, error), sign, change);
}

static void add_pace(struct listing *listing, const struct dataset_shape *shape)
{
    const struct shape_side *users = &shape->sides[SHAPE_USERS];
    const struct shape_pace *pace = &shape->pace;
    char hour[FIGURE_TEXT], day[FIGURE_TEXT], some[FIGURE_TEXT], all[FIGURE_TEXT];
    if (users->timed > 0)
        add_fact(listing, "one-day users", "%s of %s with 2 or more ratings",
                 figure_count(users->one_day, some), figure_count(users->timed, all));
    if (pace->users == 0)
        return;
    add_fact(listing, "pace of a user", "%s of the ratings in one hour, %s in one day%s",
             figure_percent(pace->in_hour, hour), figure_percent(pace->in_day, day),
             pace->sampled ? " (of a sample)" : "");
    add_fact(listing, "same second", "%s of the ratings, with another of the same user%s",
             figure_percent(pace->in_second, hour), pace->sampled ? " (of a sample)" : "");
}

void shape_facts_fill(const struct dataset_shape *shape, struct listing *listing)
{
    const struct dataset_summary *summary = &shape->profile.summary;
    char first[FIGURE_TEXT], last[FIGURE_TEXT], timed[FIGURE_TEXT];
    add_values(listing, shape);
    add_side(listing, "users", &shape->sides[SHAPE_USERS], &shape->profile.per_user);
    add_side(listing, "items", &shape->sides[SHAPE_ITEMS], &shape->profile.per_item);
    if (!shape->has_cores)
        add_fact(listing, "k-cores", "not counted, as there are more than %s",
                 figure_of(SHAPE_CORE_MOST, "rating", first));
    add_coverage(listing, shape, SHAPE_USERS);
    add_coverage(listing, shape, SHAPE_ITEMS);
    add_repeats(listing, shape);
    add_constants(listing, shape);
    if (summary->first_time == INT64_MIN) {
        add_fact(listing, "times", "none");
        return;
    }
    add_fact(listing, "times", "%s to %s, of %s", figure_date(summary->first_time, first),
             figure_date(summary->last_time, last), figure_of(shape->timed, "rating", timed));
    add_drift(listing, shape);
    add_pace(listing, shape);
}
