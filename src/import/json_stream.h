/* SPDX-License-Identifier: MIT
 *
 * Cuts a file of JSON, or of Python literals, into the texts of its elements, whatever lines they
 * stand on. Nothing but the open element is in memory. Brackets are counted; what is within them is
 * for the parser to judge.
 */
#ifndef IMPORT_JSON_STREAM_H
#define IMPORT_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "lines.h"
#include "sample.h"

enum { LONGEST_ELEMENT = 16 << 20, LONGEST_KEY = 255 };

/* Where the elements are. */
struct json_shape {
    bool json;      /* the file begins as JSON does */
    bool lines;     /* one element stands on each line */
    int level;      /* brackets around an element: 0, 1 (a list), 2 (a list in an object) */
    size_t list;    /* of level 2: which of the lists in the object, from 0 */
    char first;     /* character of the first element; NUL if there is none */
    char words[64]; /* "JSON lines", "a JSON list" ... */
    size_t others;  /* further lists of elements in the object, which are left out */
};

/* Looks at the sample, and on in the file as far as needed. Lines are rewound before and after. */
bool json_shape_find(struct json_shape *shape, struct lines *lines, const struct sample *sample,
                     struct error *error);

struct json_stream {
    int level;
    size_t list;
    const char *at, *end; /* of the piece */
    uint64_t line;
    int depth;
    size_t lists;        /* begun in the outermost object */
    char quote;          /* that is open, else NUL */
    bool escaped;        /* a backslash came */
    bool inside, scalar; /* an element is open; it is a word or a number */
    bool ended;          /* what the file lacks at its end was said */
    struct bytes text;   /* of the element */
    uint64_t first_line; /* of the element */
};

/* What next_element found. */
struct json_element {
    const char *text; /* valid until the next */
    size_t length;
    uint64_t line;
    const char *fault; /* the text is cut off or too long, else NULL */
};

void json_stream_begin(struct json_stream *stream, const struct json_shape *shape);
void json_stream_release(struct json_stream *stream); /* accepts NULL */
/* `more` is false after the last element. */
bool json_stream_next(struct json_stream *stream, struct lines *lines, struct json_element *element,
                      bool *more, struct error *error);

#endif
