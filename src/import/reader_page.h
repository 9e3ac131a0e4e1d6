/* SPDX-License-Identifier: MIT
 *
 * The page of Lua that a person gives as a reader, with the modules that it requires.
 */
#ifndef IMPORT_READER_PAGE_H
#define IMPORT_READER_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

struct reader_page {
    const char *path; /* borrowed */
    char *text;
    struct bytes modules; /* name NUL source NUL ...; from the folder of the page */
    char digest[DIGEST_TEXT];
    char modules_digest[DIGEST_TEXT]; /* "" without modules */
};

bool reader_page_read(struct reader_page *page, const char *path, struct error *error);
void reader_page_release(struct reader_page *page); /* accepts NULL */

#endif
