/* SPDX-License-Identifier: MIT
 *
 * `thaw recommend`: a worker computes the ranking, and this command adds titles from the database.
 * The question names one run that is done; an arm with several seeds stands for its first.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "follow.h"
#include "handlers.h"
#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"
#include "run_choice.h"
#include "start_commands.h"
#include "store/grid_store.h"

/* The request, and its reply. */
struct question {
    struct run_choice chosen;
    char *ratings;
    const char *user; /* or NULL */
    uint64_t top, calls;
    struct keeper_answer reply;
    char **titles; /* of the items recommended */
};

static void release(struct question *question)
{
    for (uint32_t i = 0; question->titles && i < question->reply.answer.recommend.count; i++)
        free(question->titles[i]);
    free(question->titles);
    run_choice_release(&question->chosen);
    free(question->ratings);
    keeper_answer_release(&question->reply);
}

/* -- what was asked ---------------------------------------------------------------------------- */

/* -- asking ------------------------------------------------------------------------------------ */

static bool read_titles(struct store *store, struct question *question, struct error *error)
{
    const struct answer_recommend *answer = &question->reply.answer.recommend;
    const char *id = answer->ids;
    question->titles = memory_array(answer->count, sizeof *question->titles);
    for (uint32_t i = 0; i < answer->count; i++, id += strlen(id) + 1) {
        question->titles[i] = store_item_title(store, question->chosen.data, id, error);
        if (!question->titles[i])
            return false;
    }
    return true;
}

static bool ask(struct command_context *context, const struct arguments *arguments,
                struct question *question, struct error *error)
{
    const struct keeper_question asked = {
        .type = QUESTION_RECOMMEND,
        .run = question->chosen.run,
        .question.recommend = {.user = question->user,
                               .ratings = question->ratings,
                               .top = (uint32_t)question->top,
                               .calls = (uint32_t)question->calls}};
    struct keeper *keeper = start_connect(context, arguments_has(arguments, "unjailed"), error);
    bool good = keeper && keeper_ask(keeper, &asked, &question->reply, error);
    keeper_disconnect(keeper);
    if (good)
        follow_warn(context, question->reply.note);
    return good;
}

/* -- answering --------------------------------------------------------------------------------- */

static void print_time(const struct question *question, struct output *output)
{
    const struct answer_recommend *answer = &question->reply.answer.recommend;
    char first[FIGURE_TEXT], median[FIGURE_TEXT], times[FIGURE_TEXT];
    figure_milliseconds(answer->first_seconds, first);
    output_ink(output, INK_DIM);
    if (answer->calls > 1)
        output_print(output, "%s, median of %s; the first took %s\n",
                     figure_milliseconds(answer->seconds, median),
                     figure_of(answer->calls, "time", times), first);
    else
        output_print(output, "computed in %s%s\n", first,
                     answer->shared_before ? "" : ", including the work shared by all users");
    output_ink(output, INK_PLAIN);
}

static void print(const struct question *question, struct output *output)
{
    const struct answer_recommend *answer = &question->reply.answer.recommend;
    char text[FIGURE_TEXT];
    output_ink(output, INK_STRONG);
    output_print(output, "Run %s on ", question->chosen.run);
    output_foreign(output, question->chosen.data);
    output_print(output, ", %s, %" PRIu32 " rated\n", figure_of(answer->items, "item", text),
                 answer->rated);
    output_ink(output, INK_PLAIN);
    static const struct listing_column COLUMNS[] = {
        {.title = "", .side = LISTING_RIGHT, .missed = 1},
        {.title = "item", .side = LISTING_RIGHT, .missed = 2},
        {.title = "title", .fit = LISTING_CUT},
        {.title = "predicted", .side = LISTING_RIGHT},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    const char *id = answer->ids;
    for (uint32_t i = 0; i < answer->count; i++, id += strlen(id) + 1) {
        listing_cell(listing, "%" PRIu32, i + 1);
        listing_foreign(listing, id);
        listing_foreign(listing, question->titles[i]);
        listing_cell(listing, "%s", figure_metric((double)answer->values[i], false, text));
    }
    listing_print(listing, output, 2);
    listing_free(listing);
    print_time(question, output);
}

static void write_json(const struct question *question, struct output *output)
{
    const struct answer_recommend *answer = &question->reply.answer.recommend;
    struct json *json = json_new(output);
    json_open_object(json, NULL);
    json_text(json, "run", question->chosen.run);
    json_text(json, "data", question->chosen.data);
    json_text(json, "user", question->user);
    json_integer(json, "items", answer->items);
    json_integer(json, "rated", answer->rated);
    json_open_array(json, "recommended");
    const char *id = answer->ids;
    for (uint32_t i = 0; i < answer->count; i++, id += strlen(id) + 1) {
        json_open_object(json, NULL);
        json_text(json, "item", id);
        json_text(json, "title", question->titles[i]);
        json_number(json, "predicted", (double)answer->values[i]);
        json_close_object(json);
    }
    json_close_array(json);
    json_integer(json, "calls", answer->calls);
    json_number(json, "first_milliseconds", 1000 * answer->first_seconds);
    json_number(json, "median_milliseconds", 1000 * answer->seconds);
    json_close_object(json);
    json_finish(json);
}

int handle_recommend(struct command_context *context, const struct arguments *arguments)
{
    struct error error = {0};
    struct question question = {.user = arguments_value(arguments, "user"), .top = 10, .calls = 1};
    struct store *store = NULL;
    bool good = arguments_number(arguments, "top", 1, QUESTION_TOP, &question.top, &error) &&
                arguments_number(arguments, "repeat", 1, QUESTION_CALLS, &question.calls, &error) &&
                (question.ratings = arguments_pairs(arguments, "rate", "ITEM=VALUE", &error));
    if (good && !(store = open_existing(context, &error)) && !*error.text)
        no_runs_yet(&error);
    good = good && store &&
           run_choose(store, arguments->words[0], "recommend anything", &question.chosen, &error) &&
           ask(context, arguments, &question, &error) && read_titles(store, &question, &error);
    if (good && arguments_has(arguments, "json"))
        write_json(&question, context->out);
    else if (good)
        print(&question, context->out);
    store_close(store);
    release(&question);
    return good ? STATUS_OK : handle_failure(context, &error);
}
