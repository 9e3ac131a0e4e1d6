/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "beside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"

char *beside_name(const char *path, const char *ending)
{
    char *real = realpath(path, NULL);
    char *beside = memory_format("%s%s", real ? real : path, ending);
    free(real);
    return beside;
}

char *beside_alone(const char *path)
{
    struct bytes uri = {0};
    char *real = realpath(path, NULL), escaped[4];
    bytes_add(&uri, "file://", real ? 7 : 5);
    for (const char *at = real ? real : path; *at; at++) {
        snprintf(escaped, sizeof escaped, "%%%02X", (unsigned)(unsigned char)*at);
        if (isalnum((unsigned char)*at) || strchr("/._-", *at))
            bytes_add(&uri, at, 1);
        else
            bytes_add(&uri, escaped, 3);
    }
    bytes_add(&uri, "?immutable=1", sizeof "?immutable=1");
    free(real);
    return (char *)uri.data;
}

sqlite3 *beside_open_alone(const char *path)
{
    sqlite3 *handle = NULL;
    char *uri = beside_alone(path);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(uri, &handle, flags, NULL) != SQLITE_OK) {
        sqlite3_close(handle);
        handle = NULL;
    }
    free(uri);
    return handle;
}
