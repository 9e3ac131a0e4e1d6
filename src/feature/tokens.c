/* SPDX-License-Identifier: MIT
 *
 * Cuts a folded text into runs, and runs into words. A character of a run is never cut from its
 * marks.
 */
#include "config.h"

#include "tokens.h"

#include <stdlib.h>
#include <string.h>

#include "base/folding.h"

/* A run of characters of one kind, and where each begins. */
struct token_run {
    char text[TOKEN_LONGEST + 8];
    size_t length, begins[TOKEN_LONGEST + 8], count;
    bool unspaced, too_long;
};

struct splitter {
    const struct token_rules *rules;
    bool (*take)(void *context, const char *word, size_t length);
    void *context;
    struct token_run run;
};

static bool give(struct splitter *splitter, size_t first, size_t end)
{
    const struct token_run *run = &splitter->run;
    size_t begin = run->begins[first], stop = end < run->count ? run->begins[end] : run->length;
    return splitter->take(splitter->context, run->text + begin, stop - begin);
}

/* Every character, and every two neighbours. */
static bool give_characters(struct splitter *splitter)
{
    for (size_t i = 0; i < splitter->run.count; i++)
        if (!give(splitter, i, i + 1) || (i + 1 < splitter->run.count && !give(splitter, i, i + 2)))
            return false;
    return true;
}

/* How many characters from `first` on are the longest word of the lexicon; at least 1. */
static size_t longest_match(const struct splitter *splitter, size_t first)
{
    enum { MATCHED = 16 };
    const struct token_run *run = &splitter->run;
    size_t most = run->count - first < MATCHED ? run->count - first : MATCHED;
    for (size_t count = most; count > 1; count--) {
        size_t stop = first + count < run->count ? run->begins[first + count] : run->length;
        uint32_t number;
        if (id_map_find(splitter->rules->lexicon, run->text + run->begins[first],
                        stop - run->begins[first], &number))
            return count;
    }
    return 1;
}

static bool give_matches(struct splitter *splitter)
{
    for (size_t i = 0, count; i < splitter->run.count; i += count) {
        count = longest_match(splitter, i);
        if (!give(splitter, i, i + count))
            return false;
    }
    return true;
}

/* Gives the words of the run and begins a new one. */
static bool end_run(struct splitter *splitter)
{
    struct token_run *run = &splitter->run;
    bool good = true;
    if (!run->unspaced && run->length > 2 && strncmp(run->text + run->length - 2, "'s", 2) == 0) {
        run->length -= 2;
        run->count -= 2;
    }
    if (run->count == 0 || run->too_long)
        good = true;
    else if (splitter->rules->tokens == TOKENS_CHARACTERS ||
             (run->unspaced && !splitter->rules->lexicon))
        good = give_characters(splitter);
    else if (run->unspaced)
        good = give_matches(splitter);
    else
        good = give(splitter, 0, run->count);
    run->length = run->count = 0;
    run->too_long = false;
    return good;
}

/* Adds a character, or if `begins` is not set a mark, to the run. A run without spaces that is full
 * goes on as another one. */
static bool add(struct splitter *splitter, const char *text, size_t length, bool begins)
{
    struct token_run *run = &splitter->run;
    if (run->length + length > TOKEN_LONGEST) {
        run->too_long = run->too_long || !run->unspaced;
        if (run->too_long || !begins)
            return true;
        if (!end_run(splitter))
            return false;
    }
    if (begins)
        run->begins[run->count++] = run->length;
    memcpy(run->text + run->length, text, length);
    run->length += length;
    run->text[run->length] = '\0';
    return true;
}

/* The class of what follows. */
static enum folding_class class_after(const char *text)
{
    enum folding_class class;
    folding_character(text, &class);
    return class;
}

/* Whether a character between two of the same class belongs to their word. */
static bool is_inside(enum folding_class before, enum folding_class class, const char *after)
{
    return (class == FOLDING_APOSTROPHE && before == FOLDING_LETTER &&
            class_after(after) == FOLDING_LETTER) ||
           (class == FOLDING_POINT && before == FOLDING_DIGIT &&
            class_after(after) == FOLDING_DIGIT);
}

static bool split(struct splitter *splitter, const char *text)
{
    enum folding_class before = FOLDING_OTHER, class;
    for (size_t used; (used = folding_character(text, &class)) > 0; text += used) {
        bool word = class == FOLDING_LETTER || class == FOLDING_DIGIT;
        bool unspaced = class == FOLDING_UNSPACED;
        if (class == FOLDING_MARK && before != FOLDING_OTHER) {
            if (!add(splitter, text, used, false))
                return false;
            continue;
        }
        bool inside = is_inside(before, class, text + used);
        if (!inside && (!(word || unspaced) || unspaced != splitter->run.unspaced) &&
            !end_run(splitter))
            return false;
        if (word || unspaced)
            splitter->run.unspaced = unspaced;
        if (word || unspaced || inside) {
            bool apostrophe = class == FOLDING_APOSTROPHE;
            if (!add(splitter, apostrophe ? "'" : text, apostrophe ? 1 : used, true))
                return false;
        }
        before = word || unspaced ? class : FOLDING_OTHER;
    }
    return end_run(splitter);
}

bool tokens_of(const char *text, const struct token_rules *rules,
               bool (*take)(void *context, const char *word, size_t length), void *context)
{
    struct splitter splitter = {.rules = rules, .take = take, .context = context};
    char *folded = folding_of(text, strlen(text));
    bool good = !folded || split(&splitter, folded);
    free(folded);
    return good;
}
