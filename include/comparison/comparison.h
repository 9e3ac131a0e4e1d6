/* SPDX-License-Identifier: MIT
 *
 * What an execution found out: how well each arm predicts at each scenario and number of shots, and
 * what it gains over an opponent, user by user. Command line and screen show the same numbers.
 * docs/COMPARISON.md says every formula.
 *
 * All arms are judged on the same query rows of the same users: at K shots those who have K ratings
 * to show. A shared last step, fitted for each run on validation tasks, turns each prediction into
 * a distribution over the rating levels (evaluate/answer.h), and each metric is judged on what it
 * asks for:
 *   mae        mean over users of a user's mean absolute error, of the level, the continuous median
 *              or the prediction as it is, whichever the experiment's `answer` says
 *   rmse       root of the mean squared error of the distribution's mean, pooled over ratings
 *   ndcg5      of the order of the means, mean over users
 *   log_score  log probability (density) of the true rating, mean over users
 *   coverage   share of ratings within the central 90 %
 * With `answer` "raw" all are judged on predictions and deviations as the arm gave them.
 *
 * The opponent is an arm, or "best_plain": of the arms that learn nothing the one that does best on
 * the validation tasks of that scenario, number of shots and metric. It stands in the comparison as
 * an arm of its own. An interval is of all chance (users, seeds, draws); marks hold together for
 * all cells of a metric (evaluate/gain.h).
 *
 * A comparison holds copies of all it says and needs the store only for user_card_read. It does not
 * change; open a new one when runs have ended.
 */
#ifndef COMPARISON_COMPARISON_H
#define COMPARISON_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "evaluate/evaluate.h"
#include "store/store.h"

#define SHOTS_ALL UINT32_MAX

/* name, name in JSON, name for people, whether more is better, what it says of itself */
#define METRICS(X)                                                                                 \
    X(MAE, "mae", "MAE", false, "mean absolute error, less is better")                             \
    X(RMSE, "rmse", "RMSE", false, "root mean squared error, less is better")                      \
    X(NDCG, "ndcg5", "nDCG@5", true, "nDCG@5 of the asked items, more is better")                  \
    X(LOG_SCORE, "log_score", "log score", true, "log score, more is better: who knows most")

enum metric {
#define X(name, key, shown, more, title) METRIC_##name,
    METRICS(X)
#undef X
        METRIC_COUNT
};
const char *metric_key(enum metric metric);
const char *metric_name(enum metric metric);
const char *metric_title(enum metric metric);
bool metric_more_is_better(enum metric metric);

/* "all" or the number. */
enum { SHOTS_TEXT = 16, SETTING_TEXT = 40 };
char *shots_words(uint32_t shots, char text[SHOTS_TEXT]);

/* What a gain amounts to. */
enum verdict {
    VERDICT_UNKNOWN,   /* nothing to compare */
    VERDICT_OPPONENT,  /* the arm is the opponent itself */
    VERDICT_BETTER,    /* marked: holds together with all other marks of the table at 95 % */
    VERDICT_WORSE,     /* the same */
    VERDICT_UNDECIDED, /* no difference was shown */
    VERDICT_EQUAL,     /* the interval lies within what the experiment says matters */
    VERDICT_ONE_SEED   /* a learner with one seed: of this trained model only, never marked */
};
const char *verdict_name(enum verdict verdict); /* "better", "one seed", ... */

struct comparison_gain {
    double gain, low, high;              /* above 0 is better; 95 % interval of this cell alone */
    double adjusted_p;                   /* of the mark, over all cells of the table; NaN if none */
    double least;                        /* the smallest gain that would have been marked */
    double better;                       /* share of users that it is better for */
    double standardised;                 /* gain / standard deviation of the users' gains */
    double user_variance, seed_variance; /* parts of the gain's variance */
    enum verdict verdict;
};

struct comparison_cell {
    double values[METRIC_COUNT]; /* NaN if the arm has no predictions, or does not say how sure
                                    it is and is judged raw */
    double coverage;
    struct comparison_gain gains[METRIC_COUNT];
};

struct comparison_arm {
    char name[96];   /* "maml"; "3/maml" if several executions are compared */
    uint32_t seeds;  /* runs that are done and counted */
    bool learns;     /* else its runs follow from the data alone */
    size_t opponent; /* its own number if others are compared with it */
};

