/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "key_storm.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof *(array))

/* Without q, Ctrl-Q and d, which leave, and Ctrl-S, which is nothing. */
static const char LETTERS[] = "abcefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789"
                              ":?/&[]{}<>|!\"'#%+,-.;=@\\^_`~ \t\r\x7f";
static const char MOVES[] = "jkhlgG1234\t\r\x06\x02";
static const char *const WHOLE[] = {
    "\033[A",  "\033[B",   "\033[C",  "\033[D",    "\033OA",       "\033OB",      "\033OC",
    "\033OD",  "\033[5~",  "\033[6~", "\033[H",    "\033[F",       "\033OH",      "\033OF",
    "\033[3~", "\033[Z",   "\033OP",  "\033OQ",    "\033OR",       "\033OS",      "\033[15~",
    "\033",    "\033\033", "\033j",   "\033[1;5A", "\033[<0;5;5M", "\033[38;5;1m"};
static const char *const CUT[] = {"\033[",    "\033O",    "\033[1;5",  "\033[3",  "\033[20",
                                  "\033[200", "\033[201", "\xe4\xb8",  "\xf0",    "\xff",
                                  "\xc3",     "\x80",     "\033[<0;5", "\033]0;", "\033P"};
static const char *const WIDE[] = {"\xe4\xb8\xad", "\xc3\xa9", "\xf0\x9f\x98\x80", "\xe2\x80\xae",
                                   "e\xcc\x81"};
static const char *const PASTES[] = {"\033[200~some text\033[201~", "\033[200~a\nb\tc\033[201~",
                                     "\033[200~never over ", "\033[201~",
                                     "\033[200~\033[31mrot\033[201~"};

/* splitmix64 */
uint32_t key_storm_number(struct key_storm *storm, uint32_t bound)
{
    uint64_t z =
        storm->seed * UINT64_C(0xD1B54A32D192ED03) + ++storm->at * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) >> 32) % bound;
}

static const char *one_of(struct key_storm *storm, const char *const *texts, uint32_t count)
{
    return texts[key_storm_number(storm, count)];
}

const char *key_storm_next(struct key_storm *storm, char text[KEY_STORM_BYTES])
{
    uint32_t kind = key_storm_number(storm, 100);
    const char *found = NULL;
    text[1] = '\0';
    if (kind < 45)
        text[0] = LETTERS[key_storm_number(storm, COUNT(LETTERS) - 1)];
    else if (kind < 70)
        text[0] = MOVES[key_storm_number(storm, COUNT(MOVES) - 1)];
    else if (kind < 73)
        text[0] = (char)(1 + key_storm_number(storm, 16));
    else if (kind < 90)
        found = one_of(storm, WHOLE, COUNT(WHOLE));
    else if (kind < 94)
        found = one_of(storm, CUT, COUNT(CUT));
    else if (kind < 98)
        found = one_of(storm, WIDE, COUNT(WIDE));
    else
        found = one_of(storm, PASTES, COUNT(PASTES));
    if (found)
        snprintf(text, KEY_STORM_BYTES, "%s", found);
    return text;
}
