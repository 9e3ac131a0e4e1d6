/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "pattern.h"

#include <string.h>

enum { STEPS_AT_ONCE = 1000, BYTES_A_STEP = 16, WORDS = 256 / 64 };

struct part {
    enum part_kind {
        ANY,
        BYTE,      /* first */
        SET,       /* number of the set: first */
        BALANCED,  /* from `first` to `second` */
        FRONTIER,  /* number of the set: first */
        REPEATED,  /* what capture `first` holds */
        OPENING,   /* of capture `first` */
        OPEN_HERE, /* capture `first` is a place */
        CLOSING,   /* of capture `first` */
        TEXT_END,
    } kind : 8;
    enum repeat { ONCE, MAYBE, AS_MANY, AT_LEAST_ONE, AS_FEW } repeat : 8;
    uint8_t first, second;
};

struct set {
    uint64_t members[WORDS]; /* one bit for each byte */
};

struct pattern {
    bool anchored;
    uint32_t captures, part_count, set_count;
    struct set *sets; /* in the same block, behind the parts */
    struct part parts[];
};

/* -- reading ----------------------------------------------------------------------------------- */

struct reading {
    struct pattern *pattern;
    const char *at, *end;
    uint8_t open[PATTERN_CAPTURES_MOST]; /* captures not yet closed, innermost last */
    uint32_t open_count;
    bool closed[PATTERN_CAPTURES_MOST];
};

static size_t parts_within(size_t size)
{
    return size < PATTERN_PARTS_MOST ? size : PATTERN_PARTS_MOST;
}

static size_t sets_offset(size_t size)
{
    size_t parts = offsetof(struct pattern, parts) + parts_within(size) * sizeof(struct part);
    return (parts + _Alignof(struct set) - 1) / _Alignof(struct set) * _Alignof(struct set);
}

/* A set begins with '[' or '%'. */
static size_t sets_within(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += text[i] == '[' || text[i] == '%';
    return count < PATTERN_PARTS_MOST ? count : PATTERN_PARTS_MOST;
}

size_t pattern_bytes(const char *text, size_t size)
{
    return sets_offset(size) + sets_within(text, size) * sizeof(struct set);
}

