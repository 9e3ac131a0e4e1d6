/* SPDX-License-Identifier: MIT
 *
 * A message is declared once, by a function that walks its fields in the order of the wire. With a
 * codec that writes, the walk appends the fields to bytes. With a codec that reads, it fills and
 * checks them. So both sides agree, and each field is checked in one place.
 *
 * A reading codec remembers its first fault and gives zeros and empty texts from then on, so a
 * caller reads a whole message and checks codec_end once. A writing codec checks nothing. Texts and
 * arrays are not copied: they point into the frame and live as long as it does.
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
    const char *name;  /* of the message, for errors */
    const char *fault; /* NULL: none so far */
};

struct codec codec_writer(struct bytes *output);
struct codec codec_reader(const void *data, size_t size, const char *name);
bool codec_is_reading(const struct codec *codec);
/* Sets the fault if the codec reads, `condition` is false and there was no fault before. */
void codec_require(struct codec *codec, bool condition, const char *fault);
/* True if there was no fault and nothing is left over; else sets `error` (INPUT): "POINT: its value
 * is not finite". */
bool codec_end(struct codec *codec, struct error *error);

void codec_u32(struct codec *codec, uint32_t *value);
void codec_u64(struct codec *codec, uint64_t *value);
void codec_i64(struct codec *codec, int64_t *value);
void codec_bool(struct codec *codec, bool *value);
void codec_double(struct codec *codec, double *value);     /* any value */
void codec_at_least_0(struct codec *codec, double *value); /* finite */
void codec_float(struct codec *codec, float *value);       /* finite */
/* A number below the bound: a count, an index, or an enum (whose values are unsigned). */
void codec_below(struct codec *codec, uint32_t *value, uint32_t bound, const char *fault);
void codec_error_kind(struct codec *codec, enum error_kind *kind);

/* A text of valid UTF-8 without NUL, of `least` to `most` bytes. NULL is written as "". */
void codec_text(struct codec *codec, const char **text, size_t least, size_t most);
/* The same, in an array of `size` bytes that ends with a NUL. */
void codec_fixed(struct codec *codec, char *text, size_t size);
/* At most `most` bytes of any value but NUL; or NULL. */
void codec_string(struct codec *codec, const char **text, size_t most);

/* `count` elements of 1, 4 or 8 bytes, aligned for their size, at most `most`. Writing returns
 * `data`. Reading returns a pointer into the frame, or NULL if there are none. */
const void *codec_array(struct codec *codec, const void *data, size_t element, size_t most,
                        size_t *count);
/* Any number of bytes. */
const void *codec_bytes(struct codec *codec, const void *data, size_t *size);
/* All bytes to the end of the frame. */
const void *codec_rest(struct codec *codec, const void *data, size_t *size);
/* Ids in `size` bytes, each followed by a NUL. Reading counts them. */
const char *codec_ids(struct codec *codec, const char *ids, size_t *size, uint32_t *count);
/* Texts of valid UTF-8 in `size` bytes, each followed by a NUL; they may be empty. Reading counts
 * them. */
const char *codec_texts(struct codec *codec, const char *texts, size_t *size, uint32_t *count);
/* Sets the fault unless all are finite. */
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
/* Declares both. lower_write adds a frame; lower_read reads a frame of its type. */
#define CODEC_DECLARED(lower)                                                                      \
    void lower##_write(struct frame_output *output, const struct lower *message);                  \
    bool lower##_read(struct lower *message, const struct frame *frame, struct error *error);

#endif
