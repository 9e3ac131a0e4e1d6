/* SPDX-License-Identifier: MIT
 *
 * Reads vectors of words from files that were made elsewhere: GloVe's text (a word and its numbers
 * a line), and word2vec's text and binary form, which begin with how many words and numbers there
 * are.
 */
#ifndef KEEPER_VECTOR_FILE_H
#define KEEPER_VECTOR_FILE_H

#include "base/patience.h"
#include "data/vector_pack.h"

/* What is wanted of a file. */
struct vector_wish {
    const char *path;           /* a path that the user may read; regular files only */
    const struct id_map *words; /* folded */
    const struct patience *patience;
};

/* Adds the pack of the wanted words that the file has. Its words are folded too (base/folding.h),
 * and the first of equals counts. Fails on a file that is none of these, with the line or the
 * number of the word; if it has none of the words; and if the pack gets larger than `most` bytes.
 */
bool vector_file_read(const struct vector_wish *wish, size_t most, struct bytes *pack,
                      struct error *error);

#endif
