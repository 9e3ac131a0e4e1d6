/* SPDX-License-Identifier: MIT
 *
 * The bytes of a packed file on their way to libarchive. It takes gzip off by itself, because
 * libarchive does not look at gzip's checksums, and it counts the packed bytes that were used, so
 * that an archive that unfolds without bounds is noticed.
 */
#ifndef IMPORT_PACKED_SOURCE_H
#define IMPORT_PACKED_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The limit on what is unpacked: FREE bytes, and RATIO bytes for each packed byte that was read.
 * Ratings as CSV shrink to a quarter or a sixth, JSON of one shape to a fortieth. */
enum { UNPACK_RATIO = 250, UNPACK_FREE = 16 << 20 };

struct packed_source;

/* `file` is borrowed and read from its beginning. */
struct packed_source *packed_source_new(int file, bool gzip);
void packed_source_free(struct packed_source *source); /* accepts NULL */

/* The next bytes, valid until the next call. 0 at the end, -1 on failure. */
ssize_t packed_source_read(struct packed_source *source, const void **block);
/* Goes to a place in the file. -1 on failure, and always within gzip. */
int64_t packed_source_seek(struct packed_source *source, int64_t offset, int whence);

/* What failed, or NULL. */
const char *packed_source_fault(const struct packed_source *source);
/* Whether `produced` unpacked bytes in all are within that limit. */
bool packed_source_bears(const struct packed_source *source, uint64_t produced);

#endif
