/* SPDX-License-Identifier: MIT
 *
 * `thaw map`: one user, item or row as the data set has it, and what the mapping of a script makes
 * of it.
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "handlers.h"
#include "map_question.h"
#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"
#include "start_commands.h"

static const char *const SUBJECTS[MAP_SUBJECTS] = {"user", "item", "row"};

/* Reads --user, --item and --row, of which one may be given. */
static bool read_subject(const struct arguments *arguments, struct question_map *question,
                         struct error *error)
{
    const char *first = NULL;
    *question = (struct question_map){MAP_USER, ""};
    for (uint32_t i = 0; i < MAP_SUBJECTS; i++) {
        const char *name = arguments_value(arguments, SUBJECTS[i]);
        if (!name)
            continue;
        if (first)
            return error_set(error, ERROR_USAGE, "--%s and --%s are two things: name one", first,
                             SUBJECTS[i]);
        first = SUBJECTS[i];
        *question = (struct question_map){i, name};
    }
    return true;
}

/* Options of other forms of the command are a mistake here. */
static bool check_alone(const struct arguments *arguments, struct error *error)
{
    static const char *const OTHERS[] = {"by", "method", "svg", "field"};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (arguments_has(arguments, OTHERS[i]))
            return error_set(error, ERROR_USAGE, "--%s goes with --picture%s", OTHERS[i],
                             i < 3 ? "" : " or --nearest");
    return true;
}

/* -- paper ------------------------------------------------------------------------------------- */

/* `run`: what is asked about, or "". */
static void print_head(enum map_subject subject, const struct answer_map *answer, const char *run,
                       struct output *output)
{
    char rows[FIGURE_TEXT];
    output_ink(output, INK_STRONG);
    output_print(output, "%s ", SUBJECTS[subject]);
    output_foreign(output, answer->id);
    if (*answer->title) {
        output_print(output, ", ");
        output_foreign(output, answer->title);
    }
    output_ink(output, INK_PLAIN);
    if (subject == MAP_ROW)
        output_print(output, ": %s", answer->training ? "learned from" : "not learned from");
    else if (answer->training)
        output_print(output, ": %s", figure_of(answer->training, "training rating", rows));
    else
        output_print(output, ": cold, no training rating");
    output_print(output, "%s%s\n", *run ? ", after run " : "", run);
}

/* Prints `count` texts in the columns of the listing. */
static void print_texts(const struct listing_column *columns, const char *text, uint32_t count,
                        struct output *output)
{
    struct listing *listing = listing_new(columns);
    for (uint32_t i = 0; i < count; i++, text += strlen(text) + 1)
        listing_foreign(listing, *text ? text : NULL);
    output_print(output, "\n");
    listing_print(listing, output, 2);
    listing_free(listing);
}

static void print(enum map_subject subject, const struct answer_map *answer, const char *run,
                  struct output *output)
{
    static const struct listing_column CELLS[] = {
        {.title = "column"}, {.title = "raw value", .fit = LISTING_CUT}, {.title = NULL}};
    static const struct listing_column FIELDS[] = {{.title = "field"},
                                                   {.title = "kind", .missed = 1},
                                                   {.title = "what it becomes", .fit = LISTING_CUT},
                                                   {.title = NULL}};
    print_head(subject, answer, run, output);
    if (answer->cell_texts > 0)
        print_texts(CELLS, answer->cells, answer->cell_texts, output);
    if (answer->field_texts > 0)
        print_texts(FIELDS, answer->fields, answer->field_texts, output);
    else
        output_print(output, "\nThe mapping has no field of %s.\n",
                     subject == MAP_ROW    ? "the context"
                     : subject == MAP_USER ? "users"
                                           : "items");
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void write_json(enum map_subject subject, const struct answer_map *answer, const char *run,
                       struct output *output)
{
    struct json *json = json_new(output);
    json_open_object(json, NULL);
    json_text(json, "subject", SUBJECTS[subject]);
    json_text(json, "id", answer->id);
    json_text(json, "title", *answer->title ? answer->title : NULL);
    json_integer(json, "training", answer->training);
    json_text(json, "run", *run ? run : NULL);
    json_open_object(json, "row");
    const char *text = answer->cells;
    for (uint32_t i = 0; i < answer->cell_texts; i += 2) {
        const char *value = text + strlen(text) + 1;
        json_text(json, text, *value ? value : NULL);
        text = value + strlen(value) + 1;
    }
    json_close_object(json);
    json_open_array(json, "fields");
    text = answer->fields;
    for (uint32_t i = 0; i < answer->field_texts; i += 3) {
        static const char *const KEYS[] = {"field", "kind", "value"};
        json_open_object(json, NULL);
        for (int key = 0; key < 3; key++, text += strlen(text) + 1)
            json_text(json, KEYS[key], text);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
    json_finish(json);
}

int handle_map(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct keeper_question asked = {.type = QUESTION_MAP};
    struct keeper_answer reply = {0};
    char run[96];
    if (arguments_has(arguments, "nearest") || arguments_has(arguments, "word"))
        return map_nearest(context, arguments);
    if (arguments_has(arguments, "picture"))
        return map_picture(context, arguments);
    bool good = check_alone(arguments, &error) &&
                read_subject(arguments, &asked.question.map, &error) &&
                map_ask(context, arguments, &asked, &reply, run, &error);
    enum map_subject subject = (enum map_subject)asked.question.map.subject;
    if (good && arguments_has(arguments, "json"))
        write_json(subject, &reply.answer.map, run, context->out);
    else if (good)
        print(subject, &reply.answer.map, run, context->out);
    keeper_answer_release(&reply);
    return good ? STATUS_OK : handle_failure(context, &error);
}
