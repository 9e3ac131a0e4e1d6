/* SPDX-License-Identifier: MIT
 *
 * JSON: any sequence of values gives a text that a parser accepts. The text has no control
 * characters except newlines, and holds the original numbers.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/text.h"
#include "report/json.h"
#include "fuzz.h"

enum { DEEPEST = 32, NUMBERS = 64 };

struct world {
    struct json *json;
    bool objects[DEEPEST]; /* else an array */
    size_t depth;
    double numbers[NUMBERS];
    size_t count, parsed;
};

static int take_number(void *context, const char *text, size_t length)
{
    struct world *world = context;
    double number;
    fuzz_require(text_number(text, length, &number), "a number is a decimal one");
    fuzz_require(world->parsed < world->count && world->numbers[world->parsed] == number,
                 "a number reads as what it was");
    world->parsed++;
    return 1;
}

static void note(struct world *world, double number)
{
    if (isfinite(number))
        world->numbers[world->count++] = number;
}

static void add(struct world *world, struct fuzz_input *input)
{
    uint8_t choice = fuzz_byte(input) % 8;
    char *key = world->objects[world->depth - 1] ? fuzz_text(input, 0) : NULL, *text;
    double number;
    uint64_t bits;
    switch (choice) {
    case 0:
    case 1:
        if (world->depth == DEEPEST)
            break;
        (choice == 0 ? json_open_object : json_open_array)(world->json, key);
        world->objects[world->depth++] = choice == 0;
        break;
    case 2:
        bits = fuzz_number(input, 8);
        memcpy(&number, &bits, sizeof number);
        json_number(world->json, key, number);
        note(world, number);
        break;
    case 3:
        number = (double)(int32_t)fuzz_number(input, 4);
        json_integer(world->json, key, (int64_t)number);
        note(world, number);
        break;
    case 4:
        json_boolean(world->json, key, fuzz_byte(input) & 1);
        break;
    case 5:
        json_moment(world->json, key, (int64_t)fuzz_number(input, 8));
        break;
    default:
        text = fuzz_text(input, 0);
        json_text(world->json, key, text);
        free(text);
    }
    free(key);
}

static void close_one(struct world *world)
{
    (world->objects[--world->depth] ? json_close_object : json_close_array)(world->json);
}

static void parse(struct world *world, const char *text, size_t size)
{
    static const yajl_callbacks CALLBACKS = {.yajl_number = take_number};
    fuzz_require(text_is_utf8(text, size), "JSON is UTF-8");
    for (size_t i = 0; i < size; i++)
        fuzz_require((unsigned char)text[i] >= 0x20 || text[i] == '\n',
                     "JSON holds no control character but the newline");
    yajl_handle parser = yajl_alloc(&CALLBACKS, NULL, world);
    fuzz_require(yajl_parse(parser, (const unsigned char *)text, size) == yajl_status_ok &&
                     yajl_complete_parse(parser) == yajl_status_ok,
                 "JSON can be parsed");
    yajl_free(parser);
    fuzz_require(world->parsed == world->count, "all numbers are there");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct output output = output_to_text(80, false);
    struct world world = {.json = json_new(&output), .objects = {true}, .depth = 1};
    json_open_object(world.json, NULL);
    while (input.size > 0 && world.count < NUMBERS) {
        if (fuzz_byte(&input) % 8 == 0 && world.depth > 1)
            close_one(&world);
        else
            add(&world, &input);
    }
    while (world.depth > 0)
        close_one(&world);
    json_finish(world.json);
    parse(&world, output_text(&output), output.text.size);
    output_release(&output);
    return 0;
}
