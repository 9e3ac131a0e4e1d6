/* SPDX-License-Identifier: MIT
 *
 * How thaw's tables write values that SQL has no type for. The files that store results use it, and
 * the doctor checks with it.
 */
#ifndef STORE_STORED_FORM_H
#define STORE_STORED_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "data/value_scale.h"

enum { CHECKPOINT_FORMAT = 1 };

/* "1 2 3.5": levels of ratings, ascending, each as the shortest text that reads back the same. */
void stored_levels_write(const float *levels, uint32_t count, char *text, size_t size);
/* False, with no levels, if the text is something else. */
bool stored_levels_read(const char *text, float levels[VALUE_LEVELS_MOST], uint32_t *count);

/* "3/maml/1" */
void stored_run_name(int64_t execution, const char *arm, uint64_t seed, char *name, size_t size);

/* Whether a blob is 4-byte reals, all of them finite. */
bool stored_reals_fit(const void *blob, size_t size);
/* Whether a blob is 8-byte reals, each finite or NaN. */
bool stored_values_fit(const void *blob, size_t size);

/* How the predictions of an execution are written; schema.c says it in full. */
#define STORED_ENCODINGS(X)                                                                        \
    X(REAL, "real")                                                                                \
    X(GRID16, "grid16") /* of earlier versions */                                                  \
    X(GRID12, "grid12")

struct stored_encoding {
    enum stored_encoding_kind {
#define X(name, text) ENCODING_##name,
        STORED_ENCODINGS(X)
#undef X
            ENCODINGS
    } kind;
    float smallest, largest; /* of the ratings */
};
const char *stored_encoding_name(enum stored_encoding_kind kind);
/* False for an unknown name, and for a grid without a range. */
bool stored_encoding_of(const char *name, double smallest, double largest,
                        struct stored_encoding *encoding);
/* The numbers in a blob, a new array. `distances`: they are deviations. NULL if the blob is
 * damaged. */
float *stored_numbers_read(const struct stored_encoding *encoding, bool distances, const void *blob,
                           size_t size, size_t *count);
/* Appends numbers as they are stored. */
void stored_numbers_write(const struct stored_encoding *encoding, bool distances,
                          const float *numbers, size_t count, struct bytes *bytes);

#endif
