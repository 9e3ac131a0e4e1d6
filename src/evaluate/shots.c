/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "evaluate/shots.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *shots_words(uint32_t shots, char text[SHOTS_TEXT])
{
    if (shots == SHOTS_ALL)
        return strcpy(text, "all");
    snprintf(text, SHOTS_TEXT, "%" PRIu32, shots);
    return text;
}
