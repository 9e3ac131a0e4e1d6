/* SPDX-License-Identifier: MIT
 *
 * What the fuzz harnesses share. A harness is one file that defines LLVMFuzzerTestOneInput:
 * libFuzzer calls it with bytes of its own making (`make fuzz`), and replay.c with the files of
 * tests/fuzz/corpus/NAME (`make check`). It states what must hold for any bytes with fuzz_require.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The interface of libFuzzer: returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with `claim` on standard error if it does not hold. */
void fuzz_require(bool holds, const char *claim);

/* The input as it is used up. */
struct fuzz_input {
    const uint8_t *data;
    size_t size;
};
/* The next byte; 0 if there is none. */
uint8_t fuzz_byte(struct fuzz_input *input);
/* The next bytes as a number; those that are not there are 0. */
uint64_t fuzz_number(struct fuzz_input *input, size_t bytes);
/* The bytes up to the next `end` or up to the end of the input, as a string without NUL bytes that
 * the caller frees. */
char *fuzz_text(struct fuzz_input *input, uint8_t end);

/* Whether a person may be shown it: valid UTF-8 without control, bidi or zero-width characters. */
bool fuzz_is_safe(const char *text, size_t length);

/* A folder for a harness's files, in memory where there is such a file system; emptied and removed
 * when the process exits. Made at the first call. */
const char *fuzz_folder(void);
/* Writes a file in it, in place of one that is there. Returns its path, valid until the next call.
 */
const char *fuzz_file(const char *name, const void *data, size_t size);

#endif
