/* SPDX-License-Identifier: MIT
 *
 * Lua source and the settings that change it: the search for modules, the colours on the screen,
 * and loading in a sandbox. Any text gives an experiment or a printable sentence. Byte 0: the part
 * to test; settings apply to a small valid script.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/module_scan.h"
#include "fuzz.h"
#include "report/ink.h"
#include "screen/widget/lua_ink.h"
#include "script/script.h"

static const char GOOD[] =
    "local thaw = require \"thaw\"\n"
    "local model = thaw.mlp { embed = 4, hidden = { 4 } }\n"
    "return thaw.experiment { data = \"d\",\n"
    "  mapping = { user = { gender = thaw.map.category() }, item = { genres = thaw.map.bag() } },\n"
    "  arms = { mine = { model = model, learner = thaw.learn.ridge { epochs = 2 } },\n"
    "    bias = thaw.plain.bias() } }\n";

static void check_lines(const char *text)
{
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        fuzz_require(fuzz_is_safe(text, length), "what is said can be shown");
    }
}

static void print(void *context, const char *line)
{
    (void)context;
    check_lines(line);
}

static void load(const char *text, size_t size, const char *settings)
{
    struct script_source source = {
        .path = "fuzz.lua", .text = text, .size = size, .settings = settings};
    struct script_limits limits = script_limits_of(false);
    struct error error = {0};
    limits.memory = 16 << 20;
    limits.instructions = 1000000;
    limits.load_seconds = 2;
    struct script_host *host = script_host_new(&source, 1, &limits, print, NULL, &error);
    if (host) {
        const struct experiment *experiment = script_host_experiment(host);
        fuzz_require(experiment->arm_count > 0 && experiment->seed_count > 0 &&
                         fuzz_is_safe(experiment->name, strlen(experiment->name)),
                     "an experiment has a name, arms and seeds");
    } else {
        fuzz_require(*error.text != '\0', "a refusal is a sentence");
        check_lines(error.text);
    }
    script_host_free(host);
}

static void scan(const char *text, size_t size)
{
    struct bytes modules = {0};
    struct error error = {0};
    char *path = memory_format("%s/fuzz.lua", fuzz_folder());
    if (!module_scan(path, text, size, &modules, &error))
        check_lines(error.text);
    fuzz_require(modules.size == 0 || modules.data[modules.size - 1] == '\0', "modules end");
    bytes_release(&modules);
    free(path);
}

static void ink(char *text)
{
    struct lua_open open = {.level = -1};
    unsigned char *inks = memory_new(strlen(text) + 1);
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        size_t length = strlen(line);
        memset(inks, 0xFF, length);
        lua_ink(line, &open, inks);
        for (size_t i = 0; i < length; i++)
            fuzz_require(inks[i] < INK_COUNT, "every byte has an ink");
    }
    free(inks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input) % 8;
    if (choice == 0) {
        load((const char *)input.data, input.size, "");
    } else if (choice == 1) {
        char *settings = fuzz_text(&input, 0);
        load(GOOD, sizeof GOOD - 1, settings);
        free(settings);
    } else if (choice == 2) {
        scan((const char *)input.data, input.size);
    } else {
        char *text = fuzz_text(&input, 0);
        scan(text, strlen(text));
        ink(text);
        free(text);
    }
    return 0;
}
