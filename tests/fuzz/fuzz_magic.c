/* SPDX-License-Identifier: MIT
 *
 * What the first bytes say of a file. A file that is not read is refused by a sentence that names
 * it, by the import as by the look at its bytes; no more bytes than there are are looked at. All
 * bytes are the file.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "import/lines.h"
#include "import/magic.h"

/* The refusal as the reader of lines says it. */
static void check_refused(const uint8_t *data, size_t size, const char *clause)
{
    struct error error = {0};
    struct lines *lines = lines_open(fuzz_file("fuzz.csv", data, size), NULL, &error);
    fuzz_require(!lines && strstr(error.text, clause), "such a file is refused in these words");
    fuzz_require(fuzz_is_safe(error.text, strlen(error.text)), "a refusal can be shown");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t head = size < MAGIC_SIZE ? size : MAGIC_SIZE;
    uint8_t *exact = malloc(head > 0 ? head : 1); /* of its size, for the sanitizer */
    fuzz_require(exact != NULL, "there is memory");
    if (head > 0)
        memcpy(exact, data, head);
    enum packing packing = magic_packing(exact, head);
    fuzz_require(packing < PACKING_COUNT, "there is such a packing");
    fuzz_require(fuzz_is_safe(packing_words(packing), strlen(packing_words(packing))),
                 "a packing has words");
    const char *clause = magic_refuse(exact, head);
    free(exact);
    if (clause)
        fuzz_require(*clause && fuzz_is_safe(clause, strlen(clause)), "a refusal can be shown");
    if (clause && packing == PACKING_NONE)
        check_refused(data, size, clause);
    return 0;
}
