/* SPDX-License-Identifier: MIT
 *
 * SHA-256 of bytes, as 64 hexadecimal digits.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_TEXT = 65 }; /* digits and NUL */

struct digest; /* a digest being computed */

struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *data, size_t size);
/* Writes the digits and frees the digest. */
void digest_finish(struct digest *digest, char text[DIGEST_TEXT]);
void digest_free(struct digest *digest); /* for a digest that will not be finished; accepts NULL */

void digest_of(const void *data, size_t size, char text[DIGEST_TEXT]);

#endif
