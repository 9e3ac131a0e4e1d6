/* SPDX-License-Identifier: MIT
 *
 * Users by what an arm gains, and one user's card: what was shown, what was asked, what every arm
 * answered.
 */
#include "config.h"

#include "report/compare_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figures.h"
#include "report/listing.h"

enum { ENDS = 10 }; /* users shown from each end of a list */

/* -- users ------------------------------------------------------------------------------------- */

static void add_user(struct listing *listing, const struct user_difference *user)
{
    char text[FIGURE_TEXT];
    listing_foreign(listing, user->user);
    listing_cell(listing, "%s", figure_metric(user->opponent_mae, false, text));
    listing_cell(listing, "%s", figure_metric(user->mae, false, text));
    listing_cell(listing, "%s", figure_metric(user->gain, true, text));
    listing_style(listing, user->gain > 0 ? STYLE_GOOD : user->gain < 0 ? STYLE_BAD : STYLE_PLAIN);
}

static void print_counts(const struct comparison *comparison, size_t setting, size_t arm,
                         const struct user_difference *users, struct output *output)
{
    const struct comparison_setting *place = &comparison->settings[setting];
    size_t better = 0, worse = 0;
    char shots[FIGURE_TEXT];
    for (size_t i = 0; i < place->users; i++) {
        better += users[i].gain > 0;
        worse += users[i].gain < 0;
    }
    char *title = memory_format("%s against %s, %s, shots %s", comparison->arms[arm].name,
                                comparison->arms[comparison->arms[arm].opponent].name,
                                place->scenario, figure_shots(place->shots, shots));
    size_t size = 10 * strlen(title) + 1;
    char *safe = memory_new(size);
    output_shown(output, text_safe(title, safe, size));
    output_style(output, STYLE_STRONG);
    output_paragraph(output, safe, 2);
    output_style(output, STYLE_PLAIN);
    free(safe);
    free(title);
    output_print(output, "%zu users better, %zu worse, %zu the same\n", better, worse,
                 place->users - better - worse);
}

