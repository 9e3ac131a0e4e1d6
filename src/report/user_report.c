/* SPDX-License-Identifier: MIT
 *
 * Prints users by their gain from an arm, and one user's card: what was shown, what was asked, and
 * what every arm predicted.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/compare_report.h"
#include "report/comparison_words.h"
#include "report/figures.h"
#include "report/listing.h"

enum { ENDS = 10 }; /* users shown at each end of a list */

/* -- users ------------------------------------------------------------------------------------- */

struct listing *users_listing(const struct comparison *comparison)
{
    const struct listing_column COLUMNS[] = {
        {.title = comparison_subject(comparison), .fit = LISTING_CUT},
        {.title = "opponent MAE", .side = LISTING_RIGHT, .missed = 1, .tip = "of the opponent"},
        {.title = "MAE", .side = LISTING_RIGHT, .tip = "mean absolute error of the arm"},
        {.title = "gain",
         .side = LISTING_RIGHT,
         .tip = "by how much less the arm errs than the opponent"},
        {.title = NULL}};
    return listing_new(COLUMNS);
}

static void add_metric(struct listing *listing, double value, bool sign)
{
    char text[FIGURE_TEXT];
    listing_number(listing, value, figure_metric(value, sign, text));
}

void users_add(struct listing *listing, const struct user_difference *user)
{
    listing_foreign(listing, user->user);
    add_metric(listing, user->opponent_mae, false);
    add_metric(listing, user->mae, false);
    add_metric(listing, user->gain, true);
    listing_style(listing, verdict_ink(difference_verdict(user->gain)));
}

static void print_counts(const struct comparison *comparison, size_t setting, size_t arm,
                         const struct user_difference *users, struct output *output)
{
    const struct comparison_setting *place = &comparison->settings[setting];
    char against[WORDS_TEXT], where[WORDS_TEXT], counts[WORDS_TEXT];
    char *title = memory_format("%s, %s", against_words(comparison, arm, against),
                                setting_words(place->scenario, place->shots, where));
    output_heading(output, title);
    output_print(output, "%s\n", differences_words(comparison, users, place->users, counts));
    free(title);
}

void users_print(const struct comparison *comparison, size_t setting, size_t arm,
                 struct output *output)
{
    struct user_difference *users = comparison_users(comparison, setting, arm);
    size_t count = comparison->settings[setting].users;
    struct listing *listing = users_listing(comparison);
    for (size_t i = 0; i < count; i++) {
        if (count > 2 * ENDS + 1 && i == ENDS) {
            listing_line(listing, INK_DIM, "and %zu between (--json has them all)",
                         count - 2 * ENDS);
            i = count - ENDS;
        }
        users_add(listing, &users[i]);
    }
    print_counts(comparison, setting, arm, users, output);
    listing_print(listing, output, 2);
    listing_free(listing);
    free(users);
}

void users_json(const struct comparison *comparison, size_t setting, size_t arm, struct json *json)
{
    struct user_difference *users = comparison_users(comparison, setting, arm);
    const struct comparison_setting *place = &comparison->settings[setting];
    json_open_array(json, NULL);
    for (size_t i = 0; i < place->users; i++) {
        json_open_object(json, NULL);
        json_text(json, comparison_subject(comparison), users[i].user);
        json_text(json, "scenario", place->scenario);
        shots_json(json, place->shots);
        json_text(json, "arm", comparison->arms[arm].name);
        json_text(json, "baseline", comparison->arms[comparison->arms[arm].opponent].name);
        json_number(json, "baseline_mae", users[i].opponent_mae);
        json_number(json, "mae", users[i].mae);
        json_number(json, "mae_gain", users[i].gain);
        json_close_object(json);
    }
    json_close_array(json);
    free(users);
}

/* -- one user ---------------------------------------------------------------------------------- */

