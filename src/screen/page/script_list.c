/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/script_list.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "command/command.h"
#include "store/run_store.h"

enum { TAB = 4, LARGEST = 1 << 20, EXECUTIONS_MOST = 200 };

void script_list_release(struct script_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->entries[i].name);
        free(list->entries[i].path);
        free(list->entries[i].full);
        free(list->entries[i].origin);
        free(list->entries[i].source);
    }
    free(list->entries);
    *list = (struct script_list){0};
}

static struct script_entry *add(struct script_list *list, const char *path, const char *origin)
{
    list->entries = memory_resize(list->entries, list->count + 1, sizeof *list->entries);
    struct script_entry *entry = &list->entries[list->count++];
    *entry = (struct script_entry){memory_string(file_name(path)), memory_string(path),
                                   realpath(path, NULL), memory_string(origin), NULL};
    char *suffix = strstr(entry->name, ".lua");
    if (suffix && suffix[4] == '\0')
        *suffix = '\0';
    return entry;
}

static bool is_listed(const struct script_list *list, const char *path)
{
    char *full = realpath(path, NULL);
    bool listed = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct script_entry *entry = &list->entries[i];
        listed = listed || strcmp(entry->path, path) == 0 ||
                 (full && entry->full && strcmp(entry->full, full) == 0);
    }
    free(full);
    return listed;
}

static int by_name(const void *one, const void *other)
{
    return strcmp(((const struct script_entry *)one)->name,
                  ((const struct script_entry *)other)->name);
}

static void add_folder(struct script_list *list, const char *folder, const char *origin)
{
    size_t first = list->count;
    DIR *directory = opendir(folder);
    if (!directory)
        return;
    for (struct dirent *file; (file = readdir(directory));) {
        size_t length = strlen(file->d_name);
        if (length <= 4 || strcmp(file->d_name + length - 4, ".lua") != 0 || file->d_name[0] == '.')
            continue;
        char *path = memory_format("%s%s%s", strcmp(folder, ".") ? folder : "",
                                   strcmp(folder, ".") ? "/" : "", file->d_name);
        add(list, path, origin);
        free(path);
    }
    closedir(directory);
    if (list->count > first)
        qsort(list->entries + first, list->count - first, sizeof *list->entries, by_name);
}

/* Adds the scripts of executions, newest first, except those listed already. */
static void add_executions(struct script_list *list, struct store *store)
{
    struct error error;
    size_t count = 0;
    int64_t *numbers = store_executions(store, &count, &error);
    for (size_t i = 0; numbers && i < count && i < EXECUTIONS_MOST; i++) {
        struct execution execution = {0};
        if (!store_execution(store, numbers[i], &execution, &error))
            continue;
        if (execution.script_path && !is_listed(list, execution.script_path)) {
            char *origin = memory_format("run %lld", (long long)numbers[i]);
            struct script_entry *entry = add(list, execution.script_path, origin);
            if (access(execution.script_path, R_OK) != 0)
                entry->source = memory_string(execution.script);
            free(origin);
        }
        execution_release(&execution);
    }
    free(numbers);
}

void script_list_read(struct script_list *list, struct store *store)
{
    script_list_release(list);
    add_folder(list, ".", "here");
    add_folder(list, "experiments", "here");
    char *bundled = command_bundled_path("lua/experiments");
    if (bundled)
        add_folder(list, bundled, "bundled");
    free(bundled);
    if (store)
        add_executions(list, store);
}

static char *without_tabs(const char *text, size_t size)
{
    struct bytes shown = {0};
    size_t column = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\t') {
            bytes_add(&shown, "    ", TAB - column % TAB);
            column += TAB - column % TAB;
        } else if (text[i] != '\r' && text[i] != '\0') {
            bytes_add(&shown, &text[i], 1);
            column = text[i] == '\n' ? 0 : column + 1;
        }
    }
    bytes_add(&shown, "", 1);
    return (char *)shown.data;
}

char *script_entry_text(const struct script_entry *entry, struct error *error)
{
    if (entry->source)
        return without_tabs(entry->source, strlen(entry->source));
    size_t size;
    char *raw = file_read(entry->path, LARGEST, &size, ERROR_SCRIPT, error);
    char *text = raw ? without_tabs(raw, size) : NULL;
    free(raw);
    return text;
}
