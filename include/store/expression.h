/* SPDX-License-Identifier: MIT
 *
 * What a person types over the columns of a table, compiled to SQL: a condition, such as
 * `age > 25 and gender = 'F'`, or a value, such as `floor(year / 10) * 10`. Nothing of the typed
 * text reaches SQL but names of columns that exist, and numbers and texts in SQLite's own quoting.
 * Its length, depth and number of operations are bounded.
 *
 *     condition   a = b  != < <= > >=   a between b and c   a in (b, c)   a is missing
 *                 a has 'text'   a ~ 'regular expression'   not  and  or  ( )
 *     value       names, [any name], numbers, 'texts' or "texts", + - * / // %, functions
 *
 * Missing values compare to nothing. A time is compared with a text, '2001', '2001-05' or
 * '2001-05-17 20:15': = means within that period. A text column compared with a number by < or > is
 * read as a number; by = or in it is compared as it is written.
 */
#ifndef STORE_EXPRESSION_H
#define STORE_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { EXPRESSION_MOST = 1024, EXPRESSION_OPERATIONS = 60, EXPRESSION_DEPTH = 24 };

/* TIME: seconds since 1970. TRUTH: 0, 1 or NULL. */
enum expression_kind { EXPRESSION_NUMBER, EXPRESSION_TEXT, EXPRESSION_TIME, EXPRESSION_TRUTH };

struct expression_column {
    const char *name, *sql;
    enum expression_kind kind;
};

struct expression_scope {
    const struct expression_column *columns;
    size_t count;
};

struct expression {
    char *sql; /* owned */
    enum expression_kind kind;
};

/* Compiles a value, or a condition if `condition`. A mistake (ERROR_USAGE) names its column,
 * counted in characters from 1. */
bool expression_compile(const char *text, const struct expression_scope *scope, bool condition,
                        struct expression *expression, struct error *error);
void expression_release(struct expression *expression); /* accepts NULL */

/* Whether a name can be typed as it is; otherwise it needs [ ] around it. */
bool expression_is_name(const char *name);

/* One line of help for each function, up to one whose name is NULL. */
struct expression_help {
    const char *name, *help;
};
extern const struct expression_help expression_helps[];

#endif
