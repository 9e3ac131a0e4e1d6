/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "wire/confinement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/memory.h"

enum { TEXT_MOST = 500 };

static const char *const names[LAYER_COUNT] = {CONFINEMENT_LAYERS(LIST_TEXT)};

bool confinement_suffices(const struct message_confined *confined, struct error *error)
{
    uint32_t number = confined->refused[LAYER_SECCOMP];
    return number == 0 ||
           error_set(error, ERROR_USAGE,
                     "without %s (%s) no script is run: say --unjailed for one that you trust; or "
                     "let the system, or its container, allow this filter of system calls",
                     names[LAYER_SECCOMP], strerror((int)number));
}

char *confinement_text(const struct message_confined *confined)
{
    const char *word = confined->refused[LAYER_SECCOMP] ? "unjailed" : "less confined";
    char *text = memory_new(TEXT_MOST + 1);
    size_t used = 0;
    for (int layer = 0; layer < LAYER_COUNT && used < TEXT_MOST; layer++) {
        uint32_t number = confined->refused[layer];
        if (number == 0)
            continue;
        if (used == 0)
            used = (size_t)snprintf(text, TEXT_MOST, "%s: the worker runs without ", word);
        else
            used += (size_t)snprintf(text + used, TEXT_MOST - used, "; ");
        if (used < TEXT_MOST)
            used += (size_t)snprintf(text + used, TEXT_MOST - used, "%s (%s)", names[layer],
                                     strerror((int)number));
    }
    return text;
}
