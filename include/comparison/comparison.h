/* SPDX-License-Identifier: MIT
 *
 * The results of an execution: how well each arm predicts in each scenario with each number of
 * shots, and what it gains over an opponent, user by user. Command line and screen show the same
 * numbers. docs/COMPARISON.md has all formulas.
 *
 * All arms are judged on the same query rows of the same users. With K shots, these are the users
 * that have K ratings to show. A shared last step, fitted for each run on validation tasks, turns
 * each prediction into a distribution over the rating levels (evaluate/answer.h). Each metric
 * judges the answer that suits it:
 *   mae        mean over users of a user's mean absolute error, of the level, the continuous median
 *              or the prediction as it is, whichever the experiment's `answer` says
 *   rmse       root of the mean squared error of the distribution's mean, pooled over ratings
 *   ndcg5      of the order of the means, mean over users with query rows that differ
 *   log_score  log probability (density) of the true rating, mean over users
 *   coverage   share of ratings within the central 90 %
 * If `answer` is "raw", all metrics judge the arm's own predictions and deviations.
 *
 * Where truth is relevant or not, metrics of the order of a task's rows stand beside these
 * (evaluate/ranking.h), of the order of the means, mean over users. That is so if the ratings have
 * two levels, of which the upper one is relevant, or if the options say from which rating on an
 * item is. Tasks whose rows have no better order count in none of them.
 *
 * Metrics of the script stand beside these: mean over users of the mean over a user's tasks of the
 * values that the worker has stored. A task counts if it has a value under every run of every arm
 * of the comparison that has predictions there, so that all arms are judged on the same tasks. A
 * metric of several executions counts if it is the same function in all of them.
 *
 * The opponent is an arm, or "best_plain": among the arms that do not learn, the best one on the
 * validation tasks of that scenario, number of shots and metric. "best_plain" appears in the
 * comparison as an arm of its own. Intervals include all chance (users, seeds, draws). Marks hold
 * together for all cells of a metric (evaluate/gain.h).
 *
 * A comparison holds copies of all its data and needs the store only for user_card_read. It does
 * not change; when more runs have ended, open a new one.
 */
#ifndef COMPARISON_COMPARISON_H
#define COMPARISON_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/own_metric.h"
#include "evaluate/evaluate.h"
#include "evaluate/ranking.h"
#include "evaluate/shots.h"
#include "store/store.h"

/* Name, key in JSON, name for users, whether more is better, description. */
#define METRICS(X)                                                                                 \
    X(MAE, "mae", "MAE", false, "mean absolute error, less is better")                             \
    X(RMSE, "rmse", "RMSE", false, "root mean squared error, less is better")                      \
    X(NDCG, "ndcg5", "nDCG@5", true, "nDCG@5 of the asked items, more is better")                  \
    X(LOG_SCORE, "log_score", "log score", true, "log score of the true ratings, more is better")

enum metric {
#define X(name, key, shown, more, title) METRIC_##name,
    METRICS(X)
#undef X
        METRIC_COUNT
};

/* Metrics of a comparison: those above; `ranking_count` of order, the first of them AUC, if truth
 * is relevant or not, and one that the options name; those of the script (data/own_metric.h), by
 * name. */
enum {
    RANKINGS_MOST = RANKING_KIND_COUNT,
    METRICS_MOST = METRIC_COUNT + RANKINGS_MOST + OWN_METRICS_MOST,
    METRIC_TITLE = 160
};
struct comparison_metric {
    char key[OWN_METRIC_NAME + 1];  /* in JSON and on the command line */
    char name[OWN_METRIC_NAME + 1]; /* for users */
    char title[METRIC_TITLE];       /* what it is, and which way is better */
    bool more;                      /* more is better */
};

enum { SETTING_TEXT = 40 };

/* The conclusion about a gain. */
enum verdict {
    VERDICT_UNKNOWN,   /* nothing to compare */
    VERDICT_OPPONENT,  /* the arm is the opponent itself */
    VERDICT_BETTER,    /* marked: holds at 95 % together with all other marks of the table */
    VERDICT_WORSE,     /* marked in the same way */
    VERDICT_UNDECIDED, /* no difference was shown */
    VERDICT_EQUAL,     /* the interval lies within the experiment's `matters` */
    VERDICT_ONE_SEED   /* a learner with one seed: for this trained model only, never marked */
};
const char *verdict_name(enum verdict verdict); /* "better", "one seed", ... */