/* One scenario with one number of shots. */
struct comparison_setting {
    char scenario[16]; /* "user-cold" */
    uint32_t shots;    /* SHOTS_ALL: everything but the query */
    uint32_t draws;
    uint32_t users;                  /* that have so many ratings to show */
    uint32_t all_users;              /* of the scenario */
    uint32_t median_shown;           /* ratings that are shown to them, in the median */
    uint64_t query_rows;             /* of one seed, over all draws */
    size_t best_plain[METRIC_COUNT]; /* arm that "best_plain" is here; arm_count: none */
    bool borrowed; /* too few validation tasks: last steps and best_plain are of another scenario */
};

/* "user-cold 3", as the options of `thaw compare` have it. */
char *setting_name(const struct comparison_setting *setting, char text[SETTING_TEXT]);

struct comparison {
    char *title; /* "ml1m_cold 3" */
    char *data;
    char answer[16]; /* "level", "median", "raw" */
    double matters;
    int64_t execution;               /* the first, if several are compared */
    size_t arm_count, setting_count; /* arms: the baseline, what learns, the rest */
    size_t baseline;                 /* the opponent of all; arm_count if each has its own */
    size_t stand_in;                 /* the arm "best_plain"; arm_count: there is none */
    struct comparison_arm *arms;
    struct comparison_setting
        *settings;                    /* warm, user-cold, item-cold, both-cold; few shots first */
    struct comparison_cell *cells;    /* cells[setting * arm_count + arm] */
    char *notes;                      /* lines saying what is left out and why, or "" */
    struct comparison_detail *detail; /* per user; private */
};

struct comparison_options {
    /* "3", "3/maml", "3/maml/1", "3/maml/1,2,5-7": each is an arm, but a whole execution is all of
     * its arms. None: the newest execution that has results. */
    const char *const *names;
    size_t count;
    const char *baseline; /* a name, an arm, "best_plain"; NULL: the script's */
    const char *answer;   /* NULL: the script's */
    bool same;            /* names are two executions; each arm of the second has the same arm of
                             the first for its opponent */
};

/* Compares done runs: those that are named, those of the baseline and, for "best_plain", the plain
 * arms of the first execution; no others. Several executions can be compared if they have the
 * same test tasks. NULL with ERROR_USAGE and a sentence if there is nothing to compare. */
struct comparison *comparison_open(struct store *store, const struct comparison_options *options,
                                   struct error *error);
void comparison_free(struct comparison *comparison); /* accepts NULL */

/* The setting, or setting_count if there is none. */
size_t comparison_find_setting(const struct comparison *comparison, const char *scenario,
                               uint32_t shots);
/* The arm, or arm_count. */
size_t comparison_find_arm(const struct comparison *comparison, const char *name);
/* The first arm from this one on, round and round, that has an opponent; itself if none has. */
size_t comparison_challenger(const struct comparison *comparison, size_t arm);
/* The arm itself, or what "best_plain" is there. */
size_t comparison_real_arm(const struct comparison *comparison, size_t setting, size_t arm,
                           enum metric metric);

/* One user of a setting: the mean absolute error of the opponent and of an arm. */
struct user_difference {
    const char *user; /* id, foreign text; lives as long as the comparison */
    double opponent_mae, mae, gain;
};
/* Users of a setting, the largest gain first, by id if gains are equal. A new array, freed by
 * the caller, of settings[setting].users. */
struct user_difference *comparison_users(const struct comparison *comparison, size_t setting,
                                         size_t arm);

/* One row of a user: an item that was rated. */
struct card_row {
    char *item, *title; /* foreign text; title is the item's id if there is none */
    double rating;
    int64_t time; /* INT64_MIN if the data set has none */
    /* Of a query row, one an arm; NULL for support. Means of the distributions that the arm is
     * judged by, averaged over its seeds; deviations are the root of the mean of their variances,
     * NaN if nothing says how sure the arm is. */
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
 * that scenario and all shots (else the most). Returns how many, at most 4; 0 if the user is
 * unknown. */
size_t comparison_find_user(const struct comparison *comparison, const char *user,
                            size_t scenarios[4]);

/* Reads the card of a user in a setting and draw. Fails with ERROR_USAGE if the user has no task
 * there, ERROR_STORE if the data set was replaced or removed since. */
bool user_card_read(const struct comparison *comparison, struct store *store, size_t setting,
                    const char *user, uint32_t draw, struct user_card *card, struct error *error);
void user_card_release(struct user_card *card); /* accepts NULL; leaves {0} */

#endif
