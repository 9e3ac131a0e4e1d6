/* SPDX-License-Identifier: MIT
 *
 * Compiles expressions by recursive descent; each step returns the SQL of what it has read.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/matcher.h"
#include "base/memory.h"
#include "base/text.h"
#include "expression_private.h"
#include "store/expression.h"

static bool enter(struct compiler *compiler)
{
    return ++compiler->depth <= EXPRESSION_DEPTH ||
           compiler_fail(compiler, compiler->word.at,
                         "at most %d parentheses and nots may lie in each other", EXPRESSION_DEPTH);
}

static bool count_operation(struct compiler *compiler)
{
    return ++compiler->operations <= EXPRESSION_OPERATIONS ||
           compiler_fail(compiler, compiler->word.at,
                         "an expression may have at most %d operations; `in (…)` takes any number "
                         "of values",
                         EXPRESSION_OPERATIONS);
}

static bool no_column(const struct compiler *compiler, const char *name, size_t at)
{
    char list[260] = "", shown[80], safe[80];
    for (size_t i = 0; i < compiler->scope->count; i++) {
        size_t used = strlen(list);
        text_safe(compiler->scope->columns[i].name, safe, sizeof safe);
        if (used + strlen(safe) + 8 > sizeof list) {
            snprintf(list + used, sizeof list - used, " …");
            break;
        }
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", safe);
    }
    return compiler_fail(compiler, at, "there is no column \"%s\"; there are %s",
                         text_safe(name, shown, sizeof shown), list);
}

static bool read_name(struct compiler *compiler, struct operand *operand)
{
    struct word word = compiler->word;
    bool call = false;
    if (!compiler_advance(compiler) || (!word.quoted && !compiler_takes(compiler, "(", &call)))
        return false;
    if (call)
        return enter(compiler) && count_operation(compiler) &&
               compiler_call(compiler, word.text, word.at, operand) && compiler->depth--;
    for (size_t i = 0; i < compiler->scope->count; i++) {
        const struct expression_column *column = &compiler->scope->columns[i];
        if (strcasecmp(column->name, word.text) != 0)
            continue;
        *operand = (struct operand){.sql = column->sql, .kind = column->kind, .at = word.at};
        return true;
    }
    return no_column(compiler, word.text, word.at);
}

static bool read_literal(struct compiler *compiler, struct operand *operand)
{
    struct word word = compiler->word;
    bool number = word.kind == WORD_NUMBER,
         whole = number && !strpbrk(word.text, ".eE") && strlen(word.text) < 16;
    *operand = (struct operand){.at = word.at,
                                .kind = number ? EXPRESSION_NUMBER : EXPRESSION_TEXT,
                                .literal = true,
                                .text = word.text,
                                .sql = whole    ? word.text
                                       : number ? compiler_format(compiler, "%!.17g", word.number)
                                                : compiler_format(compiler, "%Q", word.text)};
    return compiler_advance(compiler);
}

static bool read_primary(struct compiler *compiler, struct operand *operand)
{
    char shown[64];
    bool open;
    size_t at = compiler->word.at;
    if (compiler->word.kind == WORD_NAME &&
        (compiler->word.quoted || expression_is_name(compiler->word.text)))
        return read_name(compiler, operand);
    if (compiler->word.kind == WORD_NUMBER || compiler->word.kind == WORD_TEXT)
        return read_literal(compiler, operand);
    if (!compiler_takes(compiler, "(", &open))
        return false;
    if (open)
        return enter(compiler) && compiler_condition(compiler, operand) &&
               compiler_wants(compiler, ")") && compiler->depth--;
    if (compiler->word.kind == WORD_END)
        return compiler_fail(compiler, at, "a column, a number or a text is expected at the end");
    return compiler_fail(compiler, at, "a column, a number or a text is expected before \"%s\"",
                         text_safe(compiler->word.text, shown, sizeof shown));
}

static bool needs_number(struct compiler *compiler, struct operand *operand)
{
    if (operand->kind == EXPRESSION_NUMBER || operand->kind == EXPRESSION_TIME)
        return true;
    if (operand->kind == EXPRESSION_TRUTH || operand->literal)
        return compiler_fail(compiler, operand->at, "a number is expected here");
    operand->sql = compiler_format(compiler, "thaw_number(%s)", operand->sql);
    operand->kind = EXPRESSION_NUMBER;
    return true;
}

static bool read_signed(struct compiler *compiler, struct operand *operand)
{
    bool minus;
    if (!compiler_takes(compiler, "-", &minus))
        return false;
    if (!minus)
        return read_primary(compiler, operand);
    if (!enter(compiler) || !count_operation(compiler) || !read_signed(compiler, operand) ||
        !needs_number(compiler, operand))
        return false;
    if (operand->literal)
        operand->text = compiler_format(compiler, "-%s", operand->text);
    operand->sql = compiler_format(compiler, "(-%s)", operand->sql);
    return compiler->depth--;
}

/* Reads operands of the next closer level joined by one of the signs. */
static bool read_sums(struct compiler *compiler, const char *const *signs,
                      bool (*closer)(struct compiler *compiler, struct operand *operand),
                      struct operand *left)
{
    if (!closer(compiler, left))
        return false;
    for (size_t i = 0; signs[i];) {
        struct operand right;
        if (!compiler_is(compiler, signs[i])) {
            i++;
            continue;
        }
        if (!count_operation(compiler) || !compiler_advance(compiler) ||
            !closer(compiler, &right) || !needs_number(compiler, left) ||
            !needs_number(compiler, &right))
            return false;
        const char *how = strcmp(signs[i], "//") == 0  ? "thaw_floor(%s * 1.0 / %s)"
                          : strcmp(signs[i], "/") == 0 ? "(%s * 1.0 / %s)"
                                                       : NULL;
        left->sql = how ? compiler_format(compiler, how, left->sql, right.sql)
                        : compiler_format(compiler, "(%s %s %s)", left->sql, signs[i], right.sql);
        left->kind = EXPRESSION_NUMBER;
        left->literal = false;
        i = 0;
    }
    return true;
}