static void put(struct set *set, unsigned byte)
{
    set->members[byte / 64] |= (uint64_t)1 << byte % 64;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool has(const struct set *set, unsigned byte)
{
    return set->members[byte / 64] >> byte % 64 & 1;
}

/* The classes of the "C" locale. */
static const struct set *class_of(char letter)
{
    static const struct set alphabetic = {{0, 0x07FFFFFE07FFFFFE}}, digits = {{0x03FF000000000000}},
                            controls = {{0x00000000FFFFFFFF, 0x8000000000000000}},
                            graphic = {{0xFFFFFFFE00000000, 0x7FFFFFFFFFFFFFFF}},
                            lower = {{0, 0x07FFFFFE00000000}},
                            punctuation = {{0xFC00FFFE00000000, 0x78000001F8000001}},
                            spaces = {{0x0000000100003E00}}, upper = {{0, 0x0000000007FFFFFE}},
                            alphanumeric = {{0x03FF000000000000, 0x07FFFFFE07FFFFFE}},
                            hexadecimal = {{0x03FF000000000000, 0x0000007E0000007E}}, zero = {{1}};
    switch (is_letter(letter) ? letter | 0x20 : '\0') {
    case 'a':
        return &alphabetic;
    case 'c':
        return &controls;
    case 'd':
        return &digits;
    case 'g':
        return &graphic;
    case 'l':
        return &lower;
    case 'p':
        return &punctuation;
    case 's':
        return &spaces;
    case 'u':
        return &upper;
    case 'w':
        return &alphanumeric;
    case 'x':
        return &hexadecimal;
    case 'z': /* only in Lua 5.1 */
        return &zero;
    default:
        return NULL;
    }
}

/* Adds what '%' and `letter` stand for: a class, its complement, or the letter itself. */
static void put_escaped(struct set *set, char letter)
{
    const struct set *class = class_of(letter);
    uint64_t complement = letter & 0x20 ? 0 : ~(uint64_t)0;
    if (!class)
        put(set, (unsigned char)letter);
    for (size_t i = 0; class && i < WORDS; i++)
        set->members[i] |= class->members[i] ^ complement;
}

/* The ']' that ends the set whose members begin at `at`, or NULL. A ']' in the first place is a
 * member. */
static const char *set_end(const char *at, const char *end)
{
    do {
        if (at == end)
            return NULL;
        if (*at++ == '%' && at++ == end)
            return NULL;
    } while (at < end && *at != ']');
    return at < end ? at : NULL;
}

/* Reads from behind '[' to behind ']'. */
static const char *read_members(struct reading *reading, struct set *set)
{
    const char *at = reading->at;
    bool complement = at < reading->end && *at == '^';
    at += complement;
    const char *end = set_end(at, reading->end);
    if (!end)
        return "malformed pattern (missing ']')";
    while (at < end) {
        if (*at == '%') {
            put_escaped(set, at[1]);
            at += 2;
        } else if (end - at > 2 && at[1] == '-') {
            for (unsigned byte = (unsigned char)*at; byte <= (unsigned char)at[2]; byte++)
                put(set, byte);
            at += 3;
        } else
            put(set, (unsigned char)*at++);
    }
    for (size_t i = 0; complement && i < WORDS; i++)
        set->members[i] = ~set->members[i];
    reading->at = end + 1;
    return NULL;
}

static struct set *add_set(struct pattern *pattern, struct part *part)
{
    part->first = (uint8_t)pattern->set_count;
    struct set *set = &pattern->sets[pattern->set_count++];
    *set = (struct set){{0}};
    return set;
}

static const char *open_capture(struct reading *reading, struct part *part)
{
    struct pattern *pattern = reading->pattern;
    if (pattern->captures == PATTERN_CAPTURES_MOST)
        return "too many captures";
    part->first = (uint8_t)pattern->captures++;
    if (reading->at < reading->end && *reading->at == ')') {
        reading->at++;
        part->kind = OPEN_HERE;
    } else {
        part->kind = OPENING;
        reading->open[reading->open_count++] = part->first;
    }
    return NULL;
}

static const char *close_capture(struct reading *reading, struct part *part)
{
    if (reading->open_count == 0)
        return "invalid pattern capture";
    part->kind = CLOSING;
    part->first = reading->open[--reading->open_count];
    reading->closed[part->first] = true;
    return NULL;
}

/* Reads what follows a '%'. `repeats`: whether one of * + - ? may follow. */
static const char *read_escaped(struct reading *reading, struct part *part, bool *repeats)
{
    if (reading->at == reading->end)
        return "malformed pattern (ends with '%')";
    char letter = *reading->at++;
    *repeats = false;
    if (letter == 'b') {
        if (reading->end - reading->at < 2)
            return "malformed pattern (missing arguments to '%b')";
        part->kind = BALANCED;
        part->first = (uint8_t)*reading->at++;
        part->second = (uint8_t)*reading->at++;
        return NULL;
    }
    if (letter == 'f') {
        if (reading->at == reading->end || *reading->at != '[')
            return "missing '[' after '%f' in pattern";
        reading->at++;
        part->kind = FRONTIER;
        return read_members(reading, add_set(reading->pattern, part));
    }
    if (letter >= '0' && letter <= '9') {
        part->kind = REPEATED;
        part->first = (uint8_t)(letter - '1');
        if (letter == '0' || part->first >= reading->pattern->captures ||
            !reading->closed[part->first])
            return "invalid capture index in pattern";
        return NULL;
    }
    *repeats = true;
    if (class_of(letter)) {
        part->kind = SET;
        put_escaped(add_set(reading->pattern, part), letter);
    } else {
        part->kind = BYTE;
        part->first = (uint8_t)letter;
    }
    return NULL;
}

static enum repeat read_repeat(struct reading *reading)
{
    static const char signs[] = "?*+-";
    static const enum repeat meanings[] = {MAYBE, AS_MANY, AT_LEAST_ONE, AS_FEW};
    const char *sign =
        reading->at < reading->end && *reading->at ? strchr(signs, *reading->at) : NULL;
    if (!sign)
        return ONCE;
    reading->at++;
    return meanings[sign - signs];
}

static const char *read_part(struct reading *reading, struct part *part)
{
    const char *why = NULL;
    bool repeats = true;
    char letter = *reading->at++;
    *part = (struct part){.kind = BYTE, .repeat = ONCE, .first = (uint8_t)letter};
    switch (letter) {
    case '(':
        return open_capture(reading, part);
    case ')':
        return close_capture(reading, part);
    case '$':
        if (reading->at == reading->end) {
            part->kind = TEXT_END;
            return NULL;
        }
        break;
    case '.':
        part->kind = ANY;
        break;
    case '[':
        part->kind = SET;
        why = read_members(reading, add_set(reading->pattern, part));
        break;
    case '%':
        why = read_escaped(reading, part, &repeats);
        break;
    default:
        break;
    }
    if (!why && repeats)
        part->repeat = read_repeat(reading);
    return why;
}

const char *pattern_read(struct pattern *pattern, const char *text, size_t size, bool anchors)
{
    struct reading reading = {.pattern = pattern, .at = text, .end = text + size};
    *pattern = (struct pattern){.anchored = anchors && size > 0 && *text == '^'};
    pattern->sets = (struct set *)(void *)((char *)pattern + sets_offset(size));
    reading.at += pattern->anchored;
    while (reading.at < reading.end) {
        if (pattern->part_count == PATTERN_PARTS_MOST)
            return "a pattern of more than 256 parts";
        const char *why = read_part(&reading, &pattern->parts[pattern->part_count++]);
        if (why)
            return why;
    }
    return reading.open_count > 0 ? "unfinished capture" : NULL;
}

bool pattern_is_anchored(const struct pattern *pattern)
{
    return pattern->anchored;
}

uint32_t pattern_captures(const struct pattern *pattern)
{
    return pattern->captures;
}

/* -- matching ---------------------------------------------------------------------------------- */

static void step(struct pattern_match *match, size_t count)
{
    match->steps += (uint32_t)count;
    if (match->steps < STEPS_AT_ONCE)
        return;
    uint32_t steps = match->steps;
    match->steps = 0;
    match->spend(match->context, steps);
}

static bool fits(const struct pattern *pattern, const struct part *part, char c)
{
    if (part->kind == ANY)
        return true;
    if (part->kind == BYTE)
        return part->first == (unsigned char)c;
    return has(&pattern->sets[part->first], (unsigned char)c);
}

static const char *match_from(struct pattern_match *match, uint32_t number, const char *at);

static const char *match_most(struct pattern_match *match, uint32_t number, const char *at,
                              const char *least)
{
    const struct pattern *pattern = match->pattern;
    const char *most = at;
    while (most < match->end && fits(pattern, &pattern->parts[number], *most)) {
        most++;
        if ((most - at) % STEPS_AT_ONCE == 0)
            step(match, STEPS_AT_ONCE);
    }
    for (;; most--) {
        const char *end = match_from(match, number + 1, most);
        if (end || most == least)
            return end;
    }
}

static const char *match_least(struct pattern_match *match, uint32_t number, const char *at)
{
    const struct pattern *pattern = match->pattern;
    for (;; at++) {
        const char *end = match_from(match, number + 1, at);
        if (end)
            return end;
        if (at == match->end || !fits(pattern, &pattern->parts[number], *at))
            return NULL;
    }
}

/* Returns the place behind a text between balanced `first` and `second`. */
static const char *match_balanced(struct pattern_match *match, const struct part *part,
                                  const char *at)
{
    if (at == match->end || (unsigned char)*at != part->first)
        return NULL;
    for (size_t depth = 1; ++at < match->end;) {
        if ((unsigned char)*at == part->second) {
            if (--depth == 0)
                return at + 1;
        } else if ((unsigned char)*at == part->first)
            depth++;
        step(match, 1);
    }
    return NULL;
}

static bool is_frontier(const struct pattern_match *match, const struct part *part, const char *at)
{
    const struct set *set = &match->pattern->sets[part->first];
    unsigned char before = at == match->text ? '\0' : (unsigned char)at[-1];
    unsigned char after = at == match->end ? '\0' : (unsigned char)*at;
    return !has(set, before) && has(set, after);
}

static const char *match_repeated(struct pattern_match *match, const struct part *part,
                                  const char *at)
{
    const struct capture *capture = &match->captures[part->first];
    size_t length = (size_t)capture->length;
    step(match, length / BYTES_A_STEP);
    if ((size_t)(match->end - at) < length || memcmp(capture->from, at, length) != 0)
        return NULL;
    return at + length;
}

/* Matches a part that can match in only one way. Returns the place behind it, or NULL. */
static const char *match_one(struct pattern_match *match, const struct part *part, const char *at)
{
    struct capture *capture = &match->captures[part->first % PATTERN_CAPTURES_MOST];
    switch (part->kind) {
    case OPENING:
        *capture = (struct capture){.from = at};
        return at;
    case OPEN_HERE:
        *capture = (struct capture){.from = at, .length = CAPTURE_PLACE};
        return at;
    case CLOSING:
        capture->length = at - capture->from;
        return at;
    case BALANCED:
        return match_balanced(match, part, at);
    case FRONTIER:
        return is_frontier(match, part, at) ? at : NULL;
    case REPEATED:
        return match_repeated(match, part, at);
    case TEXT_END:
        return at == match->end ? at : NULL;
    default:
        return at < match->end && fits(match->pattern, part, *at) ? at + 1 : NULL;
    }
}

/* A match that fails leaves its captures as they are: whatever reads a capture comes behind the
 * parts that set it, so the next try has set it anew. */
static const char *match_from(struct pattern_match *match, uint32_t number, const char *at)
{
    const struct pattern *pattern = match->pattern;
    for (; at && number < pattern->part_count; number++) {
        const struct part *part = &pattern->parts[number];
        step(match, 1);
        switch (part->repeat) {
        case ONCE:
            at = match_one(match, part, at);
            break;
        case MAYBE:
            if (at < match->end && fits(pattern, part, *at)) {
                const char *end = match_from(match, number + 1, at + 1);
                if (end)
                    return end;
            }
            break;
        case AS_MANY:
            return match_most(match, number, at, at);
        case AT_LEAST_ONE:
            if (at == match->end || !fits(pattern, part, *at))
                return NULL;
            return match_most(match, number, at + 1, at + 1);
        case AS_FEW:
            return match_least(match, number, at);
        }
    }
    return at;
}

const char *pattern_match_at(struct pattern_match *match, const char *at)
{
    return match_from(match, 0, at);
}
