/* SPDX-License-Identifier: MIT
 *
 * What texts of some languages in an encoding are made of: how frequent its letters are, in
 * logarithms of shares.
 *
 * The lists of letters are in order of frequency and rough; they have to tell encodings apart, not
 * to predict texts. Encodings of two bytes have a list of frequent characters, and a range of usual
 * ones that the lead byte tells.
 */
#ifndef IMPORT_ENCODING_LETTERS_H
#define IMPORT_ENCODING_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "encodings.h"

/* One row per kind of text that is tried: name, encoding, whether two bytes make a character,
 * whether its words are of ASCII letters too, how many of its letters stand together in a word at
 * most, and how much more often it is met than others (a logarithm). */
#define TEXT_KINDS(X)                                                                              \
    X(WESTERN, WINDOWS_1252, false, true, 2, 2)                                                    \
    X(FRENCH, WINDOWS_1252, false, true, 2, 1)                                                     \
    X(GERMAN, WINDOWS_1252, false, true, 2, 1)                                                     \
    X(SPANISH, WINDOWS_1252, false, true, 2, 1)                                                    \
    X(PORTUGUESE, WINDOWS_1252, false, true, 2, 1)                                                 \
    X(ITALIAN, WINDOWS_1252, false, true, 2, 1)                                                    \
    X(NORDIC, WINDOWS_1252, false, true, 2, 1)                                                     \
    X(ICELANDIC, WINDOWS_1252, false, true, 2, -2)                                                 \
    X(CENTRAL, WINDOWS_1250, false, true, 4, 0)                                                    \
    X(CZECH, WINDOWS_1250, false, true, 4, 0)                                                      \
    X(POLISH, WINDOWS_1250, false, true, 4, 0)                                                     \
    X(HUNGARIAN, WINDOWS_1250, false, true, 3, 0)                                                  \
    X(CROATIAN, WINDOWS_1250, false, true, 3, 0)                                                   \
    X(ROMANIAN, WINDOWS_1250, false, true, 3, 0)                                                   \
    X(CENTRAL_2, ISO_8859_2, false, true, 4, -1)                                                   \
    X(CZECH_2, ISO_8859_2, false, true, 4, -1)                                                     \
    X(POLISH_2, ISO_8859_2, false, true, 4, -1)                                                    \
    X(HUNGARIAN_2, ISO_8859_2, false, true, 3, -1)                                                 \
    X(CROATIAN_2, ISO_8859_2, false, true, 3, -1)                                                  \
    X(ROMANIAN_2, ISO_8859_2, false, true, 3, -1)                                                  \
    X(TURKISH, WINDOWS_1254, false, true, 3, -1)                                                   \
    X(RUSSIAN, WINDOWS_1251, false, false, 99, 1)                                                  \
    X(RUSSIAN_K, KOI8_R, false, false, 99, 0)                                                      \
    X(GREEK, WINDOWS_1253, false, false, 99, 0)                                                    \
    X(HEBREW, WINDOWS_1255, false, false, 99, 0)                                                   \
    X(ARABIC, WINDOWS_1256, false, false, 99, 0)                                                   \
    X(CHINESE, GB18030, true, false, 99, 1)                                                        \
    X(JAPANESE, SHIFT_JIS, true, false, 99, 0)                                                     \
    X(JAPANESE_E, EUC_JP, true, false, 99, 0)                                                      \
    X(KOREAN, EUC_KR, true, false, 99, 0)                                                          \
    X(TAIWANESE, BIG5, true, false, 99, 0)

enum text_kind {
#define X(name, ...) TEXT_##name,
    TEXT_KINDS(X)
#undef X
        TEXT_KIND_COUNT
};

/* What a byte of 80..FF is in an encoding of single bytes. */
enum letter_kind {
    LETTER_NONE, /* no character */
    LETTER_RARE, /* a character that texts hardly have */
    LETTER_SIGN, /* a quote, a dash, a currency ... */
    LETTER_JOIN, /* a sign that words may have between their letters, as apostrophes are */
    LETTER_LOWER,
    LETTER_UPPER,
};

struct encoding_letters {
    enum encoding encoding;
    bool pairs, latin;
    unsigned most_run;
    double prior;
    /* of single bytes, by the byte minus 80 */
    enum letter_kind kinds[128];
    char characters[128][4]; /* in UTF-8 */
    double weights[128];
    /* of pairs */
    unsigned char frequent[65536 / 8]; /* a bit for each pair */
    double frequent_weight;
};

/* All encodings that are guessed, in the order of enum guessed; freed by free(). One that the
 * system does not know has no letters. */
struct encoding_letters *encoding_letters_new(void);

bool encoding_letters_frequent(const struct encoding_letters *letters, unsigned pair);

#endif
