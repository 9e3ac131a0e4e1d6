/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "hostile_scripts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define LONG "local s = ('xx'):rep(1 << 19) " /* the longest there may be */

enum {
    OK = OUTCOME_OK,
    E = OUTCOME_ERROR,
    T = OUTCOME_TIME,
    M = OUTCOME_MEMORY,
    D = OUTCOME_DENIED
};

const struct hostile_script hostile_scripts[] = {
#include "hostile_language.inc"
#include "hostile_library.inc"
#include "hostile_thaw.inc"
};

const size_t hostile_script_count = sizeof hostile_scripts / sizeof *hostile_scripts;

/* -- sources ------------------------------------------------------------------------------------*/

static void add(struct bytes *source, const char *text)
{
    bytes_add(source, text, strlen(text));
}

static void add_text(struct bytes *source, const struct hostile_script *script)
{
    for (const char *at = script->text; *at; at++) {
        if (*at != '@' || !script->unit) {
            bytes_add_u8(source, (uint8_t)*at);
            continue;
        }
        for (size_t i = 0; i < script->count; i++)
            add(source, script->unit);
    }
}

static const struct {
    const char *before, *after;
} places[] = {
    [PLACE_LOAD] = {"local thaw = require 'thaw'\n;(function()\n",
                    "\nend)()\nreturn thaw.experiment { data = 'toy' }\n"},
    [PLACE_FILE] = {"", ""},
    [PLACE_MAPPING] =
        {"local thaw = require 'thaw'\nreturn thaw.experiment { data = 'toy', mapping = { "
         "item = { f = function(row)\n",
         "\nend } } }\n"},
    [PLACE_LEARNER] =
        {"local thaw = require 'thaw'\nlocal own = thaw.learner.define { name = 'own', adapt "
         "= function(self, model, theta, support)\n",
         "\nreturn theta end }\nreturn thaw.experiment { data = 'toy', arms = { own = { "
         "model = thaw.mlp { embed = 2, hidden = { 2 } }, learner = own {} } } }\n"},
};

char *hostile_source(const struct hostile_script *script)
{
    struct bytes source = {0};
    add(&source, places[script->place].before);
    add_text(&source, script);
    add(&source, places[script->place].after);
    bytes_add_u8(&source, '\0');
    return (char *)source.data;
}

unsigned hostile_outcome(bool good, const char *sentence)
{
    static const char *const denials[] = {
        "is not defined", "not available",      "finalizers are", "garbage collection",
        "no module",      "a nil value (field", "binary chunk",   "index a boolean value"};
    if (good)
        return OUTCOME_OK;
    if (strstr(sentence, "the script was stopped"))
        return OUTCOME_TIME;
    if (strstr(sentence, "MiB of memory") || strstr(sentence, "a text of more than 1 MiB") ||
        strstr(sentence, "not enough memory"))
        return OUTCOME_MEMORY;
    if (!strstr(sentence, ".lua"))
        return 0;
    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++)
        if (strstr(sentence, denials[i]))
            return OUTCOME_DENIED | OUTCOME_ERROR;
    return OUTCOME_ERROR;
}
