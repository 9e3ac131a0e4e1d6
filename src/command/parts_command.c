/* SPDX-License-Identifier: MIT
 *
 * `thaw parts`: what each field of a mapping adds to a plain arm. A worker fits and judges
 * (src/worker/part_gains.c); here its gains become a table for each scenario, or JSON, in the words
 * and marks of a comparison.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "evaluate/shots.h"
#include "handlers.h"
#include "report/comparison_words.h"
#include "report/json.h"
#include "report/listing.h"
#include "start_commands.h"

static const double CHANCE = 0.05; /* of a mark */

static const char *const SCENARIO_NAMES[] = {
#define X(name, text, column) text,
    SCENARIOS(X)
#undef X
};

/* A gain in the words of a comparison. */
static struct comparison_gain gain_of(const struct part_gain *gain)
{
    bool marked = gain->p <= CHANCE;
    return (struct comparison_gain){
        .gain = gain->gain,
        .low = gain->low,
        .high = gain->high,
        .verdict = !marked          ? VERDICT_UNDECIDED
                   : gain->gain > 0 ? VERDICT_BETTER
                                    : VERDICT_WORSE,
    };
}

static const char *name_at(const struct answer_parts *answer, uint32_t field)
{
    const char *name = answer->names;
    for (; field > 0; field--)
        name += strlen(name) + 1;
    return name;
}

/* -- paper ------------------------------------------------------------------------------------- */

static void add_row(struct listing *listing, const struct part_gain *part, bool ascii)
{
    char text[WORDS_TEXT];
    struct comparison_gain gain = gain_of(part);
    listing_number(listing, part->gain, figure_metric(part->gain, true, text));
    listing_cell(listing, "%s", verdict_mark(gain.verdict, ascii));
    listing_style(listing, verdict_ink(gain.verdict));
    listing_cell(listing, "%s", interval_words(&gain, text));
}

static void print_scenario(const struct answer_parts *answer, uint32_t scenario, uint32_t shots,
                           struct output *output)
{
    static const struct listing_column COLUMNS[] = {{.title = "field", .fit = LISTING_CUT},
                                                    {.title = "adds", .side = LISTING_RIGHT},
                                                    {.title = ""},
                                                    {.title = "95 % interval", .missed = 1},
                                                    {.title = NULL}};
    char who[32], words[WORDS_TEXT], users[FIGURE_TEXT], error[FIGURE_TEXT];
    struct listing *listing = listing_new(COLUMNS);
    listing_cell(listing, "all of them");
    add_row(listing, &answer->gains[scenario], output->ascii);
    for (uint32_t i = 0; i < answer->name_texts; i++) {
        listing_foreign(listing, name_at(answer, i));
        add_row(listing, &answer->gains[(i + 1) * SCENARIO_COUNT + scenario], output->ascii);
    }
    snprintf(who, sizeof who, "validation %s", answer->subject);
    output_print(output, "\n");
    output_ink(output, INK_STRONG);
    output_print(output, "%s", setting_words(SCENARIO_NAMES[scenario], shots, words));
    output_ink(output, INK_PLAIN);
    output_print(output, ": %s, RMSE %s\n", figure_of(answer->users[scenario], who, users),
                 figure_metric(answer->errors[scenario], false, error));
    listing_print(listing, output, 2);
    listing_free(listing);
}

static void print(const struct answer_parts *answer, uint32_t shots, struct output *output)
{
    bool ascii = output->ascii;
    output_print(output, "How much larger the RMSE of ");
    output_foreign(output, answer->arm);
    output_print(output,
                 " is without a field, the others being fitted anew.\n"
                 "Identities and the context are not read.\n"
                 "%s more than chance, all marks of these tables together at 95 %%; an "
                 "interval is for its own row.\n",
                 verdict_mark(VERDICT_BETTER, ascii));
    for (uint32_t s = 0; s < SCENARIO_COUNT; s++)
        if (answer->users[s] > 0)
            print_scenario(answer, s, shots, output);
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void gain_json(struct json *json, const char *field, const struct part_gain *gain)
{
    json_open_object(json, NULL);
    json_text(json, "field", field);
    json_number(json, "gain", gain->gain);
    json_number(json, "low", gain->low);
    json_number(json, "high", gain->high);
    json_number(json, "adjusted_p", gain->p);
    json_close_object(json);
}

static void write_json(const struct answer_parts *answer, uint32_t shots, struct output *output)
{
    struct json *json = json_new(output);
    json_open_object(json, NULL);
    json_text(json, "arm", answer->arm);
    json_text(json, "metric", "rmse");
    shots_json(json, shots);
    json_open_array(json, "scenarios");
    for (uint32_t s = 0; s < SCENARIO_COUNT; s++) {
        if (answer->users[s] == 0)
            continue;
        json_open_object(json, NULL);
        json_text(json, "scenario", SCENARIO_NAMES[s]);
        json_integer(json, "users", answer->users[s]);
        json_number(json, "rmse", answer->errors[s]);
        json_open_array(json, "fields");
        for (uint32_t i = 0; i <= answer->name_texts; i++)
            gain_json(json, i > 0 ? name_at(answer, i - 1) : NULL,
                      &answer->gains[i * SCENARIO_COUNT + s]);
        json_close_array(json);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
    json_finish(json);
}

int handle_parts(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct keeper_question asked = {.type = QUESTION_PARTS};
    struct keeper_answer reply = {0};
    int64_t shots = -1;
    const char *arm = arguments_value(arguments, "arm");
    bool good = arguments_shots(arguments, &shots, &error);
    asked.question.parts = (struct question_parts){arm ? arm : "", shots < 0 ? 0 : (uint32_t)shots};
    good = good && start_ask(context, arguments, &asked, &reply, &error);
    if (good && arguments_has(arguments, "json"))
        write_json(&reply.answer.parts, asked.question.parts.shots, context->out);
    else if (good)
        print(&reply.answer.parts, asked.question.parts.shots, context->out);
    keeper_answer_release(&reply);
    return good ? STATUS_OK : handle_failure(context, &error);
}
