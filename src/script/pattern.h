/* SPDX-License-Identifier: MIT
 *
 * Lua's patterns (reference manual, 6.4.1). The caller is told of every step of a match and can end
 * it. The matcher of the standard library cannot be ended, and a pattern with three of * + - ? can
 * keep it busy for minutes on a text of a thousand characters.
 *
 * A pattern is read once, into parts. The recursion of a match is as deep as the pattern has parts,
 * for any text.
 */
#ifndef SCRIPT_PATTERN_H
#define SCRIPT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PATTERN_PARTS_MOST = 256, PATTERN_CAPTURES_MOST = 32 };

struct pattern;

/* Bytes that the pattern of this text takes. */
size_t pattern_bytes(const char *text, size_t size);

/* Reads `text` into `pattern`, a block of pattern_bytes; borrows nothing. With `anchors`, a '^' in
 * front fixes the match to its start. Returns NULL, or Lua's message for a malformed pattern. */
const char *pattern_read(struct pattern *pattern, const char *text, size_t size, bool anchors);

bool pattern_is_anchored(const struct pattern *pattern);
uint32_t pattern_captures(const struct pattern *pattern);

struct capture {
    const char *from;
    ptrdiff_t length; /* CAPTURE_PLACE: the capture is the position `from` */
};
enum { CAPTURE_PLACE = -1 };

struct pattern_match {
    const struct pattern *pattern;
    const char *text, *end;
    /* Called with a number of further steps, each about as long as a Lua instruction. To end the
     * match, it does not return. */
    void (*spend)(void *context, uint32_t steps);
    void *context;
    struct capture captures[PATTERN_CAPTURES_MOST];
    uint32_t steps; /* not yet passed to `spend` */
};

/* The end of the match that begins at `at`, or NULL. Fills the captures if there is a match. */
const char *pattern_match_at(struct pattern_match *match, const char *at);

#endif
