/* SPDX-License-Identifier: MIT
 *
 * The parts that payloads are made of. A reading remembers its first fault, and gives zeros and
 * empty texts from then on, so that a message is read whole and judged once, by payload_end.
 */
#ifndef WIRE_PAYLOAD_H
#define WIRE_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "wire/frame.h"

/* A text with its NUL; NULL is written as "". */
void payload_put_text(struct bytes *bytes, const char *text);
/* A count and an aligned array. */
void payload_put_array(struct bytes *bytes, const void *data, size_t count, size_t element);

struct payload {
    struct reader reader;
    const char *name;  /* of the message */
    const char *fault; /* NULL: none so far */
};

struct payload payload_of(const struct frame *frame, const char *name);

/* Notes the fault where the condition is false and there was none before. */
void payload_require(struct payload *payload, bool condition, const char *fault);

uint32_t payload_u32(struct payload *payload);
uint64_t payload_u64(struct payload *payload);
bool payload_bool(struct payload *payload);
double payload_double(struct payload *payload);     /* any */
double payload_at_least_0(struct payload *payload); /* finite */
uint32_t payload_below(struct payload *payload, uint32_t bound, const char *fault);

/* A text of valid UTF-8 without NUL, least .. most bytes; "" where it failed. */
const char *payload_text(struct payload *payload, size_t least, size_t most);
/* Any bytes; NULL where there are none. */
const void *payload_bytes(struct payload *payload, size_t most, size_t *size);
/* Elements of 4 or 8 bytes, aligned for them. */
const void *payload_array(struct payload *payload, size_t element, size_t most, size_t *count);

/* No fault, and nothing left over; else fills `error` (INPUT). */
bool payload_end(struct payload *payload, struct error *error);

#endif
