/* SPDX-License-Identifier: MIT
 *
 * The one door for text that is not ours: titles, ids, file names, error texts of scripts, names in
 * a database. Whatever a person is shown of it has passed text_safe.
 *
 * Width is in terminal cells, by grapheme: a Chinese character takes two, a combining accent none.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* True for valid UTF-8 (no surrogates, nothing overlong, nothing above U+10FFFF). */
bool text_is_utf8(const char *text, size_t length);

/* Writes a form that is safe to print: valid UTF-8 stays, a byte that is not becomes \xNN, control
 * characters, bidi and zero-width controls become \xNN or \u{NNNN}; tab and newline become a space.
 * Cuts at `size` bytes between characters. Returns `output`. */
char *text_safe(const char *text, char *output, size_t size);
/* The same, line by line: newlines stay. */
char *text_safe_lines(const char *text, char *output, size_t size);

/* Cells that safe text takes. */
size_t text_width(const char *text);

/* Bytes of the grapheme that `text` begins with, and its cells; 0 bytes at the end. */
size_t text_grapheme(const char *text, size_t *cells);

/* Writes safe text cut to at most `cells` cells, the last of them "…" (or "." where `ascii`) where
 * something was cut off, and padded with spaces to exactly `cells` if `pad`. A two-cell
 * character is never halved. Returns the cells used. `size` of 4 * cells + 1 is enough but for long
 * combining sequences, which are cut. */
size_t text_fit(const char *text, size_t cells, bool pad, bool ascii, char *output, size_t size);

/* Bytes of the first line of safe text when it is broken to at most `cells` (above 0); at least 1
 * unless the text is empty. A line ends before a space, which the caller skips. A word that is
 * longer than a line is cut if `cut`; otherwise it stays whole, so that it can be copied. */
size_t text_break(const char *text, size_t cells, bool cut);

/* Copies the next line of `*rest`, cut to `size` bytes, and steps behind it. False after the last.
 */
bool text_line(const char **rest, char *line, size_t size);

/* Converts ISO-8859-1 to UTF-8; a new string, freed by the caller. */
char *text_from_latin1(const char *text, size_t length);

/* A finite decimal number: optional sign, digits with at most one point, optional exponent, nothing
 * before or after but what is measured by `length`. No "nan", "inf", hexadecimal or locale. */
bool text_number(const char *text, size_t length, double *number);
/* A whole number that fits. */
bool text_integer(const char *text, size_t length, long long *number);

#endif
