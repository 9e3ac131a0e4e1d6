/* SPDX-License-Identifier: MIT
 *
 * Lua's patterns (reference manual, 6.4.1), matched one step after another: whoever runs a match is
 * told of every step and can end it. The matcher of the standard library cannot be ended, and with
 * three of * + - ? in a pattern a text of a thousand characters keeps it busy for minutes.
 *
 * A pattern is read once, into parts; the depth of the matching is that of its parts, whatever the
 * text.
 */
#ifndef SCRIPT_PATTERN_H
#define SCRIPT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PATTERN_PARTS_MOST = 256, PATTERN_CAPTURES_MOST = 32 };

struct pattern;

/* How many bytes the pattern of this text takes. */
size_t pattern_bytes(const char *text, size_t size);

/* Reads `text` into `pattern`, a block of pattern_bytes; borrows nothing. With `anchors` a '^' in
 * front binds the match to where it begins. NULL, or in words of Lua's why it is no pattern. */
const char *pattern_read(struct pattern *pattern, const char *text, size_t size, bool anchors);

bool pattern_is_anchored(const struct pattern *pattern);
uint32_t pattern_captures(const struct pattern *pattern);

struct capture {
    const char *from;
    ptrdiff_t length; /* CAPTURE_PLACE: it is the place `from` */
};
enum { CAPTURE_PLACE = -1 };

struct pattern_match {
    const struct pattern *pattern;
    const char *text, *end;
    /* Told of so many steps more; does not return to end the match. Each is about as long as an
     * instruction of Lua's. */
    void (*spend)(void *context, uint32_t steps);
    void *context;
    struct capture captures[PATTERN_CAPTURES_MOST];
    uint32_t steps; /* that nobody was told of */
};

/* The end of the match that begins at `at`, or NULL; captures are filled where there is one. */
const char *pattern_match_at(struct pattern_match *match, const char *at);

#endif
