/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "column_names.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* Names by role, the most specific first, in lower case and without what column_names_match skips.
 * Names after "|" decide only if the values agree. "id" counts as an id only in tables of users and
 * items. */
static const struct {
    bool parts[DATASET_TABLES]; /* tables that can have the role */
    const char *names;
} known[] = {
    [ROLE_OTHER] = {{false}, ""},
    [ROLE_USER] = {{true, true, false},
                   "user userid useridentifier uid reviewerid customerid memberid personid "
                   "listenerid usermd5 u username id"},
    [ROLE_ITEM] = {{true, false, true},
                   "item itemid movieid filmid productid parentasin asin isbn bookid artistid "
                   "trackid songid placeid businessid videoid appid gameid "
                   "jokeid recipeid iid id movie film product book artist track "
                   "song place i"},
    [ROLE_RATING] = {{true, false, false},
                     "rating ratings bookrating stars score value overall weight count playcount "
                     "plays r hours watchratio"},
    [ROLE_TIME] = {{true, false, false},
                   "timestamp unixtime unixreviewtime ratedat ts | time datetime date"},
    [ROLE_TITLE] = {{false, false, true},
                    "title movietitle itemtitle booktitle name itemname moviename productname"},
};

static bool is_skipped(char character)
{
    return character == ' ' || character == '_' || character == '-' || character == '.';
}

bool column_names_match(const char *left, const char *right)
{
    for (;;) {
        while (is_skipped(*left))
            left++;
        while (is_skipped(*right))
            right++;
        if (tolower((unsigned char)*left) != tolower((unsigned char)*right))
            return false;
        if (*left == '\0')
            return true;
        left++;
        right++;
    }
}

static size_t place_of(const char *name, char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (column_names_match(name, names[i]))
            return i;
    return SIZE_MAX;
}

size_t column_with_role(enum dataset_table part, enum column_role role, char *const *names,
                        size_t count, bool *sure)
{
    const char *word = known[role].parts[part] ? known[role].names : "";
    size_t place = SIZE_MAX, length;
    *sure = true;
    for (; *word != '\0' && place == SIZE_MAX; word += length + (word[length] == ' ')) {
        char name[32];
        length = strcspn(word, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, word);
        if (*name == '|')
            *sure = false;
        else if (part != DATASET_RATINGS || strcmp(name, "id") != 0)
            place = place_of(name, names, count);
    }
    return place;
}

char *column_name_clean(const char *text, size_t length)
{
    static const char *const types[] = {":token", ":token_seq", ":float", ":float_seq"};
    while (length > 0 && isspace((unsigned char)*text))
        text++, length--;
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t suffix = strlen(types[i]);
        if (length > suffix && memcmp(text + length - suffix, types[i], suffix) == 0) {
            length -= suffix;
            break;
        }
    }
    char *name = memory_new(length + 1);
    memcpy(name, text, length);
    return name;
}
