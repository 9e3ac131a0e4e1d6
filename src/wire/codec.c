/* SPDX-License-Identifier: MIT
 *
 * Each function walks one field: it writes the field, or reads and checks it.
 */
#include "config.h"

#include "wire/codec.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/id_map.h"

static const char CUT[] = "it is cut off";
static const unsigned char zeros[8];

struct codec codec_writer(struct bytes *output)
{
    return (struct codec){.output = output};
}

struct codec codec_reader(const void *data, size_t size, const char *name)
{
    return (struct codec){.reader = reader_of(data, size), .name = name};
}

bool codec_is_reading(const struct codec *codec)
{
    return !codec->output;
}

void codec_require(struct codec *codec, bool condition, const char *fault)
{
    if (codec->output || codec->fault)
        return;
    if (codec->reader.failed)
        codec->fault = CUT;
    else if (!condition)
        codec->fault = fault;
}

bool codec_end(struct codec *codec, struct error *error)
{
    codec_require(codec, codec->reader.at == codec->reader.size, "it is too long");
    if (codec->fault)
        return error_set(error, ERROR_INPUT, "%s: %s", codec->name, codec->fault);
    return true;
}

/* -- numbers ----------------------------------------------------------------------------------- */

void codec_u32(struct codec *codec, uint32_t *value)
{
    if (codec->output)
        bytes_add_u32(codec->output, *value);
    else
        *value = reader_u32(&codec->reader);
}

void codec_u64(struct codec *codec, uint64_t *value)
{
    if (codec->output)
        bytes_add_u64(codec->output, *value);
    else
        *value = reader_u64(&codec->reader);
}

void codec_i64(struct codec *codec, int64_t *value)
{
    uint64_t bits = codec->output ? (uint64_t)*value : 0;
    codec_u64(codec, &bits);
    *value = (int64_t)bits;
}

void codec_bool(struct codec *codec, bool *value)
{
    if (codec->output) {
        bytes_add_u8(codec->output, *value);
        return;
    }
    uint8_t byte = reader_u8(&codec->reader);
    codec_require(codec, byte <= 1, "a yes or no is neither");
    *value = byte == 1;
}

void codec_double(struct codec *codec, double *value)
{
    if (codec->output)
        bytes_add_double(codec->output, *value);
    else
        *value = reader_double(&codec->reader);
}

void codec_at_least_0(struct codec *codec, double *value)
{
    codec_double(codec, value);
    codec_require(codec, isfinite(*value) && *value >= 0, "a number is negative or not finite");
}

void codec_float(struct codec *codec, float *value)
{
    double wide = codec->output ? (double)*value : 0;
    codec_double(codec, &wide);
    *value = isfinite(wide) && fabs(wide) <= (double)FLT_MAX ? (float)wide : NAN;
    codec_require(codec, (double)*value == wide,
                  "a number is not finite, or too large for single precision");
}

void codec_below(struct codec *codec, uint32_t *value, uint32_t bound, const char *fault)
{
    codec_u32(codec, value);
    codec_require(codec, *value < bound, fault);
    if (codec->fault)
        *value = 0;
}

void codec_error_kind(struct codec *codec, enum error_kind *kind)
{
    codec_below(codec, kind, ERROR_KIND_COUNT, "its kind of error does not exist");
}

void codec_require_finite(struct codec *codec, const float *numbers, size_t count)
{
    bool good = true;
    for (size_t i = 0; codec_is_reading(codec) && i < count; i++)
        good &= isfinite(numbers[i]);
    codec_require(codec, good, "a number is not finite");
}

/* -- texts ------------------------------------------------------------------------------------- */

static void write_text(struct codec *codec, const char *text)
{
    size_t length = strlen(text);
    bytes_add_u32(codec->output, (uint32_t)length);
    bytes_add(codec->output, text, length + 1);
}

