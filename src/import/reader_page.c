/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "reader_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/module_scan.h"
#include "import/reader_protocol.h"

bool reader_page_read(struct reader_page *page, const char *path, struct error *error)
{
    size_t size;
    *page = (struct reader_page){.path = path};
    page->text = file_read(path, READER_SOURCE_MOST, &size, ERROR_USAGE, error);
    if (!page->text)
        return false;
    digest_of(page->text, size, page->digest);
    bool good =
        !memchr(page->text, '\0', size)
            ? module_scan(path, page->text, size, &page->modules, error)
            : error_set(error, ERROR_SCRIPT, "the reader \"%s\" holds a NUL byte", file_name(path));
    if (good && page->modules.size > READER_SOURCE_MOST)
        good = error_set(error, ERROR_SCRIPT, "the modules of the reader take more than 1 MiB");
    if (good && page->modules.size > 0)
        digest_of(page->modules.data, page->modules.size, page->modules_digest);
    if (!good)
        reader_page_release(page);
    return good;
}

void reader_page_release(struct reader_page *page)
{
    if (!page)
        return;
    free(page->text);
    bytes_release(&page->modules);
    page->text = NULL;
}
