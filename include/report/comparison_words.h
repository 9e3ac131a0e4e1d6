/* SPDX-License-Identifier: MIT
 *
 * The wording of settings, gains and verdicts of a comparison, the same on paper and on the screen.
 */
#ifndef REPORT_COMPARISON_WORDS_H
#define REPORT_COMPARISON_WORDS_H

#include "comparison/comparison.h"
#include "report/figures.h"
#include "report/ink.h"
#include "report/json.h"

enum { WORDS_TEXT = 256 }; /* bytes that hold any of these texts */

/* "user-cold, 5 ratings shown" */
char *setting_words(const char *scenario, uint32_t shots, char text[WORDS_TEXT]);
/* "user-cold, 5 ratings shown, draw 1 of 3"; with a key first, "key alone, ..." */
char *card_words(const struct user_card *card, char text[WORDS_TEXT]);
/* The key "shots": a number, or "all". */
void shots_json(struct json *json, uint32_t shots);

/* "maml against best_plain" */
char *against_words(const struct comparison *comparison, size_t arm, char text[WORDS_TEXT]);
/* The opponent of an arm: "bias", or "best_plain (here bias)". */
char *opponent_words(const struct comparison *comparison, size_t setting, size_t arm, size_t metric,
                     char text[WORDS_TEXT]);
/* "+0.0123 .. +0.0456". "no interval" if the gain has none, for example with one user. "" for an
 * opponent and if there is no gain. */
char *interval_words(const struct comparison_gain *gain, char text[WORDS_TEXT]);

/* What arms are judged on if `answer` is "level", "median" or "raw": a few words such as "judged on
 * levels", and a whole sentence. */
const char *answer_words(const char *answer);
const char *answer_sentence(const char *answer);

/* "5 ratings", or "25 rows, 20 of them sampled". */
char *card_rows_words(const struct card_row *rows, size_t count, char text[WORDS_TEXT]);
/* ", 4 sampled negatives (uniform)"; "" without them. */
char *negatives_words(const struct comparison *comparison, char text[WORDS_TEXT]);
/* Says that metrics are over sampled negatives, how many, and by which rule; "" without them. Freed
 * by the caller. */
char *negatives_sentence(const struct comparison *comparison);

/* "▲", "▼", "≈", "=", "·"; in ASCII "+", "-", "~", "=", "."; "" if there is nothing to mark. */
const char *verdict_mark(enum verdict verdict, bool ascii);
enum ink verdict_ink(enum verdict verdict);

/* For one user: better or worse; equal if the difference is only rounding. */
enum verdict difference_verdict(double gain);
/* "12 better, 1 worse, 0 same of 13 users" */
char *differences_words(const struct comparison *comparison, const struct user_difference *users,
                        size_t count, char text[WORDS_TEXT]);

#endif
