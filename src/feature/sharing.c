/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sharing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "number_fit.h"

/* Whether a word is the text of a cell or an id: equal texts of two parts are the same word. */
static bool has_texts(const struct feature_part *part)
{
    return part->kind == PART_IDENTITY || part->kind == PART_CATEGORY || part->kind == PART_BAG ||
           (part->kind == PART_NEIGHBOURS && part->neighbours == NEIGHBOURS_IDENTITY);
}

bool sharing_learns(const struct feature_part *part)
{
    return part->share && has_texts(part);
}

bool sharing_joins(const struct feature_part *part, const struct feature_part *other)
{
    return part->share && other->share && strcmp(part->share, other->share) == 0;
}

static size_t find(const struct sharing *sharing, const struct feature_part *part)
{
    size_t at = 0;
    while (at < sharing->count && strcmp(sharing->names[at], part->share) != 0)
        at++;
    return at;
}

void sharing_init(struct sharing *sharing, const struct feature_parts *parts)
{
    *sharing = (struct sharing){.names = memory_array(parts->count, sizeof *sharing->names),
                                .words = memory_array(parts->count, sizeof(struct id_map *))};
    for (size_t i = 0; i < parts->count; i++) {
        const struct feature_part *part = &parts->parts[i];
        if (!sharing_learns(part) || find(sharing, part) < sharing->count)
            continue;
        sharing->names[sharing->count] = part->share;
        sharing->words[sharing->count++] = id_map_new();
    }
}

void sharing_release(struct sharing *sharing)
{
    for (size_t i = 0; i < sharing->count; i++)
        id_map_free(sharing->words[i]);
    free(sharing->words);
    free(sharing->names);
    *sharing = (struct sharing){0};
}

struct id_map *sharing_words(const struct sharing *sharing, const struct feature_part *part)
{
    size_t at = part->share ? find(sharing, part) : sharing->count;
    return at < sharing->count && sharing_learns(part) ? sharing->words[at] : NULL;
}

/* What a part's words are, in messages. */
static const char *words_of(const struct feature_part *part, const struct feature_field *field)
{
    if (field->kind == FEATURE_NUMBER)
        return "numbers";
    return part->kind == PART_HASH ? "hashed words" : "words";
}

static bool refuse(const struct feature_part *part, const struct feature_field *field,
                   const struct feature_part *other, const struct feature_field *first,
                   struct error *error)
{
    char name[64], with[64];
    uint32_t one = field->vocabulary ? field->vocabulary - 1 : field->columns;
    uint32_t two = first->vocabulary ? first->vocabulary - 1 : first->columns;
    return error_set(
        error, ERROR_SCRIPT, "it shares \"%s\" with `%s`, but has %u %s where that has %u %s",
        text_safe(part->share, name, sizeof name), text_safe(first->name, with, sizeof with), one,
        words_of(part, field), two, words_of(other, first));
}

bool sharing_check(const struct feature_parts *parts, const struct feature_field *fields,
                   size_t number, struct error *error)
{
    const struct feature_part *part = &parts->parts[number];
    const struct feature_field *field = &fields[number];
    if (part->share && (part->kind == PART_BUCKET || part->kind == PART_CROSS))
        return error_set(error, ERROR_SCRIPT,
                         "`share` is for identities, categories, bags, hashes, neighbours and "
                         "numbers: a %s has words that no other part has",
                         part->kind == PART_BUCKET ? "bucket" : "cross");
    for (size_t i = 0; i < number; i++) {
        const struct feature_part *other = &parts->parts[i];
        if (!sharing_joins(part, other))
            continue;
        bool same = field->vocabulary == fields[i].vocabulary &&
                    field->columns == fields[i].columns &&
                    (part->kind == PART_HASH) == (other->kind == PART_HASH);
        return same || refuse(part, field, other, &fields[i], error);
    }
    return true;
}
