/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sample.h"

#include <stdlib.h>

#include "base/memory.h"

static void add_line(struct sample *sample, const struct line *line)
{
    sample->lines = memory_resize(sample->lines, sample->count + 1, sizeof *sample->lines);
    sample->lines[sample->count++] = (struct line){NULL, line->length, line->whole, line->number};
    bytes_add(&sample->text, line->text, line->whole);
}

bool sample_read(struct sample *sample, struct lines *lines, struct error *error)
{
    struct line line;
    bool more = true;
    *sample = (struct sample){.count = 0};
    while (sample->count < SAMPLE_LINES && sample->text.size < SAMPLE_BYTES) {
        if (!lines_next(lines, &line, &more, error))
            return false;
        if (!more)
            break;
        add_line(sample, &line);
    }
    sample->whole = !more;
    const char *text = (char *)sample->text.data;
    for (size_t i = 0; i < sample->count; i++) {
        sample->lines[i].text = text;
        text += sample->lines[i].whole;
    }
    return true;
}

void sample_release(struct sample *sample)
{
    if (!sample)
        return;
    free(sample->lines);
    bytes_release(&sample->text);
    *sample = (struct sample){.count = 0};
}

const struct line *sample_first(const struct sample *sample)
{
    for (size_t i = 0; i < sample->count; i++)
        for (size_t at = 0; at < sample->lines[i].length; at++)
            if (sample->lines[i].text[at] != ' ' && sample->lines[i].text[at] != '\t')
                return &sample->lines[i];
    return NULL;
}
