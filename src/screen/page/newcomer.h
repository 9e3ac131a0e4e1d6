/* SPDX-License-Identifier: MIT
 *
 * A newcomer, whom no arm has met: what the person has rated so far, and how every arm of an
 * execution ranks the other items after it. Nothing of it is stored.
 */
#ifndef SCREEN_NEWCOMER_H
#define SCREEN_NEWCOMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/id_map.h"
#include "store/store.h"
#include "wire/question.h"

enum { NEWCOMER_ARMS = 8 };

struct newcomer_arm {
    char run[96], name[64]; /* "3/ridge/1", "ridge" */
    bool answered;
    uint32_t *order, count; /* items, best first, without those that are rated */
    float *value;           /* predicted rating of each item; NaN if it is rated */
    /* Place of each item in the order, counted from 1, now and at the answer before; 0: none. */
    uint32_t *place, *before;
};

struct newcomer_rating {
    uint32_t item;
    char text[24]; /* as typed */
    double value;
    float predicted[NEWCOMER_ARMS]; /* by each arm just before; NaN if unknown */
};

struct newcomer {
    struct id_map *items; /* of the data set; NULL: not known yet */
    char **titles;        /* of each item, or its id */
    struct newcomer_arm arms[NEWCOMER_ARMS];
    size_t arm_count;
    struct newcomer_rating *ratings; /* in order */
    size_t rating_count;
    /* Of a test user: the ratings to come, and the items asked for with what is true of them. */
    struct newcomer_rating *coming, *asked;
    size_t coming_count, next, asked_count;
    /* After so many ratings: each arm's mean absolute error on what is asked for and not rated. */
    double (*errors)[NEWCOMER_ARMS];
    size_t error_count;
};

void newcomer_release(struct newcomer *newcomer); /* {0} is an empty one */
/* Forgets all arms with their answers. */
void newcomer_drop_arms(struct newcomer *newcomer);
void newcomer_add_arm(struct newcomer *newcomer, const char *run, const char *name);

/* All items of the data set from an answer to somebody who has rated nothing, with their titles.
 * Both are new. False with `error`. */
bool newcomer_read_items(const struct answer_recommend *answer, struct store *store,
                         const char *dataset, struct id_map **items, char ***titles,
                         struct error *error);

/* Rates the item, which comes last then. */
void newcomer_rate(struct newcomer *newcomer, uint32_t item, const char *text, double value);
/* False if it is not rated. The last one revealed comes next again. */
bool newcomer_take_back(struct newcomer *newcomer, uint32_t item);
const struct newcomer_rating *newcomer_rating_of(const struct newcomer *newcomer, uint32_t item);
/* Sets what a test user's ratings are, and what is asked for, from "ITEM=VALUE" lines. Lines about
 * items that are not in `items` are passed over. */
void newcomer_follow(struct newcomer *newcomer, const char *shown, const char *asked);
/* Rates the next item as the test user did. False if there is none. */
bool newcomer_reveal(struct newcomer *newcomer);
/* Notes the errors of all arms, once they have answered. */
void newcomer_note_errors(struct newcomer *newcomer);
/* For a question: "ITEM=VALUE" lines; a new string. */
char *newcomer_lines(const struct newcomer *newcomer);
/* Takes the ranking of an arm. Items that are not in `items` are passed over. */
void newcomer_take(struct newcomer *newcomer, size_t arm, const struct answer_recommend *answer);

/* How many places the item has risen since the answer before; negative if it fell, 0 if it stayed
 * or has no place. `entered`: it had none. */
int64_t newcomer_rise(const struct newcomer_arm *arm, uint32_t item, bool *entered);
/* The mean absolute difference between ratings and what the arm predicted just before each; NaN
 * without any. */
double newcomer_error(const struct newcomer *newcomer, size_t arm);
/* The items whose title or id holds every word, without regard to case and forms of letters; those
 * whose title begins with the first word come first. A new array. */
uint32_t *newcomer_find(const struct newcomer *newcomer, const char *words, size_t *count);

#endif
