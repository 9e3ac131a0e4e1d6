/* SPDX-License-Identifier: MIT
 *
 * The only entry for foreign text: titles, ids, file names, error texts of scripts, names in a
 * database. All of it passes text_safe before it is shown.
 *
 * Width is in terminal cells, by grapheme: a Chinese character takes two, a combining accent none.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* True for valid UTF-8 (no surrogates, nothing overlong, nothing above U+10FFFF). */
bool text_is_utf8(const char *text, size_t length);

/* Writes a form that is safe to print. Valid UTF-8 stays. An invalid byte becomes \xNN. Control
 * characters, including bidi and zero-width ones, become \xNN or \u{NNNN}. Tab and newline become a
 * space. Cuts at `size` bytes, between characters. Returns `output`. */
char *text_safe(const char *text, char *output, size_t size);
/* The same, line by line: newlines stay. */
char *text_safe_lines(const char *text, char *output, size_t size);

/* The width of safe text in cells. */
size_t text_width(const char *text);

/* Bytes of the grapheme that `text` begins with, and its cells; 0 bytes at the end. */
size_t text_grapheme(const char *text, size_t *cells);

/* Writes safe text cut to at most `cells` cells and, if `pad`, padded with spaces to exactly
 * `cells`. If something is cut off, the last cell is "…" ("." if `ascii`). A two-cell character is
 * never halved. Returns the cells used. A `size` of 4 * cells + 1 is enough except for long
 * combining sequences, which are cut. */
size_t text_fit(const char *text, size_t cells, bool pad, bool ascii, char *output, size_t size);

/* Bytes of the first line when safe text is broken into lines of at most `cells` (above 0); at
 * least 1 unless the text is empty. A line ends before a space, which the caller skips. A word
 * longer than a line is cut if `cut`; otherwise it stays whole, so that it can be copied. */
size_t text_break(const char *text, size_t cells, bool cut);

/* Copies the next line of `*rest`, cut to `size` bytes, and advances past it. False if none is
 * left. */
bool text_line(const char **rest, char *line, size_t size);

/* Copies as many whole lines of `text` as fit into `size` bytes. Returns `lines`. */
char *text_head(const char *text, char *lines, size_t size);

/* Converts ISO-8859-1 to UTF-8; a new string, freed by the caller. */
char *text_from_latin1(const char *text, size_t length);

/* A finite decimal number: optional sign, digits with at most one point, optional exponent. It must
 * span all `length` bytes. No "nan", "inf", hexadecimal or locale. */
bool text_number(const char *text, size_t length, double *number);
/* The shortest decimal that reads back as the same number, without an exponent for numbers that
 * people write without one. Returns `text`. */
enum { TEXT_REAL = 32 };
char *text_real(double value, char text[TEXT_REAL]);
/* A decimal integer that fits in a long long. */
bool text_integer(const char *text, size_t length, long long *number);

#endif
