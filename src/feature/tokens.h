/* SPDX-License-Identifier: MIT
 *
 * The words of a text.
 *
 * The text is folded (base/folding.h). A word is then a run of letters and digits, with marks, and
 * with an apostrophe between two letters ("don't") or a point or comma between two digits ("3.5");
 * an "'s" at its end is left out. In a run of Han or kana, which has no spaces, the longest word of
 * a lexicon is taken at each place, or a character if there is none; without a lexicon each
 * character is a word, and each two neighbours are. If words are asked for as characters, every run
 * is cut so. A run of letters and digits of more than TOKEN_LONGEST bytes is no word.
 */
#ifndef FEATURE_TOKENS_H
#define FEATURE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "data/id_map.h"
#include "feature/text_part.h"

enum { TOKEN_LONGEST = 255 }; /* bytes */

struct token_rules {
    enum feature_tokens tokens;
    const struct id_map *lexicon; /* folded words; or NULL */
};

/* Calls `take` for each word in order, until it returns false. Returns whether it never did. The
 * word lives for the call. A text that is not UTF-8 has no words. */
bool tokens_of(const char *text, const struct token_rules *rules,
               bool (*take)(void *context, const char *word, size_t length), void *context);

#endif
