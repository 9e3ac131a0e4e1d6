/* SPDX-License-Identifier: MIT
 *
 * The functions of an expression, and how values of two kinds are compared.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/calendar.h"
#include "base/text.h"
#include "expression_private.h"

/* Name; kinds of the arguments, T text, N number, D time, ? any, . optional from here on; SQL with
 * %s for all arguments; kind of the result, * that of the first argument. */
static const struct {
    const char *name, *arguments, *sql;
    char result;
} functions[] = {
    {"year", "D", "thaw_year(%s)", 'N'},       {"month", "D", "thaw_month(%s)", 'N'},
    {"day", "D", "thaw_day(%s)", 'N'},         {"hour", "D", "thaw_hour(%s)", 'N'},
    {"weekday", "D", "thaw_weekday(%s)", 'N'}, {"dayname", "D", "thaw_dayname(%s)", 'T'},
    {"date", "D", "thaw_date(%s)", 'T'},       {"length", "T", "length(%s)", 'N'},
    {"lower", "T", "lower(%s)", 'T'},          {"upper", "T", "upper(%s)", 'T'},
    {"number", "?", "thaw_number(%s)", 'N'},   {"abs", "N", "abs(%s)", 'N'},
    {"round", "N.N", "round(%s)", 'N'},        {"floor", "N", "thaw_floor(%s)", 'N'},
    {"ceil", "N", "thaw_ceil(%s)", 'N'},       {"bin", "NN", "thaw_bin(%s)", 'N'},
    {"log", "N", "thaw_log(%s)", 'N'},         {"log10", "N", "thaw_log10(%s)", 'N'},
    {"sqrt", "N", "thaw_sqrt(%s)", 'N'},       {"least", "NN", "min(%s)", 'N'},
    {"greatest", "NN", "max(%s)", 'N'},        {"coalesce", "??", "coalesce(%s)", '*'},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* What the help says of them. */
const struct expression_help expression_helps[] = {
    {"year month day hour", "of a time; weekday is 1 for Monday, dayname Mon"},
    {"date", "the day of a time, such as 2001-05-17"},
    {"length lower upper", "of a text; number is the number that a text is"},
    {"floor ceil round abs", "of a number; bin(age, 10) is the multiple of 10 below"},
    {"log log10 sqrt", "of a number"},
    {"least greatest", "of two numbers"},
    {"coalesce", "the second value if the first is missing"},
    {NULL, NULL},
};

static bool no_function(const struct compiler *compiler, const char *name, size_t at)
{
    char list[300] = "", shown[64];
    for (size_t i = 0; i < FUNCTIONS; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
                 functions[i].name);
    return compiler_fail(compiler, at, "there is no function \"%s\"; there are %s",
                         text_safe(name, shown, sizeof shown), list);
}

static bool fits(struct compiler *compiler, char wanted, const char *function,
                 struct operand *operand)
{
    bool number = operand->kind == EXPRESSION_NUMBER;
    if (wanted == 'T' && operand->kind != EXPRESSION_TRUTH)
        return true;
    if (wanted == 'N' && operand->kind == EXPRESSION_TEXT && !operand->literal) {
        operand->sql = compiler_format(compiler, "thaw_number(%s)", operand->sql);
        return true;
    }
    if (wanted == '?' || (wanted == 'N' && (number || operand->kind == EXPRESSION_TIME)) ||
        (wanted == 'D' && (operand->kind == EXPRESSION_TIME || number)))
        return true;
    return compiler_fail(compiler, operand->at, "%s() takes a %s here", function,
                         wanted == 'D'   ? "time"
                         : wanted == 'T' ? "text"
                                         : "number");
}

static bool read_arguments(struct compiler *compiler, size_t function, struct operand *first,
                           const char **list)
{
    const char *wanted = functions[function].arguments;
    bool optional = false;
    *list = "";
    for (size_t i = 0; *wanted; wanted++, i++) {
        struct operand argument;
        optional = optional || *wanted == '.';
        wanted += *wanted == '.';
        if (optional && compiler_is(compiler, ")"))
            break;
        if ((i > 0 && !compiler_wants(compiler, ",")) || !compiler_value(compiler, &argument) ||
            !fits(compiler, *wanted, functions[function].name, &argument))
            return false;
        *list = i ? compiler_format(compiler, "%s, %s", *list, argument.sql) : argument.sql;
        if (i == 0)
            *first = argument;
    }
    return compiler_wants(compiler, ")");
}

bool compiler_call(struct compiler *compiler, const char *name, size_t at, struct operand *operand)
{
    size_t function = 0;
    struct operand first = {0};
    const char *list;
    while (function < FUNCTIONS && strcasecmp(functions[function].name, name) != 0)
        function++;
    if (function == FUNCTIONS)
        return no_function(compiler, name, at);
    if (!read_arguments(compiler, function, &first, &list))
        return false;
    char result = functions[function].result;
    *operand = (struct operand){.at = at,
                                .sql = compiler_format(compiler, functions[function].sql, list),
                                .kind = result == 'N'   ? EXPRESSION_NUMBER
                                        : result == 'T' ? EXPRESSION_TEXT
                                                        : first.kind};
    return true;
}

/* -- comparisons ------------------------------------------------------------------------------- */

static const char *turned(const char *sign)
{
    return *sign == '<'   ? (sign[1] == '='   ? ">="
                             : sign[1] == '>' ? sign
                                              : ">")
           : *sign == '>' ? (sign[1] == '=' ? "<=" : "<")
                          : sign;
}

static bool compare_time(struct compiler *compiler, const char *sign, struct operand *left,
                         const struct operand *right)
{
    int64_t begins, ends;
    if (!calendar_read(right->text, strlen(right->text), &begins, &ends))
        return compiler_fail(compiler, right->at,
                             "a time is compared with a text such as '2001', '2001-05-17' or "
                             "'2001-05-17 20:15'");
    if (*sign == '=')
        left->sql = compiler_format(compiler, "(%s >= %lld AND %s < %lld)", left->sql, begins,
                                    left->sql, ends);
    else if (*sign == '!' || strcmp(sign, "<>") == 0)
        left->sql = compiler_format(compiler, "(%s < %lld OR %s >= %lld)", left->sql, begins,
                                    left->sql, ends);
    else if (strcmp(sign, "<") == 0 || strcmp(sign, ">=") == 0)
        left->sql = compiler_format(compiler, "(%s %s %lld)", left->sql, sign, begins);
    else
        left->sql =
            compiler_format(compiler, "(%s %s %lld)", left->sql, *sign == '<' ? "<" : ">=", ends);
    return true;
}

/* Makes a text and a number comparable. */
static bool meet(struct compiler *compiler, bool equal, struct operand *text,
                 struct operand *number)
{
    if (text->literal)
        return compiler_fail(compiler, text->at,
                             "a number is compared with a number, not with a "
                             "text");
    if (equal && number->literal)
        number->sql = compiler_format(compiler, "%Q", number->text);
    else
        text->sql = compiler_format(compiler, "thaw_number(%s)", text->sql);
    return true;
}

bool compiler_compare(struct compiler *compiler, const char *sign, struct operand *left,
                      const struct operand *second)
{
    struct operand right = *second;
    bool equal = *sign == '=' || *sign == '!' || strcmp(sign, "<>") == 0;
    bool left_text = left->kind == EXPRESSION_TEXT, right_text = right.kind == EXPRESSION_TEXT;
    if (left->kind == EXPRESSION_TRUTH || right.kind == EXPRESSION_TRUTH)
        return compiler_fail(compiler, right.at,
                             "a condition is not compared; join conditions with and, or, not");
    if (left->kind == EXPRESSION_TIME && right_text && right.literal) {
        if (!compare_time(compiler, sign, left, &right))
            return false;
    } else if (right.kind == EXPRESSION_TIME && left_text && left->literal) {
        if (!compare_time(compiler, turned(sign), &right, left))
            return false;
        left->sql = right.sql;
    } else {
        if (left_text != right_text &&
            !meet(compiler, equal, left_text ? left : &right, left_text ? &right : left))
            return false;
        left->sql = compiler_format(compiler, "(%s %s %s)", left->sql, sign, right.sql);
    }
    left->kind = EXPRESSION_TRUTH;
    left->literal = false;
    return true;
}
