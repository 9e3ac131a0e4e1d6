/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/completion.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "command/registry.h"
#include "store/dataset_store.h"
#include "store/query_store.h"

static const char *const keywords[] = {
    "SELECT", "FROM",      "WHERE", "GROUP BY", "ORDER BY", "HAVING",   "LIMIT",
    "JOIN",   "LEFT JOIN", "USING", "ON",       "AND",      "OR",       "NOT",
    "IN",     "IS NULL",   "LIKE",  "BETWEEN",  "CASE",     "WHEN",     "THEN",
    "ELSE",   "END",       "AS",    "DESC",     "WITH",     "DISTINCT", "count(",
    "avg(",   "sum(",      "min(",  "max(",     "round(",   "EXISTS",   "UNION ALL",
};

/* The names that fit, each once. */
struct offered {
    const char *stem;
    char **names;
    size_t count;
};

static void offer(struct offered *offered, const char *name)
{
    if (strncasecmp(name, offered->stem, strlen(offered->stem)) != 0)
        return;
    for (size_t i = 0; i < offered->count; i++)
        if (strcmp(offered->names[i], name) == 0)
            return;
    offered->names = memory_grow(offered->names, offered->count, sizeof *offered->names);
    offered->names[offered->count++] = memory_string(name);
}

/* A name that SQL accepts only in quotes is offered without them. */
static void offer_sql(struct offered *offered, struct store *store)
{
    struct query_names names;
    struct error ignored;
    if (store && query_names_read(store, &names, &ignored)) {
        for (size_t i = 0; i < names.count; i++)
            offer(offered, names.names[i]);
        query_names_release(&names);
    }
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        offer(offered, keywords[i]);
}

static void offer_commands(struct offered *offered, enum page page)
{
    char word[64];
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        if (command_at(id)->group != GROUP_HIDDEN)
            offer(offered, command_at(id)->words);
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const char *words = action_at(action)->words;
        snprintf(word, sizeof word, "%.*s", (int)strcspn(words, " "), words);
        if (*word && action_is_on(action, page))
            offer(offered, word);
    }
}

static void offer_options(struct offered *offered, const struct command *command)
{
    const struct command_option *option;
    char name[64];
    for (size_t i = 0; command && (option = command_option_at(command->id, i)); i++) {
        snprintf(name, sizeof name, "--%s", option->name);
        offer(offered, name);
    }
}

static void offer_sets(struct offered *offered, struct store *store)
{
    size_t count;
    struct error ignored;
    struct dataset_summary *sets = store ? store_datasets(store, &count, &ignored) : NULL;
    for (size_t i = 0; sets && i < count; i++)
        offer(offered, sets[i].name);
    free(sets);
}

/* Whether the line is SQL where the name begins: behind "sql", or within the quotes of --where. */
static bool is_sql(const char *line, size_t from)
{
    const char *where = strstr(line, "--where ");
    return strncasecmp(line, "sql ", 4) == 0 || (where && (size_t)(where - line) + 8 < from);
}

static void collect(struct offered *offered, const char *line, size_t from, enum page page,
                    struct store *store)
{
    size_t begin = strspn(line, ": ");
    if (is_sql(line + begin, from - begin)) {
        offer_sql(offered, store);
    } else if (from <= begin) {
        offer_commands(offered, page);
    } else if (*offered->stem == '-') {
        offer_options(offered, command_of_line(line + begin));
    } else {
        char first[FIELD_BYTES]; /* the second word of a command is completed with the first */
        snprintf(first, sizeof first, "%.*s", (int)(from - begin), line + begin);
        for (enum command_id id = 0; id < COMMAND_COUNT; id++)
            if (strncmp(command_at(id)->words, first, strlen(first)) == 0)
                offer(offered, command_at(id)->words + strlen(first));
        offer_sets(offered, store);
    }
}

static bool is_of_name(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || byte == '-' || (byte & 0x80);
}

/* Takes what is typed before the cursor for the beginning of a name. */
static void begin_anew(struct completion *completion, const struct field *field)
{
    size_t from = field->cursor;
    while (from > 0 && is_of_name(field->text[from - 1]))
        from--;
    completion->from = from;
    completion->next = 0;
    snprintf(completion->stem, sizeof completion->stem, "%.*s", (int)(field->cursor - from),
             field->text + from);
}

bool completion_do(struct completion *completion, struct field *field, enum page page,
                   struct store *store)
{
    if (strcmp(completion->text, field->text) != 0 || !*completion->text)
        begin_anew(completion, field);
    struct offered offered = {.stem = completion->stem};
    collect(&offered, field->text, completion->from, page, store);
    bool found = offered.count > 0;
    if (found) {
        field_replace(field, completion->from, offered.names[completion->next++ % offered.count]);
        snprintf(completion->text, sizeof completion->text, "%s", field->text);
    }
    for (size_t i = 0; i < offered.count; i++)
        free(offered.names[i]);
    free(offered.names);
    return found;
}