static bool has_times(const struct user_card *card)
{
    for (size_t i = 0; i < card->query_count; i++)
        if (card->query[i].time != INT64_MIN)
            return true;
    return false;
}

static void add_item(struct listing *listing, const struct user_card *card,
                     const struct card_row *row)
{
    char text[FIGURE_TEXT];
    listing_foreign(listing, row->item);
    if (!card->of_items)
        listing_foreign(listing, row->title);
    if (has_times(card))
        listing_cell(listing, "%s", row->time == INT64_MIN ? "" : figure_date(row->time, text));
    listing_cell(listing, "%s", figure_number(row->rating, text));
}

static struct listing *new_items(const struct user_card *card, const char *rating)
{
    static const struct listing_column ITEM[] = {
        {.title = "item", .side = LISTING_RIGHT, .missed = 3},
        {.title = "title", .fit = LISTING_CUT},
        {.title = NULL}};
    static const struct listing_column USER[] = {{.title = "user", .fit = LISTING_CUT},
                                                 {.title = NULL}};
    struct listing *listing = listing_new(card->of_items ? USER : ITEM);
    if (has_times(card))
        listing_add_column(listing, (struct listing_column){.title = "date", .missed = 4});
    listing_add_numbers(listing, rating, 0);
    return listing;
}

struct listing *card_shown_listing(const struct user_card *card)
{
    struct listing *listing = new_items(card, "rating");
    for (size_t i = 0; i < card->support_count; i++)
        add_item(listing, card, &card->support[i]);
    return listing;
}

static void print_support(const struct user_card *card, struct output *output)
{
    char count[FIGURE_TEXT], title[64];
    snprintf(title, sizeof title, "Shown to every arm: %s",
             figure_of((int64_t)card->support_count, "rating", count));
    output_print(output, "\n");
    output_heading(output, title);
    struct listing *listing = card_shown_listing(card);
    if (card->support_count)
        listing_print(listing, output, 2);
    listing_free(listing);
}

/* Whether no other arm has a smaller error on this card. */
static bool is_best(const struct user_card *card, size_t arm)
{
    for (size_t other = 0; other < card->arm_count; other++)
        if (card->mae[other] < card->mae[arm])
            return false;
    return !isnan(card->mae[arm]);
}

/* Whether no other arm is nearer to the truth at a precision of two decimals. */
static bool is_nearest(const struct user_card *card, const struct card_row *row, size_t arm)
{
    double best = INFINITY;
    for (size_t other = 0; other < card->arm_count; other++)
        best = fmin(best, fabs(row->predictions[other] - row->rating));
    return fabs(row->predictions[arm] - row->rating) < best + 0.005;
}

static void add_answers(struct listing *listing, const struct user_card *card,
                        const struct card_row *row, bool ascii, const char *nearest)
{
    for (size_t arm = 0; arm < card->arm_count; arm++) {
        char answer[FIGURE_TEXT], text[2 * FIGURE_TEXT];
        bool near = nearest && is_nearest(card, row, arm);
        figure_prediction(row->predictions[arm], row->deviations[arm], ascii, answer);
        snprintf(text, sizeof text, "%s%s", answer, near ? nearest : nearest ? "  " : "");
        listing_number(listing, row->predictions[arm], text);
        listing_style(listing, near ? INK_GOOD : INK_PLAIN);
    }
}

