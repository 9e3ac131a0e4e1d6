/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "decoded.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "file_error.h"

enum { ENCODED_BLOCK = 1 << 16, DECODED_BLOCK = 1 << 16, MARK = 3 };

struct decoded {
    struct input *input;
    enum encoding encoding;
    iconv_t converter;
    uint64_t position; /* in the file, of the first byte that is not decoded */
    uint64_t line;     /* of that byte */
    bool at_end, begun, flushed;
    char encoded[ENCODED_BLOCK], text[DECODED_BLOCK];
    size_t from, to;       /* bytes that are not decoded */
    size_t ready, written; /* text that is not given out */
};

static iconv_t no_converter(void)
{
    return (iconv_t)-1; /* as iconv_open says it */
}

struct decoded *decoded_new(struct input *input, enum encoding encoding, struct error *error)
{
    struct decoded *decoded = memory_new(sizeof *decoded);
    *decoded = (struct decoded){.input = input, .encoding = encoding};
    decoded->converter = iconv_open("UTF-8", encoding_converter(encoding));
    if (decoded->converter == no_converter())
        file_error(error, input_path(input), 0, "this system cannot read %s (%s)",
                   encoding_name(encoding), strerror(errno));
    else if (decoded_rewind(decoded, error))
        return decoded;
    decoded_free(decoded);
    return NULL;
}

void decoded_free(struct decoded *decoded)
{
    if (!decoded)
        return;
    if (decoded->converter != no_converter())
        iconv_close(decoded->converter);
    free(decoded);
}

bool decoded_rewind(struct decoded *decoded, struct error *error)
{
    decoded->position = decoded->from = decoded->to = decoded->ready = decoded->written = 0;
    decoded->line = 1;
    decoded->at_end = decoded->begun = decoded->flushed = false;
    iconv(decoded->converter, NULL, NULL, NULL, NULL);
    return input_rewind(decoded->input, error);
}

static bool supply(struct decoded *decoded, struct error *error)
{
    size_t size;
    memmove(decoded->encoded, decoded->encoded + decoded->from, decoded->to - decoded->from);
    decoded->to -= decoded->from;
    decoded->from = 0;
    if (!input_read(decoded->input, decoded->encoded + decoded->to, ENCODED_BLOCK - decoded->to,
                    &size, error))
        return false;
    decoded->to += size;
    decoded->at_end = size == 0;
    return true;
}

static bool refuse(const struct decoded *decoded, struct error *error)
{
    unsigned byte = (unsigned char)decoded->encoded[decoded->from];
    return file_error(error, input_path(decoded->input), decoded->line,
                      "the byte %02X at position %llu of the file is no text in %s", byte,
                      (unsigned long long)decoded->position, encoding_name(decoded->encoding));
}

static bool check_text(struct decoded *decoded, struct error *error)
{
    const char *end = decoded->text + decoded->written;
    const char *nul = memchr(decoded->text, '\0', decoded->written);
    for (const char *at = decoded->text; at < (nul ? nul : end); at++)
        decoded->line += *at == '\n';
    return !nul || file_error(error, input_path(decoded->input), decoded->line,
                              "a NUL character in %s, which no text file has",
                              encoding_name(decoded->encoding));
}

static void leave_out_mark(struct decoded *decoded)
{
    if (!decoded->begun && decoded->written >= MARK &&
        memcmp(decoded->text, "\xEF\xBB\xBF", MARK) == 0)
        decoded->ready = MARK;
    decoded->begun = decoded->begun || decoded->written > 0;
}

/* Decodes what there is into the empty text. Some encodings hold back a character until the end. */
static bool convert(struct decoded *decoded, struct error *error)
{
    char *from = decoded->encoded + decoded->from, *to = decoded->text;
    size_t left = decoded->to - decoded->from, room = DECODED_BLOCK;
    bool flush = left == 0 && decoded->at_end;
    size_t status = flush ? iconv(decoded->converter, NULL, NULL, &to, &room)
                          : iconv(decoded->converter, &from, &left, &to, &room);
    int reason = status == (size_t)-1 ? errno : 0;
    size_t used = decoded->to - decoded->from - left;
    decoded->flushed = flush;
    decoded->position += used;
    decoded->from += used;
    decoded->ready = 0;
    decoded->written = (size_t)(to - decoded->text);
    leave_out_mark(decoded);
    bool wrong = reason == EILSEQ || (reason == EINVAL && decoded->at_end);
    return check_text(decoded, error) && (!wrong || decoded->written > 0 || refuse(decoded, error));
}

bool decoded_read(struct decoded *decoded, char *text, size_t room, size_t *size,
                  struct error *error)
{
    while (decoded->ready == decoded->written && !decoded->flushed) {
        size_t held = decoded->to - decoded->from;
        if (!decoded->at_end && held < ENCODED_BLOCK / 2 && !supply(decoded, error))
            return false;
        if (!convert(decoded, error))
            return false;
    }
    size_t ready = decoded->written - decoded->ready;
    *size = ready < room ? ready : room;
    memcpy(text, decoded->text + decoded->ready, *size);
    decoded->ready += *size;
    return true;
}
