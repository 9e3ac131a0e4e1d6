/* SPDX-License-Identifier: MIT
 *
 * `thaw tasks`: how a script splits its data set into tasks, who is left out, what is disjoint, and
 * the rows of one task.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evaluate/shots.h"
#include "follow.h"
#include "handlers.h"
#include "report/figures.h"
#include "report/listing.h"
#include "start_commands.h"
#include "tasks_json.h"

/* -- the question ------------------------------------------------------------------------------ */

/* The position of an option's word in the list; `number` is unchanged if the option is absent. */
static bool read_word(const struct arguments *arguments, const char *option,
                      const char *const *words, uint32_t count, uint32_t *number,
                      struct error *error)
{
    char list[120] = "", shown[64];
    const char *value = arguments_value(arguments, option);
    for (uint32_t i = 0; value && i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            *number = i;
            return true;
        }
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s",
                 i == 0          ? ""
                 : i + 1 < count ? ", "
                                 : " or ",
                 words[i]);
    }
    return !value || error_set(error, ERROR_USAGE, "--%s takes %s, not \"%s\"", option, list,
                               text_safe(value, shown, sizeof shown));
}

static bool read_question(const struct arguments *arguments, struct question_tasks *question,
                          struct error *error)
{
    uint64_t draw = 1;
    const char *user = arguments_value(arguments, "user");
    const char *item = arguments_value(arguments, "item"), *key = arguments_value(arguments, "key");
    if (user && item)
        return error_set(error, ERROR_USAGE, "give --user or --item, not both");
    *question = (struct question_tasks){
        .opens = user || item || key || arguments_has(arguments, "scenario") ||
                 arguments_has(arguments, "part") || arguments_has(arguments, "draw"),
        .of_item = item != NULL,
        .user = user   ? user
                : item ? item
                       : "",
        .key = key ? key : "",
        .part = TASKS_ANY_PART,
        .scenario = SCENARIO_COUNT,
    };
    if (!arguments_number(arguments, "draw", 1, UINT32_MAX, &draw, error))
        return false;
    question->draw = (uint32_t)draw - 1;
    return read_word(arguments, "part", task_part_words, TASK_PARTS + 1, &question->part, error) &&
           read_word(arguments, "scenario", task_scenario_words, SCENARIO_COUNT,
                     &question->scenario, error);
}

/* -- paper: all tasks -------------------------------------------------------------------------- */

static void print_listing(struct listing *listing, const char *title, struct output *output)
{
    output_print(output, "\n");
    output_heading(output, title);
    listing_print(listing, output, 2);
    listing_free(listing);
}

static void add_stratum_name(struct listing *listing, const struct task_stratum *stratum)
{
    listing_cell(listing, "%s", task_part_words[stratum->part]);
    listing_cell(listing, "%s", task_scenario_words[stratum->scenario]);
}

static void add_count(struct listing *listing, uint32_t count)
{
    char text[FIGURE_TEXT];
    listing_number(listing, count, figure_count(count, text));
}

/* "13 to 100", "2 or more". */
static void add_bounds(struct listing *listing, const struct task_stratum *stratum)
{
    if (stratum->most == UINT32_MAX)
        listing_cell(listing, "%" PRIu32 " or more", stratum->least);
    else
        listing_cell(listing, "%" PRIu32 " to %" PRIu32, stratum->least, stratum->most);
}

/* "3 8 12 20 90"; one number if all are the same. */
static void add_points(struct listing *listing, const struct task_stratum *stratum,
                       const uint32_t points[SIZE_POINTS])
{
    if (stratum->tasks == 0)
        listing_cell(listing, "-");
    else if (points[0] == points[SIZE_POINTS - 1])
        listing_cell(listing, "%" PRIu32, points[0]);
    else
        listing_cell(listing, "%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, points[0],
                     points[1], points[2], points[3], points[4]);
}

