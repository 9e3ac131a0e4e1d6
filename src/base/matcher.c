/* SPDX-License-Identifier: MIT
 *
 * Texts are sought byte by byte without case, expressions by regexec. What regcomp would expand to
 * a large automaton is counted before it is compiled.
 */
#include "config.h"

#include "base/matcher.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { REPEATS_MOST = 200 }; /* the product of all counts in braces */

struct matcher {
    char *text;    /* NULL: an expression */
    regex_t regex; /* if `text` is NULL */
    char *cut;     /* room for the beginning of a long text; NULL until it is needed */
};

/* The product of all counts in braces, each at least 1. */
static double repeats_of(const char *pattern)
{
    double product = 1;
    bool in_set = false;
    for (const char *at = pattern; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (in_set)
            in_set = *at != ']';
        else if (*at == '[')
            in_set = true, at += at[1] == '^' ? 1 : 0, at += at[1] == ']' ? 1 : 0;
        else if (*at == '{') {
            double least = strtod(at + 1, NULL), most = least;
            const char *comma = at + strcspn(at, ",}");
            if (*comma == ',')
                most = strtod(comma + 1, NULL);
            most = most > least ? most : least;
            product *= most > 1 ? most : 1;
        }
    }
    return product;
}

static bool is_reference(const char *pattern)
{
    for (const char *at = pattern; *at; at++)
        if (*at == '\\' && at[1] && isdigit((unsigned char)*++at))
            return true;
    return false;
}

static bool is_bounded(const char *pattern, struct error *error)
{
    if (strlen(pattern) > MATCHER_PATTERN_MOST)
        return error_set(error, ERROR_USAGE,
                         "the regular expression has more than %d bytes; a shorter one is expected",
                         MATCHER_PATTERN_MOST);
    if (is_reference(pattern))
        return error_set(error, ERROR_USAGE,
                         "a regular expression cannot refer to a group by a backslash and a digit, "
                         "because such a search may never end");
    if (repeats_of(pattern) > REPEATS_MOST)
        return error_set(error, ERROR_USAGE,
                         "the counts in braces of the regular expression multiply to more than %d; "
                         "smaller ones are expected",
                         REPEATS_MOST);
    return true;
}

struct matcher *matcher_new_pattern(const char *pattern, struct error *error)
{
    char why[128], shown[160], safe[256];
    if (!is_bounded(pattern, error))
        return NULL;
    struct matcher *matcher = memory_new(sizeof *matcher);
    int failure = regcomp(&matcher->regex, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB);
    if (failure == 0)
        return matcher;
    regerror(failure, &matcher->regex, why, sizeof why);
    why[0] = (char)tolower((unsigned char)why[0]);
    free(matcher);
    error_set(error, ERROR_USAGE, "\"%s\" is no regular expression: %s",
              text_safe(pattern, safe, sizeof safe), text_safe(why, shown, sizeof shown));
    return NULL;
}

struct matcher *matcher_new_text(const char *text)
{
    struct matcher *matcher = memory_new(sizeof *matcher);
    matcher->text = memory_string(text);
    return matcher;
}

struct matcher *matcher_new(const char *sought, struct error *error)
{
    return *sought == '~' ? matcher_new_pattern(sought + 1 + strspn(sought + 1, " "), error)
                          : matcher_new_text(sought);
}

void matcher_free(struct matcher *matcher)
{
    if (!matcher)
        return;
    if (!matcher->text)
        regfree(&matcher->regex);
    free(matcher->text);
    free(matcher->cut);
    free(matcher);
}

bool matcher_finds(struct matcher *matcher, const char *text)
{
    if (matcher->text)
        return strcasestr(text, matcher->text) != NULL;
    if (strnlen(text, MATCHER_LONGEST) == MATCHER_LONGEST) {
        if (!matcher->cut)
            matcher->cut = memory_new(MATCHER_LONGEST + 1);
        memcpy(matcher->cut, text, MATCHER_LONGEST);
        text = matcher->cut;
    }
    return regexec(&matcher->regex, text, 0, NULL, 0) == 0;
}
