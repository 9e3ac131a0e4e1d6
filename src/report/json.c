/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/yajl_memory.h"
#include "report/figures.h"

struct json {
    yajl_gen generator;
    struct output *output;
};

static void print(void *context, const char *text, size_t length)
{
    output_raw(context, text, length);
}

static void check(yajl_gen_status status)
{
    assert(status == yajl_gen_status_ok);
    (void)status;
}

struct json *json_new_lines(struct output *output)
{
    struct json *json = memory_new(sizeof *json);
    json->output = output;
    json->generator = yajl_gen_alloc(YAJL_MEMORY);
    yajl_gen_config(json->generator, yajl_gen_print_callback, print, output);
    return json;
}

struct json *json_new(struct output *output)
{
    struct json *json = json_new_lines(output);
    yajl_gen_config(json->generator, yajl_gen_beautify, 1);
    yajl_gen_config(json->generator, yajl_gen_indent_string, "  ");
    return json;
}

void json_end_line(struct json *json)
{
    yajl_gen_reset(json->generator, "\n");
}

void json_finish(struct json *json)
{
    yajl_gen_free(json->generator);
    free(json);
}

static void write_text(struct json *json, const char *text)
{
    size_t length = strlen(text);
    if (text_is_utf8(text, length)) {
        check(yajl_gen_string(json->generator, (const unsigned char *)text, length));
        return;
    }
    char *safe = memory_new(10 * length + 1);
    text_safe(text, safe, 10 * length + 1);
    check(yajl_gen_string(json->generator, (const unsigned char *)safe, strlen(safe)));
    free(safe);
}

static void write_key(struct json *json, const char *key)
{
    if (key)
        write_text(json, key);
}

void json_open_object(struct json *json, const char *key)
{
    write_key(json, key);
    check(yajl_gen_map_open(json->generator));
}

void json_close_object(struct json *json)
{
    check(yajl_gen_map_close(json->generator));
}

void json_open_array(struct json *json, const char *key)
{
    write_key(json, key);
    check(yajl_gen_array_open(json->generator));
}

void json_close_array(struct json *json)
{
    check(yajl_gen_array_close(json->generator));
}

void json_null(struct json *json, const char *key)
{
    write_key(json, key);
    check(yajl_gen_null(json->generator));
}

void json_text(struct json *json, const char *key, const char *text)
{
    if (!text) {
        json_null(json, key);
        return;
    }
    write_key(json, key);
    write_text(json, text);
}

void json_number(struct json *json, const char *key, double value)
{
    if (!isfinite(value)) {
        json_null(json, key);
        return;
    }
    char digits[FIGURE_TEXT];
    json_digits(json, key, figure_exact(value, digits));
}

void json_integer(struct json *json, const char *key, int64_t value)
{
    write_key(json, key);
    check(yajl_gen_integer(json->generator, value));
}

void json_digits(struct json *json, const char *key, const char *digits)
{
    write_key(json, key);
    check(yajl_gen_number(json->generator, digits, strlen(digits)));
}

void json_boolean(struct json *json, const char *key, bool value)
{
    write_key(json, key);
    check(yajl_gen_bool(json->generator, value));
}

void json_moment(struct json *json, const char *key, int64_t time)
{
    char text[FIGURE_TEXT];
    json_text(json, key, time == INT64_MIN ? NULL : figure_moment(time, text));
}