static void print_sizes(const struct answer_tasks *answer, struct output *output)
{
    static const struct listing_column COLUMNS[] = {{.title = "part"},
                                                    {.title = "scenario"},
                                                    {.title = "tasks", .side = LISTING_RIGHT},
                                                    {.title = "rows of a task", .missed = 1},
                                                    {.title = "support"},
                                                    {.title = "query"},
                                                    {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (uint32_t g = 0; g < TASK_STRATA; g++) {
        const struct task_stratum *stratum = answer_stratum(answer, g);
        add_stratum_name(listing, stratum);
        add_count(listing, stratum->tasks);
        add_bounds(listing, stratum);
        add_points(listing, stratum, stratum->support);
        if (stratum->part == TASK_PARTS)
            listing_cell(listing, "new each epoch");
        else
            add_points(listing, stratum, stratum->query);
    }
    print_listing(listing, "Tasks. Rows: least, lower quartile, median, upper quartile, most",
                  output);
}

static void print_shots(const struct answer_tasks *answer, struct output *output)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "part"}, {.title = "scenario"}, {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < answer->shot_count; i++) {
        char title[SHOTS_TEXT];
        listing_add_numbers(listing, shots_words(answer->shots[i], title), 0);
    }
    for (uint32_t g = 0; g + 1 < TASK_STRATA; g++) {
        const struct task_stratum *stratum = answer_stratum(answer, g);
        if (stratum->tasks == 0)
            continue;
        add_stratum_name(listing, stratum);
        for (size_t i = 0; i < answer->shot_count; i++)
            add_count(listing, stratum->at_shots[i]);
    }
    print_listing(listing, "Tasks that have so many support rows", output);
}

static void print_groups(const struct answer_tasks *answer, struct output *output)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "part"},
        {.title = "scenario"},
        {.title = "with a task", .side = LISTING_RIGHT},
        {.title = "too few rows", .side = LISTING_RIGHT},
        {.title = "too many", .side = LISTING_RIGHT},
        {.title = "no row", .side = LISTING_RIGHT},
        {.title = "all", .side = LISTING_RIGHT, .missed = 1},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (uint32_t g = 0; g < TASK_STRATA; g++) {
        const struct task_stratum *stratum = answer_stratum(answer, g);
        if (stratum->tasks + stratum->too_few + stratum->too_many == 0)
            continue;
        add_stratum_name(listing, stratum);
        add_count(listing, stratum->tasks);
        add_count(listing, stratum->too_few);
        add_count(listing, stratum->too_many);
        add_count(listing, stratum->absent);
        add_count(listing, stratum->tasks + stratum->too_few + stratum->too_many + stratum->absent);
    }
    print_listing(listing,
                  answer->keyed            ? "Users with one key"
                  : tasks_of_items(answer) ? "Items"
                                           : "Users",
                  output);
}

static void print_fates(const struct answer_tasks *answer, struct output *output)
{
    static const struct listing_column COLUMNS[] = {{.title = "are", .fit = LISTING_CUT},
                                                    {.title = "rows", .side = LISTING_RIGHT},
                                                    {.title = "share", .side = LISTING_RIGHT},
                                                    {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    char share[FIGURE_TEXT];
    uint32_t sum = 0;
    for (uint32_t i = 0; i < ROW_FATE_COUNT; i++) {
        if (answer->fates[i] == 0)
            continue;
        sum += answer->fates[i];
        listing_cell(listing, "%s", fate_words[i].words);
        add_count(listing, answer->fates[i]);
        listing_cell(listing, "%s", figure_percent((double)answer->fates[i] / answer->rows, share));
    }
    listing_cell(listing, "all rows of the ratings");
    add_count(listing, sum);
    listing_cell(listing, " ");
    listing_end(listing);
    print_listing(listing, "Rows of the ratings", output);
}

static void print_findings(const struct answer_tasks *answer, struct output *output)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "counted in the training rows and the tasks of all draws", .fit = LISTING_CUT},
        {.title = "found", .side = LISTING_RIGHT},
        {.title = "must be", .side = LISTING_RIGHT},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (uint32_t i = 0; i < TASK_FINDING_COUNT; i++) {
        bool must = finding_words[i].must;
        listing_cell(listing, "%s", finding_words[i].words);
        add_count(listing, answer->findings[i]);
        listing_style(listing, !must ? INK_PLAIN : answer->findings[i] ? INK_BAD : INK_GOOD);
        listing_cell(listing, "%s", must ? "0" : "-");
    }
    print_listing(listing, "What is disjoint", output);
}

