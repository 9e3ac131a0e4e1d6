/* SPDX-License-Identifier: MIT
 *
 * A comparison and a user's card as lines and as JSON.
 */
#ifndef REPORT_COMPARE_REPORT_H
#define REPORT_COMPARE_REPORT_H

#include "comparison/comparison.h"
#include "report/json.h"
#include "report/listing.h"
#include "report/output.h"

/* Which settings to show: NULL and -1 for all. */
struct comparison_filter {
    const char *scenario;
    int64_t shots; /* -1, or a number, or SHOTS_ALL */
};

bool comparison_shows(const struct comparison *comparison, const struct comparison_filter *filter,
                      size_t setting);
/* Every number, then the gains once more side by side, so that they stand at the end. */
void comparison_print(const struct comparison *comparison, const struct comparison_filter *filter,
                      struct output *output);
/* An array of one object for each setting and arm. */
void comparison_json(const struct comparison *comparison, const struct comparison_filter *filter,
                     struct json *json, const char *key);

/* The table of users without rows, and a row of it. */
struct listing *users_listing(void);
void users_add(struct listing *listing, const struct user_difference *user);
/* Users of a setting, those that gain most from the arm first; as lines, the ends of the list. */
void users_print(const struct comparison *comparison, size_t setting, size_t arm,
                 struct output *output);
void users_json(const struct comparison *comparison, size_t setting, size_t arm, struct json *json);

/* What was shown of a user, and what was asked with every arm's answers and their mean errors;
 * `nearest` marks the answers nearest to the truth, NULL marks none. */
struct listing *card_shown_listing(const struct user_card *card);
struct listing *card_asked_listing(const struct user_card *card,
                                   const struct comparison *comparison, bool ascii,
                                   const char *nearest);
void user_card_print(const struct user_card *card, const struct comparison *comparison,
                     struct output *output);
void user_card_json(const struct user_card *card, const struct comparison *comparison,
                    struct json *json, const char *key);

#endif