static bool read_product(struct compiler *compiler, struct operand *operand)
{
    static const char *const SIGNS[] = {"*", "//", "/", "%", NULL};
    return read_sums(compiler, SIGNS, read_signed, operand);
}

bool compiler_value(struct compiler *compiler, struct operand *operand)
{
    static const char *const SIGNS[] = {"+", "-", NULL};
    return read_sums(compiler, SIGNS, read_product, operand);
}

/* -- conditions -------------------------------------------------------------------------------- */

static bool read_list(struct compiler *compiler, struct operand *operand)
{
    const char *list = NULL, *left = operand->sql;
    bool more = true, was_text = operand->kind == EXPRESSION_TEXT;
    if (operand->kind == EXPRESSION_TRUTH)
        return compiler_fail(compiler, operand->at,
                             "a column or a value is expected before \"in\"");
    if (!compiler_wants(compiler, "("))
        return false;
    while (more) {
        struct operand value;
        if (!compiler_value(compiler, &value))
            return false;
        if (!value.literal)
            return compiler_fail(compiler, value.at, "a number or a text is expected in the list");
        if (was_text != (value.kind == EXPRESSION_TEXT) && !was_text)
            return compiler_fail(compiler, value.at,
                                 "a number is expected in the list, because it "
                                 "is compared with a number");
        if (was_text)
            value.sql = compiler_format(compiler, "%Q", value.text);
        list = list ? compiler_format(compiler, "%s, %s", list, value.sql) : value.sql;
        if (!compiler_takes(compiler, ",", &more))
            return false;
    }
    operand->sql = compiler_format(compiler, "(%s IN (%s))", left, list);
    return compiler_wants(compiler, ")");
}

static bool read_between(struct compiler *compiler, struct operand *operand)
{
    struct operand low = *operand, high = *operand, from, to;
    if (!compiler_value(compiler, &from) || !compiler_wants(compiler, "and") ||
        !compiler_value(compiler, &to) || !compiler_compare(compiler, ">=", &low, &from) ||
        !compiler_compare(compiler, "<=", &high, &to))
        return false;
    operand->sql = compiler_format(compiler, "(%s AND %s)", low.sql, high.sql);
    return true;
}

static bool read_match(struct compiler *compiler, bool pattern, struct operand *operand)
{
    struct word word = compiler->word;
    struct error error;
    if (operand->kind == EXPRESSION_TRUTH)
        return compiler_fail(compiler, operand->at, "a column is expected before the comparison");
    if (word.kind != WORD_TEXT)
        return compiler_fail(compiler, word.at, "%s in quotes is expected",
                             pattern ? "a regular expression" : "a text");
    struct matcher *matcher =
        pattern ? matcher_new_pattern(word.text, &error) : matcher_new_text(word.text);
    if (!matcher)
        return compiler_fail(compiler, word.at, "%s", error.text);
    matcher_free(matcher);
    operand->sql = compiler_format(compiler, pattern ? "thaw_match(%s, %Q)" : "thaw_has(%s, %Q)",
                                   operand->sql, word.text);
    return compiler_advance(compiler);
}

static bool read_missing(struct compiler *compiler, struct operand *operand)
{
    bool negated, missing;
    if (!compiler_takes(compiler, "not", &negated) ||
        !compiler_takes(compiler, "missing", &missing) ||
        (!missing && !compiler_takes(compiler, "null", &missing)))
        return false;
    operand->sql = compiler_format(compiler, "(%s IS %sNULL)", operand->sql, negated ? "NOT " : "");
    return missing || compiler_fail(compiler, compiler->word.at, "\"missing\" is expected here");
}

