/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "library.h"

#include "src/script/library_text.h" /* made by build-aux/embed.awk */

const struct chunk *library_chunks(size_t *count)
{
    *count = sizeof chunks / sizeof *chunks;
    return chunks;
}