static void print_negatives(const struct answer_tasks *answer, struct output *output)
{
    char rows[FIGURE_TEXT];
    if (answer->negatives == 0)
        return;
    char *sentence =
        memory_format("Beside each row stand %" PRIu32 " sampled negatives with the "
                      "target 0, by %s: %s in all. A query counts them; "
                      "support and shots are of rows of the ratings.",
                      answer->negatives, answer->negatives_by, figure_count(answer->sampled, rows));
    output_paragraph(output, sentence, 0);
    free(sentence);
}

static void print_survey(const struct answer_tasks *answer, struct output *output)
{
    char users[FIGURE_TEXT], items[FIGURE_TEXT], rows[FIGURE_TEXT], draws[FIGURE_TEXT],
        groups[FIGURE_TEXT];
    output_ink(output, INK_STRONG);
    output_foreign(output, answer->data);
    output_ink(output, INK_PLAIN);
    output_print(output, ": %s, %s, %s\n", figure_of(answer->users, "user", users),
                 figure_of(answer->items, "item", items), figure_of(answer->rows, "rating", rows));
    output_print(output, "A task is one %s", answer->subject);
    if (answer->keyed)
        output_print(output, " with one key: %s", figure_of(answer->groups, "group", groups));
    output_print(output, ". Split: %s, seed %" PRIu64 ", %s of test tasks.\n", answer->split,
                 answer->seed, figure_of(answer->draws, "draw", draws));
    print_negatives(answer, output);
    print_sizes(answer, output);
    print_shots(answer, output);
    print_groups(answer, output);
    print_fates(answer, output);
    print_findings(answer, output);
}

/* -- paper: one task --------------------------------------------------------------------------- */

static void add_row(struct listing *listing, const struct answer_tasks *answer, uint32_t row,
                    const char **text)
{
    char value[FIGURE_TEXT];
    for (int i = 0; i < 2; i++, *text += strlen(*text) + 1)
        if (i == 0 || !tasks_of_items(answer))
            listing_foreign(listing, **text ? *text : NULL);
    listing_number(listing, (double)answer->values[row],
                   figure_number((double)answer->values[row], value));
    if (answer->time_count == 0)
        return;
    if (answer->times[row] == INT64_MIN)
        listing_cell(listing, "-");
    else
        listing_cell(listing, "%s", figure_time(answer->times[row], value));
}