static bool read_equal(struct compiler *compiler, struct operand *operand)
{
    static const char *const SIGNS[] = {"<=", ">=", "!=", "<>", "==", "<", ">", "="};
    struct operand right;
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (compiler_is(compiler, SIGNS[i]))
            return count_operation(compiler) && compiler_advance(compiler) &&
                   compiler_value(compiler, &right) &&
                   compiler_compare(compiler, SIGNS[i], operand, &right);
    return true;
}

static bool read_comparison(struct compiler *compiler, struct operand *operand)
{
    bool negated, in = false, between = false, has = false, like = false, is = false,
                  unlike = false;
    if (!compiler_value(compiler, operand) || !compiler_takes(compiler, "not", &negated) ||
        !compiler_takes(compiler, "in", &in) || !compiler_takes(compiler, "between", &between) ||
        !compiler_takes(compiler, "has", &has) || !compiler_takes(compiler, "~", &like) ||
        !compiler_takes(compiler, "!~", &unlike) ||
        (!negated && !compiler_takes(compiler, "is", &is)))
        return false;
    if (!in && !between && !has && !like && !is && !unlike) {
        if (negated)
            return compiler_fail(compiler, compiler->word.at,
                                 "\"in\", \"between\", \"has\" or \"~\" is expected after \"not\"");
        return read_equal(compiler, operand);
    }
    bool good = count_operation(compiler) && (in        ? read_list(compiler, operand)
                                              : between ? read_between(compiler, operand)
                                              : is      ? read_missing(compiler, operand)
                                                        : read_match(compiler, !has, operand));
    if (negated || unlike)
        operand->sql = compiler_format(compiler, "(NOT %s)", operand->sql);
    operand->kind = EXPRESSION_TRUTH;
    operand->literal = false;
    return good;
}

static bool needs_truth(struct compiler *compiler, const struct operand *operand)
{
    return operand->kind == EXPRESSION_TRUTH ||
           compiler_fail(compiler, operand->at,
                         "a condition is expected here, such as rating > 3 or gender = 'F'");
}

static bool read_not(struct compiler *compiler, struct operand *operand)
{
    bool negated;
    if (!compiler_takes(compiler, "not", &negated))
        return false;
    if (!negated)
        return read_comparison(compiler, operand);
    if (!enter(compiler) || !count_operation(compiler) || !read_not(compiler, operand) ||
        !needs_truth(compiler, operand))
        return false;
    operand->sql = compiler_format(compiler, "(NOT %s)", operand->sql);
    return compiler->depth--;
}

static bool read_chain(struct compiler *compiler, const char *name,
                       bool (*closer)(struct compiler *compiler, struct operand *operand),
                       struct operand *left)
{
    bool more;
    if (!closer(compiler, left) || !compiler_takes(compiler, name, &more))
        return false;
    while (more) {
        struct operand right;
        if (!count_operation(compiler) || !needs_truth(compiler, left) ||
            !closer(compiler, &right) || !needs_truth(compiler, &right) ||
            !compiler_takes(compiler, name, &more))
            return false;
        left->sql = compiler_format(compiler, "(%s %s %s)", left->sql, name, right.sql);
    }
    return true;
}

static bool read_and(struct compiler *compiler, struct operand *operand)
{
    return read_chain(compiler, "and", read_not, operand);
}

bool compiler_condition(struct compiler *compiler, struct operand *operand)
{
    return read_chain(compiler, "or", read_and, operand);
}

/* -- the whole --------------------------------------------------------------------------------- */

static bool compile(struct compiler *compiler, bool condition, struct operand *operand)
{
    char shown[64];
    if (strlen(compiler->source) >= EXPRESSION_MOST)
        return compiler_fail(compiler, 0, "an expression has at most %d bytes",
                             EXPRESSION_MOST - 1);
    if (!text_is_utf8(compiler->source, strlen(compiler->source)))
        return compiler_fail(compiler, 0, "an expression is a text in UTF-8");
    if (!compiler_advance(compiler) || !compiler_condition(compiler, operand))
        return false;
    if (compiler->word.kind != WORD_END)
        return compiler_fail(compiler, compiler->word.at,
                             "\"and\", \"or\" or a sign is expected before \"%s\"",
                             text_safe(compiler->word.text, shown, sizeof shown));
    return !condition || needs_truth(compiler, operand);
}

bool expression_compile(const char *text, const struct expression_scope *scope, bool condition,
                        struct expression *expression, struct error *error)
{
    struct operand operand = {0};
    struct compiler compiler = {
        .source = text, .scope = scope, .arena = arena_new(), .error = error};
    bool good = compile(&compiler, condition, &operand);
    *expression = (struct expression){0};
    if (good)
        *expression = (struct expression){memory_string(operand.sql), operand.kind};
    arena_free(compiler.arena);
    return good;
}

void expression_release(struct expression *expression)
{
    if (!expression)
        return;
    free(expression->sql);
    *expression = (struct expression){0};
}
