/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "column_names.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"

/* Names by role, telling ones first, written without case and without what column_names_match
 * skips. After "|" come those that need a look at the values. "id" alone is an id in tables of
 * users and items only. */
static const char *const user_names[] = {"user",       "userid",     "useridentifier", "uid",
                                         "reviewerid", "customerid", "memberid",       "personid",
                                         "listenerid", "u",          "username",       NULL};
static const char *const item_names[] = {
    "item",  "itemid", "movieid",  "filmid",  "productid", "parentasin", "asin",
    "isbn",  "bookid", "artistid", "trackid", "songid",    "placeid",    "businessid",
    "iid",   "id",     "movie",    "film",    "product",   "book",       "artist",
    "track", "song",   "place",    "i",       NULL};
static const char *const rating_names[] = {"rating", "ratings", "bookrating", "stars", "score",
                                           "value",  "overall", "weight",     "count", "playcount",
                                           "plays",  "r",       "hours",      NULL};
static const char *const time_names[] = {"timestamp", "unixtime", "unixreviewtime", "ratedat",
                                         "ts",        "|",        "time",           "datetime",
                                         "date",      NULL};
static const char *const title_names[] = {"title",       "movietitle", "itemtitle", "booktitle",
                                          "name",        "itemname",   "moviename", "productname",
                                          "productname", NULL};

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

static const char *const *names_of(enum dataset_table part, enum column_role role)
{
    switch (role) {
    case ROLE_USER:
        return part == DATASET_ITEMS ? NULL : user_names;
    case ROLE_ITEM:
        return part == DATASET_USERS ? NULL : item_names;
    case ROLE_RATING:
        return part == DATASET_RATINGS ? rating_names : NULL;
    case ROLE_TIME:
        return part == DATASET_RATINGS ? time_names : NULL;
    case ROLE_TITLE:
        return part == DATASET_ITEMS ? title_names : NULL;
    case ROLE_OTHER:
        break;
    }
    return NULL;
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
    const char *const *known = names_of(part, role);
    size_t place = SIZE_MAX;
    *sure = true;
    for (; known && *known && place == SIZE_MAX; known++) {
        if (**known == '|')
            *sure = false;
        else if (part != DATASET_RATINGS || strcmp(*known, "id") != 0)
            place = place_of(*known, names, count);
    }
    if (place == SIZE_MAX && part == DATASET_USERS && role == ROLE_USER)
        place = place_of("id", names, count);
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