static struct listing *list_rows(const struct answer_tasks *answer)
{
    static const struct listing_column COLUMNS[] = {{.title = "is"}, {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    bool items = tasks_of_items(answer);
    listing_add_column(listing, (struct listing_column){.title = items ? "user" : "item"});
    if (!items)
        listing_add_column(listing, (struct listing_column){.title = "title", .fit = LISTING_CUT});
    listing_add_column(listing, (struct listing_column){.title = "value", .side = LISTING_RIGHT});
    if (answer->time_count > 0)
        listing_add_column(listing, (struct listing_column){.title = "time", .missed = 1});
    bool training = answer->part == TASK_PARTS;
    const char *text = answer_text(answer, answer->query);
    for (uint32_t i = 0, shown = 0; i < answer->support; i++) {
        bool sampled = answer_is_sampled(answer, answer->query + i);
        shown += !sampled;
        if (training)
            listing_cell(listing, "learned from%s", sampled ? ", sampled" : "");
        else
            listing_cell(listing, "shown %" PRIu32 "%s", shown, sampled ? ", sampled" : "");
        add_row(listing, answer, answer->query + i, &text);
    }
    text = answer->texts;
    for (uint32_t i = 0; i < answer->query; i++) {
        listing_cell(listing, "asked%s", answer_is_sampled(answer, i) ? ", sampled" : "");
        listing_style(listing, INK_KEY);
        add_row(listing, answer, i, &text);
    }
    return listing;
}

/* The rows elsewhere. */
static void print_places(const struct answer_tasks *answer, struct output *output)
{
    static const struct listing_column COLUMNS[] = {{.title = "part"},
                                                    {.title = "scenario"},
                                                    {.title = "rows", .side = LISTING_RIGHT},
                                                    {.title = "rows of a task"},
                                                    {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (uint32_t g = 0; g < TASK_STRATA; g++) {
        if (answer->places[g] == 0)
            continue;
        add_stratum_name(listing, answer_stratum(answer, g));
        add_count(listing, answer->places[g]);
        add_bounds(listing, answer_stratum(answer, g));
    }
    print_listing(listing,
                  answer->keyed ? "All rows of the user with the key that are in the split"
                  : tasks_of_items(answer) ? "All rows of the item that are in the split"
                                           : "All rows of the user that are in the split",
                  output);
}

static void print_opened(const struct answer_tasks *answer, struct output *output)
{
    char shown[FIGURE_TEXT], asked[FIGURE_TEXT];
    output_ink(output, INK_STRONG);
    output_print(output, "%s ", answer->subject);
    output_foreign(output, answer->user);
    if (*answer->title) {
        output_print(output, " ");
        output_foreign(output, answer->title);
    }
    if (answer->keyed) {
        output_print(output, ", ");
        output_foreign(output, answer->key);
    }
    output_ink(output, INK_PLAIN);
    if (answer->part == TASK_PARTS)
        output_print(output, ": %s, drawn anew in each epoch\n",
                     figure_of(answer->support, "training row", shown));
    else
        output_print(output, ": %s task, %s, draw %" PRIu32 ": %s, %s\n",
                     task_part_words[answer->part], task_scenario_words[answer->scenario],
                     answer->draw + 1, figure_of(answer->support, "support row", shown),
                     figure_of(answer->query, "query row", asked));
    print_negatives(answer, output);
    print_listing(list_rows(answer), "Rows, in the order in which they are shown", output);
    print_places(answer, output);
}

/* -- the command ------------------------------------------------------------------------------- */

/* A split that is not disjoint is a failure, whatever was asked. */
static int show(struct command_context *context, const struct arguments *arguments,
                const struct answer_tasks *answer)
{
    uint32_t faults = answer_faults(answer);
    if (arguments_has(arguments, "json"))
        tasks_write_json(answer, context->out);
    else if (*answer->user)
        print_opened(answer, context->out);
    else
        print_survey(answer, context->out);
    if (faults == 0)
        return STATUS_OK;
    output_paragraph(context->complain,
                     "thaw: the tasks are not disjoint: a number that must be 0 is not", 2);
    return STATUS_FAILED;
}

int handle_tasks(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct start_request request = {0};
    struct keeper_question asked = {.type = QUESTION_TASKS};
    struct keeper_answer reply = {0};
    struct keeper *keeper = NULL;
    bool good = read_question(arguments, &asked.question.tasks, &error) &&
                start_read(&request, arguments->words[0], arguments, &error);
    asked.script = &request.options;
    good = good && (keeper = start_connect(context, request.unjailed, &error)) &&
           keeper_ask(keeper, &asked, &reply, &error);
    keeper_disconnect(keeper);
    start_release(&request);
    int status = STATUS_OK;
    if (good) {
        follow_warn(context, reply.note);
        status = show(context, arguments, &reply.answer.tasks);
    }
    keeper_answer_release(&reply);
    return good ? status : handle_failure(context, &error);
}
