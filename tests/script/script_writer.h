/* SPDX-License-Identifier: MIT
 *
 * The core of the script generators: a text that grows by random choices.
 */
#ifndef TESTS_SCRIPT_WRITER_H
#define TESTS_SCRIPT_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/random.h"

/* What an expression is meant to be; now and then it is something else. */
enum value_kind { KIND_NUMBER, KIND_TEXT, KIND_TABLE, KIND_FUNCTION, KIND_ANY };

enum { DEEPEST = 6 }; /* expressions and statements inside of one another */

struct writer {
    struct bytes text;
    struct random random;
    int depth;    /* at most DEEPEST */
    int label;    /* the last one */
    bool endless; /* loops that need not end */
};

void write_format(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
uint32_t choose(struct writer *writer, uint32_t bound);
bool chance(struct writer *writer, uint32_t per_cent);
#define choose_of(writer, list) ((list)[choose(writer, sizeof(list) / sizeof *(list))])

/* Of the language. They use the locals that write_prelude declares. */
void write_prelude(struct writer *writer);
void write_statements(struct writer *writer, uint32_t most);
void write_expression(struct writer *writer, enum value_kind kind);
void write_operation(struct writer *writer, enum value_kind kind); /* of two sides */
void write_function(struct writer *writer);

/* A script's end: return thaw.experiment { ... }. */
void write_experiment(struct writer *writer);

#endif
