/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/folding.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

char *folding_of(const char *text, size_t length)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t size = utf8proc_map(
        (const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &folded,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    return size < 0 ? NULL : (char *)folded;
}

/* The library knows no scripts. Folding leaves no other forms of these characters. */
static bool is_unspaced(utf8proc_int32_t character)
{
    static const struct {
        utf8proc_int32_t first, last;
    } RANGES[] = {
        {0x3005, 0x3007},   /* signs of repetition, zero */
        {0x3040, 0x30FF},   /* Hiragana, Katakana */
        {0x31F0, 0x31FF},   /* Katakana extensions */
        {0x3400, 0x4DBF},   /* Han */
        {0x4E00, 0x9FFF},   /* Han */
        {0xF900, 0xFAFF},   /* Han, compatibility */
        {0x20000, 0x3FFFF}, /* Han */
    };
    for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES; i++)
        if (character >= RANGES[i].first && character <= RANGES[i].last)
            return true;
    return false;
}

static enum folding_class class_of(utf8proc_int32_t character)
{
    if (character == '\'' || character == 0x2019 || character == 0x02BC)
        return FOLDING_APOSTROPHE;
    if (character == '.' || character == ',')
        return FOLDING_POINT;
    switch (utf8proc_category(character)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return is_unspaced(character) ? FOLDING_UNSPACED : FOLDING_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return is_unspaced(character) ? FOLDING_UNSPACED : FOLDING_DIGIT;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return FOLDING_MARK;
    default:
        return FOLDING_OTHER;
    }
}

size_t folding_character(const char *text, enum folding_class *class)
{
    utf8proc_int32_t character;
    *class = FOLDING_OTHER;
    if (!*text)
        return 0;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &character);
    if (used <= 0)
        return 1;
    *class = class_of(character);
    return (size_t)used;
}
