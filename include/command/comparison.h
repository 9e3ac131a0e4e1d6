/* SPDX-License-Identifier: MIT
 *
 * What an execution found out: how well each arm predicts at each scenario and number of shots, and
 * what it gains over the baseline, user by user. Command line and screen show the same numbers.
 *
 * All arms are judged on the same query rows of the same users. Per user, arm and setting there are
 * three numbers, each averaged over draws and seeds first: mean absolute error, squared error, and
 * nDCG@5. Then
 *   mae    mean over users of the user's mean absolute error
 *   rmse   pooled: root of the mean squared error over all query rows, draws and seeds
 *   ndcg5  mean over users
 *   coverage, log_score   of arms that say how sure they are, pooled like rmse: the share of query
 *          rows within the central 90 % of the normal distribution with the prediction as its mean
 *          and that deviation, and the mean log density there; predictions are clipped, deviations
 *          not. Well calibrated is 0.9; higher log scores are better
 *   gain   mean over users of (baseline's mae - arm's mae), with a 95 % bootstrap interval over
 * users A gain above 0 is better than the baseline; an interval that holds 0 is no difference.
 *
 * A comparison holds copies of all it says and needs the store only for user_card_read. It does not
 * change; open a new one when runs have ended.
 */
#ifndef COMMAND_COMPARISON_H
#define COMMAND_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "evaluate/evaluate.h"
#include "store/store.h"

#define SHOTS_ALL UINT32_MAX

struct comparison_arm {
    char name[96];  /* "maml"; "3/maml" where several executions are compared */
    uint32_t seeds; /* runs that are done and counted */
};

/* One scenario with one number of shots. */
struct comparison_setting {
    char scenario[16]; /* "user-cold" */
    uint32_t shots;    /* SHOTS_ALL: everything but the query */
    uint32_t draws;
    uint32_t users;      /* counted: those in all arms */
    uint32_t left_out;   /* not in all arms */
    uint64_t query_rows; /* of one seed, over all draws */
};

struct comparison_cell {
    double mae, rmse, ndcg5;
    double coverage, log_score; /* NaN where the arm does not say how sure it is, or not always */
    struct interval gain;       /* in MAE; of the baseline itself: 0, 0..0 */
    struct interval rmse_gain;  /* in RMSE, the same */
};

struct comparison {
    char *title; /* "ml1m_cold 3" */
    char *data;
    int64_t execution;                         /* the first, where several are compared */
    size_t arm_count, setting_count, baseline; /* baseline: index of an arm */
    struct comparison_arm *arms;               /* the baseline, what learns, the rest */
    struct comparison_setting
        *settings;                    /* warm, user-cold, item-cold, both-cold; few shots first */
    struct comparison_cell *cells;    /* cells[setting * arm_count + arm] */
    char *notes;                      /* lines saying which arms and users are left out, or "" */
    struct comparison_detail *detail; /* per user; private */
};

/* Compares the runs that the names name ("3", "3/maml", "3/maml/1"); without names those of the
 * newest execution that has results. `baseline`: an arm, or NULL for the script's. The baseline is
 * always among the arms. Several executions can be compared where they have the same test tasks.
 * NULL with ERROR_USAGE and a sentence where there is nothing to compare. Takes well under a second
 * for a million predictions. */
struct comparison *comparison_open(struct store *store, const char *const *names, size_t count,
                                   const char *baseline, struct error *error);
void comparison_free(struct comparison *comparison); /* accepts NULL */

/* The setting, or setting_count where there is none. */
size_t comparison_find_setting(const struct comparison *comparison, const char *scenario,
                               uint32_t shots);
/* The arm, or arm_count. */
size_t comparison_find_arm(const struct comparison *comparison, const char *name);

/* One user of a setting: the mean absolute error of the baseline and of an arm. */
struct user_difference {
    const char *user; /* id, foreign text; lives as long as the comparison */
    double baseline_mae, mae, gain;
};
/* Counted users of a setting, the largest gain first, by id where gains are equal. A new array,
 * freed by the caller, of settings[setting].users. */
struct user_difference *comparison_users(const struct comparison *comparison, size_t setting,
                                         size_t arm);

/* One row of a user: an item that was rated. */
struct card_row {
    char *item, *title; /* foreign text; title is the item's id where there is none */
    double rating;
    int64_t time; /* INT64_MIN where the data set has none */
    /* Of a query row, one an arm; NULL for support. Predictions are averaged over the arm's seeds,
     * deviations are the root of the mean of the variances, NaN where the arm knows none. */
    double *predictions, *deviations;
};

/* What one user looked like to every arm, and how it answered. */
struct user_card {
    char *user, *data;
    char scenario[16];
    uint32_t shots, draw, draws; /* draw counts from 0; people see draw + 1 */
    size_t support_count, query_count, arm_count;
    struct card_row *support, *query; /* support in the order of being shown, `shots` of them */
    double *mae; /* of each arm over these query rows, averaged over its seeds */
};

/* Scenarios in which the user has test tasks: sets `scenarios[i]` to an index of a setting with
 * that scenario and all shots (else the most). Returns how many, at most 4; 0 where the user is
 * unknown. */
size_t comparison_find_user(const struct comparison *comparison, const char *user,
                            size_t scenarios[4]);

/* Reads the card of a user in a setting and draw. Fails with ERROR_USAGE where the user has no task
 * there, ERROR_STORE where the data set was replaced or removed since. */
bool user_card_read(const struct comparison *comparison, struct store *store, size_t setting,
                    const char *user, uint32_t draw, struct user_card *card, struct error *error);
void user_card_release(struct user_card *card); /* accepts NULL; leaves {0} */

#endif
