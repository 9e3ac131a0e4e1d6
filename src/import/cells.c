/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "cells.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

void cell_trim(const char **cell, size_t *length)
{
    while (*length > 0 && (**cell == ' ' || **cell == '\t'))
        ++*cell, --*length;
    while (*length > 0 && ((*cell)[*length - 1] == ' ' || (*cell)[*length - 1] == '\t'))
        --*length;
}

/* The words have commas between them. */
static bool is_listed(const char *cell, size_t length, const char *list)
{
    while (list) {
        size_t size = strcspn(list, ",");
        if (size == length && memcmp(list, cell, length) == 0)
            return true;
        list = list[size] == ',' ? list + size + 1 : NULL;
    }
    return false;
}

/* Whether a list has the word with "!" before it. */
static bool is_kept(const char *cell, size_t length, const char *list)
{
    while (list) {
        size_t size = strcspn(list, ",");
        if (*list == '!' && size == length + 1 && memcmp(list + 1, cell, length) == 0)
            return true;
        list = list[size] == ',' ? list + size + 1 : NULL;
    }
    return false;
}

#define NO_IDS "NA,N/A,n/a,NaN,nan,Nan,NAN,NULL,Null,null,None,NONE,<NA>,#N/A,\\N"

/* `known` are the words for a missing value, which begin with one of the bytes `first`. */
static bool is_missing(const char *cell, size_t length, const char *words, const char *first,
                       const char *known)
{
    cell_trim(&cell, &length);
    if (length == 0)
        return true;
    if (words && is_listed(cell, length, words))
        return true;
    return length <= 18 && strchr(first, *cell) && is_listed(cell, length, known) &&
           !is_kept(cell, length, words);
}

bool cell_is_missing(const char *cell, size_t length, const char *words)
{
    return is_missing(cell, length, words, "Nn?\\<#-\xE2(",
                      NO_IDS ",none,na,?,-,\xE2\x80\x94,(no genres listed)");
}

bool cell_id_is_missing(const char *cell, size_t length, const char *words)
{
    return is_missing(cell, length, words, "Nn\\<#", NO_IDS);
}

bool cell_is_listed(const char *cell, size_t length, const char *words)
{
    cell_trim(&cell, &length);
    return is_listed(cell, length, words);
}

/* Words for 1 and 0. */
static const char *const truths[CELL_TRUTHS][2] = {
    {"true", "false"},
    {"yes", "no"},
    {"y", "n"},
    {"t", "f"},
    {"like", "dislike"},
    {"liked", "disliked"},
    {"likes", "dislikes"},
    {"up", "down"},
    {"thumbs up", "thumbs down"},
    {"thumbsup", "thumbsdown"},
    {"upvote", "downvote"},
    {"upvoted", "downvoted"},
    {"positive", "negative"},
    {"pos", "neg"},
    {"good", "bad"},
    {"love", "hate"},
    {"recommended", "not recommended"},
    {"recommend", "not recommend"},
};

/* In any case; a blank of the word may be "_" or "-". */
static bool is_word(const char *cell, size_t length, const char *word)
{
    if (tolower((unsigned char)*cell) != *word || strlen(word) != length)
        return false;
    for (size_t i = 1; i < length; i++)
        if (word[i] == ' ' ? !strchr(" _-", cell[i]) || cell[i] == '\0'
                           : tolower((unsigned char)cell[i]) != word[i])
            return false;
    return true;
}

bool cell_truth(const char *cell, size_t length, size_t *pair, bool *truth)
{
    *pair = 0;
    if (length == 0 || !isalpha((unsigned char)*cell))
        return false;
    for (; *pair < CELL_TRUTHS; ++*pair)
        for (int no = 0; no < 2; no++)
            if (is_word(cell, length, truths[*pair][no])) {
                *truth = !no;
                return true;
            }
    return false;
}

const char *cell_truth_word(size_t pair, bool truth)
{
    return truths[pair][!truth];
}

static size_t skip_digits(const char *cell, size_t length, size_t at)
{
    while (at < length && isdigit((unsigned char)cell[at]))
        at++;
    return at;
}

bool cell_integer(const char *cell, size_t length, int64_t *number)
{
    size_t start = length > 0 && *cell == '-', digits = length - start;
    if (digits == 0 || digits > 18 || (cell[start] == '0' && length > 1))
        return false;
    *number = 0;
    for (size_t i = start; i < length; i++) {
        if (!isdigit((unsigned char)cell[i]))
            return false;
        *number = 10 * *number + cell[i] - '0';
    }
    *number = start ? -*number : *number;
    return true;
}

/* The number of a text whose decimal point is a comma. */
static bool comma_number(const char *cell, size_t length, double *number)
{
    char copy[64];
    if (length >= sizeof copy || memchr(cell, '.', length))
        return false;
    memcpy(copy, cell, length);
    char *comma = memchr(copy, ',', length);
    if (comma && comma + 1 == copy + length)
        return false;
    if (comma)
        *comma = '.';
    return text_number(copy, length, number);
}

bool cell_number(const char *cell, size_t length, char decimal, double *number)
{
    return decimal == ',' ? comma_number(cell, length, number) : text_number(cell, length, number);
}

bool cell_real(const char *cell, size_t length, char decimal, double *number)
{
    int64_t whole;
    size_t start = length > 0 && (*cell == '-' || *cell == '+');
    size_t end = skip_digits(cell, length, start);
    if (end == length && !cell_integer(cell, length, &whole))
        return false;
    if (end - start > 1 && cell[start] == '0')
        return false;
    return cell_number(cell, length, decimal, number);
}

size_t cell_ungroup(const char *cell, size_t length, char decimal, char plain[CELL_PLAIN])
{
    size_t sign = length > 0 && (*cell == '-' || *cell == '+'),
           at = skip_digits(cell, length, sign);
    size_t whole = at - sign, used = at;
    double number;
    if (whole < 1 || whole > 3 || at == length || length >= CELL_PLAIN || cell[sign] == '0')
        return 0;
    char mark = cell[at];
    if (mark == decimal || !strchr(",. '", mark))
        return 0;
    memcpy(plain, cell, used);
    while (at < length && cell[at] == mark) {
        if (skip_digits(cell, length, at + 1) != at + 4)
            return 0;
        memcpy(plain + used, cell + at + 1, 3);
        used += 3;
        at += 4;
    }
    memcpy(plain + used, cell + at, length - at);
    used += length - at;
    return cell_number(plain, used, decimal, &number) ? used : 0;
}

/* Whether the cell is `form` with any digits for its zeros. */
static bool has_form(const char *cell, const char *form)
{
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] == '0' ? !isdigit((unsigned char)cell[i]) : cell[i] != form[i])
            return false;
    return true;
}

const char *cell_year_of_title(const char *title, size_t length)
{
    for (size_t at = length; at >= 6; at--) {
        const char *year = title + at - 6;
        if (has_form(year, "(0000)"))
            return year + 1;
    }
    return NULL;
}

const char *cell_excerpt(const char *cell, size_t length, char excerpt[CELL_EXCERPT])
{
    enum { SHOWN = 40 };
    char beginning[SHOWN + 4];
    size_t shown = length;
    if (length > SHOWN) {
        shown = SHOWN;
        while (shown > 0 && ((unsigned char)cell[shown] & 0xC0) == 0x80)
            shown--;
    }
    memcpy(beginning, cell, shown);
    beginning[shown] = '\0';
    text_safe(beginning, excerpt, CELL_EXCERPT - 4);
    if (shown < length)
        strcat(excerpt, "...");
    return excerpt;
}
