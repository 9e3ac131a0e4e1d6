/* SPDX-License-Identifier: MIT
 *
 * The synthetic world: people, films, and the ratings of people.
 *
 * Everything is computed with + - * / from multiples of 1/1000 and Philox numbers, without
 * logarithms or cosines. So every machine makes the same world to the last bit.
 */
#ifndef DATASETS_WORLD_H
#define DATASETS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "invention.h"

enum { USERS = 1000, ITEMS = 600, RATINGS = 60000, MOST_ITEM_GENRES = 3 };

/* 2021-01-01 to 2023-12-31, in seconds since 1970. */
#define WORLD_BEGIN INT64_C(1609459200)
#define WORLD_END   INT64_C(1704067200)

/* The noise of a rating is (a sum of twelve uniform numbers - 6) * WORLD_NOISE. */
#define WORLD_NOISE 0.5
#define WORLD_MEAN  3.5

struct person {
    int age, age_group, gender, occupation, country;
    int64_t arrival;
    int ratings;
    double bias;
    double shared[AXES];   /* taste that follows from age, gender and occupation */
    double personal[AXES]; /* taste of the person alone */
};

struct film {
    int genres[MOST_ITEM_GENRES], genre_count;
    int adjective, noun;
    bool chinese; /* its original title is Chinese */
    bool formal;  /* with an article: "The Silent Harbour", not "Silent Harbour" */
    int year;
    int64_t arrival;
    double bias, popularity;
    double place[AXES];
};

struct opinion {
    int user, item, rating, occasion;
    int64_t time;
};

struct world {
    struct person people[USERS];
    struct film films[ITEMS];
    struct opinion opinions[RATINGS]; /* by time */
    int opinion_count;
};

void world_make(struct world *world, uint64_t seed);

/* The score of a film for a person, before noise and rounding. TRUTH_FULL is the whole score,
 * TRUTH_ATTRIBUTES leaves out the personal taste, and TRUTH_BIAS leaves out all taste. The bias of
 * person and film is always included. */
enum truth { TRUTH_BIAS, TRUTH_ATTRIBUTES, TRUTH_FULL, TRUTHS };
double world_score(const struct world *world, const struct opinion *opinion, enum truth truth);

/* The probabilities of the ratings 1 to 5, given the score. */
void world_chances(double score, double chances[5]);

#endif
