/* SPDX-License-Identifier: MIT
 *
 * One user's card: what was shown, what was asked, what every arm answered.
 */
#include "config.h"

#include "compare_report.h"

#include <inttypes.h>
#include <math.h>

#include "figures.h"
#include "listing.h"

static void add_item(struct listing *listing, const struct card_row *row)
{
    char text[FIGURE_TEXT];
    listing_foreign(listing, row->item);
    listing_foreign(listing, row->title);
    if (row->time == INT64_MIN)
        listing_cell(listing, "%s", "");
    else
        listing_cell(listing, "%s", figure_date(row->time, text));
    listing_cell(listing, "%g", row->rating);
}

static void add_item_columns(struct listing *listing, const char *rating)
{
    listing_column(listing, "item", LISTING_RIGHT, 3);
    listing_column(listing, "title", LISTING_LEFT, 0);
    listing_shrink(listing);
    listing_column(listing, "date", LISTING_LEFT, 4);
    listing_column(listing, rating, LISTING_RIGHT, 0);
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
    struct listing *listing = listing_new(output);
    add_item_columns(listing, "rating");
    for (size_t i = 0; i < card->support_count; i++)
        add_item(listing, &card->support[i]);
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

static void print_query(const struct user_card *card, const struct comparison *comparison,
                        struct output *output)
{
    struct listing *listing = listing_new(output);
    add_item_columns(listing, "true");
    for (size_t arm = 0; arm < card->arm_count; arm++)
        listing_column(listing, comparison->arms[arm].name, LISTING_RIGHT,
                       arm == comparison->baseline ? 1 : 2);
    for (size_t i = 0; i < card->query_count; i++) {
        add_item(listing, &card->query[i]);
        for (size_t arm = 0; arm < card->arm_count; arm++)
            listing_cell(listing, "%.2f", card->query[i].predictions[arm]);
    }
    listing_cell(listing, "%s", "");
    listing_cell(listing, "%s", "mean absolute error");
    listing_style(listing, STYLE_DIM);
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
        output_print(output, "  %zu column%s left out: the terminal is %zu cells wide\n", hidden,
                     hidden == 1 ? " is" : "s are", output->width);
}

void user_card_print(const struct user_card *card, const struct comparison *comparison,
                     struct output *output)
{
    char text[FIGURE_TEXT];
    output_style(output, STYLE_STRONG);
    output_print(output, "User ");
    output_foreign(output, card->user);
    output_style(output, STYLE_PLAIN);
    output_print(output, " of ");
    output_foreign(output, card->data);
    output_print(output, ", ");
    output_foreign(output, card->scenario);
    output_print(output, ", shots %s, draw %" PRIu32 " of %" PRIu32 ", ",
                 figure_shots(card->shots, text), card->draw + 1, card->draws);
    output_foreign(output, comparison->title);
    output_print(output, "\n");
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
        json_close_object(json);
    }
    json_close_array(json);
    json_open_object(json, "mae");
    for (size_t arm = 0; arm < card->arm_count; arm++)
        json_number(json, comparison->arms[arm].name, card->mae[arm]);
    json_close_object(json);
    json_close_object(json);
}
