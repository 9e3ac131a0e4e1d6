/* SPDX-License-Identifier: MIT
 *
 * A comparison and a user's card, as lines and as JSON.
 */
#ifndef REPORT_COMPARE_REPORT_H
#define REPORT_COMPARE_REPORT_H

#include "comparison/comparison.h"
#include "report/json.h"
#include "report/listing.h"
#include "report/output.h"

/* Which settings to show. NULL and -1 show all. */
struct comparison_filter {
    const char *scenario;
    int64_t shots; /* -1 for all, a number, or SHOTS_ALL */
};

bool comparison_shows(const struct comparison *comparison, const struct comparison_filter *filter,
                      size_t setting);
/* Prints all numbers, then all gains side by side, so that they are the last on the screen. */
void comparison_print(const struct comparison *comparison, const struct comparison_filter *filter,
                      struct output *output);
/* An array with one object for each setting and arm. */
void comparison_json(const struct comparison *comparison, const struct comparison_filter *filter,
                     struct json *json, const char *key);

/* The empty table of users, and a function that adds a row. */
struct listing *users_listing(const struct comparison *comparison);
void users_add(struct listing *listing, const struct user_difference *user);
/* Users of a setting, ordered by their gain from the arm, largest first. The printed lines are the
 * two ends of the list. */
void users_print(const struct comparison *comparison, size_t setting, size_t arm,
                 struct output *output);
void users_json(const struct comparison *comparison, size_t setting, size_t arm, struct json *json);

/* The ratings shown of a user; and the query with every arm's predictions and mean errors.
 * `nearest` marks the predictions nearest to the truth; NULL marks none. */
struct listing *card_shown_listing(const struct user_card *card);
struct listing *card_asked_listing(const struct user_card *card,
                                   const struct comparison *comparison, bool ascii,
                                   const char *nearest);
void user_card_print(const struct user_card *card, const struct comparison *comparison,
                     struct output *output);
void user_card_json(const struct user_card *card, const struct comparison *comparison,
                    struct json *json, const char *key);

#endif
