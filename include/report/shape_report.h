/* SPDX-License-Identifier: MIT
 *
 * The shape of a data set in tables and sentences, the same on paper and on the screen.
 */
#ifndef REPORT_SHAPE_REPORT_H
#define REPORT_SHAPE_REPORT_H

#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"
#include "report/output.h"
#include "store/dataset_shape.h"

enum shape_part {
    SHAPE_PART_WARNINGS,
    SHAPE_PART_FACTS,
    SHAPE_PART_TAIL,
    SHAPE_PART_COLD,
    SHAPE_PART_VALUES, /* histogram of the ratings */
    SHAPE_PART_MEANS,  /* users by the mean of their ratings */
    SHAPE_PART_TIME,
    SHAPE_PART_CLOCK, /* weekdays and hours */
    SHAPE_PART_COLUMNS,
    SHAPE_PART_COUNT
};

/* One or two words. */
const char *shape_part_title(enum shape_part part);
/* Whether the data set has something to show there. */
bool shape_has_part(const struct dataset_shape *shape, enum shape_part part);
/* A new table. `ascii` draws its bars with ASCII only. */
struct listing *shape_listing(const struct dataset_shape *shape, enum shape_part part, bool ascii);

/* What is unusual or hard about the data set. */
struct shape_warning {
    char name[64];            /* a few words, such as "items rated once" */
    double number;            /* the number behind it */
    char figure[FIGURE_TEXT]; /* the number as text */
    char text[512];           /* a sentence */
};

/* Returns a new array, freed by the caller, most serious first. The constants of shape_warnings.c
 * say what makes each of them appear. */
struct shape_warning *shape_warnings(const struct dataset_shape *shape, size_t *count);

enum { SHAPE_TEXT = 512 };
/* "1,000,209 ratings by 6,040 users of 3,704 items, 4.5 % of all pairs" */
char *shape_size_words(const struct dataset_shape *shape, char text[SHAPE_TEXT]);
/* "a month", "5 years": a period of the time line. */
char *shape_unit_words(const struct dataset_shape *shape, char text[FIGURE_TEXT]);

/* Prints all parts. */
bool dataset_shape_report(struct store *store, const char *name, bool json, struct output *output,
                          struct error *error);
void dataset_shape_json(const struct dataset_shape *shape, struct json *json);

#endif
