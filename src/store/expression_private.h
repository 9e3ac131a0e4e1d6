/* SPDX-License-Identifier: MIT
 *
 * The parts of the compiler of expressions: words, operands and functions.
 */
#ifndef STORE_EXPRESSION_PRIVATE_H
#define STORE_EXPRESSION_PRIVATE_H

#include "base/arena.h"
#include "store/expression.h"

enum word_kind { WORD_END, WORD_NAME, WORD_NUMBER, WORD_TEXT, WORD_SIGN };

struct word {
    enum word_kind kind;
    const char *text; /* without quotes; for a sign the sign */
    double number;
    bool quoted; /* a name in [ ] */
    size_t at;   /* where it begins, in bytes */
};

struct operand {
    const char *sql;
    enum expression_kind kind;
    bool literal; /* a number or text as typed, which is `text` */
    const char *text;
    size_t at;
};

struct compiler {
    const char *source;
    const struct expression_scope *scope;
    struct arena *arena; /* of all texts on the way */
    struct word word;    /* the one ahead */
    size_t next;         /* where the word after it begins */
    unsigned depth, operations;
    struct error *error;
};

/* Reads the next word into `compiler->word`. */
bool compiler_advance(struct compiler *compiler);
/* Sets the error "column N: ..." and returns false. */
bool compiler_fail(const struct compiler *compiler, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A text in the arena, formatted as by sqlite3_mprintf. */
const char *compiler_format(const struct compiler *compiler, const char *format, ...);
bool compiler_is(const struct compiler *compiler, const char *text);
/* Goes past the sign or word if it is next. */
bool compiler_takes(struct compiler *compiler, const char *text, bool *taken);
bool compiler_wants(struct compiler *compiler, const char *text);

bool compiler_condition(struct compiler *compiler, struct operand *operand);
/* Everything that binds closer than a comparison. */
bool compiler_value(struct compiler *compiler, struct operand *operand);
/* After the function's name and "(" . */
bool compiler_call(struct compiler *compiler, const char *name, size_t at, struct operand *operand);
/* The two sides of a comparison, of the kinds that its header promises. */
bool compiler_compare(struct compiler *compiler, const char *sign, struct operand *left,
                      const struct operand *right);

#endif
