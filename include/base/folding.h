/* SPDX-License-Identifier: MIT
 *
 * Texts made equal where a reader takes them for equal, and the kinds of characters that words
 * consist of.
 */
#ifndef BASE_FOLDING_H
#define BASE_FOLDING_H

#include <stddef.h>

/* NFKC_Casefold of Unicode: case and compatible forms are folded ("Ｆilm" and "FILM" give "film"),
 * characters are composed, and those without any form of their own (soft hyphen, joiners) go. A new
 * string, freed by the caller; NULL if the text is not UTF-8. */
char *folding_of(const char *text, size_t length);

enum folding_class {
    FOLDING_LETTER,
    FOLDING_DIGIT,      /* categories Nd, Nl, No */
    FOLDING_MARK,       /* belongs to the character before it */
    FOLDING_UNSPACED,   /* Han and kana, whose words have no space between them */
    FOLDING_APOSTROPHE, /* ' and U+2019 */
    FOLDING_POINT,      /* . and , which stand within a number */
    FOLDING_OTHER
};

/* The bytes of the character that folded text begins with, and its class; 0 bytes at the end. */
size_t folding_character(const char *text, enum folding_class *class);

#endif
