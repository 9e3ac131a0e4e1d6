/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "members.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "file_error.h"

/* What systems leave in archives. */
static bool is_litter(const char *path)
{
    return strncmp(path, "__MACOSX/", 9) == 0 || strstr(path, "/__MACOSX/") ||
           *file_name(path) == '.' || strcasecmp(file_name(path), "Thumbs.db") == 0 ||
           strcasecmp(file_name(path), "desktop.ini") == 0;
}

static bool is_like(const char *name, const char *const *patterns)
{
    for (; *patterns; patterns++)
        if (fnmatch(*patterns, name, FNM_CASEFOLD) == 0)
            return true;
    return false;
}

bool member_explains(const char *name)
{
    static const char *const patterns[] = {"*readme*",   "*license*", "*licence*", "copying*",
                                           "changelog*", "citation*", "*.md",      "*.pdf",
                                           "*.html",     "*.htm",     "*.bib",     NULL};
    return is_like(name, patterns);
}

bool member_is_data(const char *name)
{
    static const char *const others[] = {"*.py", "*.ipynb", "*.sh",  "*.pl",  "*.r",   "*.rmd",
                                         "*.m",  "*.png",   "*.jpg", "*.svg", "*.gif", NULL};
    return !member_explains(name) && !is_like(name, others);
}

/* Whether a path lies in a folder; "" is the top. */
static bool lies_in(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return length == 0 || (strncmp(path, folder, length) == 0 && path[length] == '/');
}

static bool is_data(const char *path, const char *folder)
{
    return lies_in(path, folder) && !is_litter(path) && member_is_data(file_name(path));
}

static const char *below(const char *path, const char *folder)
{
    return *folder ? path + strlen(folder) + 1 : path;
}

const char *members_name_in(const char *path, const char *folder)
{
    if (is_litter(path) || !lies_in(path, folder))
        return NULL;
    const char *name = below(path, folder);
    return *name && !strchr(name, '/') ? name : NULL;
}

const char *members_folder_in(const char *path, const char *folder, size_t *length)
{
    if (is_litter(path) || !lies_in(path, folder))
        return NULL;
    const char *name = below(path, folder), *slash = strchr(name, '/');
    *length = slash ? (size_t)(slash - name) : 0;
    return slash ? name : NULL;
}

/* The one folder in a folder that holds all there is in it, as the part of a path; else NULL. */
static const char *only_folder(const struct members *members, const char *folder, size_t *length)
{
    const char *only = NULL;
    for (size_t i = 0; i < members->count; i++) {
        const char *path = members->names[i];
        if (is_litter(path) || !lies_in(path, folder))
            continue;
        const char *rest = below(path, folder), *slash = strchr(rest, '/');
        size_t size = slash ? (size_t)(slash - path) : 0;
        if (!slash || (only && (size != *length || strncmp(path, only, size) != 0)))
            return NULL;
        only = path;
        *length = size;
    }
    return only;
}

char *members_folder(const struct members *members, const char *folder)
{
    bool any = false;
    for (size_t i = 0; i < members->count && !any; i++)
        any = lies_in(members->names[i], folder);
    if (!any)
        return NULL;
    char *found = memory_string(folder);
    const char *next;
    size_t length;
    while ((next = only_folder(members, found, &length))) {
        char *deeper = memory_format("%.*s", (int)length, next);
        free(found);
        found = deeper;
    }
    return found;
}

/* A few names of files of data, for a message. */
static const char *some_names(const struct members *members, char *text, size_t size)
{
    size_t used = 0, shown = 0;
    *text = '\0';
    for (size_t i = 0; i < members->count && shown < 4 && used < size; i++) {
        if (!is_data(members->names[i], ""))
            continue;
        char name[80];
        used += (size_t)snprintf(text + used, size - used, "%s%s", shown++ > 0 ? ", " : "",
                                 text_safe(members->names[i], name, sizeof name));
    }
    return text;
}

/* Formats that are archives themselves. */
static const char *other_format(const struct members *members)
{
    bool arrays = members->count > 0;
    for (size_t i = 0; i < members->count; i++) {
        const char *name = members->names[i];
        if (strncmp(name, "xl/", 3) == 0)
            return "the file is an Excel workbook (.xlsx); save its sheet as CSV";
        if (strcmp(name, "content.xml") == 0)
            return "the file is an OpenDocument; save its sheet as CSV";
        if (strncmp(name, "word/", 5) == 0)
            return "the file is a Word document, not data";
        if (strcmp(file_name(name), "data.pkl") == 0)
            return "the file is PyTorch's, a pickle in an archive; write what is in it as CSV "
                   "with Python";
        arrays = arrays && fnmatch("*.npy", name, 0) == 0;
    }
    return arrays
               ? "the file holds NumPy arrays; write one as text first: numpy.savetxt(\"x.csv\", "
                 "numpy.load(FILE)[NAME], delimiter=\",\", fmt=\"%s\")"
               : NULL;
}

bool members_check(const struct members *members, const char *archive, struct error *error)
{
    const char *other = other_format(members);
    return !other || file_error(error, archive, 0, "%s", other);
}

const char *members_only(const struct members *members, const char *folder)
{
    const char *only = NULL;
    for (size_t i = 0; i < members->count; i++)
        if (is_data(members->names[i], folder)) {
            if (only)
                return NULL;
            only = members->names[i];
        }
    return only;
}

bool members_refuse(const struct members *members, const char *archive, struct error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < members->count; i++)
        count += is_data(members->names[i], "");
    char names[320];
    if (count == 0)
        return file_error(error, archive, 0, "there is no file of data in it");
    return file_error(error, archive, 0,
                      "there are %zu files in it: %s%s; name one, as if it were a folder: "
                      "ARCHIVE/NAME",
                      count, some_names(members, names, sizeof names), count > 4 ? " ..." : "");
}

char *members_find(const struct members *members, const char *archive, const char *path,
                   struct error *error)
{
    char *top = members_folder(members, ""), *within = NULL;
    const char *exact = NULL, *alike = NULL;
    size_t likes = 0;
    if (top && *top)
        within = memory_format("%s/%s", top, path);
    for (size_t i = 0; i < members->count && !exact; i++) {
        const char *name = members->names[i];
        if (strcmp(name, path) == 0)
            exact = name;
        if (strcasecmp(name, path) == 0 || (within && strcasecmp(name, within) == 0)) {
            alike = name;
            likes++;
        }
    }
    free(top);
    free(within);
    if (exact || likes == 1)
        return memory_string(exact ? exact : alike);
    char names[240], shown[120];
    text_safe(path, shown, sizeof shown);
    file_error(error, archive, 0, "there is no \"%s\" in it, but %s%s", shown,
               some_names(members, names, sizeof names), members->count > 4 ? " ..." : "");
    return NULL;
}
