/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/digest.h"

#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

struct digest {
    struct sha256_ctx context;
};

struct digest *digest_new(void)
{
    struct digest *digest = memory_new(sizeof *digest);
    sha256_init(&digest->context);
    return digest;
}

void digest_free(struct digest *digest)
{
    free(digest);
}

void digest_add(struct digest *digest, const void *data, size_t size)
{
    if (size > 0)
        sha256_update(&digest->context, size, data);
}

void digest_finish(struct digest *digest, char text[DIGEST_TEXT])
{
    uint8_t sum[SHA256_DIGEST_SIZE];
    sha256_digest(&digest->context, sizeof sum, sum);
    for (size_t i = 0; i < sizeof sum; i++)
        snprintf(text + 2 * i, 3, "%02x", sum[i]);
    digest_free(digest);
}

void digest_of(const void *data, size_t size, char text[DIGEST_TEXT])
{
    struct digest *digest = digest_new();
    digest_add(digest, data, size);
    digest_finish(digest, text);
}
