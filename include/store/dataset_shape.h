/* SPDX-License-Identifier: MIT
 *
 * The shape of a data set: what decides how hard it is to recommend from it. One walk over the
 * ratings and one over each table of users and items compute all of it. Memory grows with the
 * number of users and items, about 200 bytes each, and not with the number of ratings: what needs
 * all ratings of a user or of a pair at once is counted on a sample, and says so; k-cores are not
 * counted beyond SHAPE_CORE_MOST ratings.
 *
 * Takes some seconds for 20 million ratings; store_stop_when ends it early. All ratings count here,
 * also those of a pair that was rated before. Shares are 0 .. 1 and NaN if there is nothing to
 * share.
 */
#ifndef STORE_DATASET_SHAPE_H
#define STORE_DATASET_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/grid_store.h"

enum shape_sides { SHAPE_USERS, SHAPE_ITEMS, SHAPE_SIDES };

enum {
    SHAPE_FEW = 5,             /* thresholds of the cold-start table */
    SHAPE_CORES = 3,           /* cores that are counted */
    SHAPE_CORE_MOST = 1 << 22, /* the most ratings of a data set whose cores are counted */
    SHAPE_CURVE = 101,         /* points of a Lorenz curve */
    SHAPE_PERIODS = 100        /* the most periods of the time line */
};

/* 1, 3, 5, 10, 20 ratings. */
extern const int64_t shape_few[SHAPE_FEW];
/* 5, 10, 20 ratings. */
extern const int64_t shape_cores[SHAPE_CORES];

/* Some of the users or items, and how many ratings they have together. */
struct shape_some {
    int64_t count, ratings;
};

/* Users or items. Those that occur in ratings count, unless it says "described": those with a row
 * in the table of users or items. */
struct shape_side {
    /* Gini coefficient of the numbers of ratings x_1 <= ... <= x_n:
     * 2 sum(i x_i) / (n sum x) - (n + 1) / n. 0: all have as many; 1 - 1/n: one has all. */
    double gini;
    /* The share of the ratings that belongs to the 1 % (ceil(n / 100)) and the 10 % (ceil(n / 10))
     * with the most ratings. */
    double top_1, top_10;
    int64_t half; /* the fewest that have half of the ratings together */
    /* Lorenz curve: curve[p] is the share of the ratings that the p % with the fewest ratings have.
     * Between two of them it is a straight line. */
    double curve[SHAPE_CURVE];
    /* Those with fewer than shape_few[i] ratings; those with fewer than 1 have a description and no
     * rating. */
    struct shape_some few[SHAPE_FEW];
    struct shape_some once; /* with one rating */
    /* Those in the k-core, k = shape_cores[i]: the largest part of the ratings in which every user
     * and every item has at least k of them. Each row counts, also of a pair that was rated before.
     * See has_cores. */
    struct shape_some core[SHAPE_CORES];
    /* Those whose first rating is in the last tenth of the time from the first rating to the last.
     * Ratings without a time do not count. */
    struct shape_some late;
    bool has_table;                /* some are described */
    int64_t described, unrated;    /* described and rated; described and not rated */
    struct shape_some undescribed; /* rated and not described */
    struct shape_some constant;    /* with at least 2 ratings, all equal */
    int64_t constant_five;         /* of these, with at least 5 ratings */
    int64_t timed, one_day; /* with at least 2 ratings and a time; of these, within 24 hours */
};

/* The finest unit is taken that makes at most SHAPE_PERIODS periods. Weeks begin on Monday. All of
 * it is UTC. If a time lies outside the years 1000 to 9999, no time counts. */
enum shape_unit { SHAPE_HOUR, SHAPE_DAY, SHAPE_WEEK, SHAPE_MONTH, SHAPE_QUARTER, SHAPE_YEARS };

struct shape_period {
    int64_t from; /* its first second */
    int64_t ratings;
    double mean;                  /* NaN without ratings */
    int64_t new_users, new_items; /* whose first rating it has */
};

/* Drift of the mean: the least-squares line of rating on time, over all ratings with a time. The
 * standard error lets the ratings of a user depend on each other (Liang and Zeger 1986,
 * "Longitudinal data analysis using generalized linear models", section 3):
 * sqrt(G / (G - 1) sum over the G users of (sum of dx e)^2) / sum of dx^2, where dx is time less
 * its mean and e the residual. All are NaN if all times are equal, `error` also with one user. A
 * year is 365.25 days. */
struct shape_drift {
    double slope, error; /* a year */
    double change;       /* slope times the time from the first rating to the last */
};

/* How closely the ratings of a user follow each other, from all ratings with a time of `users`
 * users: all that have at least 2, or a sample of them by their number of first appearance. */
struct shape_pace {
    bool sampled;
    int64_t users, ratings;
    /* The shares of these ratings that lie in the busiest hour of their user, in the busiest 24
     * hours, and in the same second as another rating of their user. */
    double in_hour, in_day, in_second;
};

/* Pairs of user and item with more than one row. Counted on all rows, or on a sample of the pairs.
 * The other columns of the ratings are their context. */
struct shape_repeats {
    bool sampled;
    int64_t rows, pairs;   /* rows and pairs that were looked at */
    int64_t repeated;      /* of these pairs, with more than one row */
    int64_t most;          /* the most rows of a pair */
    int64_t other_rating;  /* of the repeated pairs, whose ratings differ */
    int64_t other_context; /* of the repeated pairs, whose context differs between rows */
};

enum { SHAPE_DISTINCT = 10000 }; /* values of a column are counted up to here */

/* A column that is neither user, item, rating nor time. */
struct shape_column {
    enum dataset_table table;
    struct grid_column column;
    int64_t rows, missing;
    int64_t distinct; /* values; SHAPE_DISTINCT means so many or more */
};

struct dataset_shape {
    struct dataset_profile profile;
    struct shape_side sides[SHAPE_SIDES];
    /* Of the ratings; the skewness is the third central moment over the cube of the deviation, NaN
     * if the deviation is 0. */
    double deviation, skewness;
    bool whole;     /* all ratings are whole numbers */
    bool has_cores; /* false: there are more than SHAPE_CORE_MOST ratings */
    /* Histogram of the means of the users: bins of a round width from `from` up to, and without,
     * `to`. */
    struct summary_bar user_means[SUMMARY_BINS];
    size_t user_mean_count;
    int64_t timed; /* ratings with a time */
    enum shape_unit unit;
    int unit_years; /* years in a period; 0 unless the unit is SHAPE_YEARS */
    struct shape_period periods[SHAPE_PERIODS];
    size_t period_count;            /* 0 without times */
    int64_t weekdays[7], hours[24]; /* ratings by weekday, from Monday, and by hour */
    struct shape_drift drift;
    struct shape_pace pace;
    struct shape_repeats repeats;
    struct shape_column *columns; /* in the order of ratings, users, items */
    size_t column_count;
};

/* NULL on failure. Freed by the caller with dataset_shape_free, which accepts NULL. */
struct dataset_shape *store_dataset_shape(struct store *store, const char *dataset,
                                          struct error *error);
void dataset_shape_free(struct dataset_shape *shape);

#endif
