/* SPDX-License-Identifier: MIT
 *
 * A message is declared once: by a function that walks its fields in the order of the wire. Given a
 * codec that writes, the walk adds the fields to bytes; given one that reads, it fills and checks
 * them. So what is written is what is read, and a field is checked in one place.
 *
 * A codec that reads remembers its first fault, and gives zeros and empty texts from then on: a
 * message is read whole and judged once, by codec_end. A codec that writes checks nothing. Texts
 * and arrays are read where they lie, and live as long as the frame.
 */
#ifndef WIRE_CODEC_H
#define WIRE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "wire/frame.h"

struct codec {
    struct bytes *output; /* NULL: it reads */
    struct reader reader;
    const char *name;  /* of the message, for its refusal */
    const char *fault; /* NULL: none so far */
};

struct codec codec_writer(struct bytes *output);
struct codec codec_reader(const void *data, size_t size, const char *name);
bool codec_is_reading(const struct codec *codec);
/* Notes the fault if it reads, the condition is false and there was no fault before. */
void codec_require(struct codec *codec, bool condition, const char *fault);
/* No fault, and nothing left over; else fills `error` (INPUT): "POINT: its value is not finite". */
bool codec_end(struct codec *codec, struct error *error);

void codec_u32(struct codec *codec, uint32_t *value);
void codec_u64(struct codec *codec, uint64_t *value);
void codec_i64(struct codec *codec, int64_t *value);
void codec_bool(struct codec *codec, bool *value);
void codec_double(struct codec *codec, double *value);     /* any */
void codec_at_least_0(struct codec *codec, double *value); /* finite */
void codec_float(struct codec *codec, float *value);       /* finite */
/* Below the bound: a count, an index, or an enum (whose values are unsigned). */
void codec_below(struct codec *codec, uint32_t *value, uint32_t bound, const char *fault);
void codec_error_kind(struct codec *codec, enum error_kind *kind);

/* Valid UTF-8 without NUL, least .. most bytes. NULL is written as "". */
void codec_text(struct codec *codec, const char **text, size_t least, size_t most);
/* The same, in an array of `size` bytes with its NUL. */
void codec_fixed(struct codec *codec, char *text, size_t size);
/* Any bytes but NUL, at most `most`; or NULL. */
void codec_string(struct codec *codec, const char **text, size_t most);

/* `count` elements of 1, 4 or 8 bytes, aligned for them, at most `most`. Writes `data` and returns
 * it; or reads, and returns where they lie: NULL if there are none. */
const void *codec_array(struct codec *codec, const void *data, size_t element, size_t most,
                        size_t *count);
/* Any number of bytes. */
const void *codec_bytes(struct codec *codec, const void *data, size_t *size);
/* All bytes to the end of the frame. */
const void *codec_rest(struct codec *codec, const void *data, size_t *size);
/* Ids, each with its NUL, one after another: `size` bytes. Reading counts them. */
const char *codec_ids(struct codec *codec, const char *ids, size_t *size, uint32_t *count);
/* Fails unless all are finite. */
void codec_require_finite(struct codec *codec, const float *numbers, size_t count);

/* Defines lower_write and lower_read of `struct lower`, given its walk: lower_walk. */
#define CODEC_FUNCTIONS(type, lower, name)                                                         \
    void lower##_write(struct frame_output *output, const struct lower *message)                   \
    {                                                                                              \
        struct lower copy = *message;                                                              \
        struct codec codec = codec_writer(frame_begin(output, type));                              \
        lower##_walk(&codec, &copy);                                                               \
        frame_end(output);                                                                         \
    }                                                                                              \
    bool lower##_read(struct lower *message, const struct frame *frame, struct error *error)       \
    {                                                                                              \
        struct codec codec = codec_reader(frame->data, frame->size, name);                         \
        *message = (struct lower){0};                                                              \
        lower##_walk(&codec, message);                                                             \
        return codec_end(&codec, error);                                                           \
    }
/* Declares both: lower_write adds a frame, lower_read takes apart one of its type. */
#define CODEC_DECLARED(lower)                                                                      \
    void lower##_write(struct frame_output *output, const struct lower *message);                  \
    bool lower##_read(struct lower *message, const struct frame *frame, struct error *error);

#endif
