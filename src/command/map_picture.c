/* SPDX-License-Identifier: MIT
 *
 * `thaw map --picture`: users or items as points of the plane, on paper, as SVG or as JSON. The
 * worker makes the points (src/worker/picture_view.c); report/picture.h draws them.
 */
#include "config.h"

#include <string.h>

#include "base/file_output.h"
#include "base/text.h"
#include "command/picture_answer.h"
#include "map_question.h"
#include "report/json.h"

/* Rows of a picture on paper, by its width. */
enum { LEAST_ROWS = 8, MOST_ROWS = 40, ACROSS = 5, USUAL_WIDTH = 80 };

static int choice_of(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static bool read_question(const struct arguments *arguments, struct question_picture *question,
                          struct error *error)
{
    static const char *const WHAT[] = {"users", "items", NULL};
    static const char *const METHODS[] = {"pca", "tsne", NULL};
    const char *method = arguments_value(arguments, "method");
    const char *by = arguments_value(arguments, "by"), *field = arguments_value(arguments, "field");
    const char *what = arguments_value(arguments, "picture");
    int subject = choice_of(what, WHAT), way = method ? choice_of(method, METHODS) : 0;
    static const char *const OTHERS[] = {"user", "item", "row"};
    char shown[64];
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (arguments_has(arguments, OTHERS[i]))
            return error_set(error, ERROR_USAGE,
                             "--picture is of all users or items: leave --%s out", OTHERS[i]);
    if (subject < 0)
        return error_set(error, ERROR_USAGE, "--picture is of users or items, not \"%s\"",
                         text_safe(what, shown, sizeof shown));
    if (way < 0)
        return error_set(error, ERROR_USAGE, "--method is pca or tsne, not \"%s\"",
                         text_safe(method, shown, sizeof shown));
    *question = (struct question_picture){subject == 0 ? MAP_USER : MAP_ITEM, (uint32_t)way,
                                          by ? by : "", field ? field : ""};
    return true;
}

static void print(const struct picture_answer *read, const struct answer_picture *answer,
                  struct output *output)
{
    int width = output->width > 0 ? (int)output->width : USUAL_WIDTH, height = width / ACROSS;
    height = height < LEAST_ROWS ? LEAST_ROWS : height > MOST_ROWS ? MOST_ROWS : height;
    output_heading(output, read->title);
    picture_print(&read->picture, height, output);
    if (*answer->by) {
        output_ink(output, INK_DIM);
        output_print(output, "Colours: ");
        output_foreign(output, answer->by);
        output_print(output, ". ");
        output_ink(output, INK_PLAIN);
    }
    map_print_space(output, (enum point_space)answer->space, answer->euclid, answer->fields,
                    answer->field_texts);
}

/* The file must not exist. */
static bool write_svg(const struct picture_answer *read, const char *path, struct output *output,
                      struct error *error)
{
    struct file_output file;
    bool exists;
    char shown[200];
    if (!file_output_begin(&file, path, false, &exists, error))
        return false;
    struct output into = output_for(file.descriptor, COLOUR_NEVER, false);
    picture_svg(&read->picture, &into);
    bool good = output_flush(&into) && !into.failed;
    output_release(&into);
    if (!good)
        error_set(error, ERROR_USAGE, "cannot write \"%s\"", text_safe(path, shown, sizeof shown));
    if (!file_output_finish(&file, good, error) || !good)
        return false;
    output_print(output, "%s: written to \"%s\"\n", read->title,
                 text_safe(path, shown, sizeof shown));
    return true;
}

static void write_json(const struct picture_answer *read, const struct question_picture *question,
                       const struct answer_picture *answer, const char *run, struct output *output)
{
    struct json *json = json_new(output);
    bool tsne = question->method == PICTURE_TSNE;
    json_open_object(json, NULL);
    json_text(json, "picture", question->subject == MAP_USER ? "users" : "items");
    json_text(json, "method", tsne ? "tsne" : "pca");
    json_text(json, "run", *run ? run : NULL);
    json_text(json, "space", map_space_name((enum point_space)answer->space));
    json_integer(json, "total", answer->total);
    if (tsne) {
        json_number(json, "divergence", answer->first);
        json_integer(json, "steps", PICTURE_STEPS);
    } else {
        json_number(json, "share_x", answer->first);
        json_number(json, "share_y", answer->second);
    }
    json_text(json, "by", *answer->by ? answer->by : NULL);
    json_open_array(json, "points");
    for (uint32_t i = 0; i < answer->count; i++) {
        uint32_t group = answer->group_of[i];
        json_open_object(json, NULL);
        json_text(json, "id", read->ids[i]);
        json_text(json, "title", *read->titles[i] ? read->titles[i] : NULL);
        json_number(json, "x", (double)answer->points[2 * i]);
        json_number(json, "y", (double)answer->points[2 * i + 1]);
        json_text(json, "group", group < answer->group_texts ? read->of_group[group] : NULL);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
    json_finish(json);
}

int map_picture(struct command_context *context, const struct arguments *arguments)
{
    struct error error;
    struct keeper_question asked = {.type = QUESTION_PICTURE};
    const struct question_picture *question = &asked.question.picture;
    struct keeper_answer reply = {0};
    struct picture_answer read = {0};
    char run[96];
    const char *svg = arguments_value(arguments, "svg");
    bool good = read_question(arguments, &asked.question.picture, &error) &&
                map_ask(context, arguments, &asked, &reply, run, &error);
    if (good)
        picture_answer_read(&read, question, &reply.answer.picture, run);
    if (good && svg)
        good = write_svg(&read, svg, context->out, &error);
    else if (good && arguments_has(arguments, "json"))
        write_json(&read, question, &reply.answer.picture, run, context->out);
    else if (good)
        print(&read, &reply.answer.picture, context->out);
    picture_answer_release(&read);
    keeper_answer_release(&reply);
    return good ? STATUS_OK : handle_failure(context, &error);
}
