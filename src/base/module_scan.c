/* SPDX-License-Identifier: MIT
 *
 * Finds required modules by a search for the word, without a Lua parser. A module that only a
 * comment names is sent too, which does no harm.
 */
#include "config.h"

#include "base/module_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { MODULES_MOST = 100, SOURCE_MOST = 1 << 20, NAME_MOST = 100 };

struct module_walk {
    const char *script; /* its path: modules lie in its folder */
    struct bytes *modules;
    size_t count;
    struct error *error;
};

static bool scan_source(struct module_walk *scan, const char *text, size_t size);

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* A name is letters, digits, "_" and "-", in parts separated by single dots. */
static bool is_name(const char *name, size_t length)
{
    if (length == 0 || length > NAME_MOST || name[0] == '.' || name[length - 1] == '.')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!(is_word(name[i]) || name[i] == '-' || (name[i] == '.' && name[i - 1] != '.')))
            return false;
    return true;
}

static bool is_library(const char *name, size_t length)
{
    return length >= 4 && memcmp(name, "thaw", 4) == 0 && (length == 4 || name[4] == '.');
}

static bool is_known(const struct bytes *modules, const char *name)
{
    const char *at = (const char *)modules->data, *end = at ? at + modules->size : NULL;
    while (at < end) {
        if (strcmp(at, name) == 0)
            return true;
        at += strlen(at) + 1;
        at += strlen(at) + 1;
    }
    return false;
}

/* The source of a module. NULL if there is no such file; on an error also sets `good` to false. */
static char *read_source(struct module_walk *scan, const char *name, size_t *size, bool *good)
{
    bool found;
    char shown[256];
    char *text = file_read_beside(scan->script, name, SOURCE_MOST, size, &found, scan->error);
    *good = text || !found;
    if (text && memchr(text, '\0', *size)) {
        *good = error_set(scan->error, ERROR_SCRIPT, "\"%s\" holds a NUL byte",
                          text_safe(name, shown, sizeof shown));
        free(text);
        return NULL;
    }
    return text;
}

static bool add_module(struct module_walk *scan, const char *name)
{
    char *file = memory_string(name);
    for (char *dot = file; (dot = strchr(dot, '.'));)
        *dot = '/';
    char *path = memory_format("%s.lua", file);
    size_t size;
    bool good;
    char *text = read_source(scan, path, &size, &good);
    if (text && ++scan->count > MODULES_MOST)
        good = error_set(scan->error, ERROR_SCRIPT, "the script requires more than %d modules",
                         MODULES_MOST);
    if (text && good) {
        bytes_add(scan->modules, name, strlen(name) + 1);
        bytes_add(scan->modules, text, size);
        bytes_add_u8(scan->modules, 0);
        good = scan_source(scan, text, size);
    }
    free(text);
    free(path);
    free(file);
    return good;
}

/* `at` is after the word require. Takes the quoted name there, if there is one. */
static bool take_name(struct module_walk *scan, const char *at, const char *end)
{
    while (at < end && (isspace((unsigned char)*at) || *at == '('))
        at++;
    if (at == end || (*at != '"' && *at != '\''))
        return true;
    const char *begin = at + 1, *close = memchr(begin, *at, (size_t)(end - begin));
    size_t length = close ? (size_t)(close - begin) : 0;
    if (!is_name(begin, length) || is_library(begin, length))
        return true;
    char *name = memory_format("%.*s", (int)length, begin);
    bool good = is_known(scan->modules, name) || add_module(scan, name);
    free(name);
    return good;
}

static bool scan_source(struct module_walk *scan, const char *text, size_t size)
{
    static const char word[] = "require";
    const char *end = text + size, *at = text;
    while ((at = memmem(at, (size_t)(end - at), word, sizeof word - 1))) {
        bool whole = at == text || !is_word(at[-1]);
        at += sizeof word - 1;
        if (whole && !take_name(scan, at, end))
            return false;
    }
    return true;
}

bool module_scan(const char *script_path, const char *script, size_t size, struct bytes *modules,
                 struct error *error)
{
    struct module_walk scan = {.script = script_path, .modules = modules, .error = error};
    return scan_source(&scan, script, size);
}
