/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "client_vectors.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "vector_file.h"

bool client_wants_vectors(const char *script, const struct bytes *modules)
{
    static const char NAME[] = "pretrained";
    return strstr(script, NAME) ||
           (modules->size > 0 && memmem(modules->data, modules->size, NAME, sizeof NAME - 1));
}

/* Says what is wrong with a file where the script names it. */
static bool refuse(struct keeper *keeper, const char *script_path, const char *place,
                   const char *file, struct error *error)
{
    const char *mark = strstr(place, ANSWER_WORDS_WRONG);
    char shown[128];
    size_t path = strlen(script_path);
    if (!mark)
        return error_within(error, "\"%s\"", text_safe(file, shown, sizeof shown));
    error_within(error, "\"%s\"", text_safe(file, shown, sizeof shown));
    char *what = memory_string(error->text);
    error_set(error, ERROR_SCRIPT, "%.*s%s%s", (int)(mark - place), place, what,
              mark + sizeof ANSWER_WORDS_WRONG - 1);
    free(what);
    keeper->refused = (struct reply_refused){.error = *error, .asked = true};
    if (strncmp(place, script_path, path) == 0 && place[path] == ':')
        keeper->refused.line = (uint32_t)strtoul(place + path + 1, NULL, 10);
    return false;
}

static bool add_file(struct keeper *keeper, const char *script_path, const char *file,
                     const struct id_map *words, struct bytes *modules, struct error *error)
{
    struct bytes pack = {0};
    char *folder = file_folder(script_path);
    char *path = *file == '/' ? memory_string(file) : memory_format("%s/%s", folder, file);
    size_t most = modules->size < VECTOR_PACK_MOST ? VECTOR_PACK_MOST - modules->size : 0;
    const struct vector_wish wish = {.path = path, .words = words, .patience = keeper->patience};
    bool good = vector_file_read(&wish, most, &pack, error);
    if (good) {
        bytes_add_u8(modules, VECTOR_PACK_MARK);
        bytes_add(modules, file, strlen(file) + 1);
        bytes_add(modules, pack.data, pack.size);
        bytes_add_u8(modules, 0);
    }
    bytes_release(&pack);
    free(folder);
    free(path);
    return good;
}

bool client_add_vectors(struct keeper *keeper, const char *script_path,
                        const struct answer_words *wanted, struct bytes *modules,
                        struct error *error)
{
    const char *at = wanted->texts, *end = at + wanted->texts_size;
    bool good = true;
    while (good && at < end) {
        const char *place = at, *file = place + strlen(place) + 1;
        struct id_map *words = id_map_new();
        uint32_t number;
        for (at = file + strlen(file) + 1; good && *at; at += strlen(at) + 1)
            good = id_map_add_text(words, at, strlen(at), &number, error);
        at++;
        good = good && (add_file(keeper, script_path, file, words, modules, error) ||
                        refuse(keeper, script_path, place, file, error));
        id_map_free(words);
    }
    return good;
}
