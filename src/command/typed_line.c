/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "typed_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Cuts the next word off the line, which it changes. Returns NULL at the end of the line. */
static char *next_word(char **line, bool *closed)
{
    char *from = *line, *to, *word;
    while (isspace((unsigned char)*from))
        from++;
    if (!*from)
        return NULL;
    char quote = '\0';
    for (word = to = from; *from && (quote || !isspace((unsigned char)*from)); from++) {
        if (*from == quote)
            quote = '\0';
        else if (!quote && (*from == '"' || *from == '\''))
            quote = *from;
        else if (*from == '\\' && quote != '\'' && from[1])
            *to++ = *++from;
        else
            *to++ = *from;
    }
    *line = *from ? from + 1 : from;
    *to = '\0';
    *closed = quote == '\0';
    return word;
}

bool typed_line_split(struct typed_line *typed, const char *line, struct error *error)
{
    *typed = (struct typed_line){.text = memory_string(line),
                                 .all = memory_array(strlen(line) + 1, sizeof *typed->all)};
    char *rest = typed->text, *word;
    int count = 0;
    bool closed = true;
    while (*rest == ':' || isspace((unsigned char)*rest))
        rest++;
    while (closed && (word = next_word(&rest, &closed)))
        typed->all[count++] = word;
    bool named = count > 0 && strcmp(typed->all[0], "thaw") == 0;
    typed->words = typed->all + named;
    typed->count = count - named;
    return closed || error_set(error, ERROR_USAGE, "a quote is not closed");
}

void typed_line_release(struct typed_line *typed)
{
    free(typed->all);
    free(typed->text);
}
