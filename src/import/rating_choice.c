/* SPDX-License-Identifier: MIT
 *
 * Chooses the column of ratings by its name, or the only one that may be one. Where that is open,
 * it asks.
 */
#include "config.h"

#include "rating_choice.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "file_error.h"
#include "rating_guess.h"

/* What speaks against the candidate as a rating, or NULL. */
static const char *doubt(const struct role_choice *choice, size_t candidate)
{
    size_t field = choice->candidates[candidate].place;
    struct column_facts facts = role_choice_facts(choice, field);
    return rating_doubt(choice->table, field, &facts);
}

/* Columns that have no role yet and could be ratings; those against which nothing speaks come
 * first. Returns their number, and of all of them `count`. */
static size_t find_numbers(struct role_choice *choice, size_t *count)
{
    size_t good = 0;
    *count = 0;
    for (size_t field = 0; field < choice->table->names.count; field++) {
        struct column_facts facts = role_choice_facts(choice, field);
        if (role_choice_has(choice, field) || !rating_is_possible(choice->table, field, &facts))
            continue;
        choice->candidates[*count] = (struct column_candidate){.place = field};
        if (!rating_doubt(choice->table, field, &facts))
            role_choice_move_up(choice->candidates, *count, good++);
        ++*count;
    }
    return good;
}

static void list_candidates(const struct role_choice *choice, size_t from, size_t count,
                            char list[ROLE_LIST])
{
    size_t used = 0;
    *list = '\0';
    for (size_t i = from; i < count && used < ROLE_LIST; i++)
        used += (size_t)snprintf(list + used, ROLE_LIST - used, "%s%s", i == from ? "" : ", ",
                                 *role_choice_name(choice, choice->candidates[i].place) == '\0'
                                     ? "\"\""
                                     : role_choice_name(choice, choice->candidates[i].place));
}

/* The first candidate as an option takes it: its name, or its number if that is no plain word. */
static const char *first_word(const struct role_choice *choice, char word[64])
{
    size_t field = choice->candidates[0].place;
    const char *name = role_choice_name(choice, field);
    size_t plain = 0;
    while (isalnum((unsigned char)name[plain]) || (name[plain] && strchr("_.", name[plain])))
        plain++;
    if (plain > 0 && plain < 64 && name[plain] == '\0')
        snprintf(word, 64, "%s", name);
    else
        snprintf(word, 64, "%zu", field + 1);
    return word;
}

static bool refuse_numbers(const struct role_choice *choice, size_t count, struct error *error)
{
    char list[ROLE_LIST], shown[ROLE_LIST], word[64];
    list_candidates(choice, 0, count, list);
    return file_error(error, choice->table->path, choice->table->sample.lines[0],
                      "no column is named like a rating, and these hold numbers: %s; --rating %s "
                      "takes one, --rating - counts every row as 1",
                      text_safe(list, shown, sizeof shown), first_word(choice, word));
}

static bool refuse_doubtful(const struct role_choice *choice, struct error *error)
{
    char name[64], word[64];
    text_safe(role_choice_name(choice, choice->candidates[0].place), name, sizeof name);
    return file_error(
        error, choice->table->path, choice->table->sample.lines[0],
        "no column is named like a rating, and \"%s\" may not be one: %s; --rating %s "
        "takes it, --rating - counts every row as 1",
        name, doubt(choice, 0), first_word(choice, word));
}

/* Refuses to count every row as 1 while a column holds opinions in words. */
static bool check_words(const struct role_choice *choice, struct error *error)
{
    char words[ROLE_LIST], shown[ROLE_LIST], name[64];
    for (size_t field = 0; field < choice->table->names.count; field++)
        if (!role_choice_has(choice, field) &&
            rating_is_worded(choice->table, field, words, sizeof words))
            return file_error(error, choice->table->path, choice->table->sample.lines[0],
                              "no column holds numbers, and \"%s\" has opinions in words: %s; "
                              "write them as numbers, or --rating - counts every row as 1",
                              text_safe(role_choice_name(choice, field), name, sizeof name),
                              text_safe(words, shown, sizeof shown));
    return true;
}

/* Says so if the cells of the rating look like times. */
static void tell_exchange(const struct role_choice *choice, struct decision *decision)
{
    enum { LARGE = 1000 };
    size_t time = choice->roles->fields[ROLE_TIME];
    struct column_facts rating = role_choice_facts(choice, choice->roles->fields[ROLE_RATING]);
    if (rating.given == 0 || rating.times < rating.given)
        return;
    struct column_facts other = time == SIZE_MAX ? rating : role_choice_facts(choice, time);
    const char *name = role_choice_name(choice, choice->roles->fields[ROLE_RATING]);
    if (other.numbers == other.given && other.times == 0 && other.most < LARGE)
        decision_because(decision,
                         "by its name, but its cells look like times, and those of %s like "
                         "ratings; --rating %s --time %s exchanges them",
                         role_choice_name(choice, time), role_choice_name(choice, time), name);
    else
        decision_because(decision, "by its name, but its cells look like times");
    decision->told = true;
}

bool rating_choose(struct role_choice *choice, struct error *error)
{
    struct decision *named = role_choice_by_name(choice, ROLE_RATING);
    if (named) {
        tell_exchange(choice, named);
        return true;
    }
    size_t count, good = find_numbers(choice, &count);
    if (good > 1)
        return refuse_numbers(choice, count, error);
    if (good == 0 && count > 0)
        return refuse_doubtful(choice, error);
    if (good == 0 && !check_words(choice, error))
        return false;
    char rivals[ROLE_LIST];
    list_candidates(choice, 1, count, rivals);
    struct decision *decision =
        role_choice_decide(choice, ROLE_RATING, good == 1 ? choice->candidates[0].place : SIZE_MAX);
    decision->told = true;
    decision_because(decision, "%s%s",
                     good == 0   ? "no column holds one, so every row counts as 1"
                     : count > 1 ? "the only column of numbers that may be one; passed over: "
                                 : "the only column of numbers that is left",
                     good == 1 ? rivals : "");
    return true;
}
