/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "merged.h"

#include <stdlib.h>
#include <string.h>

#include "judging.h"
#include "write_ahead.h"
#include "beside.h"

enum { LARGEST = 512 << 20 /* bytes */ };

/* The file's pages, and those of the log over them; `size` is that of both together. */
static unsigned char *put_together(const char *path, const char *log_path, sqlite3_int64 *size)
{
    struct write_ahead log;
    sqlite3_int64 length = 0;
    if (!write_ahead_read(log_path, &log))
        return NULL;
    *size = (sqlite3_int64)log.pages * log.page_size;
    sqlite3 *alone = beside_open_alone(path);
    sqlite3_file *file = alone ? seal_file(alone) : NULL;
    bool good = file && log.frames > 0 && *size <= LARGEST &&
                file->pMethods->xFileSize(file, &length) == SQLITE_OK;
    unsigned char *image = good ? sqlite3_malloc64((sqlite3_uint64)*size) : NULL;
    if (image) {
        memset(image, 0, (size_t)*size);
        int known = (int)(length < *size ? length : *size);
        good = file->pMethods->xRead(file, image, known, 0) == SQLITE_OK &&
               write_ahead_apply(log_path, &log, image);
        image[18] = image[19] = 1; /* it has no log any more */
    }
    if (!good) {
        sqlite3_free(image);
        image = NULL;
    }
    sqlite3_close(alone);
    write_ahead_release(&log);
    return image;
}

sqlite3 *merged_open(const char *path)
{
    sqlite3_int64 size;
    sqlite3 *handle = NULL;
    char *log_path = beside_name(path, "-wal");
    unsigned char *image = put_together(path, log_path, &size);
    free(log_path);
    if (!image)
        return NULL;
    /* takes the image, also if it fails */
    if (sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        sqlite3_free(image);
    else if (sqlite3_deserialize(handle, "main", image, size, size,
                                 SQLITE_DESERIALIZE_READONLY | SQLITE_DESERIALIZE_FREEONCLOSE) ==
                 SQLITE_OK &&
             judging_is_whole(handle))
        return handle;
    sqlite3_close(handle);
    return NULL;
}
