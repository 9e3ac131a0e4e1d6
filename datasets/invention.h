/* SPDX-License-Identifier: MIT
 *
 * The constants of the synthetic world: its axes of taste, and the places of genres, attributes and
 * occasions on them. These numbers are the truth that a learner should find. truth_effects.csv
 * repeats them.
 */
#ifndef DATASETS_INVENTION_H
#define DATASETS_INVENTION_H

#include <stddef.h>

enum {
    AXES = 6,
    GENRES = 10,
    AGES = 4,
    GENDERS = 2,
    OCCUPATIONS = 8,
    COUNTRIES = 5,
    OCCASIONS = 3
};
enum { AXIS_NEW = 5 }; /* the axis on which an item's place depends on its year */
enum { ADJECTIVES = 40, NOUNS = 8 };

extern const char *const axis_names[AXES];

/* A value of an attribute and its place on the axes, in hundredths. */
struct effect {
    const char *name;
    int axis[AXES];
};

extern const struct effect genre_effects[GENRES]; /* the places of items of the genre */
extern const struct effect age_effects[AGES];     /* the tastes of people, by age, ... */
extern const struct effect gender_effects[GENDERS];
extern const struct effect occupation_effects[OCCUPATIONS];
extern const struct effect occasion_effects[OCCASIONS];
extern const char *const countries[COUNTRIES]; /* without any effect on taste */

/* The ages of a group: the first and how many there are. */
extern const int age_ranges[AGES][2];

/* Words of titles, in English and Chinese. The noun depends on the first genre of an item. */
struct word {
    const char *english, *chinese;
};
extern const struct word adjectives[ADJECTIVES];
extern const struct word nouns[GENRES][NOUNS];

#endif