struct comparison_gain {
    double gain, low, high; /* above 0 is better; 95 % interval of this cell alone */
    double adjusted_p; /* of the mark, over all cells of the table; NaN if the cell is not tested */
    double least;      /* the smallest gain that would have been marked */
    double better;     /* share of users for whom the arm is better */
    double standardised; /* gain / standard deviation of the users' gains */
    double user_variance, item_variance, seed_variance; /* parts of the gain's variance */
    enum verdict verdict;
};

struct comparison_cell {
    /* NaN if the arm has no predictions, or if it is judged raw and gives no deviations. */
    double values[METRICS_MOST];
    double coverage;
    struct comparison_gain gains[METRICS_MOST];
};

struct comparison_arm {
    char name[96];   /* "maml"; "3/maml" if several executions are compared */
    uint32_t seeds;  /* runs that are done and counted */
    bool learns;     /* otherwise its runs depend on the data alone */
    size_t opponent; /* its own number if other arms are compared with it */
};

/* One scenario with one number of shots. */
struct comparison_setting {
    char scenario[16]; /* "user-cold" */
    uint32_t shots;    /* SHOTS_ALL: all rows except the query */
    uint32_t draws;
    uint32_t users;        /* with enough ratings to show */
    uint32_t ranked_users; /* of these, with a task whose query ratings differ: those of nDCG */
    uint32_t tasks;        /* of all draws */
    uint32_t degenerate[METRICS_MOST];    /* of these, those whose rows have no better order */
    uint32_t counted_users[METRICS_MOST]; /* of these, those who count in a metric */
    uint32_t all_users;                   /* of the scenario, with any number of ratings */
    uint32_t median_shown;                /* median number of ratings shown to a user */
    uint64_t query_rows;                  /* of one seed, over all draws */
    size_t best_plain[METRICS_MOST];      /* the arm behind "best_plain" here; arm_count: none */
    /* Whether last steps and best_plain come from another scenario, for lack of validation
     * tasks. */
    bool borrowed;
};

/* "user-cold 3", as in the options of `thaw compare`. */
char *setting_name(const struct comparison_setting *setting, char text[SETTING_TEXT]);

struct comparison {
    char *title; /* "ml1m_cold 3" */
    char *data;
    char answer[16]; /* "level", "median", "raw" */
    double matters;
    size_t metric_count, ranking_count; /* all metrics; those of order behind METRIC_COUNT */
    bool relevant_given;                /* by the options */
    float relevant; /* the least truth of a relevant item; NaN if nothing says so */
    struct comparison_metric metrics[METRICS_MOST];
    uint32_t negatives; /* sampled for each row, in all tasks; 0: none */
    char negatives_by[16];
    int64_t execution;               /* the first, if several are compared */
    bool of_items;                   /* tasks are items: what is called a user is an item */
    size_t arm_count, setting_count; /* arms are ordered: the baseline, learners, the rest */
    size_t baseline;                 /* the opponent of all arms; arm_count if each has its own */
    size_t stand_in; /* the number of the arm "best_plain"; arm_count if there is none */
    struct comparison_arm *arms;
    /* Ordered by scenario (warm, user-cold, item-cold, both-cold), then by shots. */
    struct comparison_setting *settings;
    struct comparison_cell *cells;    /* cells[setting * arm_count + arm] */
    char *notes;                      /* lines about what is left out and why, or "" */
    struct comparison_detail *detail; /* data of each user; private */
};

struct comparison_options {
    /* "3", "3/maml", "3/maml/1", "3/maml/1,2,5-7". Each is one arm, but a whole execution stands
     * for all of its arms. None: the newest execution that has results. */
    const char *const *names;
    size_t count;
    const char *baseline; /* a name, an arm, "best_plain"; NULL: the script's */
    const char *answer;   /* NULL: the script's */
    const char
        *metric; /* one of order that shall be there as well, such as "precision@10"; or NULL */
    const float *relevant; /* the least rating of a relevant item; NULL: as said above */
    /* `names` are two executions. The opponent of each arm of the second is the same arm of the
     * first. */
    bool same;
};