static const char *read_text(struct codec *codec, size_t least, size_t most)
{
    size_t length = reader_u32(&codec->reader);
    codec_require(codec, length >= least && length <= most, "a text is too long or empty");
    const char *text = codec->fault ? NULL : reader_raw(&codec->reader, length + 1);
    codec_require(codec, text && text[length] == '\0' && !memchr(text, '\0', length),
                  "a text holds a NUL");
    return codec->fault ? "" : text;
}

void codec_text(struct codec *codec, const char **text, size_t least, size_t most)
{
    if (codec->output) {
        *text = *text ? *text : "";
        write_text(codec, *text);
        return;
    }
    *text = read_text(codec, least, most);
    codec_require(codec, text_is_utf8(*text, strlen(*text)), "a text is not valid UTF-8");
}

void codec_fixed(struct codec *codec, char *text, size_t size)
{
    const char *given = text;
    codec_text(codec, &given, 0, size - 1);
    if (codec_is_reading(codec))
        memcpy(text, given, strlen(given) + 1);
}

void codec_string(struct codec *codec, const char **text, size_t most)
{
    bool there = codec->output && *text;
    codec_bool(codec, &there);
    if (codec->output && there)
        write_text(codec, *text);
    else if (!codec->output)
        *text = there ? read_text(codec, 0, most) : NULL;
}

/* -- arrays ------------------------------------------------------------------------------------ */

static const void *read_array(struct codec *codec, size_t element, size_t most, size_t *count)
{
    struct reader *reader = &codec->reader;
    uint64_t stated = reader_u64(reader);
    codec_require(codec, stated <= most, "a list is too long");
    *count = 0;
    size_t room = -reader->at & 7;
    const void *between = reader_raw(reader, room);
    codec_require(codec, !between || memcmp(between, zeros, room) == 0, "a gap holds something");
    codec_require(codec, stated <= reader->size / element, CUT);
    if (codec->fault || stated == 0)
        return NULL;
    const void *data = reader_raw(reader, (size_t)stated * element);
    codec_require(codec, data != NULL, CUT);
    *count = data ? (size_t)stated : 0;
    return data;
}

const void *codec_array(struct codec *codec, const void *data, size_t element, size_t most,
                        size_t *count)
{
    if (!codec->output)
        return read_array(codec, element, most, count);
    bytes_add_u64(codec->output, *count);
    bytes_add(codec->output, zeros, -codec->output->size & 7);
    bytes_add(codec->output, data, *count * element);
    return data;
}

const void *codec_bytes(struct codec *codec, const void *data, size_t *size)
{
    return codec_array(codec, data, 1, SIZE_MAX, size);
}

const void *codec_rest(struct codec *codec, const void *data, size_t *size)
{
    if (!codec->output) {
        *size = codec->reader.size - codec->reader.at;
        return reader_raw(&codec->reader, *size);
    }
    bytes_add(codec->output, data, *size);
    return data;
}

const char *codec_texts(struct codec *codec, const char *texts, size_t *size, uint32_t *count)
{
    texts = codec_bytes(codec, texts, size);
    if (!codec_is_reading(codec))
        return texts;
    *count = 0;
    codec_require(codec, *size == 0 || texts[*size - 1] == '\0', "its last text does not end");
    for (size_t at = 0; !codec->fault && at < *size; (*count)++) {
        size_t length = strlen(texts + at);
        codec_require(codec, text_is_utf8(texts + at, length), "a text is not valid UTF-8");
        at += length + 1;
    }
    return texts;
}

const char *codec_ids(struct codec *codec, const char *ids, size_t *size, uint32_t *count)
{
    ids = codec_texts(codec, ids, size, count);
    for (size_t at = 0; codec_is_reading(codec) && !codec->fault && at < *size;) {
        size_t length = strlen(ids + at);
        codec_require(codec, length > 0 && length <= ID_MAP_LONGEST, "an id is empty or too long");
        at += length + 1;
    }
    return ids;
}
