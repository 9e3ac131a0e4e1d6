/* SPDX-License-Identifier: MIT
 *
 * Guesses the encoding of a text that is not UTF-8, from its first quarter of a million bytes
 * beyond ASCII.
 *
 * An encoding is possible if every byte is part of a character in it. It is plausible if at least
 * nine tenths of its characters beyond ASCII are usual in texts of it:
 *
 * - Of single bytes with Latin letters (windows-1252, of which ISO-8859-1 is the part without
 *   80..9F, windows-1250, ISO-8859-2, windows-1254): letters; typographic quotes, dashes, signs of
 *   currency and the like. Few letters stand together (two in windows-1252, and one if no ASCII
 *   letter touches them); a capital does not follow a small letter; signs other than apostrophes,
 *   dashes and blanks do not stand between two ASCII letters.
 * - Of single bytes with other letters (windows-1251, KOI8-R, windows-1253, windows-1255,
 *   windows-1256): letters and signs.
 * - Of pairs: the characters of the first, more frequent level of their standard. In GB18030 these
 *   are first bytes B0..D7, and all characters of four bytes, of which Latin letters stand among
 *   those of ASCII; in EUC-KR B0..C8, in EUC-JP B0..CF, in Big5 A4..C6, in Shift_JIS
 *   88..98; and signs and kana.
 *   Letters other than Latin ones do not stand between two of ASCII.
 *
 * Of the plausible ones, the most likely is taken, by how frequent their letters are
 * (encoding_letters.h), by how many stand together, by capitals, and by how often an encoding is
 * met. Others that are at least a fiftieth as likely are rivals, unless they read the text alike.
 * If none is plausible the text is refused, and its user has to name the encoding.
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
/* To be called once, at the end of the text. False if no encoding is plausible. `rivals` becomes
 * the names of the rivals (of all that are possible if none is plausible), with ", " between them.
 */
enum { ENCODING_RIVALS = 160 };
bool encoding_guess_decide(struct encoding_guess *guess, enum encoding *encoding,
                           char rivals[ENCODING_RIVALS]);

#endif
