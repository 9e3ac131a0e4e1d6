/* SPDX-License-Identifier: MIT
 *
 * Guesses the encoding of a text that is not UTF-8, from all of its bytes.
 *
 * An encoding is possible if every byte is part of a character in it. It is plausible if at least
 * nine tenths of its characters beyond ASCII are usual in texts of it:
 *
 * - windows-1252 (of which ISO-8859-1 is the part without 80..9F): letters; typographic quotes,
 *   dashes, signs of currency and the like. At most three stand together, of them one letter, or
 *   two if an ASCII letter touches them; signs other than apostrophes, dashes and blanks do not
 *   stand between two ASCII letters. Not possible with 81, 8D, 8F, 90 and 9D.
 * - GB18030: two bytes of A1..FE each, as in GB 2312: signs and Chinese characters. Three fifths
 *   must be of level 1 (first byte B0..D7), the 3,755 most frequent. In Chinese, two fifths of
 *   level 1 begin with C9..D7; if there are 20 and hardly any does, the text is Korean (EUC-KR). If
 *   a tenth are kana (A4, A5), it is Japanese (EUC-JP).
 * - Shift_JIS: kana of two bytes, signs, wide letters, and the characters of JIS level 1
 *   (889F..9872).
 *
 * The most plausible is taken; of two that are equally so, the one with longer characters, because
 * a text of single bytes hardly ever keeps the rules of pairs by chance. If none is plausible the
 * text is refused, and its user has to name the encoding: windows-1251, EUC-KR, Big5 and others
 * cannot be told apart by these rules.
 */
#ifndef IMPORT_ENCODING_GUESS_H
#define IMPORT_ENCODING_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "encodings.h"

struct encoding_guess;

struct encoding_guess *encoding_guess_new(void);
void encoding_guess_free(struct encoding_guess *guess); /* accepts NULL */
/* The next bytes of the text. */
void encoding_guess_take(struct encoding_guess *guess, const unsigned char *bytes, size_t size);
/* Chooses the encoding. False if none is plausible. `utf8` is the number of bytes that belong to
 * characters of UTF-8, for example because texts of several sources were put together; they do not
 * count against windows-1252. `rivals` gets the names of the other possible encodings in which half
 * of the characters are usual (of all possible ones if none is plausible), with ", " between them.
 */
enum { ENCODING_RIVALS = 64 };
bool encoding_guess_decide(const struct encoding_guess *guess, uint64_t utf8,
                           enum encoding *encoding, char rivals[ENCODING_RIVALS]);

#endif