void users_print(const struct comparison *comparison, size_t setting, size_t arm,
                 struct output *output)
{
    struct user_difference *users = comparison_users(comparison, setting, arm);
    size_t count = comparison->settings[setting].users;
    static const struct listing_column COLUMNS[] = {
        {.title = "user", .fit = LISTING_CUT},
        {.title = "opponent MAE", .side = LISTING_RIGHT, .missed = 1},
        {.title = "MAE", .side = LISTING_RIGHT},
        {.title = "gain", .side = LISTING_RIGHT},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < count; i++) {
        if (count > 2 * ENDS + 1 && i == ENDS) {
            listing_line(listing, STYLE_DIM, "and %zu between (--json has them all)",
                         count - 2 * ENDS);
            i = count - ENDS;
        }
        add_user(listing, &users[i]);
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
        json_text(json, "user", users[i].user);
        json_text(json, "scenario", place->scenario);
        if (place->shots == SHOTS_ALL)
            json_text(json, "shots", "all");
        else
            json_integer(json, "shots", place->shots);
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
    listing_foreign(listing, row->title);
    if (has_times(card))
        listing_cell(listing, "%s", row->time == INT64_MIN ? "" : figure_date(row->time, text));
    listing_cell(listing, "%g", row->rating);
}

static struct listing *new_items(const struct user_card *card, const char *rating)
{
    static const struct listing_column ITEM[] = {
        {.title = "item", .side = LISTING_RIGHT, .missed = 3},
        {.title = "title", .fit = LISTING_CUT},
        {.title = NULL}};
    struct listing *listing = listing_new(ITEM);
    if (has_times(card))
        listing_add_column(listing, (struct listing_column){.title = "date", .missed = 4});
    listing_add_column(listing, (struct listing_column){.title = rating, .side = LISTING_RIGHT});
    return listing;
}

static void print_support(const struct user_card *card, struct output *output)
{
    output_print(output, "\n");
    output_style(output, STYLE_STRONG);
    if (card->support_count)
        output_print(output, "Shown to every arm: %zu rating%s\n", card->support_count,
                     plural(card->support_count));
    else
        output_print(output, "Shown to every arm: nothing\n");
    output_style(output, STYLE_PLAIN);
    if (card->support_count == 0)
        return;
    struct listing *listing = new_items(card, "rating");
    for (size_t i = 0; i < card->support_count; i++)
        add_item(listing, card, &card->support[i]);
    listing_print(listing, output, 2);
    listing_free(listing);
}

/* The arms whose error is smallest are marked. */
static bool is_best(const struct user_card *card, size_t arm)
{
    for (size_t other = 0; other < card->arm_count; other++)
        if (card->mae[other] < card->mae[arm])
            return false;
    return !isnan(card->mae[arm]);
}

/* "4.08", and of an arm that says how sure it is "4.08 ±0.93". */
static void add_answer(struct listing *listing, const struct output *output,
                       const struct card_row *row, size_t arm)
{
    if (isnan(row->deviations[arm]))
        listing_cell(listing, "%.2f", row->predictions[arm]);
    else
        listing_cell(listing, "%.2f %s%.2f", row->predictions[arm],
                     output_glyph(output, "±", "+/-"), row->deviations[arm]);
}

static void print_query(const struct user_card *card, const struct comparison *comparison,
                        struct output *output)
{
    struct listing *listing = new_items(card, "true");
    for (size_t arm = 0; arm < card->arm_count; arm++)
        listing_add_column(listing, (struct listing_column){
                                        .title = comparison->arms[arm].name,
                                        .side = LISTING_RIGHT,
                                        .missed = 1 + (comparison->arms[arm].opponent != arm)});
    for (size_t i = 0; i < card->query_count; i++) {
        add_item(listing, card, &card->query[i]);
        for (size_t arm = 0; arm < card->arm_count; arm++)
            add_answer(listing, output, &card->query[i], arm);
    }
    listing_cell(listing, "%s", "");
    listing_cell(listing, "%s", "mean absolute error");
    listing_style(listing, STYLE_DIM);
    if (has_times(card))
        listing_cell(listing, "%s", "");
    listing_cell(listing, "%s", "");
    for (size_t arm = 0; arm < card->arm_count; arm++) {
        listing_cell(listing, "%s%.2f", is_best(card, arm) ? "*" : "", card->mae[arm]);
        listing_style(listing, is_best(card, arm) ? STYLE_GOOD : STYLE_DIM);
    }
    output_print(output, "\n");
    output_style(output, STYLE_STRONG);
    output_print(output, "Asked: %zu rating%s\n", card->query_count, plural(card->query_count));
    output_style(output, STYLE_PLAIN);
    size_t hidden = listing_print(listing, output, 2);
    listing_free(listing);
    if (hidden)
        output_print(output, "  (%zu column%s left out: too narrow)\n", hidden, plural(hidden));
}

void user_card_print(const struct user_card *card, const struct comparison *comparison,
                     struct output *output)
{
    char shots[FIGURE_TEXT];
    char *head =
        memory_format("User %s of %s, %s, shots %s, draw %" PRIu32 " of %" PRIu32 ", %s",
                      card->user, card->data, card->scenario, figure_shots(card->shots, shots),
                      card->draw + 1, card->draws, comparison->title);
    size_t size = 10 * strlen(head) + 1;
    char *safe = memory_new(size);
    output_shown(output, text_safe(head, safe, size));
    output_style(output, STYLE_STRONG);
    output_paragraph(output, safe, 2);
    output_style(output, STYLE_PLAIN);
    free(safe);
    free(head);
    print_support(card, output);
    print_query(card, comparison, output);
}

static void write_row(struct json *json, const struct card_row *row)
{
    json_open_object(json, NULL);
    json_text(json, "item", row->item);
    json_text(json, "title", row->title);
    json_number(json, "rating", row->rating);
    json_moment(json, "time", row->time);
}

void user_card_json(const struct user_card *card, const struct comparison *comparison,
                    struct json *json, const char *key)
{
    json_open_object(json, key);
    json_text(json, "data", card->data);
    json_text(json, "user", card->user);
    json_text(json, "scenario", card->scenario);
    if (card->shots == SHOTS_ALL)
        json_text(json, "shots", "all");
    else
        json_integer(json, "shots", card->shots);
    json_integer(json, "draw", card->draw + 1);
    json_integer(json, "draws", card->draws);
    if (comparison->baseline < comparison->arm_count)
        json_text(json, "baseline", comparison->arms[comparison->baseline].name);
    json_open_array(json, "support");
    for (size_t i = 0; i < card->support_count; i++) {
        write_row(json, &card->support[i]);
        json_close_object(json);
    }
    json_close_array(json);
    json_open_array(json, "query");
    for (size_t i = 0; i < card->query_count; i++) {
        write_row(json, &card->query[i]);
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
