/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "column_names.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

/* Names by role, the most specific first, in lower case and without what column_names_match skips.
 * Names after "|" are not sure: times decide only if the values agree. "id" counts as an id only in
 * tables of users and items. */
static const struct {
    bool parts[DATASET_TABLES]; /* tables that can have the role */
    const char *names;
} known[] = {
    [ROLE_OTHER] = {{false}, ""},
    [ROLE_USER] =
        {{true, true, false},
         "user userid useridentifier uid reviewerid customerid memberid personid "
         "listenerid usermd5 visitorid buyerid clientid accountid playerid readerid profileid "
         "authorid u username member customer visitor id | person people reviewer rater "
         "voter buyer client subscriber listener player reader account"},
    [ROLE_ITEM] = {{true, false, true},
                   "item itemid movieid filmid productid parentasin asin isbn bookid artistid "
                   "trackid songid placeid businessid iid animeid gameid appid videoid newsid "
                   "articleid recipeid beerid jokeid courseid restaurantid venueid hotelid adid "
                   "postid sku id movie film product book artist track song place anime game "
                   "video i"},
    [ROLE_RATING] = {{true, false, false},
                     "rating ratings userrating bookrating stars score value overall reviewoverall "
                     "reviewscore vote weight count playcount watchratio "
                     "plays r hours"},
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

/* The next part of a name in lower case: parts end at what is no letter, and before a capital that
 * follows a small letter. Empty behind the last. */
static void take_part(const char **name, char part[32])
{
    size_t length = 0;
    while (**name != '\0' && !isalpha((unsigned char)**name))
        ++*name;
    bool small = false;
    for (; isalpha((unsigned char)**name) && !(small && isupper((unsigned char)**name)); ++*name) {
        small = islower((unsigned char)**name) != 0;
        if (length < 31)
            part[length++] = (char)tolower((unsigned char)**name);
    }
    part[length] = '\0';
}

size_t column_name_part(const char *name, const char *words)
{
    size_t best = COLUMN_NAME_PARTS, place = 0, length;
    char part[32];
    for (take_part(&name, part); *part != '\0'; take_part(&name, part), place = 0)
        for (const char *word = words; *word != '\0'; word += length + (word[length] == ' ')) {
            length = strcspn(word, " ");
            if (place < best && length == strlen(part) && memcmp(word, part, length) == 0)
                best = place;
            place++;
        }
    return best;
}

bool column_name_measures(const char *name)
{
    static const char measures[] =
        "latitude lat longitude lon lng long altitude year years month day days hour minute "
        "weekday week date time timestamp age birth birthyear dob zip zipcode postcode postal plz "
        "phone tel price cost height";
    return column_name_part(name, measures) < COLUMN_NAME_PARTS;
}

bool column_name_ends_in_id(const char *name)
{
    size_t length = strlen(name);
    return length >= 2 && strcasecmp(name + length - 2, "id") == 0;
}

/* Whether a name of one word ends or begins with a word for a time: "reviewdate", "createdat". */
static bool is_run_together(const char *name)
{
    static const char *const ends[] = {"date", "time", "timestamp", "edat"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (length > end && strcasecmp(name + length - end, ends[i]) == 0)
            return true;
    }
    return length > 4 && strncasecmp(name, "date", 4) == 0;
}

/* How well a part of a name fits a time, 0 best; COLUMN_NAME_PARTS if none does. */
static size_t time_rank(const char *name)
{
    static const char events[] =
        "timestamp ts epoch unix datetime rated reviewed watched viewed "
        "listened played clicked purchased ordered bought visited consumed "
        "added created posted submitted when date time at day datum fecha "
        "zeit zeitpunkt zeitstempel";
    static const char changes[] = "updated modified edited changed";
    static const char others[] = "birth born birthday bday birthdate dob release released "
                                 "releasedate publish published publication premiere join joined "
                                 "register registered registration signup member since expiry "
                                 "expires expired expiration due founded death died id ids zone";
    enum { RUN_TOGETHER = 100, CHANGED = 200 };
    if (column_name_part(name, others) < COLUMN_NAME_PARTS)
        return COLUMN_NAME_PARTS;
    size_t rank = column_name_part(name, events);
    if (rank == COLUMN_NAME_PARTS && is_run_together(name))
        rank = RUN_TOGETHER;
    return column_name_part(name, changes) < COLUMN_NAME_PARTS ? CHANGED : rank;
}

/* Adds the columns that have only a part of a name for a time, the best first. */
static size_t add_times(char *const *names, size_t count, struct column_candidate *candidates,
                        size_t found)
{
    size_t exact = found;
    size_t *ranks = memory_array(count, sizeof *ranks);
    for (size_t i = 0; i < count; i++) {
        ranks[i] = time_rank(names[i]);
        for (size_t named = 0; named < exact; named++)
            if (candidates[named].place == i)
                ranks[i] = COLUMN_NAME_PARTS;
        size_t place = found;
        while (place > exact && ranks[candidates[place - 1].place] > ranks[i])
            place--;
        if (ranks[i] == COLUMN_NAME_PARTS)
            continue;
        memmove(&candidates[place + 1], &candidates[place], (found - place) * sizeof *candidates);
        candidates[place] = (struct column_candidate){i, false, true};
        found++;
    }
    free(ranks);
    return found;
}

size_t column_candidates(enum dataset_table part, enum column_role role, char *const *names,
                         size_t count, struct column_candidate *candidates)
{
    const char *word = known[role].parts[part] ? known[role].names : "";
    size_t found = 0, length;
    bool sure = true;
    for (; *word != '\0'; word += length + (word[length] == ' ')) {
        char name[32];
        length = strcspn(word, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, word);
        if (*name == '|')
            sure = false;
        else if (part != DATASET_RATINGS || strcmp(name, "id") != 0)
            for (size_t i = 0; i < count; i++)
                if (column_names_match(name, names[i]))
                    candidates[found++] = (struct column_candidate){i, sure, false};
    }
    return role == ROLE_TIME && part == DATASET_RATINGS ? add_times(names, count, candidates, found)
                                                        : found;
}

/* The types that RecBole writes behind names. */
static size_t type_suffix(const char *text, size_t length, bool *number)
{
    static const struct {
        const char *suffix;
        bool number;
    } types[] = {{":token", false}, {":token_seq", false}, {":float", true}, {":float_seq", false}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t suffix = strlen(types[i].suffix);
        *number = types[i].number;
        if (length > suffix && memcmp(text + length - suffix, types[i].suffix, suffix) == 0)
            return suffix;
    }
    *number = false;
    return 0;
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && isspace((unsigned char)**text))
        ++*text, --*length;
    while (*length > 0 && isspace((unsigned char)(*text)[*length - 1]))
        --*length;
}

char *column_name_clean(const char *text, size_t length)
{
    bool number;
    trim(&text, &length);
    length -= type_suffix(text, length, &number);
    char *name = memory_new(length + 1);
    memcpy(name, text, length);
    return name;
}

bool column_name_says_number(const char *text, size_t length)
{
    bool number;
    trim(&text, &length);
    type_suffix(text, length, &number);
    return number;
}
