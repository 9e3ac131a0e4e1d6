/* SPDX-License-Identifier: MIT
 *
 * Asks about points of a mapping, and says in words what they are.
 */
#include "config.h"

#include "map_question.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "follow.h"
#include "run_choice.h"

/* The run must be one of the file that is named, though the file may have changed since. */
static bool check_script(struct command_context *context, const struct run_choice *choice,
                         const struct start_request *request, struct error *error)
{
    const struct start_options *options = &request->options;
    char shown[200], other[200];
    bool same = strlen(choice->script) == options->script_size &&
                memcmp(choice->script, options->script, options->script_size) == 0;
    if (!same && strcmp(choice->path, options->script_path) != 0)
        return error_set(error, ERROR_USAGE, "run %s is of \"%s\", not of \"%s\"", choice->run,
                         text_safe(choice->path, shown, sizeof shown),
                         text_safe(options->script_path, other, sizeof other));
    if (!same)
        follow_warn(context, "the script has changed since that run; its mapping then is shown");
    return true;
}

static bool choose(struct command_context *context, const struct arguments *arguments,
                   struct run_choice *choice, struct error *error)
{
    struct start_request request;
    struct store *store = NULL;
    bool good = start_read(&request, arguments->words[0], arguments, error);
    if (good && (request.options.data || *request.options.settings))
        good = error_set(error, ERROR_USAGE,
                         "a run has its data set and settings: leave --data and --set out");
    *error = good ? (struct error){0} : *error;
    if (good && !(store = open_existing(context, error)) && !*error->text)
        no_runs_yet(error);
    good = good && store &&
           run_choose(store, arguments_value(arguments, "run"), "be looked at", choice, error) &&
           check_script(context, choice, &request, error);
    store_close(store);
    start_release(&request);
    return good;
}

bool map_ask(struct command_context *context, const struct arguments *arguments,
             struct keeper_question *asked, struct keeper_answer *reply, char *run,
             struct error *error)
{
    struct run_choice choice = {0};
    *run = '\0';
    if (!arguments_has(arguments, "run"))
        return start_ask(context, arguments, asked, reply, error);
    bool good = choose(context, arguments, &choice, error);
    struct keeper *keeper =
        good ? start_connect(context, arguments_has(arguments, "unjailed"), error) : NULL;
    asked->run = choice.run;
    good = keeper && keeper_ask(keeper, asked, reply, error);
    keeper_disconnect(keeper);
    if (good)
        follow_warn(context, reply->note);
    memcpy(run, choice.run, sizeof choice.run);
    asked->run = run;
    run_choice_release(&choice);
    return good;
}

/* -- words ------------------------------------------------------------------------------------- */

const char *map_space_name(enum point_space space)
{
    static const char *const NAMES[SPACE_COUNT] = {[SPACE_MAPPED] = "mapped",
                                                   [SPACE_GIVEN] = "given",
                                                   [SPACE_COMPANY] = "company",
                                                   [SPACE_LEARNED] = "learned"};
    return NAMES[space];
}

/* Which vectors, which distance, and why that one. */
static const char *space_words(enum point_space space, bool euclid)
{
    if (space == SPACE_LEARNED)
        return euclid ? "the numbers that the run has learned, by their difference"
                      : "the vectors that the run has learned, by angle (1 - cosine): models "
                        "multiply them, so their direction says what they mean";
    if (space == SPACE_GIVEN)
        return "the vectors that come with the mapping, by angle (1 - cosine): their length says "
               "how frequent a word is";
    if (space == SPACE_COMPANY)
        return "the training rows that have the word, by angle (1 - cosine): a frequent word is "
               "not far for being frequent";
    return euclid ? "the mapped fields, each counting alike, by length (Euclid): a number is far "
                    "by how much it differs"
                  : "the mapped words, each field counting alike, by angle (1 - cosine): it counts "
                    "what is shared, not how many words there are";
}

void map_print_space(struct output *output, enum point_space space, bool euclid, const char *fields,
                     uint32_t field_texts)
{
    struct bytes text = {0};
    bytes_add_format(&text, "By %s. Fields: ", space_words(space, euclid));
    for (uint32_t i = 0; i < field_texts; i++, fields += strlen(fields) + 1)
        bytes_add_format(&text, "%s%s", i ? ", " : "", fields);
    bytes_add(&text, "", 1);
    char *line = output_safe(output, (const char *)text.data);
    output_ink(output, INK_DIM);
    output_paragraph(output, line, 0);
    output_ink(output, INK_PLAIN);
    free(line);
    bytes_release(&text);
}
