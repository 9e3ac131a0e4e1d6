/* SPDX-License-Identifier: MIT
 *
 * `thaw why`: what each rating adds to the prediction of an item. A worker computes it.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "follow.h"
#include "handlers.h"
#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"
#include "run_choice.h"
#include "start_commands.h"

struct why_request {
    struct run_choice chosen;
    char *ratings;
    struct keeper_answer reply;
};

static bool ask(struct command_context *context, const struct arguments *arguments,
                struct why_request *why, struct error *error)
{
    const char *item = arguments_value(arguments, "item");
    if (!item || !*item)
        return error_set(error, ERROR_USAGE, "--item ITEM says of which item");
    const struct keeper_question asked = {.type = QUESTION_WHY,
                                          .run = why->chosen.run,
                                          .question.why = {
                                              .user = arguments_value(arguments, "user"),
                                              .ratings = why->ratings,
                                              .item = item,
                                          }};
    struct keeper *keeper = start_connect(context, arguments_has(arguments, "unjailed"), error);
    bool good = keeper && keeper_ask(keeper, &asked, &why->reply, error);
    keeper_disconnect(keeper);
    if (good)
        follow_warn(context, why->reply.note);
    return good;
}

static double clipped(const struct answer_why *answer)
{
    return fmin(fmax(answer->all, (double)answer->smallest), (double)answer->largest);
}

/* -- for people -------------------------------------------------------------------------------- */

static void print_part(struct output *output, double number, const char *words)
{
    char text[FIGURE_TEXT];
    output_print(output, "%9s  %s\n", figure_metric(number, true, text), words);
}

/* The ratings, the largest parts first. */
static struct listing *list(const struct answer_why *answer)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "adds", .side = LISTING_RIGHT, .least = 9},
        {.title = "rated", .side = LISTING_RIGHT},
        {.title = "title", .fit = LISTING_CUT},
        {.title = "item", .side = LISTING_RIGHT, .missed = 3},
        {.title = "expected", .side = LISTING_RIGHT, .missed = 1},
        {.title = "without it", .side = LISTING_RIGHT, .missed = 2},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    size_t *order = memory_array(answer->count, sizeof *order);
    const char **ids = memory_array(answer->count, sizeof *ids), *text = answer->names;
    for (size_t i = 0; i < answer->count; i++) {
        size_t at = i;
        ids[i] = text;
        text += strlen(text) + 1;
        text += strlen(text) + 1;
        for (; at > 0 && fabs(answer->added[order[at - 1]]) < fabs(answer->added[i]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    for (size_t at = 0; at < answer->count; at++) {
        size_t i = order[at];
        char number[FIGURE_TEXT];
        const char *title = ids[i] + strlen(ids[i]) + 1;
        listing_number(listing, answer->added[i], figure_metric(answer->added[i], true, number));
        listing_style(listing, answer->added[i] < 0 ? INK_WARN : INK_GOOD);
        listing_cell(listing, "%g", answer->values[i]);
        listing_foreign(listing, *title ? title : ids[i]);
        listing_foreign(listing, ids[i]);
        listing_cell(listing, "%s", figure_metric(answer->expected[i], false, number));
        listing_cell(listing, "%s", figure_metric(answer->without[i], false, number));
    }
    free(order);
    free(ids);
    return listing;
}

static void print(const struct why_request *why, struct output *output)
{
    const struct answer_why *answer = &why->reply.answer.why;
    char text[FIGURE_TEXT];
    output_ink(output, INK_STRONG);
    output_foreign(output, *answer->title ? answer->title : answer->id);
    output_print(output, ": %s by run %s\n", figure_metric(clipped(answer), false, text),
                 why->chosen.run);
    output_ink(output, INK_PLAIN);
    output_print(output, "%9s  to somebody who has rated nothing\n",
                 figure_metric(answer->none, false, text));
    if (answer->count > 0) {
        struct listing *listing = list(answer);
        listing_print(listing, output, 0);
        listing_free(listing);
        print_part(output, answer->choice, "which items are rated, whatever the ratings");
        print_part(output, answer->rest, "together, by none of them alone");
    }
    if (clipped(answer) != answer->all)
        output_print(output, "%9s  in all, cut to the range of ratings\n",
                     figure_metric(answer->all, false, text));
}

/* -- for programs ------------------------------------------------------------------------------ */

static void write_json(const struct why_request *why, struct output *output)
{
    const struct answer_why *answer = &why->reply.answer.why;
    struct json *json = json_new(output);
    json_open_object(json, NULL);
    json_text(json, "run", why->chosen.run);
    json_text(json, "data", why->chosen.data);
    json_text(json, "item", answer->id);
    json_text(json, "title", *answer->title ? answer->title : NULL);
    json_number(json, "predicted", clipped(answer));
    json_number(json, "sum", answer->all);
    json_number(json, "none", answer->none);
    json_number(json, "choice", answer->choice);
    json_number(json, "rest", answer->rest);
    json_open_array(json, "ratings");
    const char *name = answer->names;
    for (size_t i = 0; i < answer->count; i++) {
        const char *title = name + strlen(name) + 1;
        json_open_object(json, NULL);
        json_text(json, "item", name);
        json_text(json, "title", *title ? title : NULL);
        json_number(json, "rating", answer->values[i]);
        json_number(json, "expected", answer->expected[i]);
        json_number(json, "added", answer->added[i]);
        json_number(json, "without", answer->without[i]);
        json_close_object(json);
        name = title + strlen(title) + 1;
    }
    json_close_array(json);
    json_close_object(json);
    json_finish(json);
}

int handle_why(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    struct why_request why = {0};
    struct store *store = NULL;
    bool good = (why.ratings = arguments_pairs(arguments, "rate", "ITEM=VALUE", &error));
    if (good && !(store = open_existing(context, &error)) && !*error.text)
        no_runs_yet(&error);
    good = good && store &&
           run_choose(store, arguments->words[0], "explain anything", &why.chosen, &error) &&
           ask(context, arguments, &why, &error);
    if (good && arguments_has(arguments, "json"))
        write_json(&why, context->out);
    else if (good)
        print(&why, context->out);
    store_close(store);
    run_choice_release(&why.chosen);
    free(why.ratings);
    keeper_answer_release(&why.reply);
    return good ? STATUS_OK : handle_failure(context, &error);
}
