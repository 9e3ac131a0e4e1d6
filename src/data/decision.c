/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "data/decision.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { LONGEST_TEXT = 600, FIELDS = 6 };

/* A safe copy in one line, at most LONGEST_TEXT bytes. */
static char *safe_copy(const char *text)
{
    char safe[LONGEST_TEXT];
    return memory_string(text_safe(text, safe, sizeof safe));
}

struct decision *decisions_add(struct decisions *decisions, const char *file, const char *subject,
                               const char *choice)
{
    decisions->list = memory_grow(decisions->list, decisions->count, sizeof *decisions->list);
    struct decision *decision = &decisions->list[decisions->count++];
    *decision = (struct decision){.file = safe_copy(file),
                                  .subject = safe_copy(subject),
                                  .choice = safe_copy(choice),
                                  .reason = memory_string(""),
                                  .option = memory_string("")};
    return decision;
}

void decision_because(struct decision *decision, const char *format, ...)
{
    char text[LONGEST_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    free(decision->reason);
    decision->reason = safe_copy(text);
}

void decision_option(struct decision *decision, const char *name, const char *value)
{
    struct bytes option = {0};
    bytes_add_format(&option, "--%s ", name);
    bytes_add_word(&option, value);
    bytes_add(&option, "", 1);
    free(decision->option);
    decision->option = safe_copy((const char *)option.data);
    bytes_release(&option);
}

static void decision_release(struct decision *decision)
{
    free(decision->file);
    free(decision->subject);
    free(decision->choice);
    free(decision->reason);
    free(decision->option);
}

void decisions_append(struct decisions *to, struct decisions *from)
{
    for (size_t i = 0; i < from->count; i++) {
        to->list = memory_grow(to->list, to->count, sizeof *to->list);
        to->list[to->count++] = from->list[i];
    }
    free(from->list);
    *from = (struct decisions){0};
}

void decisions_release(struct decisions *decisions)
{
    if (!decisions)
        return;
    for (size_t i = 0; i < decisions->count; i++)
        decision_release(&decisions->list[i]);
    free(decisions->list);
    free(decisions->command);
    *decisions = (struct decisions){0};
}

char *decision_sentence(const struct decision *decision)
{
    return memory_format("%s%s%s: %s%s%s", decision->file, *decision->file ? ": " : "",
                         decision->subject, decision->choice, *decision->reason ? ", " : "",
                         decision->reason);
}

static size_t count_told(const struct decisions *decisions, size_t from)
{
    size_t count = 0;
    for (size_t i = from; i < decisions->count; i++)
        count += decisions->list[i].told;
    return count;
}

char *decisions_notes(const struct decisions *decisions, char *notes, size_t size)
{
    enum { REST = 64 }; /* room for the last line */
    size_t used = 0;
    *notes = '\0';
    for (size_t i = 0; i < decisions->count; i++) {
        if (!decisions->list[i].told)
            continue;
        char *sentence = decision_sentence(&decisions->list[i]);
        bool fits = used + strlen(sentence) + REST < size;
        used +=
            (size_t)(fits ? snprintf(notes + used, size - used, "%s%s", used ? "\n" : "", sentence)
                          : snprintf(notes + used, size - used, "%sand %zu more: see the plan",
                                     used ? "\n" : "", count_told(decisions, i)));
        free(sentence);
        if (!fits)
            break;
    }
    return notes;
}

void decisions_write(const struct decisions *decisions, struct bytes *bytes)
{
    if (decisions->command)
        bytes_add_format(bytes, "%s\n", decisions->command);
    for (size_t i = 0; i < decisions->count; i++) {
        const struct decision *decision = &decisions->list[i];
        char *line = memory_format("%s\t%s\t%s\t%s\t%s\t%s\n", decision->file, decision->subject,
                                   decision->choice, decision->reason, decision->option,
                                   decision->told ? "told" : "");
        bytes_add(bytes, line, strlen(line));
        free(line);
    }
}

static void read_line(struct decisions *decisions, char *line)
{
    char *fields[FIELDS] = {line};
    size_t count = 1;
    for (char *tab = line; count < FIELDS && (tab = strchr(tab, '\t')); count++) {
        *tab++ = '\0';
        fields[count] = tab;
    }
    if (count != FIELDS)
        return;
    struct decision *decision = decisions_add(decisions, fields[0], fields[1], fields[2]);
    decision_because(decision, "%s", fields[3]);
    free(decision->option);
    decision->option = safe_copy(fields[4]);
    decision->told = strcmp(fields[5], "told") == 0;
}

void decisions_read(struct decisions *decisions, const char *text)
{
    char line[FIELDS * LONGEST_TEXT];
    size_t first = strcspn(text, "\n");
    *decisions = (struct decisions){0};
    if (first > 0 && !memchr(text, '\t', first)) {
        char *command = memory_format("%.*s", (int)first, text), *safe = memory_new(4 * first + 1);
        decisions->command = text_safe(command, safe, 4 * first + 1);
        free(command);
    }
    while (text_line(&text, line, sizeof line))
        read_line(decisions, line);
}