struct listing *card_asked_listing(const struct user_card *card,
                                   const struct comparison *comparison, bool ascii,
                                   const char *nearest)
{
    char text[FIGURE_TEXT];
    struct listing *listing = new_items(card, "true");
    for (size_t arm = 0; arm < card->arm_count; arm++)
        listing_add_numbers(listing, comparison->arms[arm].name,
                            1 + (comparison->arms[arm].opponent != arm));
    for (size_t i = 0; i < card->query_count; i++) {
        add_item(listing, card, &card->query[i]);
        add_answers(listing, card, &card->query[i], ascii, nearest);
    }
    if (!card->of_items)
        listing_cell(listing, "%s", "");
    listing_cell(listing, "%s", "mean absolute error");
    listing_style(listing, INK_DIM);
    for (int i = has_times(card); i >= 0; i--)
        listing_cell(listing, "%s", "");
    for (size_t arm = 0; arm < card->arm_count; arm++) {
        listing_cell(listing, "%s%s%s", is_best(card, arm) ? "*" : "",
                     figure_metric(card->mae[arm], false, text), nearest ? "  " : "");
        listing_style(listing, is_best(card, arm) ? INK_GOOD : INK_DIM);
    }
    listing_end(listing);
    return listing;
}

static void print_query(const struct user_card *card, const struct comparison *comparison,
                        struct output *output)
{
    char text[FIGURE_TEXT], title[64];
    struct listing *listing = card_asked_listing(card, comparison, output->ascii, NULL);
    snprintf(title, sizeof title, "Asked: %s",
             figure_of((int64_t)card->query_count, "rating", text));
    output_print(output, "\n");
    output_heading(output, title);
    size_t hidden = listing_print(listing, output, 2);
    listing_free(listing);
    if (hidden)
        output_print(output, "  (%s left out: too narrow)\n",
                     figure_of((int64_t)hidden, "column", text));
}

void user_card_print(const struct user_card *card, const struct comparison *comparison,
                     struct output *output)
{
    char where[WORDS_TEXT];
    char *head = memory_format("%s %s of %s, %s, %s", card->of_items ? "Item" : "User", card->user,
                               card->data, card_words(card, where), comparison->title);
    output_heading(output, head);
    free(head);
    if (*card->keys) {
        char *keys = memory_format("--key shows one of: %s", card->keys);
        output_paragraph(output, keys, 2);
        free(keys);
    }
    print_support(card, output);
    print_query(card, comparison, output);
}

static void write_row(struct json *json, const struct user_card *card, const struct card_row *row)
{
    json_open_object(json, NULL);
    json_text(json, card->of_items ? "user" : "item", row->item);
    if (!card->of_items)
        json_text(json, "title", row->title);
    json_number(json, "rating", row->rating);
    json_moment(json, "time", row->time);
}

void user_card_json(const struct user_card *card, const struct comparison *comparison,
                    struct json *json, const char *key)
{
    json_open_object(json, key);
    json_text(json, "data", card->data);
    json_text(json, card->of_items ? "item" : "user", card->user);
    if (*card->keys)
        json_text(json, "key", card->key);
    json_text(json, "scenario", card->scenario);
    shots_json(json, card->shots);
    json_integer(json, "draw", card->draw + 1);
    json_integer(json, "draws", card->draws);
    if (comparison->baseline < comparison->arm_count)
        json_text(json, "baseline", comparison->arms[comparison->baseline].name);
    json_open_array(json, "support");
    for (size_t i = 0; i < card->support_count; i++) {
        write_row(json, card, &card->support[i]);
        json_close_object(json);
    }
    json_close_array(json);
    json_open_array(json, "query");
    for (size_t i = 0; i < card->query_count; i++) {
        write_row(json, card, &card->query[i]);
        json_open_object(json, "predictions");
        for (size_t arm = 0; arm < card->arm_count; arm++)
            json_number(json, comparison->arms[arm].name, card->query[i].predictions[arm]);
        json_close_object(json);
        json_open_object(json, "deviations");
        for (size_t arm = 0; arm < card->arm_count; arm++)
            json_number(json, comparison->arms[arm].name, card->query[i].deviations[arm]);
        json_close_object(json);
        json_close_object(json);
    }
    json_close_array(json);
    json_open_object(json, "mae");
    for (size_t arm = 0; arm < card->arm_count; arm++)
        json_number(json, comparison->arms[arm].name, card->mae[arm]);
    json_close_object(json);
    json_close_object(json);
}
