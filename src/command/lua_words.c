/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command/lua_words.h"

#include <string.h>

#include "base/memory.h"
#include "base/suggestion.h"
#include "src/command/lua_words_text.h" /* made by src/declare_main.c */

enum { DECLARATIONS = sizeof declarations / sizeof *declarations };

const struct declaration *declaration_at(size_t index)
{
    return index < DECLARATIONS ? &declarations[index] : NULL;
}

const char *declaration_difference_at(size_t index)
{
    return differences[index];
}

const char *declaration_last(const struct declaration *declaration)
{
    const char *last = declaration->name;
    for (const char *at = last; *at; at++)
        if (*at == '.' || *at == ':')
            last = at + 1;
    return last;
}

static const char *without_thaw(const char *name)
{
    static const char PREFIX[] = "thaw.";
    return strncmp(name, PREFIX, sizeof PREFIX - 1) == 0 ? name + sizeof PREFIX - 1 : name;
}

size_t declaration_find(const char *word, const struct declaration **found, size_t most)
{
    const char *bare = without_thaw(word);
    size_t count = 0;
    bool whole = strpbrk(word, ".:") != NULL;
    for (size_t i = 0; i < DECLARATIONS && most && whole; i++)
        if (strcmp(without_thaw(declarations[i].name), bare) == 0) {
            found[0] = &declarations[i];
            return 1;
        }
    for (size_t i = 0; i < DECLARATIONS && count < most; i++)
        if (strcmp(declaration_last(&declarations[i]), word) == 0)
            found[count++] = &declarations[i];
    return count;
}

const char *declaration_suggest(const char *word)
{
    const char *names[2 * DECLARATIONS];
    for (size_t i = 0; i < DECLARATIONS; i++) {
        names[i] = without_thaw(declarations[i].name);
        names[DECLARATIONS + i] = declaration_last(&declarations[i]);
    }
    return suggest(without_thaw(word), names, 2 * (size_t)DECLARATIONS);
}

char *declaration_script(const struct declaration *declaration)
{
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        if (strcmp(frames[i].name, declaration->frame) == 0)
            return memory_format("%s%s%s", frames[i].before, declaration->example, frames[i].after);
    return memory_format("%s\n", declaration->example);
}
