/* SPDX-License-Identifier: MIT
 *
 * What the first bytes of a file say that it is.
 */
#ifndef IMPORT_MAGIC_H
#define IMPORT_MAGIC_H

#include <stddef.h>

enum { MAGIC_SIZE = 512 }; /* bytes that are enough to know */

/* One row per kind of packing: name, words for a person. Those up to ZSTD pack one stream, which
 * may be a tar archive. */
#define PACKINGS(X)                                                                                \
    X(NONE, "")                                                                                    \
    X(GZIP, "gzip")                                                                                \
    X(BZIP2, "bzip2")                                                                              \
    X(XZ, "xz")                                                                                    \
    X(ZSTD, "zstd")                                                                                \
    X(ZIP, "ZIP archive")                                                                          \
    X(SEVEN_ZIP, "7-Zip archive")                                                                  \
    X(TAR, "tar archive")

enum packing {
#define X(name, words) PACKING_##name,
    PACKINGS(X)
#undef X
        PACKING_COUNT
};

enum packing magic_packing(const void *bytes, size_t size);
const char *packing_words(enum packing packing);

/* If the bytes begin a file that thaw does not read, a clause that names it and says what to do;
 * else NULL. */
const char *magic_refuse(const void *bytes, size_t size);

#endif