/* Compares the completed runs of the named arms, of the baseline and, for "best_plain", of the
 * plain arms of the first execution. Several executions can be compared if they have the same test
 * tasks. NULL with ERROR_USAGE and a sentence if there is nothing to compare. */
struct comparison *comparison_open(struct store *store, const struct comparison_options *options,
                                   struct error *error);
void comparison_free(struct comparison *comparison); /* accepts NULL */

/* Whom the comparison counts and resamples: "user", or "item" if tasks are items. */
const char *comparison_subject(const struct comparison *comparison);

/* The index of the setting, or setting_count if there is none. */
size_t comparison_find_setting(const struct comparison *comparison, const char *scenario,
                               uint32_t shots);
/* The index of the arm, or arm_count if there is none. */
size_t comparison_find_arm(const struct comparison *comparison, const char *name);
/* The first arm with an opponent, counting from this one and wrapping around; the arm itself if
 * there is none. */
size_t comparison_challenger(const struct comparison *comparison, size_t arm);
/* The arm itself; for "best_plain", the arm that it stands for. */
size_t comparison_real_arm(const struct comparison *comparison, size_t setting, size_t arm,
                           size_t metric);
/* The metric with that key or name, whatever the case of its letters; metric_count if there is
 * none. */
size_t comparison_find_metric(const struct comparison *comparison, const char *name);
/* The metric to look at first: AUC if truth is relevant or not, else MAE. */
size_t comparison_main_metric(const struct comparison *comparison);
/* Whether truth is relevant or not, so that order says more than errors. */
bool comparison_ranks(const struct comparison *comparison);

/* One user of a setting: the mean absolute error of the opponent and of an arm. */
struct user_difference {
    const char *user; /* id, foreign text; lives as long as the comparison */
    double opponent_mae, mae, gain;
};
/* The users of a setting, ordered by gain, largest first, and by id if gains are equal. A new array
 * of settings[setting].users, freed by the caller. */
struct user_difference *comparison_users(const struct comparison *comparison, size_t setting,
                                         size_t arm);

/* One row of a user: an item that was rated. One row of an item: a user who rated it. */
struct card_row {
    char *item,
        *title;    /* foreign text; title is the item's id if there is none, and "" for a user */
    bool sampled;  /* a sampled negative: the user has no such rating; `rating` is 0 */
    double rating; /* of a query row what was asked for, such as a target made of the rating; of
                      all rows the target beside sampled negatives */
    int64_t time;  /* INT64_MIN if the data set has none */
    /* One for each arm in a query row; NULL in a support row. A prediction is the mean of the
     * distribution by which the arm is judged, averaged over its seeds. A deviation is the root of
     * the mean variance; NaN if there is none. */
    double *predictions, *deviations;
};

/* One user's task, or one item's, with the predictions of every arm. */
struct user_card {
    bool of_items;
    char *user, *data; /* `user`: an id, of an item if of_items */
    char *key;         /* of the task; "" if tasks have no keys */
    char *keys;        /* of all tasks of the user there: "alone, family"; "" likewise */
    char scenario[16];
    uint32_t shots, draw, draws; /* draw counts from 0; users see draw + 1 */
    size_t support_count, query_count, arm_count;
    struct card_row *support, *query; /* `shots` support rows, in the order shown */
    double *mae; /* of each arm over these query rows, averaged over its seeds */
};

/* The scenarios in which the user has test tasks. Sets `scenarios[i]` to the index of a setting
 * with that scenario and all shots, or the most there are. Returns how many, at most 4; 0 if the
 * user is unknown. */
size_t comparison_find_user(const struct comparison *comparison, const char *user,
                            size_t scenarios[4]);

/* Reads the card of a user in a setting and draw: of the task with this key, or if `key` is NULL of
 * the first. Fails with ERROR_USAGE if the user has no task there, with ERROR_STORE if the data set
 * was replaced or removed since. */
bool user_card_read(const struct comparison *comparison, struct store *store, size_t setting,
                    const char *user, const char *key, uint32_t draw, struct user_card *card,
                    struct error *error);
void user_card_release(struct user_card *card); /* accepts NULL; leaves {0} */

#endif
