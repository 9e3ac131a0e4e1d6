/* SPDX-License-Identifier: MIT
 *
 * `thaw map --nearest`: the users, items or words near one of them, as a table or JSON. The worker
 * makes the points and their distances (src/worker/nearest_view.c); here they are put into words.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "map_question.h"
#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"

static const char *const SUBJECTS[NEAREST_SUBJECTS] = {"user", "item", "word"};

static bool read_question(const struct arguments *arguments, struct question_nearest *question,
                          struct error *error)
{
    uint64_t most = 10;
    const char *field = arguments_value(arguments, "field"), *first = NULL;
    *question = (struct question_nearest){.name = "", .field = field ? field : ""};
    if (arguments_has(arguments, "row"))
        return error_set(error, ERROR_USAGE,
                         "--nearest is of a user, an item or a word, not of a row");
    for (uint32_t i = 0; i < NEAREST_SUBJECTS; i++) {
        const char *name = arguments_value(arguments, SUBJECTS[i]);
        if (!name)
            continue;
        if (first)
            return error_set(error, ERROR_USAGE, "--%s and --%s are two things: name one", first,
                             SUBJECTS[i]);
        first = SUBJECTS[i];
        question->subject = i;
        question->name = name;
    }
    bool good = arguments_number(arguments, "nearest", 1, NEAREST_MOST, &most, error);
    question->most = (uint32_t)most;
    return good;
}

/* -- paper ------------------------------------------------------------------------------------- */

static void add_row(struct listing *listing, enum nearest_subject subject, bool titled,
                    const struct answer_nearest *answer, uint32_t i, const char **text)
{
    const char *id = *text, *title = id + strlen(id) + 1, *fields = title + strlen(title) + 1;
    char figure[FIGURE_TEXT];
    *text = fields + strlen(fields) + 1;
    listing_foreign(listing, id);
    if (titled)
        listing_foreign(listing, *title ? title : NULL);
    listing_number(listing, answer->distances[i],
                   figure_metric(answer->distances[i], false, figure));
    if (answer->counts[i] > 0 || subject != NEAREST_WORD)
        listing_number(listing, answer->counts[i], figure_count(answer->counts[i], figure));
    else
        listing_foreign(listing, NULL);
    if (subject != NEAREST_WORD)
        listing_foreign(listing, *fields ? fields : NULL);
}

static struct listing *table_of(enum nearest_subject subject, bool titled)
{
    struct listing *listing = listing_new(NULL);
    listing_add_column(
        listing,
        (struct listing_column){.title = SUBJECTS[subject],
                                .missed = titled ? 2 : 0,
                                .side = subject == NEAREST_WORD ? LISTING_LEFT : LISTING_RIGHT});
    if (titled)
        listing_add_column(listing, (struct listing_column){.title = "title", .fit = LISTING_CUT});
    listing_add_column(listing,
                       (struct listing_column){.title = "distance", .side = LISTING_RIGHT});
    listing_add_column(listing, (struct listing_column){
                                    .title = subject == NEAREST_WORD ? "training rows" : "ratings",
                                    .side = LISTING_RIGHT,
                                    .missed = 3});
    if (subject != NEAREST_WORD)
        listing_add_column(
            listing, (struct listing_column){.title = "mapped", .fit = LISTING_CUT, .missed = 1});
    return listing;
}

static void print(const struct question_nearest *question, const struct answer_nearest *answer,
                  const char *run, struct output *output)
{
    enum nearest_subject subject = (enum nearest_subject)question->subject;
    struct listing *listing = table_of(subject, *answer->title != 0);
    const char *text = answer->names;
    char others[FIGURE_TEXT];
    output_ink(output, INK_STRONG);
    output_print(output, "%s ", SUBJECTS[subject]);
    output_foreign(output, answer->id);
    if (*answer->title) {
        output_print(output, ", ");
        output_foreign(output, answer->title);
    }
    output_ink(output, INK_PLAIN);
    output_print(output, ": %" PRIu32 " nearest of %s%s%s\n", answer->count,
                 figure_of(answer->points, SUBJECTS[subject], others),
                 *run ? ", after run " : ", before training", run);
    map_print_space(output, (enum point_space)answer->space, answer->euclid, answer->fields,
                    answer->field_texts);
    for (uint32_t i = 0; i < answer->count; i++)
        add_row(listing, subject, *answer->title != 0, answer, i, &text);
    output_print(output, "\n");
    listing_print(listing, output, 2);
    listing_free(listing);
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void write_json(const struct question_nearest *question, const struct answer_nearest *answer,
                       const char *run, struct output *output)
{
    struct json *json = json_new(output);
    const char *text = answer->fields;
    json_open_object(json, NULL);
    json_text(json, "subject", SUBJECTS[question->subject]);
    json_text(json, "id", answer->id);
    json_text(json, "title", *answer->title ? answer->title : NULL);
    json_text(json, "run", *run ? run : NULL);
    json_text(json, "space", map_space_name((enum point_space)answer->space));
    json_text(json, "distance", answer->euclid ? "euclid" : "cosine");
    json_integer(json, "columns", answer->columns);
    json_integer(json, "others", answer->points);
    json_open_array(json, "fields");
    for (uint32_t i = 0; i < answer->field_texts; i++, text += strlen(text) + 1)
        json_text(json, NULL, text);
    json_close_array(json);
    json_open_array(json, "nearest");
    text = answer->names;
    for (uint32_t i = 0; i < answer->count; i++) {
        const char *title = text + strlen(text) + 1, *fields = title + strlen(title) + 1;
        json_open_object(json, NULL);
        json_text(json, "id", text);
        json_text(json, "title", *title ? title : NULL);
        json_number(json, "distance", answer->distances[i]);
        json_integer(json, "training", answer->counts[i]);
        json_text(json, "mapped", *fields ? fields : NULL);
        json_close_object(json);
        text = fields + strlen(fields) + 1;
    }
    json_close_array(json);
    json_close_object(json);
    json_finish(json);
}

int map_nearest(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct keeper_question asked = {.type = QUESTION_NEAREST};
    struct keeper_answer reply = {0};
    char run[96];
    bool good = read_question(arguments, &asked.question.nearest, &error) &&
                map_ask(context, arguments, &asked, &reply, run, &error);
    if (good && arguments_has(arguments, "json"))
        write_json(&asked.question.nearest, &reply.answer.nearest, run, context->out);
    else if (good)
        print(&asked.question.nearest, &reply.answer.nearest, run, context->out);
    keeper_answer_release(&reply);
    return good ? STATUS_OK : handle_failure(context, &error);
}
