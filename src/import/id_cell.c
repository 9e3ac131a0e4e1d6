/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "id_cell.h"

#include <stdio.h>
#include <string.h>

#include "cells.h"

static bool is_whole(const char *text, size_t length)
{
    size_t at = length > 0 && *text == '-';
    if (at == length)
        return false;
    while (at < length && text[at] >= '0' && text[at] <= '9')
        at++;
    return at == length;
}

static bool is_pointed(const char *text, size_t length)
{
    return length > 2 && text[length - 2] == '.' && text[length - 1] == '0' &&
           is_whole(text, length - 2);
}

bool id_cell_is_missing(const struct id_form *form, const char *text, size_t length, bool exact,
                        const char *words)
{
    if (length == 0 || exact)
        return length == 0;
    if (!words && *text >= '0' && *text <= '9')
        return false;
    return form->numbered ? cell_is_missing(text, length, words)
                          : cell_id_is_missing(text, length, words);
}

bool id_cell_trim(const char **text, size_t *length)
{
    size_t whole = *length;
    cell_trim(text, length);
    return *length < whole;
}

bool id_cell_learn(struct id_form *form, const char *text, size_t length, bool exact)
{
    form->given++;
    bool pointed = is_pointed(text, length), number = pointed || is_whole(text, length);
    form->pointed += pointed;
    form->keeps_points = form->keeps_points || exact || !number;
    return number;
}

bool id_cell_has_twin(const struct id_map *ids, const char *id, size_t length)
{
    char twin[ID_MAP_LONGEST + 3];
    uint32_t number;
    bool pointed = is_pointed(id, length);
    if (!pointed && !is_whole(id, length))
        return false;
    snprintf(twin, sizeof twin, "%.*s%s", (int)length - (pointed ? 2 : 0), id, pointed ? "" : ".0");
    return id_map_find(ids, twin, strlen(twin), &number);
}

void id_cell_cut(const struct id_form *form, const char *text, size_t *length)
{
    if (!form->keeps_points && form->pointed > 0)
        *length = id_cell_whole_length(text, *length);
}

size_t id_cell_whole_length(const char *text, size_t length)
{
    return is_pointed(text, length) ? length - 2 : length;
}
