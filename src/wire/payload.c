/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "payload.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

static const char CUT[] = "it is cut off";

void payload_put_text(struct bytes *bytes, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    bytes_add_u32(bytes, (uint32_t)length);
    bytes_add(bytes, text ? text : "", length);
    bytes_add_u8(bytes, 0);
}

void payload_put_array(struct bytes *bytes, const void *data, size_t count, size_t element)
{
    static const unsigned char zeros[8];
    bytes_add_u64(bytes, count);
    bytes_add(bytes, zeros, -bytes->size & 7);
    bytes_add(bytes, data, count * element);
}

struct payload payload_of(const struct frame *frame, const char *name)
{
    return (struct payload){.reader = reader_of(frame->data, frame->size), .name = name};
}

void payload_require(struct payload *payload, bool condition, const char *fault)
{
    if (payload->reader.failed && !payload->fault)
        payload->fault = CUT;
    if (!condition && !payload->fault)
        payload->fault = fault;
}

uint32_t payload_u32(struct payload *payload)
{
    return reader_u32(&payload->reader);
}

uint64_t payload_u64(struct payload *payload)
{
    return reader_u64(&payload->reader);
}

bool payload_bool(struct payload *payload)
{
    uint8_t value = reader_u8(&payload->reader);
    payload_require(payload, value <= 1, "a yes or no is neither");
    return value == 1;
}

double payload_double(struct payload *payload)
{
    return reader_double(&payload->reader);
}

double payload_at_least_0(struct payload *payload)
{
    double value = reader_double(&payload->reader);
    payload_require(payload, isfinite(value) && value >= 0, "a number is negative or not finite");
    return value;
}

uint32_t payload_below(struct payload *payload, uint32_t bound, const char *fault)
{
    uint32_t value = reader_u32(&payload->reader);
    payload_require(payload, value < bound, fault);
    return value < bound ? value : 0;
}

const char *payload_text(struct payload *payload, size_t least, size_t most)
{
    size_t length = reader_u32(&payload->reader);
    payload_require(payload, length >= least && length <= most, "a text is too long or empty");
    if (payload->fault)
        return "";
    const char *text = reader_raw(&payload->reader, length + 1);
    payload_require(payload, text != NULL, CUT);
    payload_require(payload,
                    text && text[length] == '\0' && !memchr(text, '\0', length) &&
                        text_is_utf8(text, length),
                    "a text is not valid UTF-8");
    return payload->fault ? "" : text;
}

const void *payload_array(struct payload *payload, size_t element, size_t most, size_t *count)
{
    uint64_t stated = reader_u64(&payload->reader);
    payload_require(payload, stated <= most, "a list is too long");
    *count = 0;
    size_t room = -payload->reader.at & 7;
    static const unsigned char zeros[8];
    const void *between = reader_raw(&payload->reader, room);
    payload_require(payload, !between || memcmp(between, zeros, room) == 0,
                    "a gap holds something");
    payload_require(payload, stated <= payload->reader.size / element, CUT);
    if (payload->fault || stated == 0)
        return NULL;
    const void *data = reader_raw(&payload->reader, (size_t)stated * element);
    payload_require(payload, data != NULL, CUT);
    *count = data ? (size_t)stated : 0;
    return data;
}

const void *payload_bytes(struct payload *payload, size_t most, size_t *size)
{
    return payload_array(payload, 1, most, size);
}

bool payload_end(struct payload *payload, struct error *error)
{
    payload_require(payload, true, NULL);
    payload_require(payload, payload->reader.at == payload->reader.size, "it is too long");
    if (payload->fault)
        return error_set(error, ERROR_INPUT, "%s: %s", payload->name, payload->fault);
    return true;
}
