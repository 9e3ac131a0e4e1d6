/* SPDX-License-Identifier: MIT
 *
 * Says what is unusual or hard about a data set: plain sentences, each with its number. One
 * function for each kind; the constants are where a kind begins.
 */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/dataset_words.h"
#include "report/figures.h"
#include "report/shape_report.h"

/* The shares from which on a warning is given. */
static const double ONE_VALUE = 0.8, ONCE = 0.2, SHORT_USERS = 0.5, TOP_ITEMS = 0.2, LATE = 0.2,
                    IN_HOUR = 0.5, IN_SECOND = 0.2, REPEATS = 0.01, CONSTANT = 0.1, MISSING = 0.5,
                    UNDESCRIBED = 0.01;
/* A drift is at least so many standard errors, and so many standard deviations of the ratings. */
static const double DRIFT_ERRORS = 3, DRIFT_DEVIATIONS = 0.1;
/* Whole numbers from 0 are taken for counts if their skewness is above that of the exponential
 * distribution, which is 2, and their largest is above COUNT_LARGEST. */
static const double COUNT_SKEWNESS = 2, COUNT_LARGEST = 20;

struct warning_list {
    const struct dataset_shape *shape;
    struct shape_warning *all;
    size_t count;
};

/* Adds a warning. The formatted text is the sentence. */
static void warn(struct warning_list *list, const char *name, double number, const char *figure,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

static void warn(struct warning_list *list, const char *name, double number, const char *figure,
                 const char *format, ...)
{
    list->all = memory_grow(list->all, list->count, sizeof *list->all);
    struct shape_warning *warning = &list->all[list->count++];
    *warning = (struct shape_warning){.number = number};
    snprintf(warning->name, sizeof warning->name, "%s", name);
    snprintf(warning->figure, sizeof warning->figure, "%s", figure);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(warning->text, sizeof warning->text, format, arguments);
    va_end(arguments);
}

static void warn_share(struct warning_list *list, const char *name, double share,
                       const char *sentence)
{
    char percent[FIGURE_TEXT];
    figure_percent(share, percent);
    warn(list, name, share, percent, "%s %s", percent, sentence);
}

/* -- ratings ----------------------------------------------------------------------------------- */

static void warn_of_values(struct warning_list *list)
{
    const struct dataset_shape *shape = list->shape;
    const struct dataset_summary *summary = &shape->profile.summary;
    const struct column_summary *rating = &shape->profile.rating;
    char low[FIGURE_TEXT], high[FIGURE_TEXT], skew[FIGURE_TEXT], share[FIGURE_TEXT];
    figure_number(summary->smallest, low);
    figure_number(summary->largest, high);
    if (summary->smallest == summary->largest) {
        warn(list, "all ratings are equal", summary->smallest, low,
             "All ratings are %s: there is nothing to predict, and no order to rank by.", low);
        return;
    }
    if (shape->whole && summary->smallest >= 0 && summary->largest > COUNT_LARGEST &&
        shape->skewness > COUNT_SKEWNESS)
        warn(list, "ratings look like counts", shape->skewness,
             figure_number(shape->skewness, skew),
             "The ratings look like counts: whole numbers from %s to %s with a long tail (skewness "
             "%s). log(1 + n), or 1 for every pair that has one, is the better target.",
             low, high, skew);
    for (size_t i = 0; rating->by_value && i < rating->bar_count; i++) {
        double part = (double)rating->bars[i].count / (double)rating->count;
        if (part >= ONE_VALUE)
            warn(list, "one value dominates", part, figure_percent(part, share),
                 "%s of the ratings are %s: an error is small for whoever predicts that.", share,
                 figure_number(rating->bars[i].from, low));
    }
}

static void warn_of_drift(struct warning_list *list)
{
    const struct dataset_shape *shape = list->shape;
    const struct shape_drift *drift = &shape->drift;
    char slope[FIGURE_TEXT], error[FIGURE_TEXT], change[FIGURE_TEXT], deviation[FIGURE_TEXT];
    if (!(fabs(drift->slope) > DRIFT_ERRORS * drift->error) ||
        !(fabs(drift->change) >= DRIFT_DEVIATIONS * shape->deviation))
        return;
    figure_number(fabs(drift->slope), slope);
    figure_number(fabs(drift->change), change);
    warn(
        list, "the mean drifts", drift->slope, figure_number(drift->slope, error),
        "Ratings %s by %s a year (standard error %s), by %s from the first time to the last; their "
        "standard deviation is %s.",
        drift->slope > 0 ? "rise" : "fall", slope, figure_number(drift->error, error), change,
        figure_number(shape->deviation, deviation));
    snprintf(list->all[list->count - 1].figure, FIGURE_TEXT, "%s%.40s",
             drift->slope > 0 ? "+" : "-", slope);
}

/* -- users and items --------------------------------------------------------------------------- */

static double share_of(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static void warn_of_tail(struct warning_list *list)
{
    const struct dataset_shape *shape = list->shape;
    const struct dataset_summary *summary = &shape->profile.summary;
    const struct shape_side *users = &shape->sides[SHAPE_USERS];
    const struct shape_side *items = &shape->sides[SHAPE_ITEMS];
    double item = share_of(items->once.count, summary->items);
    double user = share_of(users->once.count, summary->users);
    double few = share_of(users->few[2].count - users->unrated, summary->users);
    if (item >= ONCE)
        warn_share(list, "items rated once", item, "of the items have one rating.");
    if (user >= ONCE)
        warn_share(list, "users with one rating", user,
                   "of the users have one rating, which cannot be both shown and asked.");
    if (few >= SHORT_USERS)
        warn_share(list, "short users", few, "of the users have fewer than 5 ratings.");
    if (items->top_1 >= TOP_ITEMS) {
        char percent[FIGURE_TEXT];
        warn(list, "few items have most", items->top_1, figure_percent(items->top_1, percent),
             "The 1 %% of the items with most ratings have %s of all ratings: popularity alone "
             "ranks well.",
             percent);
    }
}

static void warn_of_constants(struct warning_list *list)
{
    const struct dataset_summary *summary = &list->shape->profile.summary;
    const struct shape_side *users = &list->shape->sides[SHAPE_USERS];
    double share = share_of(users->constant.count, summary->users);
    if (share >= CONSTANT && summary->smallest < summary->largest)
        warn_share(list, "users with one value", share,
                   "of the users have 2 or more ratings, all of one value: no order can be learned "
                   "from them.");
}

static void warn_of_coverage(struct warning_list *list, enum shape_sides at)
{
    const struct shape_side *side = &list->shape->sides[at];
    const struct dataset_summary *summary = &list->shape->profile.summary;
    const char *one = at == SHAPE_USERS ? "user" : "item";
    uint32_t all = at == SHAPE_USERS ? summary->users : summary->items;
    char name[64], count[FIGURE_TEXT], whole[FIGURE_TEXT];
    double share = side->has_table ? share_of(side->undescribed.count, all) : 1;
    if (share < UNDESCRIBED)
        return;
    snprintf(name, sizeof name, share < 1 ? "%ss not described" : "no %s is described", one);
    if (!side->has_table)
        warn(list, name, 0, "0",
             "No %s is described: one without ratings can be known by its id only.", one);
    else if (share == 1)
        warn(list, name, 0, "0",
             "No rated %s is described: none of %s rows of the table of %ss has the id of one.",
             one, figure_count(side->unrated, whole), one);
    else
        warn(list, name, (double)side->undescribed.count,
             figure_count(side->undescribed.count, count), "%s of %s rated %ss are not described.",
             count, figure_count(all, whole), one);
}

/* -- time -------------------------------------------------------------------------------------- */

/* The share of ratings in the busiest hour of their user, without one rating of each user: the only
 * rating of a user, or one of two, says nothing about pace. */
static double beyond_one(const struct shape_pace *pace)
{
    double ratings = (double)pace->ratings, users = (double)pace->users;
    return (pace->in_hour * ratings - users) / (ratings - users);
}

static void warn_of_time(struct warning_list *list)
{
    static const int64_t SOON = 2 * 86400, LATER = INT64_C(20) * 366 * 86400;
    const struct dataset_shape *shape = list->shape;
    const struct dataset_summary *summary = &shape->profile.summary;
    const struct shape_pace *pace = &shape->pace;
    char date[FIGURE_TEXT];
    if (summary->first_time == INT64_MIN) {
        warn(list, "no times", 0, "0", "The ratings have no times: there is no first and no last.");
        return;
    }
    if (summary->first_time >= 0 && summary->first_time < SOON && summary->last_time > LATER)
        warn(list, "times near 1970", (double)summary->first_time,
             figure_date(summary->first_time, date),
             "The first time is of %s, long before the last: a time of 0 may mean a missing one.",
             date);
    if (beyond_one(pace) >= IN_HOUR)
        warn_share(list, "ratings of one hour", pace->in_hour,
                   "of a user's ratings lie within one hour, so order in time says little.");
    if (pace->in_second >= IN_SECOND)
        warn_share(list, "ratings of one second", pace->in_second,
                   "of the ratings share their second with another of the same user: they have no "
                   "order.");
}

static void warn_of_newcomers(struct warning_list *list)
{
    const struct dataset_summary *summary = &list->shape->profile.summary;
    double users = share_of(list->shape->sides[SHAPE_USERS].late.count, summary->users);
    double items = share_of(list->shape->sides[SHAPE_ITEMS].late.count, summary->items);
    if (users >= LATE)
        warn_share(list, "late users", users,
                   "of the users appear in the last tenth of the time only.");
    if (items >= LATE)
        warn_share(list, "late items", items,
                   "of the items appear in the last tenth of the time only.");
}

/* -- repeats and columns ----------------------------------------------------------------------- */

static void warn_of_repeats(struct warning_list *list)
{
    const struct dataset_summary *summary = &list->shape->profile.summary;
    const struct shape_repeats *repeats = &list->shape->repeats;
    char rows[FIGURE_TEXT], all[FIGURE_TEXT], context[FIGURE_TEXT], rating[FIGURE_TEXT];
    if (share_of(summary->duplicates, summary->ratings) < REPEATS)
        return;
    warn(list, "pairs rated again", summary->duplicates, figure_count(summary->duplicates, rows),
         "%s of %s rows are repeats of a pair of user and item; %s. Of the repeated pairs, %s "
         "differ in their rating and %s in other columns.",
         rows, figure_count(summary->ratings, all),
         repeats_clause(summary->repeats, summary->first_time != INT64_MIN),
         figure_percent(share_of(repeats->other_rating, repeats->repeated), rating),
         figure_percent(share_of(repeats->other_context, repeats->repeated), context));
}

static void warn_of_columns(struct warning_list *list)
{
    for (size_t i = 0; i < list->shape->column_count; i++) {
        const struct shape_column *column = &list->shape->columns[i];
        double missing = share_of(column->missing, column->rows);
        char percent[FIGURE_TEXT], safe[200], name[64];
        text_safe(column->column.name, safe, sizeof safe);
        snprintf(name, sizeof name, "%s.%.40s", dataset_parts[column->table], safe);
        figure_percent(missing, percent);
        if (column->rows > 0 && column->missing == column->rows)
            warn(list, name, missing, percent, "%s.%s has no value at all.",
                 dataset_parts[column->table], safe);
        else if (missing > MISSING)
            warn(list, name, missing, percent, "%s.%s is missing in %s of the rows.",
                 dataset_parts[column->table], safe, percent);
        else if (column->distinct == 1 && column->rows > 1)
            warn(list, name, 1, "1", "%s.%s has one value: it says nothing%s.",
                 dataset_parts[column->table], safe,
                 column->missing ? " but whether it is missing" : "");
    }
}

struct shape_warning *shape_warnings(const struct dataset_shape *shape, size_t *count)
{
    struct warning_list list = {.shape = shape, .all = memory_new(0)};
    warn_of_values(&list);
    warn_of_repeats(&list);
    warn_of_tail(&list);
    warn_of_coverage(&list, SHAPE_ITEMS);
    warn_of_coverage(&list, SHAPE_USERS);
    warn_of_drift(&list);
    warn_of_time(&list);
    warn_of_newcomers(&list);
    warn_of_constants(&list);
    warn_of_columns(&list);
    *count = list.count;
    return list.all;
}
